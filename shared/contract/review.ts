import * as z from 'zod'
import type { FieldValue } from '../records/history/clinicalFields'
import { request } from './request'
import { recordId } from './shapes'

/**
 * What a person may decide. `mine`, `theirs`: one of the two values. `both`: both, side by side. `present`: what the record says now,
 * which may be neither. `typed`: a value of their own. `seen`: there is nothing to choose.
 */
export const reviewChoices = ['mine', 'theirs', 'both', 'present', 'typed', 'seen'] as const

/** See {@link reviewChoices}. */
export type ReviewChoice = (typeof reviewChoices)[number]

/** One of two values that one field was given. */
export interface ReviewSide {
  /** As it stands in the record, for a person to read; a chart as `name · number · FHIR date of birth`. Empty: it was taken away. */
  readonly value: string
  /** A name where it is known. */
  readonly by: string
  /** Prefix of the workstation. */
  readonly station: string
  /** ISO instant. */
  readonly at: string
}

/** One line of a comparison, in the words of the chart; absent: nothing is said there. */
export interface ReviewLine {
  /** As in a record's history: `birthDate`, `other:maritalStatus.text`. */
  readonly field: string
  readonly before?: FieldValue
  readonly mine?: FieldValue
  readonly theirs?: FieldValue
  /** What the record says now; absent also where that is one of the two. */
  readonly now?: FieldValue
}

/**
 * What two workstations wrote differently while they were apart; the record stays usable, a clinician decides. `mine` is this
 * workstation's value where it is one of the two, else the earlier.
 */
export interface ReviewItem {
  readonly id: string
  readonly record: string
  readonly type: string
  readonly patient?: string
  /** As the banner writes it. */
  readonly patientName?: string
  /** The patient's number in the practice. */
  readonly patientNumber?: string
  /** What the record is called: the substance, the test, the reason of the visit. */
  readonly title?: FieldValue
  /**
   * `clash`: two values of one field. `fixed`: two versions of a record that nobody may change. `taken-away`: the record was deleted
   * on the server and has been put back.
   */
  readonly about: 'clash' | 'fixed' | 'taken-away'
  /** Path of the field in the resource, e.g. `birthDate`; `*` for `fixed`. */
  readonly field: string
  /** What it was before both changes. */
  readonly before: string
  readonly mine: ReviewSide
  readonly theirs: ReviewSide
  /** What the record says now of the field; absent where that is nothing, or not asked. */
  readonly present?: string
  /** Field by field, what the two make of the record. */
  readonly lines: readonly ReviewLine[]
  /** Which of the two the record shows at present; absent when it shows neither any more. */
  readonly stands?: 'mine' | 'theirs'
  /** What may be chosen, in the order in which it is offered. */
  readonly choices: readonly ReviewChoice[]
  /** What `typed` takes; absent where it is not among the choices. */
  readonly typed?: 'text' | 'date'
  readonly state: 'open' | 'resolved'
  readonly decision?: ReviewChoice
  readonly decidedBy?: string
  /** ISO instant. */
  readonly decidedAt?: string
}

/** The conflict desk. */
export const reviewRequests = {
  /** The newest hundred, newest first; the others come up as these are decided. Without a state: the open ones; of one patient also the resolved. Only what the person may read otherwise, too. */
  listReviewItems: request(z.object({ patient: recordId.optional(), state: z.enum(['open', 'resolved']).optional() }), 'sync.read', 'read').answers<ReviewItem[]>(),
  /** `conflict`: somebody has decided meanwhile. `bad-shape`: not among the choices, or nothing typed. */
  resolveReviewItem: request(
    z.object({ item: recordId, keep: z.enum(reviewChoices), text: z.string().trim().min(1).max(500).optional() }),
    'review.resolve',
    'write',
  ).answers<ReviewItem>(),
  /** Takes a decision back: the item is open again, and the record says what it said before, unless somebody has changed it since. */
  reopenReviewItem: request(z.object({ item: recordId }), 'review.resolve', 'write').answers<ReviewItem>(),
}
