import { exchange } from '../../../resources/locales/en/exchange'
import type { SyncAgreement, SyncProgress, SyncState } from '../../../shared/contract'
import { formatWhen, wording } from '../../components'

/** The wording of what is done about records that the server refused, or has otherwise. */
export const x = wording(exchange)

/** `24 min`, `3 h 5 min`, `2 days`: how far a clock is off, milliseconds either way. */
export const spanWords = (ms: number): string => {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60_000))
  if (minutes < 60) return x('skew.minutes', { minutes })
  return minutes < 48 * 60 ? x('skew.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 }) : x('skew.days', { days: Math.round(minutes / 1440) })
}

/** What is left of a fetch: the records, and the time where it can be told. */
export const leftWords = ({ left, minutesLeft }: SyncProgress, place: 'bar.progress' | 'progress'): string | undefined => {
  if (minutesLeft === undefined) return undefined
  const count = left.toLocaleString('en')
  return minutesLeft > 90 ? x(`${place}.hours`, { count, hours: Math.round(minutesLeft / 60) }) : x(`${place}.minutes`, { count, minutes: Math.max(1, Math.round(minutesLeft)) })
}

/** What the last comparison came to, in one line. */
export const agreementWords = (agreement: SyncAgreement | undefined): string => {
  if (!agreement) return x('agreement.never')
  const facts = { records: agreement.records.toLocaleString('en'), count: agreement.differing.toLocaleString('en'), time: formatWhen(agreement.at) }
  return x(`agreement.${agreement.outcome}`, facts)
}

/** Whether the last comparison still says how things are: nothing waits, and nobody has been out of reach since. */
export const isAgreed = ({ link, agreement, waitingOut, waitingIn = 0, refused }: SyncState): boolean => link === 'online' && agreement?.outcome === 'agrees' && waitingOut + waitingIn + refused === 0
