import * as z from 'zod'
import type { Certainty, ConceptCoding, FindingKind, ProblemStatus } from '../records/condition/condition'
import { request } from './request'
import { calendarDate, idempotencyKey, line, recordId } from './shapes'

export type { Certainty, FindingKind, ProblemStatus } from '../records/condition/condition'

/** A line of the problem list. */
export interface ProblemEntry {
  /** The record that stands for it: what acts name it by. */
  readonly id: string
  readonly concept: ConceptCoding
  readonly status: ProblemStatus
  readonly certainty: Certainty
  /** FHIR date, as far as it is known. */
  readonly onset?: string
  /** When it ended. */
  readonly abatement?: string
  readonly by: string
  readonly at: string
}

/** What a visit found. */
export interface FindingEntry {
  readonly id: string
  readonly kind: FindingKind
  readonly concept: ConceptCoding
  readonly certainty: Certainty
  readonly by: string
  readonly at: string
}

const coding = z.object({ system: z.string().min(1).max(300), code: z.string().min(1).max(60), display: z.string().trim().min(1).max(400), version: z.string().max(60).optional() })
const certainty = z.enum(['confirmed', 'provisional'])

/** The problem list, and the symptoms and diagnoses of visits. */
export const conditionRequests = {
  /** Active first, what is over last. */
  listProblems: request(z.object({ patient: recordId }), 'chart.read').answers<ProblemEntry[]>(),
  /** A problem that is on the list already is refused as `conflict`. A future onset is refused as `implausible-value`. */
  addProblem: request(z.object({ key: idempotencyKey, patient: recordId, concept: coding, certainty: certainty.default('confirmed'), onset: calendarDate.optional() }), 'encounter.write', 'write').answers<ProblemEntry[]>(),
  /** Not before its onset, and not in the future: else `implausible-value`. */
  resolveProblem: request(z.object({ patient: recordId, problem: recordId, on: calendarDate }), 'encounter.write', 'write').answers<ProblemEntry[]>(),
  reopenProblem: request(z.object({ patient: recordId, problem: recordId }), 'encounter.write', 'write').answers<ProblemEntry[]>(),
  /** Another onset (`null`: not known) or certainty. */
  amendProblem: request(z.object({ patient: recordId, problem: recordId, onset: calendarDate.nullable().optional(), certainty: certainty.optional() }), 'encounter.write', 'write').answers<ProblemEntry[]>(),
  /** Takes back what was recorded by mistake, with the reason; it stays readable in the history. */
  withdrawProblem: request(z.object({ patient: recordId, problem: recordId, why: line }), 'encounter.write', 'write').answers<ProblemEntry[]>(),
  /** Symptoms and diagnoses of one visit. */
  listFindings: request(z.object({ patient: recordId, encounter: recordId }), 'chart.read').answers<FindingEntry[]>(),
  /** Several at once, all or none; what the visit has already is not recorded again. */
  recordFindings: request(
    z.object({
      key: idempotencyKey,
      patient: recordId,
      encounter: recordId,
      findings: z.array(z.object({ kind: z.enum(['symptom', 'diagnosis']), concept: coding, certainty: certainty.default('confirmed') })).min(1).max(40),
    }),
    'encounter.write',
    'write',
  ).answers<FindingEntry[]>(),
  /** As {@link withdrawProblem}, of a visit's finding. */
  withdrawFinding: request(z.object({ patient: recordId, encounter: recordId, finding: recordId, why: line }), 'encounter.write', 'write').answers<FindingEntry[]>(),
}
