import type { Composition } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, idOfReference, instantInUtc } from '../searchParts'

/** R4 search parameters of Composition: subject, encounter, type as code, date, status. */
export const compositionSearch = (composition: Composition): SearchParameters => ({
  subject: idOfReference(composition.subject),
  encounter: idOfReference(composition.encounter),
  code: codeOf(composition.type),
  date: instantInUtc(composition.date),
  status: composition.status,
})
