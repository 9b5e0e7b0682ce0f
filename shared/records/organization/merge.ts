import type { Organization } from 'fhir/r4'
import { both, byConcept, text, word, type MergeTable } from '../mergeRule'
import { demographics } from '../patient/merge'

const { identifier, telecom, address } = demographics

/** How two versions of the practice's own details become one. */
export const organizationMerge: MergeTable<Organization> = { identifier, telecom, address, active: word, name: text, type: both, contact: byConcept('purpose') }
