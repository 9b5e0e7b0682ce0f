import type { Specimen } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, idOfReference, instantInUtc } from '../searchParts'

/** R4 search parameters of Specimen: subject, accession, collected, status, type. */
export const specimenSearch = (specimen: Specimen): SearchParameters => ({
  subject: idOfReference(specimen.subject),
  code: codeOf(specimen.type),
  date: instantInUtc(specimen.collection?.collectedDateTime),
  status: specimen.status,
  identifier: specimen.accessionIdentifier?.value,
})
