import * as z from 'zod'
import type { HighRiskSign, TriageColour, TriageReason, TriageSign } from '../records/triage/iitt'
import { triageSignIds } from '../records/triage/iitt'
import type { PatientSummary } from './patients'
import { vitalValues } from './patients'
import { request } from './request'
import { idempotencyKey, line, recordId } from './shapes'

/** What was said of somebody who waits, when and by whom. */
export interface TriageEntry {
  readonly colour: TriageColour
  /** What the tool said; less urgent than `colour` where a person raised it. */
  readonly computed: TriageColour
  readonly reasons: readonly (TriageReason | string)[]
  readonly highRisk: readonly (HighRiskSign | string)[]
  /** Vital signs that nobody took. */
  readonly missing: readonly (HighRiskSign | string)[]
  readonly signs: readonly TriageSign[]
  readonly at: string
  readonly by: string
}

/** Somebody who waits. */
export interface QueueEntry {
  readonly encounter: string
  readonly patient: PatientSummary
  /** Why they came. */
  readonly reason: string
  /** When they arrived, ISO instant; the minutes waited are counted from here. */
  readonly arrivedAt: string
  /** Absent: nobody has looked at them yet. */
  readonly triage?: TriageEntry
}

/** Everybody who waits, who is seen first on top. */
export interface Queue {
  readonly waiting: readonly QueueEntry[]
  /** More wait than are told here. */
  readonly more: number
}

const signs = z.array(z.enum(triageSignIds as readonly [TriageSign, ...TriageSign[]])).max(80)

/** Walk-ins: who arrived, how urgent they are, who is seen next. */
export const triageRequests = {
  readQueue: request(z.undefined(), 'patient.read').answers<Queue>(),
  /** Somebody walks in. */
  arrive: request(z.object({ key: idempotencyKey, patient: recordId, reason: line }), 'patient.register', 'write').answers<QueueEntry>(),
  /**
   * What somebody found who looked at a walk-in; numbers go onto the chart as a set of vital signs. `chart` where the birth date does not
   * tell; `raisedTo` where the person who looks thinks it more urgent than the tool does.
   */
  recordTriage: request(
    z.object({
      key: idempotencyKey,
      patient: recordId,
      encounter: recordId,
      chart: z.enum(['adult', 'child']).optional(),
      signs,
      isPregnant: z.boolean().default(false),
      values: vitalValues.max(20).default([]),
      raisedTo: z.enum(['red', 'yellow', 'green']).optional(),
    }),
    'vitals.write',
    'write',
  ).answers<QueueEntry>(),
  /** The walk-in is seen now: the visit begins. */
  seeNext: request(z.object({ patient: recordId, encounter: recordId }), 'encounter.write', 'write').answers<null>(),
  /** The walk-in left without being seen. */
  leaveQueue: request(z.object({ patient: recordId, encounter: recordId, reason: line }), 'encounter.write', 'write').answers<null>(),
}
