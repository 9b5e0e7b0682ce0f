import type { Specimen } from 'fhir/r4'
import { both, by, earliest, extensionPart, furthest, latest, type MergeRule, type MergeTable } from '../mergeRule'
import { collectedAt } from './specimen'

/** Rejected here and there: the first that said so stays, and nobody is asked. */
const rejected: MergeRule = {
  kind: 'settled',
  by: (one, other) => {
    const [first = '', second = ''] = [one, other].map((parts) => extensionPart(parts, 'at', 'valueInstant'))
    return first === second ? undefined : first < second ? one : other
  },
}

/** Taken once: who wrote it down first took it. */
const collection: MergeRule = { kind: 'settled', by: (one, other) => (collectedAt(one) <= collectedAt(other) ? one : other) }

/** How two versions of a tube become one: it is collected once, received once, and one that was rejected stays rejected. */
export const specimenMerge: MergeTable<Specimen> = {
  accessionIdentifier: latest,
  status: furthest('available', 'unavailable', 'unsatisfactory', 'entered-in-error'),
  type: latest,
  subject: latest,
  receivedTime: earliest,
  request: both,
  collection,
  container: latest,
  note: both,
  extension: by(['url'], { extension: rejected }),
}
