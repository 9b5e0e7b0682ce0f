import type { Communication } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, idOfReference, identifierOf, instantInUtc } from '../searchParts'

/** R4 search parameters of Communication: subject, encounter, sent as date, topic as code, status, identifier. */
export const communicationSearch = (communication: Communication): SearchParameters => ({
  subject: idOfReference(communication.subject),
  encounter: idOfReference(communication.encounter),
  code: codeOf(communication.topic),
  date: instantInUtc(communication.sent),
  status: communication.status,
  identifier: identifierOf(communication.identifier),
})
