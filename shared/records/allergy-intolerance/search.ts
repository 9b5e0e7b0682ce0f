import type { AllergyIntolerance } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, idOfReference, instantInUtc } from '../searchParts'

/** R4 search parameters of AllergyIntolerance: patient as subject, encounter, code, date, clinical-status as status. */
export const allergyIntoleranceSearch = (allergy: AllergyIntolerance): SearchParameters => ({
  subject: idOfReference(allergy.patient),
  encounter: idOfReference(allergy.encounter),
  code: codeOf(allergy.code),
  date: instantInUtc(allergy.recordedDate),
  status: codeOf(allergy.clinicalStatus),
})
