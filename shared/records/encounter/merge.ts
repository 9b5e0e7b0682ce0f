import type { Encounter } from 'fhir/r4'
import { both, by, earliest, furthest, largest, parts, type MergeTable } from '../mergeRule'

/** How two versions of a visit become one: it goes only forward, from its first beginning to its last end, with everybody who took part. */
export const encounterMerge: MergeTable<Encounter> = {
  identifier: by(['system']),
  status: furthest('planned', 'arrived', 'triaged', 'cancelled', 'in-progress', 'onleave', 'finished'),
  period: parts({ start: earliest, end: largest }),
  participant: both,
  reasonCode: both,
  reasonReference: both,
  diagnosis: both,
  location: both,
  statusHistory: both,
  classHistory: both,
}
