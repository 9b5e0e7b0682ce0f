import type { AllergyIntolerance } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'

export type Criticality = 'high' | 'low' | 'unable-to-assess'

/** SNOMED CT "No known allergy" (716186003), the way FHIR R4 records that somebody asked and there is none. */
const noKnownAllergy = '716186003'

const clinicalStatus = (code: 'active' | 'resolved') => ({ coding: [{ system: systems.allergyClinical, code }] })

/** An allergy as a nurse records it. */
export const allergyOf = (told: {
  readonly subject: string
  readonly substance: string
  readonly criticality: Criticality
  readonly reaction?: string
  readonly recorder: string
  readonly recordedDate: string
}): AllergyIntolerance => {
  const resource: AllergyIntolerance = {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: clinicalStatus('active'),
    criticality: told.criticality,
    code: { text: told.substance },
    patient: referenceTo('Patient', told.subject),
    recorder: referenceTo('Practitioner', told.recorder),
    recordedDate: told.recordedDate,
  }
  if (told.reaction) resource.reaction = [{ manifestation: [{ text: told.reaction }] }]
  return resource
}

/** Somebody asked, and the patient knows of no allergy. */
export const noKnownAllergiesOf = (told: { readonly subject: string; readonly recorder: string; readonly recordedDate: string }): AllergyIntolerance => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: clinicalStatus('active'),
  code: { coding: [{ system: systems.snomed, code: noKnownAllergy, display: 'No known allergy' }], text: 'No known allergies' },
  patient: referenceTo('Patient', told.subject),
  recorder: referenceTo('Practitioner', told.recorder),
  recordedDate: told.recordedDate,
})

/** Whether the record says "none known" and not an allergy. */
export const isNoKnownAllergies = (resource: AllergyIntolerance): boolean =>
  resource.code?.coding?.some((each) => each.system === systems.snomed && each.code === noKnownAllergy) ?? false

const isActive = (resource: AllergyIntolerance): boolean => {
  const status = resource.clinicalStatus?.coding?.[0]?.code
  return status !== 'inactive' && status !== 'resolved' && resource.verificationStatus?.coding?.[0]?.code !== 'entered-in-error'
}

/** One allergy as the banner shows it; `by` is a practitioner id. */
export interface AllergyFacts {
  readonly id: string
  readonly substance: string
  readonly criticality: Criticality
  readonly reaction?: string
  readonly by: string
  readonly at: string
}

/** What the banner says of allergies, ids not yet names: an allergy beats "none known", "none known" beats silence. */
export type AllergyFinding =
  | { readonly status: 'not-asked' }
  | { readonly status: 'none-known'; readonly by: string; readonly at: string }
  | { readonly status: 'recorded'; readonly allergies: readonly AllergyFacts[] }

/** Not knowing how bad it is counts as worse than knowing that it is mild. */
const severity: Readonly<Record<Criticality, number>> = { high: 0, 'unable-to-assess': 1, low: 2 }

/** Worst first; among equals in the order of the alphabet. */
const worstFirst = (left: AllergyFacts, right: AllergyFacts): number =>
  severity[left.criticality] - severity[right.criticality] || (left.substance < right.substance ? -1 : left.substance > right.substance ? 1 : 0)

const factsOf = (id: string, resource: AllergyIntolerance): AllergyFacts => {
  const facts = {
    id,
    substance: resource.code?.text ?? resource.code?.coding?.[0]?.display ?? '',
    criticality: resource.criticality ?? ('unable-to-assess' as const),
    by: idIn(resource.recorder, 'Practitioner') ?? '',
    at: resource.recordedDate ?? '',
  }
  const reaction = resource.reaction?.[0]?.manifestation?.[0]?.text
  return reaction === undefined ? facts : { ...facts, reaction }
}

/** What a patient's AllergyIntolerance records say together; never silently empty. */
export const allergyFinding = (records: readonly { readonly id: string; readonly resource: AllergyIntolerance }[]): AllergyFinding => {
  const active = records.filter((each) => isActive(each.resource))
  const allergies = active.filter((each) => !isNoKnownAllergies(each.resource)).map((each) => factsOf(each.id, each.resource))
  if (allergies.length > 0) return { status: 'recorded', allergies: allergies.sort(worstFirst) }
  const asked = active.map((each) => factsOf(each.id, each.resource)).sort((left, right) => (left.at < right.at ? 1 : -1))[0]
  return asked ? { status: 'none-known', by: asked.by, at: asked.at } : { status: 'not-asked' }
}
