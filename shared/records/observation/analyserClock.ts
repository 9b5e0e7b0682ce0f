import type { Extension, Observation } from 'fhir/r4'
import type { Hl7DateTime } from '../../standards/hl7'
import { extensions } from '../systems'

/** From this far off on, an analyser's clock is called wrong and its times are corrected. Less may be the time that a message takes. */
export const wrongClockMs = 5 * 60_000

/** One message of an analyser that said when it was sent. */
export interface ClockSample {
  /** Milliseconds since 1970, by our clock. */
  readonly arrivedMs: number
  /** Its clock less ours: what it said minus when it arrived. */
  readonly offsetMs: number
}

/** As many messages as are remembered, and for how long. */
const remembered = { messages: 20, ms: 7 * 24 * 3_600_000 }

/** The samples with one more, the newest last. */
export const withSample = (samples: readonly ClockSample[], next: ClockSample): ClockSample[] =>
  [...samples, next].filter(({ arrivedMs }) => arrivedMs > next.arrivedMs - remembered.ms).slice(-remembered.messages)

/** So many messages that agree this well, over at least this time, say what the clock shows now, whatever it showed before. */
const agreement = { messages: 3, withinMs: 2 * 60_000, overMs: 10 * 60_000 }

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values)

/**
 * How far an analyser's clock is off. A message that lay waiting looks as if it came from a slow clock, never from a fast one: so the least
 * delayed message of the last days tells the truth, which is the largest offset. Unless somebody has set the clock: then the last messages agree, and,
 * unlike those that lay waiting, have not come all at once. Undefined: it never said when it sent anything.
 */
export const clockOffsetMs = (samples: readonly ClockSample[]): number | undefined => {
  if (samples.length === 0) return undefined
  const last = samples.slice(-agreement.messages)
  const isSetAnew = last.length === agreement.messages && spread(last.map(({ offsetMs }) => offsetMs)) <= agreement.withinMs && spread(last.map(({ arrivedMs }) => arrivedMs)) >= agreement.overMs
  return Math.max(...(isSetAnew ? last : samples).map(({ offsetMs }) => offsetMs))
}

/** A time as an analyser tells it, as an instant: by its own distance from UTC where it tells that, else in the zone of this workstation. */
export const instantTold = ({ year, month, day, hour, minute, second, offsetMinutes }: Hl7DateTime): number =>
  offsetMinutes === undefined ? new Date(year, month - 1, day, hour, minute, second).getTime() : Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second)

/** When something was measured. */
export interface Taken {
  /** ISO instant by our clock: what results are ordered by. */
  readonly effective: string
  /** What the analyser said, where its clock is wrong. */
  readonly wrong?: AnalyserTime
}

/** A time by a wrong clock. */
export interface AnalyserTime {
  /** ISO instant, as the analyser had it. */
  readonly told: string
  /** How many minutes its clock is ahead of ours; negative: behind. Absent: only that it cannot be right is known. */
  readonly aheadMinutes?: number
}

/**
 * When a result was measured: by the analyser's time, put right by how far its clock is off. The time of arrival where it told none, or one that
 * cannot be (later than it arrived).
 */
export const takenAt = (measured: Hl7DateTime | undefined, receivedAt: string, offsetMs: number | undefined): Taken => {
  if (!measured) return { effective: receivedAt }
  const toldMs = instantTold(measured)
  const arrived = Date.parse(receivedAt)
  const told = new Date(toldMs).toISOString()
  if (offsetMs !== undefined && Math.abs(offsetMs) >= wrongClockMs) {
    return { effective: new Date(Math.min(arrived, toldMs - offsetMs)).toISOString(), wrong: { told, aheadMinutes: Math.round(offsetMs / 60_000) } }
  }
  if (toldMs > arrived + wrongClockMs) return { effective: receivedAt, wrong: { told } }
  return { effective: told }
}

/** The Observation with the time by the analyser's wrong clock beside the right one. */
export const withAnalyserTime = (observation: Observation, wrong: AnalyserTime | undefined): Observation => {
  if (!wrong) return observation
  const parts: Extension[] = [{ url: 'told', valueInstant: wrong.told }]
  if (wrong.aheadMinutes !== undefined) parts.push({ url: 'aheadMinutes', valueInteger: wrong.aheadMinutes })
  return { ...observation, extension: [...(observation.extension ?? []), { url: extensions.analyserClock, extension: parts }] }
}

/** What the analyser's wrong clock said; undefined where it was right. */
export const analyserTimeOf = (observation: Observation): AnalyserTime | undefined => {
  const parts = observation.extension?.find(({ url }) => url === extensions.analyserClock)?.extension
  const told = parts?.find(({ url }) => url === 'told')?.valueInstant
  const aheadMinutes = parts?.find(({ url }) => url === 'aheadMinutes')?.valueInteger
  return told === undefined ? undefined : { told, ...(aheadMinutes === undefined ? {} : { aheadMinutes }) }
}
