import type { Measurement, VitalNumbers } from '..'
import type { FeedSample } from './row'

/** Clocks that tell no seconds differ by this. */
const slackMs = 60_000

/** A pressure that has a time of its own stands apart; one among other numbers has the time of the message, however old it is. */
const isPressureAlone = ({ numbers }: Measurement) => numbers['bp-systolic'] !== undefined && Object.keys(numbers).every((code) => code.startsWith('bp-'))

/**
 * The measurements of one bed in a message as one sample, with the pressure's own time. What is older than an interval when it is first
 * told is of no row, and what was sent in training or as a demonstration of nobody; undefined where nothing else is left.
 */
export const sampleOf = (measured: readonly Measurement[], receivedAt: number, everyMs: number): FeedSample | undefined => {
  const fresh = measured.filter(({ ageMs = 0, isDemonstration }) => ageMs !== 'unknown' && ageMs > -slackMs && ageMs < everyMs + slackMs && !isDemonstration)
  if (fresh.length === 0) return undefined
  const numbers: VitalNumbers = Object.assign({}, ...fresh.map((each) => each.numbers))
  const pressure = fresh.findLast(isPressureAlone)?.takenAt
  return { at: receivedAt, numbers, ...(pressure ? { pressureTakenAt: JSON.stringify(pressure) } : {}) }
}
