import type { Condition } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, idOfReference, instantInUtc } from '../searchParts'

/** R4 search parameters of Condition: subject, encounter, code, recorded-date as date, clinical-status as status (a problem has one, a visit's finding none). */
export const conditionSearch = (condition: Condition): SearchParameters => ({
  subject: idOfReference(condition.subject),
  encounter: idOfReference(condition.encounter),
  code: codeOf(condition.code),
  date: instantInUtc(condition.recordedDate),
  status: codeOf(condition.clinicalStatus),
})
