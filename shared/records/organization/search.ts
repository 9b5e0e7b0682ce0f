import type { Organization } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { foldName } from '../patient/name'
import { identifierOf } from '../searchParts'

/** R4 search parameters of Organization: name as family, identifier. */
export const organizationSearch = (organization: Organization): SearchParameters => ({
  family: foldName(organization.name ?? '') || undefined,
  identifier: identifierOf(organization.identifier),
  status: organization.active === false ? 'inactive' : 'active',
})
