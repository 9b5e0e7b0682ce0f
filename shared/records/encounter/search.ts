import type { Encounter } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf, idOfReference, startOf } from '../searchParts'

/** R4 search parameters of Encounter: subject, date (its start), status, class as code, identifier. */
export const encounterSearch = (encounter: Encounter): SearchParameters => ({
  subject: idOfReference(encounter.subject),
  date: startOf(encounter.period),
  status: encounter.status,
  code: encounter.class?.code ?? codeOf(encounter.type?.[0]),
  identifier: identifierOf(encounter.identifier),
})
