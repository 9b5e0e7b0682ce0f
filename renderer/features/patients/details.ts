import type { AskOf, PatientSummary } from '../../../shared/contract'
import { formatDate, readDate } from '../../components/format'

/** The details of a patient as typed; a birth date as people write it. */
export interface Details {
  readonly family: string
  readonly given: string
  readonly prefix: string
  readonly gender: PatientSummary['gender']
  readonly birth: string
  readonly phone: string
  /** Number of an identity document. */
  readonly document: string
}

const fields = ['family', 'given', 'prefix', 'gender', 'birth', 'phone', 'document'] as const

/** What stands in the record, as it would be typed. */
export const detailsOf = (patient: PatientSummary): Details => ({
  family: patient.family,
  given: patient.given,
  prefix: patient.prefix ?? '',
  gender: patient.gender,
  birth: patient.birthDate ? formatDate(patient.birthDate) : '',
  phone: patient.phone ?? '',
  document: patient.document ?? '',
})

/** What keeps the details from being saved. A birth date once known is corrected, not emptied. */
export const detailFaults = (typed: Details, base: Details, today: Date): readonly ('family' | 'birth')[] => [
  ...(typed.family.trim() ? [] : (['family'] as const)),
  ...(typed.birth.trim() === base.birth || readDate(typed.birth, today) !== null ? [] : (['birth'] as const)),
]

/** Only what this person changed: what somebody else changed meanwhile is not written back. */
export const changesOf = (typed: Details, base: Details, today: Date): Omit<AskOf<'updatePatient'>, 'patient' | 'at'> => {
  const changed = (field: (typeof fields)[number]) => typed[field].trim() !== base[field]
  const birthDate = changed('birth') ? readDate(typed.birth, today) : null
  return {
    ...(changed('family') ? { family: typed.family.trim() } : {}),
    ...(changed('given') ? { given: typed.given.trim() } : {}),
    ...(changed('prefix') ? { prefix: typed.prefix.trim() } : {}),
    ...(changed('gender') ? { gender: typed.gender } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(changed('phone') ? { phone: typed.phone.trim() } : {}),
    ...(changed('document') ? { document: typed.document.trim() } : {}),
  }
}

/** After somebody else saved: what this person did not touch takes the new values, what they typed stays. */
export const rebased = (typed: Details, base: Details, now: Details): Details =>
  Object.fromEntries(fields.map((field) => [field, typed[field] === base[field] ? now[field] : typed[field]])) as unknown as Details
