import type { Patient } from 'fhir/r4'
import type { Json } from '../mergeFields'
import { both, by, byConcept, date, latest, parts, several, text, texts, thing, word, type MergeTable, type OneOf } from '../mergeRule'

/** Names, numbers and addresses of a person or an organisation. */
export const demographics = {
  identifier: several(['system'], { value: text }),
  name: several(['use'], { text, family: text, given: texts, prefix: texts, suffix: texts, period: parts() }, { use: 'usual' }),
  telecom: several(['system', 'use'], { value: text }),
  address: several(['use'], { text, line: texts, city: text, district: text, state: text, postalCode: text, country: text, period: parts() }),
}

/** How two versions of a patient's details become one: field by field. */
export const patientMerge: MergeTable<Patient> = {
  ...demographics,
  active: word,
  gender: word,
  birthDate: date,
  maritalStatus: thing,
  contact: byConcept('relationship', { name: parts({ text, family: text, given: texts }), telecom: by(['system', 'use'], { value: text }) }),
  communication: byConcept('language'),
  generalPractitioner: both,
  link: both,
  photo: latest,
}

const saysDead = (value: Json): boolean => {
  const { deceasedBoolean, deceasedDateTime } = value as { readonly deceasedBoolean?: Json; readonly deceasedDateTime?: Json }
  return deceasedBoolean === true || deceasedDateTime !== undefined
}

/** Alive here and dead there, or two times of death: a person says which; meanwhile nobody gives a dead patient an appointment. */
export const patientOneOf: Readonly<Record<string, OneOf<Patient>>> = {
  deceased: {
    members: ['deceasedBoolean', 'deceasedDateTime'],
    rule: { kind: 'ask', as: 'thing', meanwhile: (one, other) => (saysDead(one) === saysDead(other) ? undefined : saysDead(one) ? one : other) },
  },
}
