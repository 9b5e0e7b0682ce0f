import { answerTo, inRange, isUniversal, itemsOf, matches, rangeOf, valueOf, type Attribute, type Identifier } from '../../../../shared/standards/dicom'
import { worklistItemOf, type ScheduledOrder } from './worklistItem'

const stepSequence = '00400100'
const station = '00400001'
const startDate = '00400002'
const startTime = '00400003'

/** A key of the step, taken out of the query's only item of the Scheduled Procedure Step Sequence. */
const stepKey = (query: Identifier, tag: string): Attribute | undefined => itemsOf(query, stepSequence)[0]?.get(tag)

const isRange = (key: Attribute | undefined): key is Attribute & { readonly values: readonly string[] } =>
  key !== undefined && 'values' in key && !isUniversal(key) && (key.values[0] ?? '').includes('-')

/** A query without the step's date and time, which are matched together. */
const withoutTimes = (query: Identifier): Identifier => {
  const steps = itemsOf(query, stepSequence)
  const items = steps.map((step) => new Map([...step].map(([tag, key]): [string, Attribute] => [tag, tag === startDate || tag === startTime ? { vr: key.vr, values: [] } : key])))
  return new Map([...query].map(([tag, key]): [string, Attribute] => [tag, tag === stepSequence ? { vr: 'SQ', items } : key]))
}

/**
 * Ranges of date and time together are one span: 19950705-19950707 and 1000-1800 ask from 10:00 on the fifth to 18:00 on
 * the seventh (PS3.4 table K.6-1). Anything else is matched one by one.
 */
const matchesTimes = (query: Identifier, item: Identifier): boolean => {
  const [step] = itemsOf(item, stepSequence)
  const date = stepKey(query, startDate)
  const time = stepKey(query, startTime)
  if (!step || !isRange(date) || !isRange(time)) return matches(query, item)
  const days = rangeOf(date.values[0] ?? '')
  const hours = rangeOf(time.values[0] ?? '')
  const from = days.from === '' ? '' : days.from + hours.from
  const to = days.to === '' ? '' : days.to + hours.to
  return inRange(valueOf(step, startDate) + valueOf(step, startTime), { from, to }) && matches(withoutTimes(query), item)
}

/** The station that an order without one is scheduled for: the one that is asked about, where the query names one. */
const stationAsked = (query: Identifier, calling: string): string => {
  const key = stepKey(query, station)
  const named = key && 'values' in key && !isUniversal(key) ? (key.values[0] ?? '') : ''
  return named === '' || /[*?]/.test(named) ? calling : named
}

/**
 * What a worklist query gets: of the orders that match it, what it asked for (PS3.4 §K.4.1.1). A query without a Scheduled
 * Procedure Step Sequence is answered too, they are met.
 *
 * @param calling AE title of the modality that asks
 * @param day today, YYYY-MM-DD
 */
export const matchWorklist = (query: Identifier, orders: readonly ScheduledOrder[], { calling, day }: { readonly calling: string; readonly day: string }): readonly Identifier[] => {
  const asked = stationAsked(query, calling)
  return orders
    .map((order) => worklistItemOf(order, day, asked))
    .filter((item) => matchesTimes(query, item))
    .map((item) => answerTo(query, item))
}
