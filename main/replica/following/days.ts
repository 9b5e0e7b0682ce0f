import type { Envelope, RecordType } from '../../../shared/records/envelope'
import type { Match, Records } from '../types'

const dayMs = 24 * 3_600_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/**
 * Records by their clinical date (UTC), a day at a time, the newest day first, back to the day of `from`; the first are those of today and of days to
 * come. Each day is a question of its own: a page further back costs no more than the first one.
 *
 * @param from milliseconds since 1970
 * @param now milliseconds since 1970
 */
export const daysBack = async function* <Type extends RecordType>(
  { find }: Pick<Records, 'find'>,
  type: Type,
  where: Readonly<Record<string, Match>>,
  { from, now }: { readonly from: number; readonly now: number },
): AsyncGenerator<readonly Envelope<Type>[]> {
  const sort = { by: 'date', order: 'descending' } as const
  yield find(type, { where: { ...where, date: { from: dayOf(now) } }, sort })
  for (let day = now - dayMs; dayOf(day) >= dayOf(from); day -= dayMs) yield find(type, { where: { ...where, date: { from: dayOf(day), to: dayOf(day) } }, sort })
}
