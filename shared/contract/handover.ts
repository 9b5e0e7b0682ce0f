import * as z from 'zod'
import type { ScoredSet } from '../records/early-warning/sets'
import type { DueObservation } from './earlyWarning'
import type { AllergyStatus, PatientSummary } from './patients'
import { request } from './request'
import { idempotencyKey, recordId } from './shapes'

/** What happened to a patient since a moment, counted. */
export interface HandoverChanges {
  readonly notes: number
  readonly vitals: number
  readonly reports: number
  readonly orders: number
}

/** A problem that is there now. */
export interface HandedProblem {
  readonly name: string
  /** Nobody has confirmed it. */
  readonly isSuspected: boolean
}

/** A patient on the sheet. */
export interface HandoverPatient {
  readonly bed: string
  readonly since?: string
  readonly patient: PatientSummary
  readonly allergies: AllergyStatus
  /** Why they are here, and what was last thought; empty where nobody has written it. */
  readonly situation: { readonly reason: string; readonly problems: readonly HandedProblem[]; readonly note?: { readonly text: string; readonly by: string; readonly at: string } }
  /** Scored sets of the last day, newest first; none: nothing that can be scored. */
  readonly scores: readonly ScoredSet[]
  readonly due?: DueObservation
  /** Tests and examinations without a result. */
  readonly pending: readonly { readonly what: string; readonly at: string }[]
  readonly changes: HandoverChanges
}

/** A handover that was given. */
export interface HandoverEntry {
  readonly id: string
  readonly givenBy: string
  readonly givenAt: string
  readonly takenBy?: string
  readonly takenAt?: string
  readonly patients: number
  readonly note: string
}

/** The sheet as it is now. */
export interface HandoverSheet {
  readonly patients: readonly HandoverPatient[]
  /** Changes are counted from here: the last handover, else twelve hours ago. */
  readonly since: string
  /** The newest handovers, newest first. */
  readonly handovers: readonly HandoverEntry[]
}

/** The handover between two shifts. */
export const handoverRequests = {
  readHandover: request(z.undefined(), 'chart.read', 'read').answers<HandoverSheet>(),
  /** Gives over everybody who lies in a bed now. */
  giveHandover: request(z.object({ key: idempotencyKey, note: z.string().trim().max(2_000).default('') }), 'encounter.write', 'write').answers<HandoverEntry>(),
  /** The person at work takes it. */
  takeHandover: request(z.object({ key: idempotencyKey, handover: recordId }), 'encounter.write', 'write').answers<HandoverEntry>(),
}
