import type { ServiceRequest } from 'fhir/r4'
import { both, by, concept, furthest, graver, type MergeTable } from '../mergeRule'

/** How two versions of an order become one; answered here and withdrawn there is for a person to say. */
export const orderMerge: MergeTable<ServiceRequest> = {
  identifier: by(['system']),
  status: furthest('draft', 'active', 'on-hold', 'completed'),
  priority: graver('routine', 'urgent', 'asap', 'stat'),
  code: concept,
  category: both,
  reasonCode: both,
  specimen: both,
  supportingInfo: both,
  note: both,
}
