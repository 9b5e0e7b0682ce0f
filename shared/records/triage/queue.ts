import type { TriageColour } from './iitt'

/** Somebody who waits, as far as the order of the queue needs it. */
export interface Waiting {
  /** ISO instant. */
  readonly arrivedAt: string
  /** Absent: nobody has looked yet. */
  readonly colour?: TriageColour
  /** A vital sign is of high risk, and nobody senior has raised the colour. */
  readonly isForReview: boolean
}

/** Who is seen first: red; those whom nobody has looked at yet, for they may be red; yellow; green. */
const rankOf = ({ colour, isForReview }: Waiting): number => (colour === 'red' ? 0 : colour === undefined ? 2 : isForReview ? 1 : colour === 'yellow' ? 3 : 4)

/** Orders the queue: the more urgent first, of the same urgency who came earlier. */
export const inQueueOrder = (one: Waiting, other: Waiting): number => rankOf(one) - rankOf(other) || Date.parse(one.arrivedAt) - Date.parse(other.arrivedAt)

/** Whole minutes since somebody arrived; a clock that is behind makes none of them negative. */
export const minutesWaited = (arrivedAt: string, nowMs: number): number => Math.max(0, Math.floor((nowMs - Date.parse(arrivedAt)) / 60_000))
