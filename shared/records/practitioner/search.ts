import type { Practitioner } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { foldName } from '../patient/name'
import { identifierOf } from '../searchParts'

/** R4 search parameters of Practitioner: family, given, identifier (the first: the user name), active as status. */
export const practitionerSearch = (practitioner: Practitioner): SearchParameters => {
  const name = practitioner.name?.[0]
  return {
    family: foldName(name?.family ?? name?.text ?? '') || undefined,
    given: foldName(name?.given?.join(' ') ?? '') || undefined,
    identifier: identifierOf(practitioner.identifier),
    status: practitioner.active === false ? 'inactive' : 'active',
  }
}
