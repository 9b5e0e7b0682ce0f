import type { Json } from './mergeFields'

/**
 * The words in which the tables of `<type>/merge.ts` are written: what becomes of a value that two workstations
 * changed, neither knowing of the other's change. What only one of them changed is taken as it is, and needs no rule.
 */
export type MergeRule = Asked | Settled | Latest | Parts | Items | Both

/** What a value is, so that a person can type a better one than either. */
export type AskedAs = 'text' | 'texts' | 'concept' | 'date' | 'word' | 'thing'

/** A person decides: both values go into a review item. While nobody has decided, one of them stands. */
export interface Asked {
  readonly kind: 'ask'
  readonly as: AskedAs
  /** Which of the two stands meanwhile, `undefined`: the one that was written later. */
  readonly meanwhile?: (one: Json, other: Json) => Json | undefined
}

/** Follows from both by a rule of the ward, and nobody is asked; where the rule has no answer, a person is. */
export interface Settled {
  readonly kind: 'settled'
  readonly by: (one: Json, other: Json) => Json | undefined
}

/** The one that was written later, without a word: says nothing clinical, or can be only the one or the other. */
export interface Latest {
  readonly kind: 'latest'
}

/** Member by member; `others` for members without a rule of their own. */
export interface Parts {
  readonly kind: 'parts'
  readonly of: Readonly<Record<string, MergeRule>>
  readonly others?: MergeRule
  /** Elements of R4 that have one of several types (`deceased[x]`): the members that one thing may have, by its name in `of`. */
  readonly oneOf?: Readonly<Record<string, readonly string[]>>
}

/** A list of things with a natural key (a name by its use); where a key repeats, as {@link Both}. */
export interface Items {
  readonly kind: 'items'
  readonly key: (item: Json) => string
  /** An item with this key, and nothing else. */
  readonly blank?: (key: string) => Json
  readonly item: MergeRule
  /** Two values of one item may stand side by side: makes the second item of the value that would have gone. */
  readonly beside?: (item: Json) => Json
}

/** A list whose items have no identity but their content: what both added is there, what either took away is not. */
export interface Both {
  readonly kind: 'both'
}

/** The rules of a resource; a misspelt element does not compile. */
export type MergeTable<Resource> = { readonly [Element in keyof Resource]?: MergeRule }

type Members = Readonly<Record<string, Json | undefined>>

const membersOf = (value: Json | undefined): Members => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {})

/** Ask; a person may type something better: a word or a sentence. */
export const text: MergeRule = { kind: 'ask', as: 'text' }
/** As {@link text}, of a list of words such as given names, which are read as one. */
export const texts: MergeRule = { kind: 'ask', as: 'texts' }
/** As {@link text}, of a CodeableConcept. */
export const concept: MergeRule = { kind: 'ask', as: 'concept' }
/** Ask; a person may type a third calendar date. */
export const date: MergeRule = { kind: 'ask', as: 'date' }
/** Ask; one of a closed set of codes. */
export const word: MergeRule = { kind: 'ask', as: 'word' }
/** Ask, about the value as a whole. */
export const thing: MergeRule = { kind: 'ask', as: 'thing' }
/** See {@link Latest}. */
export const latest: MergeRule = { kind: 'latest' }
/** See {@link Both}. */
export const both: MergeRule = { kind: 'both' }

/** Member by member, by rules of their own; the others are asked about. */
export const parts = (of: Readonly<Record<string, MergeRule>> = {}, others: MergeRule = thing): MergeRule => ({ kind: 'parts', of, others })

/** A list by the natural key that these members make; each item member by member. */
export const by = (members: readonly string[], of: Readonly<Record<string, MergeRule>> = {}): Items => ({
  kind: 'items',
  key: (item) => members.map((name) => membersOf(item)[name]).filter((part) => typeof part === 'string').join('/'),
  blank: (key) => Object.fromEntries((members.length === 1 ? [key] : key.split('/')).flatMap((part, place) => (part === '' ? [] : [[members[place] ?? '', part]]))),
  item: parts(of),
})

/** As {@link by}, of things of which a person may have two: another phone, another name. `change` tells the second from the first. */
export const several = (members: readonly string[], of: Readonly<Record<string, MergeRule>> = {}, change: Members = {}): Items => ({
  ...by(members, of),
  beside: (item) => ({ ...membersOf(item), ...change }) as Json,
})

/** A list by the first code (or the text) of a concept in each item. */
export const byConcept = (member: string, of: Readonly<Record<string, MergeRule>> = {}): Items => ({
  kind: 'items',
  key: (item) => {
    const found = membersOf(item)[member]
    const one = membersOf(Array.isArray(found) ? found[0] : found)
    const [coding] = (one['coding'] ?? []) as readonly Json[]
    return String(membersOf(coding)['code'] ?? one['text'] ?? '')
  },
  item: parts(of),
})

/** Goes only forward along these codes: the one that is further on; a person is asked about codes that are not on the way. */
export const furthest = (...way: readonly string[]): MergeRule => ({
  kind: 'settled',
  by: (one, other) => {
    const [first, second] = [way.indexOf(String(one)), way.indexOf(String(other))]
    return first < 0 || second < 0 ? undefined : first > second ? one : other
  },
})

const ordered = (prefer: 'first' | 'last'): MergeRule => ({
  kind: 'settled',
  by: (one, other) => {
    if (typeof one !== typeof other || (typeof one !== 'number' && typeof one !== 'string')) return undefined
    return one < (other as typeof one) === (prefer === 'first') ? one : other
  },
})

/** The smaller number, the earlier instant. */
export const earliest = ordered('first')
/** The larger number, the later instant. */
export const largest = ordered('last')

const codeIn = (value: Json): string => {
  const [coding] = (membersOf(value)['coding'] ?? []) as readonly Json[]
  return String(membersOf(coding)['code'] ?? value)
}

/** Ask; meanwhile the graver one stands. Codes from the lightest to the gravest; of a code, or of a concept by its first coding. */
export const graver = (...codes: readonly string[]): MergeRule => ({
  kind: 'ask',
  as: 'word',
  meanwhile: (one, other) => {
    const [first, second] = [codes.indexOf(codeIn(one)), codes.indexOf(codeIn(other))]
    return first === second ? undefined : first > second ? one : other
  },
})

/** The text of a part of an extension that has parts; undefined where it has none of that name and type. */
export const extensionPart = (parts: Json, url: string, value: string): string | undefined => {
  const found = (Array.isArray(parts) ? (parts as readonly Members[]) : []).find((each) => membersOf(each)['url'] === url)
  const text = membersOf(found)[value]
  return typeof text === 'string' ? text : undefined
}

/** What every resource has. */
const everyResource: Readonly<Record<string, MergeRule>> = { meta: latest, text: latest, language: latest, implicitRules: latest, contained: both, extension: by(['url']), modifierExtension: by(['url']) }

/** An element of which R4 knows several types, one at a time: `deceasedBoolean` or `deceasedDateTime`. */
export interface OneOf<Resource> {
  readonly members: readonly (keyof Resource & string)[]
  readonly rule: MergeRule
}

/**
 * The rule of a whole resource; elements that the table does not name are asked about, lists of things are put together.
 * @param oneOf elements with one of several types, by the name before `[x]`
 */
export const resource = <Resource>(table: MergeTable<Resource>, oneOf: Readonly<Record<string, OneOf<Resource>>> = {}): Parts => ({
  kind: 'parts',
  of: { ...everyResource, ...(table as Readonly<Record<string, MergeRule>>), ...Object.fromEntries(Object.entries(oneOf).map(([name, { rule }]) => [name, rule])) },
  oneOf: Object.fromEntries(Object.entries(oneOf).map(([name, { members }]) => [name, members])),
})
