import type { ServiceRequest } from 'fhir/r4'
import { both, by, concept, earliest, extensionPart, furthest, graver, latest, type MergeRule, type MergeTable } from '../mergeRule'

/** A step of an order: the first time that somebody said so stays. Two reasons for withdrawing it are asked about. */
const step: MergeRule = {
  kind: 'settled',
  by: (one, other) => {
    const [first, second] = [one, other].map((parts) => (extensionPart(parts, 'why', 'valueString') === undefined ? extensionPart(parts, 'at', 'valueInstant') : undefined))
    if (first === undefined || second === undefined || first === second) return undefined
    return first < second ? one : other
  },
}

/** How two versions of an order become one; answered here and withdrawn there is for a person to say. */
export const orderMerge: MergeTable<ServiceRequest> = {
  // A tube that two laboratories rejected apart got two numbers: the lower one stands, and what comes under the other is found by its tube.
  identifier: by(['system'], { value: earliest }),
  requisition: latest,
  extension: by(['url'], { extension: step }),
  status: furthest('draft', 'active', 'on-hold', 'completed'),
  priority: graver('routine', 'urgent', 'asap', 'stat'),
  code: concept,
  category: both,
  reasonCode: both,
  specimen: both,
  supportingInfo: both,
  note: both,
}
