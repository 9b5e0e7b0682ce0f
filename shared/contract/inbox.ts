import * as z from 'zod'
import type { Severity } from '../records/observation/resultFlag'
import type { ResultLine } from '../records/observation/result'
import { signOffActions, type SignOffAction } from '../records/result-sign-off/signOff'
import type { PatientSummary } from './patients'
import { request } from './request'
import { idempotencyKey, line, page, recordId } from './shapes'

export { severities, type Severity } from '../records/observation/resultFlag'
export { signOffActions, type SignOffAction } from '../records/result-sign-off/signOff'

/** A verified report that nobody has signed off yet. */
export interface InboxItem {
  /** Id of the version that stands. */
  readonly report: string
  readonly kind: 'laboratory' | 'imaging'
  readonly patient: PatientSummary
  /** Order that it answers, where it is known here. */
  readonly order?: string
  /** What was asked for. */
  readonly title: string
  readonly accession: string
  /** When this version was given out, ISO instant. */
  readonly at: string
  readonly severity: Severity
  /** A version that people may have acted on said something else. */
  readonly isCorrected: boolean
  /** The laboratory, or the reader of the images, says that it is no result after all. */
  readonly isWithdrawn: boolean
  /** Who had signed off an earlier version, in the order in which they did; empty: nobody had. */
  readonly signedBefore: readonly string[]
  /** Results that are outside, the gravest first; at most `mostStriking`. */
  readonly striking: readonly ResultLine[]
  /** How many results it has. */
  readonly results: number
  /** What a report of images comes to; empty for the laboratory's. */
  readonly impression: string
  /** Name of the person who asked for it; empty: nobody knows. */
  readonly orderer: string
  /** Who answers for it in their place. */
  readonly takenOver?: { readonly by: string; readonly at: string }
}

/** The inbox of one person, or what nobody answers for. */
export interface Inbox {
  /** Critical first, then corrected, then abnormal, the oldest first. */
  readonly items: readonly InboxItem[]
  readonly total: number
}

/** How much waits for the person at this window. */
export interface InboxCount {
  readonly waiting: number
  readonly critical: number
  readonly corrected: number
  /** What waits for people who are not on duty while this person is, and for nobody. */
  readonly toCover: number
}

/** An inbox that another person may take results over from. */
export interface InboxOwner {
  /** Practitioner id; empty: nobody answers for these. */
  readonly practitioner: string
  readonly name: string
  readonly waiting: number
  readonly critical: number
  /** By the roster of those who are told of critical results, now. */
  readonly isOnDuty: boolean
}

/** That a report was signed off. */
export interface SignOffEntry {
  readonly report: string
  readonly by: string
  readonly at: string
  readonly action: SignOffAction
  readonly comment: string
}

/** The inbox of results: what was verified, or corrected, and is to be read by the person who asked for it. */
export const inboxRequests = {
  countInbox: request(z.undefined(), 'result.sign-off').answers<InboxCount>(),
  /** Absent `of`: of the person at this window. `nobody`: what nobody answers for. */
  listInbox: request(z.object({ of: z.union([recordId, z.literal('nobody')]).optional(), ...page }), 'result.sign-off').answers<Inbox>(),
  /** Inboxes of others in which something waits. */
  listInboxes: request(z.undefined(), 'result.sign-off').answers<InboxOwner[]>(),
  /** Signs off this version of a report; of one that was replaced meanwhile, or that another person answers for, `conflict`. A critical one needs an action. */
  signOffResult: request(
    z.object({ key: idempotencyKey, patient: recordId, report: recordId, action: z.enum(signOffActions), comment: z.string().trim().max(2_000).default('') }),
    'result.sign-off',
    'write',
  ).answers<SignOffEntry>(),
  /** The person at this window answers for a report from now on. */
  takeOverResult: request(z.object({ key: idempotencyKey, patient: recordId, report: recordId }), 'result.sign-off', 'write').answers<InboxItem>(),
  /** Who signed off what on a chart, the newest first. */
  listSignOffs: request(z.object({ patient: recordId }), 'result.read').answers<SignOffEntry[]>(),
  /**
   * Puts another value in the place of a verified one: a new version that points at the old. `conflict` when another one stands in its place already,
   * `implausible-value` when nobody can have it. What is critical now is told.
   */
  correctResult: request(z.object({ key: idempotencyKey, patient: recordId, report: recordId, result: recordId, value: line, why: line }), 'result.verify', 'write').answers<CorrectedReport>(),
  /** Verified reports of the laboratory that stand, the newest first; `accession` narrows it down to one. */
  listVerified: request(z.object({ accession: z.string().trim().max(40).default(''), ...page }), 'result.verify').answers<VerifiedReport[]>(),
}

/** A result of a verified report. */
export interface VerifiedResult {
  /** Id of the Observation. */
  readonly id: string
  readonly line: ResultLine
}

/** A verified report, for the laboratory to look at again. */
export interface VerifiedReport {
  readonly report: string
  readonly patient: PatientSummary
  readonly title: string
  readonly accession: string
  readonly at: string
  readonly isCorrected: boolean
  readonly results: readonly VerifiedResult[]
}

/** What a correction made. */
export interface CorrectedReport {
  /** Id of the version that stands now. */
  readonly report: string
  /** Id of the result that stands now. */
  readonly result: string
}
