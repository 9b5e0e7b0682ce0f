import { type DayDigest, type DayRange, type DigestSource, exclusiveOr } from './digests'

/** A document that the two do not have alike. */
export interface DocumentDifference {
  readonly id: string
  /** `differs`: both have it, and it does not say the same. */
  readonly found: 'only-first' | 'only-second' | 'differs'
}

/** What a comparison came to. */
export interface Comparison {
  readonly equal: boolean
  /** Days that differ, in order. */
  readonly days: readonly string[]
  /** In the order of their ids. */
  readonly documents: readonly DocumentDifference[]
}

/** All days as one: what two people can read to each other on the telephone. */
export const totalOf = (days: readonly DayDigest[]): { readonly count: number; readonly digest: string } =>
  days.reduce((sum, { count, digest }) => ({ count: sum.count + count, digest: exclusiveOr(sum.digest, digest) }), { count: 0, digest: '0'.repeat(32) })

/**
 * Compares two replicas: first the sums of the days, then, of the days that differ only, the documents. A document that one
 * has changed later stands under two days and is named once.
 */
export const compareDigests = async (first: DigestSource, second: DigestSource, range?: DayRange): Promise<Comparison> => {
  const [one, other] = await Promise.all([first.days(range), second.days(range)])
  const sums = (days: readonly DayDigest[]) => new Map(days.map(({ day, count, digest }) => [day, `${count} ${digest}`]))
  const [ofFirst, ofSecond] = [sums(one), sums(other)]
  const days = [...new Set([...ofFirst.keys(), ...ofSecond.keys()])].filter((day) => ofFirst.get(day) !== ofSecond.get(day)).sort()
  const [inFirst, inSecond] = [new Map<string, string>(), new Map<string, string>()]
  for (const day of days) {
    for (const { id, digest } of await first.documents(day)) inFirst.set(id, digest)
    for (const { id, digest } of await second.documents(day)) inSecond.set(id, digest)
  }
  const ids = [...new Set([...inFirst.keys(), ...inSecond.keys()])].filter((id) => inFirst.get(id) !== inSecond.get(id)).sort()
  return {
    equal: days.length === 0,
    days,
    documents: ids.map((id) => ({ id, found: !inSecond.has(id) ? 'only-first' : !inFirst.has(id) ? 'only-second' : 'differs' })),
  }
}
