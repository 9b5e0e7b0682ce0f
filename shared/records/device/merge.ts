import type { Device } from 'fhir/r4'
import { both, by, byConcept, furthest, text, type MergeTable } from '../mergeRule'

/** How two versions of a device become one; one that was taken out of use stays out. */
export const deviceMerge: MergeTable<Device> = {
  identifier: by(['system'], { value: text }),
  status: furthest('active', 'inactive'),
  deviceName: by(['type'], { name: text }),
  property: byConcept('type'),
  note: both,
}
