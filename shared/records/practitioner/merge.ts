import type { Practitioner } from 'fhir/r4'
import { both, byConcept, date, latest, word, type MergeTable } from '../mergeRule'
import { demographics } from '../patient/merge'

/** How two versions of a member of staff become one; who was taken out of use stays out until somebody decides. */
export const practitionerMerge: MergeTable<Practitioner> = {
  ...demographics,
  active: { kind: 'ask', as: 'word', meanwhile: (one, other) => one === true && other === true },
  gender: word,
  birthDate: date,
  qualification: both,
  communication: byConcept('language'),
  photo: latest,
}
