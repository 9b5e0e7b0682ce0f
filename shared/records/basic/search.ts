import type { Basic } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf, idOfReference, instantInUtc } from '../searchParts'

/** R4 search parameters of Basic: code (what it holds), subject, identifier, date (created). */
export const basicSearch = (basic: Basic): SearchParameters => ({
  code: codeOf(basic.code),
  subject: idOfReference(basic.subject),
  identifier: identifierOf(basic.identifier),
  date: instantInUtc(basic.created),
})
