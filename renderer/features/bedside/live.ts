import type { FeedEntry, FeedNumbers, MeasuredValues } from '../../../shared/contract'

/** What a monitor shows at this moment. Numbers are there only while they are of now. */
export type LiveState =
  | { readonly kind: 'now'; readonly at: string; readonly values: MeasuredValues }
  /** Nothing is attached, or it searches. */
  | { readonly kind: 'off' }
  /** Nothing was heard for too long: its last numbers are not shown. */
  | { readonly kind: 'lost'; readonly since: string }
  | { readonly kind: 'none' }

/** Numbers from ahead of the clock by more than this are as little of now as old ones. */
const aheadMs = 5_000

/** What of the newest numbers may be shown at this moment. */
export const liveState = (newest: FeedNumbers | undefined, freshMs: number, now: number): LiveState => {
  if (!newest) return { kind: 'none' }
  const age = now - Date.parse(newest.at)
  if (!(age <= freshMs && age >= -aheadMs)) return { kind: 'lost', since: newest.at }
  return newest.values.length === 0 ? { kind: 'off' } : { kind: 'now', at: newest.at, values: newest.values }
}

/** How long a pressure has stood on a monitor, as far as this window has seen. */
export interface PressureSeen {
  readonly pair: string
  readonly since: string
  /** It stood there when this window looked first. */
  readonly isEarlier: boolean
}

/** The pressure of the numbers, and since when it has been that one; the one before where there is none. */
export const pressureSeen = (before: PressureSeen | undefined, { at, values }: FeedNumbers): PressureSeen | undefined => {
  const of = (code: string) => values.find((each) => each.code === code)?.value
  const [systolic, diastolic] = [of('bp-systolic'), of('bp-diastolic')]
  if (systolic === undefined || diastolic === undefined) return before
  const pair = `${systolic}/${diastolic}`
  return before?.pair === pair ? before : { pair, since: at, isEarlier: before === undefined }
}

/** The newer of what the ward's answer and what the events said. */
export const newestOf = (feed: FeedEntry, told: FeedNumbers | undefined): FeedNumbers | undefined =>
  told && feed.latest ? (told.at >= feed.latest.at ? told : feed.latest) : (told ?? feed.latest)
