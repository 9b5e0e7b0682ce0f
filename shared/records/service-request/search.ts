import type { ServiceRequest } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf, idOfReference, instantInUtc } from '../searchParts'
import { systems } from '../systems'

/** R4 search parameters of ServiceRequest: subject, encounter, code, date (authored), status, identifier (accession number). */
export const serviceRequestSearch = (request: ServiceRequest): SearchParameters => ({
  subject: idOfReference(request.subject),
  encounter: idOfReference(request.encounter),
  code: codeOf(request.code),
  date: instantInUtc(request.authoredOn),
  status: request.status,
  identifier: identifierOf(request.identifier, systems.accession) ?? identifierOf(request.identifier),
})
