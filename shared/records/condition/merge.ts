import type { Condition } from 'fhir/r4'
import { both, concept, date, earliest, graver, latest, type MergeTable } from '../mergeRule'

/**
 * How two versions of a problem become one. Two that were added apart are two records, which the list shows as one line; while
 * somebody still has to decide, the patient has it.
 */
export const conditionMerge: MergeTable<Condition> = {
  code: concept,
  clinicalStatus: graver('resolved', 'remission', 'inactive', 'relapse', 'recurrence', 'active'),
  verificationStatus: graver('entered-in-error', 'refuted', 'unconfirmed', 'differential', 'provisional', 'confirmed'),
  category: both,
  onsetDateTime: date,
  abatementDateTime: date,
  note: both,
  recordedDate: earliest,
  recorder: latest,
}

/** What R4 says of a whole Condition, after its elements came together: no end while it is there (con-4), no status of a mistake (con-5). */
export const settledCondition = (condition: Condition): Condition => {
  const { clinicalStatus, abatementDateTime, ...rest } = condition
  const status = clinicalStatus?.coding?.[0]?.code
  if (condition.verificationStatus?.coding?.[0]?.code === 'entered-in-error') return { ...rest, ...(abatementDateTime === undefined ? {} : { abatementDateTime }) }
  const isOver = status === 'resolved' || status === 'inactive' || status === 'remission'
  return { ...rest, ...(clinicalStatus ? { clinicalStatus } : {}), ...(abatementDateTime !== undefined && (isOver || !clinicalStatus) ? { abatementDateTime } : {}) }
}
