/** How long each of many questions took, in milliseconds, smallest first. */
export type Times = readonly number[]

/** The time that this share of the questions did not exceed. */
export const quantile = (times: Times, share: number): number => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? Number.NaN
