import type { ActivityDefinition, ObservationDefinition, PlanDefinition } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf } from '../searchParts'

/** R4 search parameters of what a catalogue is made of: identifier (its own code), code (LOINC), status. */
export const definitionSearch = (definition: ObservationDefinition | ActivityDefinition | PlanDefinition): SearchParameters => ({
  identifier: identifierOf(definition.identifier),
  ...(definition.resourceType === 'PlanDefinition' ? {} : { code: codeOf(definition.code) }),
  ...(definition.resourceType === 'ObservationDefinition' ? {} : { status: definition.status }),
})
