import type { Patient } from 'fhir/r4'
import { both, by, byConcept, date, latest, parts, several, text, texts, thing, word, type MergeTable } from '../mergeRule'

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
  deceasedBoolean: { kind: 'ask', as: 'word', meanwhile: (one, other) => one === true || other === true },
  deceasedDateTime: thing,
  maritalStatus: thing,
  contact: byConcept('relationship', { name: parts({ text, family: text, given: texts }), telecom: by(['system', 'use'], { value: text }) }),
  communication: byConcept('language'),
  generalPractitioner: both,
  link: both,
  photo: latest,
}
