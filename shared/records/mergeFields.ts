import type { MergeRule } from './mergeRule'

/**
 * Puts two versions of a value together by rules. What only one side changed is taken; what one side changed knowing the
 * other's value is taken; what both changed, neither knowing of the other, goes by its rule, which may be to ask.
 */

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json | undefined }

/** Both sides gave one field a value, neither knowing of the other's. An absent value was taken away. */
export interface FieldClash {
  /** Such as `birthDate`, `name[official].family`. */
  readonly field: string
  readonly read: Reader
}

/** Reads one thing in a resource. */
export type Reader = (resource: Json) => Json | undefined

/** Which of two sides. */
export type Side = 'one' | 'other'

/** How two sides came to what they say of one thing. */
export interface Knowledge {
  /** The side that had seen what the other says, and says otherwise. Absent: neither had. */
  readonly knowing?: Side
  /** The side whose value was written later. */
  readonly later: Side
}

/** What a merge asks of the history of both sides, and tells of clashes. */
export interface Judge {
  compare(read: Reader): Knowledge
  clash(clash: FieldClash): void
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
  readonly one: Json | undefined
  readonly other: Json | undefined
}

/** Where a merge is: the field's path for clashes, and how to read it in any version. */
interface Place {
  readonly field: string
  readonly read: Reader
  readonly judge: Judge
}

/** A member, or those of an element that has one of several types, as one thing; absent where none is there. */
const memberOf = (value: Json | undefined, name: string, oneOf: readonly string[] | undefined): Json | undefined => {
  if (!isMembers(value)) return undefined
  if (!oneOf) return value[name]
  const there = oneOf.filter((each) => value[each] !== undefined)
  return there.length > 0 ? Object.fromEntries(there.map((each) => [each, value[each]])) : undefined
}

const member = (place: Place, name: string, oneOf: readonly string[] | undefined): Place => ({
  ...place,
  field: place.field ? `${place.field}.${name}` : name,
  read: (resource) => memberOf(place.read(resource), name, oneOf),
})

const item = (place: Place, keyOf: (item: Json) => string, slot: string): Place => ({
  ...place,
  field: `${place.field}[${slot}]`,
  read: (resource) => slotsOf(asList(place.read(resource)), keyOf).get(slot),
})

/** The items of a list by their keys; a second one of a key is `key#1`. */
const slotsOf = (items: readonly Json[], keyOf: (item: Json) => string): Map<string, Json> => {
  const slots = new Map<string, Json>()
  for (const each of items) {
    const key = encodeURIComponent(keyOf(each))
    let slot = key
    for (let place = 1; slots.has(slot); place++) slot = `${key}#${place}`
    slots.set(slot, each)
  }
  return slots
}

/** The rule where no table names one. */
const ruleFor = (value: Json | undefined): MergeRule => (isList(value) && value.some(isMembers) ? { kind: 'both' } : { kind: 'ask', as: 'thing' })

/** Merges two values of a whole resource, of which `one` is the earlier version. The outcome does not depend on who asks. */
export const mergeValue = (sides: Sides, rule: MergeRule, judge: Judge): Json | undefined => mergeAt(sides, rule, { field: '', read: (resource) => resource, judge })

const mergeAt = (sides: Sides, rule: MergeRule | undefined, place: Place): Json | undefined => {
  const { one, other } = sides
  if (same(one, other)) return one
  const use = rule ?? ruleFor(one ?? other)
  switch (use.kind) {
    case 'parts':
      return isMembers(one) && isMembers(other) ? mergeMembers({ one, other }, use, place) : decide(sides, undefined, place)
    case 'items':
      return mergeItems(asList(one), asList(other), use, place)
    case 'both':
      return mergeBoth(asList(one), asList(other), place)
    case 'latest': {
      const { knowing, later } = place.judge.compare(place.read)
      return sides[knowing ?? later]
    }
    case 'ask':
    case 'settled':
      return decide(sides, use, place)
  }
}

/** Who knew the other's value decides; else the rule; else a person, and an edit stands before a removal meanwhile. */
const decide = (sides: Sides, rule: Extract<MergeRule, { kind: 'ask' | 'settled' }> | undefined, { field, read, judge }: Place): Json | undefined => {
  const { one, other } = sides
  const { knowing, later } = judge.compare(read)
  if (knowing) return sides[knowing]
  if (one !== undefined && other !== undefined && rule?.kind === 'settled') {
    const settled = rule.by(one, other)
    if (settled !== undefined) return settled
  }
  judge.clash({ field, read })
  if (one === undefined || other === undefined) return one ?? other
  return (rule?.kind === 'ask' ? rule.meanwhile?.(one, other) : undefined) ?? sides[later]
}

const mergeMembers = (sides: { readonly one: Members; readonly other: Members }, rule: Extract<MergeRule, { kind: 'parts' }>, place: Place): Json => {
  const merged: Record<string, Json> = {}
  const elements = new Map(Object.entries(rule.oneOf ?? {}).flatMap(([element, members]) => members.map((each) => [each, element] as const)))
  const names = [...Object.keys(sides.one), ...Object.keys(sides.other)].map((name) => elements.get(name) ?? name)
  for (const name of new Set(names)) {
    const oneOf = rule.oneOf?.[name]
    const value = mergeAt({ one: memberOf(sides.one, name, oneOf), other: memberOf(sides.other, name, oneOf) }, rule.of[name] ?? rule.others, member(place, name, oneOf))
    if (value === undefined) continue
    if (oneOf) Object.assign(merged, value)
    else merged[name] = value
  }
  return merged
}

const asList = (value: Json | undefined): readonly Json[] => (isList(value) ? value : value === undefined ? [] : [value])
const listOrNothing = (items: readonly Json[]): Json | undefined => (items.length > 0 ? items : undefined)

const mergeItems = (one: readonly Json[], other: readonly Json[], rule: Extract<MergeRule, { kind: 'items' }>, place: Place): Json | undefined => {
  const [first, second] = [slotsOf(one, rule.key), slotsOf(other, rule.key)]
  const slots = [...new Set([...first.keys(), ...second.keys()])]
  const at = (slot: string): Place => item(place, rule.key, slot)
  if (slots.some((slot) => slot.includes('#')) && !slots.every((slot) => isInStep(first, second, slot, at(slot)))) return mergeBoth(one, other, place)
  const merged = slots.map((slot) => mergeAt({ one: first.get(slot), other: second.get(slot) }, rule.item, at(slot)))
  return listOrNothing(merged.filter((each) => each !== undefined))
}

/** Whether both sides mean the same thing by a slot, where a key repeats: both had it before, and nothing moved into it or out of it. */
const isInStep = (first: ReadonlyMap<string, Json>, second: ReadonlyMap<string, Json>, slot: string, { read, judge }: Place): boolean => {
  const [one, other] = [first.get(slot), second.get(slot)]
  if (one === undefined || other === undefined) return false
  if (same(one, other)) return true
  const has = (slots: ReadonlyMap<string, Json>, value: Json): boolean => [...slots.values()].some((each) => same(each, value))
  return !has(second, one) && !has(first, other) && judge.compare((resource) => (read(resource) === undefined ? undefined : true)).knowing !== undefined
}

/** What is on one side only stays, unless the other side had seen it and took it away; what the other wrote in its place takes its place. */
const mergeBoth = (one: readonly Json[], other: readonly Json[], { read, judge }: Place): Json | undefined => {
  const [inOne, inOther] = [new Set(one.map(canonical)), new Set(other.map(canonical))]
  const stays = (each: Json, side: Side): boolean => {
    const text = canonical(each)
    const { knowing } = judge.compare((resource) => (asList(read(resource)).some((known) => canonical(known) === text) ? true : undefined))
    return knowing === undefined || knowing === side
  }
  const joining = new Map([...other.entries()].filter(([, each]) => !inOne.has(canonical(each)) && stays(each, 'other')))
  const merged = one.flatMap((each, place) => {
    if (inOther.has(canonical(each)) || stays(each, 'one')) return [each]
    const instead = joining.get(place)
    joining.delete(place)
    return instead === undefined ? [] : [instead]
  })
  return listOrNothing([...merged, ...joining.values()])
}

type Step = { readonly member: string } | { readonly key: string; readonly slot: string }

const stepsOf = (field: string): Step[] =>
  [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, key, name]) => (name === undefined ? { key: decodeURIComponent((key ?? '').split('#')[0] ?? ''), slot: key ?? '' } : { member: name }))

const inner = (rule: MergeRule | undefined, step: Step): MergeRule | undefined =>
  rule?.kind === 'parts' && 'member' in step ? (rule.of[step.member] ?? rule.others) : rule?.kind === 'items' && 'key' in step ? rule.item : undefined

const oneOfIn = (rule: MergeRule | undefined, name: string): readonly string[] | undefined => (rule?.kind === 'parts' ? rule.oneOf?.[name] : undefined)

const find = (value: Json | undefined, rule: MergeRule | undefined, step: Step): Json | undefined => {
  if ('member' in step) return memberOf(value, step.member, oneOfIn(rule, step.member))
  return isList(value) && rule?.kind === 'items' ? slotsOf(value, rule.key).get(step.slot) : undefined
}

/** The rule of a field that {@link mergeValue} named. */
export const ruleAt = (rule: MergeRule, field: string): MergeRule | undefined => stepsOf(field).reduce<MergeRule | undefined>(inner, rule)

/** The value of a field that {@link mergeValue} named. */
export const valueAt = (value: Json | undefined, rule: MergeRule, field: string): Json | undefined => {
  let [at, use]: [Json | undefined, MergeRule | undefined] = [value, rule]
  for (const step of stepsOf(field)) {
    const next = find(at, use, step)
    use = inner(use, step)
    at = next
  }
  return at
}

/** The value with a field set, or taken away; everything else as it was. */
export const withValueAt = (value: Json | undefined, rule: MergeRule, field: string, set: Json | undefined): Json | undefined => put(value, rule, stepsOf(field), set)

const put = (value: Json | undefined, rule: MergeRule | undefined, [step, ...rest]: Step[], set: Json | undefined): Json | undefined => {
  if (!step) return set
  const old = find(value, rule, step)
  // Where there is no such item, one is made that has the key; one that has nothing but its key is none.
  const blank = 'key' in step && rest.length > 0 && rule?.kind === 'items' ? rule.blank?.(step.key) : undefined
  const filled = put(old ?? blank, inner(rule, step), rest, set)
  const made = blank !== undefined && same(filled, blank) ? undefined : filled
  const oneOf = 'member' in step ? oneOfIn(rule, step.member) : undefined
  if (oneOf) return { ...Object.fromEntries(Object.entries(isMembers(value) ? value : {}).filter(([name]) => !oneOf.includes(name))), ...(isMembers(made) ? made : {}) }
  if ('member' in step) {
    const { [step.member]: _old, ...others } = isMembers(value) ? value : {}
    return made === undefined ? others : isMembers(value) && step.member in value ? { ...value, [step.member]: made } : { ...others, [step.member]: made }
  }
  const items = asList(value)
  if (old === undefined) return made === undefined ? listOrNothing(items) : [...items, made]
  return listOrNothing(items.flatMap((each) => (each === old ? (made === undefined ? [] : [made]) : [each])))
}

/** The innermost list on the way to a field whose items may stand side by side, and the way on from its item. */
const besideAt = (rule: MergeRule, field: string): { readonly list: Step[]; readonly key: Step; readonly rest: Step[]; readonly items: Extract<MergeRule, { kind: 'items' }> } | undefined => {
  const steps = stepsOf(field)
  let use: MergeRule | undefined = rule
  let found: ReturnType<typeof besideAt>
  steps.forEach((step, place) => {
    if (use?.kind === 'items' && use.beside && 'key' in step) found = { list: steps.slice(0, place), key: step, rest: steps.slice(place + 1), items: use }
    use = inner(use, step)
  })
  return found
}

/** Whether two values of this field can both be kept: a patient may have two phones, and has one date of birth. */
export const canStandTogether = (rule: MergeRule, field: string): boolean => besideAt(rule, field) !== undefined

/** The item that holds a second value of a field, beside the one that is there; undefined where there can be none. */
export const itemBesideAt = (value: Json, rule: MergeRule, field: string, second: Json | undefined): Json | undefined => {
  const beside = besideAt(rule, field)
  if (!beside || second === undefined) return undefined
  const another = put(find(listAt(value, rule, beside.list), beside.items, beside.key), beside.items.item, beside.rest, second)
  return another === undefined ? undefined : beside.items.beside?.(another)
}

const listAt = (value: Json, rule: MergeRule, list: readonly Step[]): readonly Json[] => {
  let [at, use]: [Json | undefined, MergeRule | undefined] = [value, rule]
  for (const step of list) [at, use] = [find(at, use, step), inner(use, step)]
  return asList(at)
}

/** The value with an item behind those of the list that the field is in, unless it is there. */
export const withItemAt = (value: Json, rule: MergeRule, field: string, added: Json): Json => {
  const { list } = besideAt(rule, field) ?? { list: [] }
  const items = listAt(value, rule, list)
  return items.some((each) => same(each, added)) ? value : (put(value, rule, list, [...items, added]) as Json)
}

/** The value without an item of the list that the field is in. */
export const withoutItemAt = (value: Json, rule: MergeRule, field: string, added: Json): Json => {
  const { list } = besideAt(rule, field) ?? { list: [] }
  return put(value, rule, list, listOrNothing(listAt(value, rule, list).filter((each) => !same(each, added)))) as Json
}
