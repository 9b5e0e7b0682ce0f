/** What part of the axis is in view, in milliseconds since 1970. */
export interface View {
  readonly from: number
  readonly to: number
}

const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
/** As near and as far as one can come. */
export const nearest = 30 * minute
export const farthest = 130 * 366 * day

/** Lengths that are one press away. */
export const spans = { hour, day, week: 7 * day, month: 30 * day, year: 365 * day } as const
export type Span = keyof typeof spans

/** A view of this length that keeps `at` where it is on the glass. */
export const zoomed = ({ from, to }: View, factor: number, at: number): View => {
  const length = Math.min(farthest, Math.max(nearest, (to - from) * factor))
  const share = (at - from) / (to - from)
  return { from: at - share * length, to: at + (1 - share) * length }
}

/** A view moved by a share of its length; positive: later. */
export const moved = ({ from, to }: View, share: number): View => {
  const by = (to - from) * share
  return { from: from + by, to: to + by }
}

/** A view of this length around a moment. */
export const around = (at: number, length: number): View => ({ from: at - length / 2, to: at + length / 2 })

/** Everything, with a little room on both sides; of nothing, the day before now. */
export const whole = (moments: readonly number[], now: number): View => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const at of moments) {
    if (at < first) first = at
    if (at > last) last = at
  }
  if (first > last) return { from: now - day, to: now }
  const room = Math.max((last - first) * 0.03, nearest)
  return { from: first - room, to: last + room }
}

/** The last moment at or before another one in a rising list: its place; -1: there is none. */
export const placeBefore = (moments: readonly number[], at: number): number => {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (moments[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}
