import type { AllergyIntolerance } from 'fhir/r4'
import { both, concept, earliest, graver, latest, type MergeTable } from '../mergeRule'

/**
 * How two versions of an allergy become one. Each allergy is a record of its own, so two that were added are two; while
 * somebody still has to decide, the version that protects the patient stands.
 */
export const allergyMerge: MergeTable<AllergyIntolerance> = {
  code: concept,
  criticality: graver('low', 'unable-to-assess', 'high'),
  clinicalStatus: graver('resolved', 'inactive', 'active'),
  verificationStatus: graver('entered-in-error', 'refuted', 'unconfirmed', 'confirmed'),
  reaction: both,
  category: both,
  note: both,
  recordedDate: earliest,
  recorder: latest,
  lastOccurrence: { kind: 'settled', by: (one, other) => (String(one) > String(other) ? one : other) },
}
