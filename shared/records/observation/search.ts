import type { Observation } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, idOfReference, instantInUtc, startOf } from '../searchParts'

/** R4 search parameters of Observation: subject, encounter, code, date (effective, else issued), status. */
export const observationSearch = (observation: Observation): SearchParameters => ({
  subject: idOfReference(observation.subject),
  encounter: idOfReference(observation.encounter),
  code: codeOf(observation.code),
  date: instantInUtc(observation.effectiveDateTime ?? observation.effectiveInstant) ?? startOf(observation.effectivePeriod) ?? instantInUtc(observation.issued),
  status: observation.status,
})
