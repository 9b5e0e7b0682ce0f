/**
 * Three-way merge of JSON by rules: what only one side changed is taken; what both changed alike is
 * taken once; what both changed differently is a clash, told to the caller.
 */

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json | undefined }

/** How a value of the resource is merged. */
export type MergeRule =
  /** Taken or left as one thing. `prefer` says which side stands while a clash is undecided; else the master's. */
  | { readonly kind: 'whole'; readonly prefer?: (master: Json, mine: Json) => Json }
  /** Member by member; `others` for members without a rule of their own. */
  | { readonly kind: 'members'; readonly of: Readonly<Record<string, MergeRule>>; readonly others?: MergeRule }
  /** A list of things with a natural key (a name by its use); where a key repeats, as a set. */
  | { readonly kind: 'keyed'; readonly key: (item: Json) => string; readonly item: MergeRule }
  /** Additions and removals of both sides; an item has no identity but its content. */
  | { readonly kind: 'set' }
  /** Says nothing clinical: the master's, without a word. */
  | { readonly kind: 'quiet' }

/** Both sides changed one field, to different values. An absent value was taken away (or never there). */
export interface FieldClash {
  /** Such as `birthDate`, `name[official].family`. */
  readonly field: string
  readonly before?: Json
  readonly master?: Json
  readonly mine?: Json
}

type Members = { readonly [member: string]: Json | undefined }

const isMembers = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** JSON with members in a fixed order; absent members and `undefined` are the same. */
export const canonical = (value: Json | undefined): string => {
  if (isList(value)) return `[${value.map(canonical).join()}]`
  if (!isMembers(value)) return JSON.stringify(value) ?? ''
  const members = Object.keys(value).filter((name) => value[name] !== undefined).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}

/** Whether two values say the same. */
export const same = (one: Json | undefined, other: Json | undefined): boolean => one === other || canonical(one) === canonical(other)

interface Sides {
  readonly base: Json | undefined
  readonly master: Json | undefined
  readonly mine: Json | undefined
}

const keyStep = (key: string) => `[${encodeURIComponent(key)}]`

const ruleFor = (value: Json | undefined): MergeRule => (isList(value) && value.some(isMembers) ? { kind: 'set' } : { kind: 'whole' })

/**
 * Merges one value.
 * @param field its path, for the clashes
 * @param clashes where clashes are put down
 */
export const mergeValue = (sides: Sides, rule: MergeRule | undefined, field: string, clashes: FieldClash[]): Json | undefined => {
  const { base, master, mine } = sides
  if (same(master, mine) || same(base, mine)) return master
  if (same(base, master)) return mine
  const use = rule ?? ruleFor(master ?? mine)
  switch (use.kind) {
    case 'quiet':
      return master ?? mine
    case 'members':
      return isMembers(master) && isMembers(mine) ? mergeMembers({ base, master, mine }, use, field, clashes) : clash(sides, field, clashes)
    case 'keyed':
      return mergeKeyed(listsOf(sides), use, field, clashes)
    case 'set':
      return mergeSet(listsOf(sides))
    case 'whole':
      return clash(sides, field, clashes, use.prefer)
  }
}

/** An edit beats a removal; else the master's value stands until somebody decides. */
const clash = ({ base, master, mine }: Sides, field: string, clashes: FieldClash[], prefer?: (master: Json, mine: Json) => Json): Json | undefined => {
  clashes.push({ field, before: base, master, mine })
  if (master === undefined || mine === undefined) return master ?? mine
  return prefer ? prefer(master, mine) : master
}

const mergeMembers = (
  sides: { readonly base: Json | undefined; readonly master: Members; readonly mine: Members },
  rule: Extract<MergeRule, { kind: 'members' }>,
  field: string,
  clashes: FieldClash[],
): Json => {
  const base = isMembers(sides.base) ? sides.base : {}
  const names = new Set([...Object.keys(sides.master), ...Object.keys(sides.mine)])
  const merged: Record<string, Json> = {}
  for (const name of names) {
    const value = mergeValue({ base: base[name], master: sides.master[name], mine: sides.mine[name] }, rule.of[name] ?? rule.others, field ? `${field}.${name}` : name, clashes)
    if (value !== undefined) merged[name] = value
  }
  return merged
}

interface Lists {
  readonly base: readonly Json[]
  readonly master: readonly Json[]
  readonly mine: readonly Json[]
}

const asList = (value: Json | undefined): readonly Json[] => (isList(value) ? value : value === undefined ? [] : [value])
const listsOf = ({ base, master, mine }: Sides): Lists => ({ base: asList(base), master: asList(master), mine: asList(mine) })

const listOrNothing = (items: readonly Json[]): Json | undefined => (items.length > 0 ? items : undefined)

const mergeKeyed = (lists: Lists, rule: Extract<MergeRule, { kind: 'keyed' }>, field: string, clashes: FieldClash[]): Json | undefined => {
  const byKey = (items: readonly Json[]) => new Map(items.map((item) => [rule.key(item), item]))
  const [base, master, mine] = [byKey(lists.base), byKey(lists.master), byKey(lists.mine)]
  if (base.size < lists.base.length || master.size < lists.master.length || mine.size < lists.mine.length) return mergeSet(lists)
  const keys = new Set([...master.keys(), ...mine.keys()])
  const merged = [...keys].map((key) => mergeValue({ base: base.get(key), master: master.get(key), mine: mine.get(key) }, rule.item, field + keyStep(key), clashes))
  return listOrNothing(merged.filter((item) => item !== undefined))
}

const mergeSet = ({ base, master, mine }: Lists): Json | undefined => {
  const textsOf = (items: readonly Json[]) => new Set(items.map(canonical))
  const [wasThere, isMine, isMaster] = [textsOf(base), textsOf(mine), textsOf(master)]
  const kept = master.filter((item) => isMine.has(canonical(item)) || !wasThere.has(canonical(item)))
  const added = mine.filter((item) => !isMaster.has(canonical(item)) && !wasThere.has(canonical(item)))
  return listOrNothing([...kept, ...added])
}

type Step = { readonly member: string } | { readonly key: string }

const stepsOf = (field: string): Step[] =>
  [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, key, member]) => (member === undefined ? { key: decodeURIComponent(key ?? '') } : { member }))

const inner = (rule: MergeRule | undefined, step: Step): MergeRule | undefined =>
  rule?.kind === 'members' && 'member' in step ? (rule.of[step.member] ?? rule.others) : rule?.kind === 'keyed' && 'key' in step ? rule.item : undefined

const find = (value: Json | undefined, rule: MergeRule | undefined, step: Step): Json | undefined => {
  if ('member' in step) return isMembers(value) ? value[step.member] : undefined
  return isList(value) && rule?.kind === 'keyed' ? value.find((item) => rule.key(item) === step.key) : undefined
}

/** The value of a field that {@link mergeValue} named. */
export const valueAt = (value: Json | undefined, rule: MergeRule | undefined, field: string): Json | undefined => {
  let [at, use]: [Json | undefined, MergeRule | undefined] = [value, rule]
  for (const step of stepsOf(field)) {
    const next = find(at, use, step)
    use = inner(use, step)
    at = next
  }
  return at
}

/** The value with a field set, or taken away; everything else as it was. */
export const withValueAt = (value: Json | undefined, rule: MergeRule | undefined, field: string, set: Json | undefined): Json | undefined => put(value, rule, stepsOf(field), set)

const put = (value: Json | undefined, rule: MergeRule | undefined, [step, ...rest]: Step[], set: Json | undefined): Json | undefined => {
  if (!step) return set
  const old = find(value, rule, step)
  const made = put(old, inner(rule, step), rest, set)
  if ('member' in step) {
    const { [step.member]: _old, ...others } = isMembers(value) ? value : {}
    return made === undefined ? others : isMembers(value) && step.member in value ? { ...value, [step.member]: made } : { ...others, [step.member]: made }
  }
  const items = asList(value)
  if (old === undefined) return made === undefined ? listOrNothing(items) : [...items, made]
  return listOrNothing(items.flatMap((item) => (item === old ? (made === undefined ? [] : [made]) : [item])))
}
