import * as z from 'zod'
import type { Severity } from '../records/observation/resultFlag'
import type { VitalCode } from '../records/observation/vitals'
import { request } from './request'
import { instant, recordId } from './shapes'

/** Most values of vital signs in one answer; what is older is asked for with `before`. */
export const mostTimelineVitals = 5_000

/** One vital sign over time, the oldest first; the arrays belong together place by place. */
export interface TimelineSign {
  readonly code: VitalCode
  /** Milliseconds since 1970. */
  readonly at: readonly number[]
  /** In the unit of `shared/records/observation/vitals.ts`; a letter for ACVPU. */
  readonly value: readonly (number | string)[]
}

/** The lanes of things that happen at a moment. */
export const timelineLanes = ['result', 'note', 'order', 'imaging', 'problem'] as const
export type TimelineLane = (typeof timelineLanes)[number]

/** A thing on a lane. */
export interface TimelineEvent {
  readonly id: string
  readonly lane: TimelineLane
  /** Milliseconds since 1970. */
  readonly at: number
  /** When it ended, where it lasted. */
  readonly end?: number
  readonly title: string
  /** A few words more: what is outside, how a note begins. */
  readonly detail: string
  /** Of a report of the laboratory; `critical`: by a flag, or because somebody had to be told of it. */
  readonly severity?: Severity
  /** It stands in the place of one that said something else. */
  readonly isCorrected?: true
  /** A problem or a diagnosis that nobody has confirmed. */
  readonly isSuspected?: true
  /** Nobody has verified it yet. */
  readonly isUnverified?: true
  /** The images themselves: the study's record, by which its thumbnail is found. */
  readonly study?: string
}

/** Everything of a patient on one axis. */
export interface Timeline {
  readonly signs: readonly TimelineSign[]
  /** Vital signs before this instant are not in it (and are asked for with it); absent: these are all. */
  readonly before?: string
  /** The newest first; empty in an answer to `before`. */
  readonly events: readonly TimelineEvent[]
  /** So many things of some lane were there that the oldest are left out. */
  readonly isCut: boolean
}

/** The timeline of a chart. */
export const timelineRequests = {
  readTimeline: request(z.object({ patient: recordId, before: instant.optional() }), 'chart.read').answers<Timeline>(),
}
