import type { Attribute, Identifier } from './identifier'

/** Attribute matching of queries (PS3.4 §C.2.2.2): what a key says, against what there is. */

/** Value representations that are matched with `*` and `?` (PS3.4 §C.2.2.2.4). */
const withWildcards = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT'])
const withRanges = new Set(['DA', 'TM', 'DT'])

/** Names are compared without regard to case and accents, and to separators of empty components at their end. */
const plainName = (name: string): string => name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().replace(/[\^= ]+$/, '').trim()

/** Whether a text fits a pattern of `*` (any run) and `?` (any one); linear steps back only to the last `*`. */
const fits = (text: string, pattern: string): boolean => {
  let at = 0
  let where = 0
  let star = -1
  let mark = 0
  while (at < text.length) {
    if (pattern[where] === '*') {
      star = where++
      mark = at
    } else if (where < pattern.length && (pattern[where] === '?' || pattern[where] === text[at])) {
      at++
      where++
    } else if (star >= 0) {
      where = star + 1
      at = ++mark
    } else return false
  }
  while (pattern[where] === '*') where++
  return where === pattern.length
}

/** A date or time in digits alone; times of less precision are the beginning of what they say, see {@link inRange}. */
const digits = (value: string): string => value.replace(/[.:-]/g, '').trim()

/** Where a range ends: `19950705-19950707`, `-1200`, `0800-`; a single value is both. */
export const rangeOf = (key: string): { readonly from: string; readonly to: string } => {
  const at = key.indexOf('-')
  if (at < 0) return { from: digits(key), to: digits(key) }
  return { from: digits(key.slice(0, at)), to: digits(key.slice(at + 1)) }
}

/** Whether a date or time lies in a range, to the precision of each end: `-10` takes in 10:59. */
export const inRange = (value: string, { from, to }: { readonly from: string; readonly to: string }): boolean => {
  const plain = digits(value)
  if (plain === '') return false
  if (plain.padEnd(from.length, '0') < from) return false
  return to === '' || plain.slice(0, to.length) <= to
}

const matchesValue = (vr: string, key: string, value: string): boolean => {
  if (withRanges.has(vr)) return inRange(value, rangeOf(key))
  const name = vr === 'PN'
  const asked = name ? plainName(key) : key
  const there = name ? plainName(value) : value.trim()
  return withWildcards.has(vr) && /[*?]/.test(asked) ? fits(there, asked) : there === asked
}

/** Whether a key asks nothing: without a value, or `*` alone. A sequence asks nothing when none of its items does. */
export const isUniversal = (key: Attribute): boolean =>
  'items' in key ? key.items.every((item) => [...item.values()].every(isUniversal)) : key.values.every((value) => /^\**$/.test(value))

/** Whether what there is matches one key. Several values in the key: any of them will do (a list of UIDs, PS3.4 §C.2.2.2.2). */
const matchesKey = (key: Attribute, there: Attribute | undefined): boolean => {
  if (isUniversal(key)) return true
  if (!there) return false
  if ('items' in key) {
    if (!('items' in there)) return false
    return key.items.every((wanted) => there.items.some((item) => matches(wanted, item)))
  }
  return 'values' in there && key.values.some((wanted) => there.values.some((value) => matchesValue(there.vr, wanted, value)))
}

/**
 * Whether what there is matches all keys. Attributes of which nothing is known (`undefined` in `there`) are optional keys
 * that are not supported: they are not matched (PS3.4 §C.2.2.1.3).
 */
export const matches = (keys: Identifier, there: Identifier): boolean =>
  [...keys].every(([tag, key]) => tag === '00080005' || !there.has(tag) || matchesKey(key, there.get(tag)))

/** Of what there is, that which was asked for: the keys of the query, sequence by sequence (PS3.4 §C.4.1.1.3.2). */
export const answerTo = (keys: Identifier, there: Identifier): Identifier => {
  const answer = new Map<string, Attribute>()
  for (const [tag, key] of keys) {
    const found = there.get(tag)
    if (!found) continue
    if (!('items' in found)) answer.set(tag, found)
    else {
      const [wanted] = 'items' in key ? key.items : []
      answer.set(tag, wanted && wanted.size > 0 ? { vr: 'SQ', items: found.items.map((item) => answerTo(wanted, item)) } : found)
    }
  }
  return answer
}
