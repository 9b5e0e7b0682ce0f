import type { Condition } from 'fhir/r4'
import { both, concept, date, earliest, graver, latest, type MergeTable } from '../mergeRule'
import { isWithdrawn, kindOf, withStatus } from './condition'

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

/**
 * What R4 says of a whole Condition, after its elements came together: no end while it is there (con-4), no status of a mistake (con-5),
 * and one of every other problem (con-3): that which was taken back on one workstation alone is there again.
 */
export const settledCondition = (condition: Condition): Condition => {
  const isMistake = isWithdrawn(condition)
  const { clinicalStatus, abatementDateTime, ...rest } = isMistake || kindOf(condition) !== 'problem' ? condition : withStatus(condition)
  const status = clinicalStatus?.coding?.[0]?.code
  if (isMistake) return { ...rest, ...(abatementDateTime === undefined ? {} : { abatementDateTime }) }
  const isOver = status === 'resolved' || status === 'inactive' || status === 'remission'
  return { ...rest, ...(clinicalStatus ? { clinicalStatus } : {}), ...(abatementDateTime !== undefined && (isOver || !clinicalStatus) ? { abatementDateTime } : {}) }
}
