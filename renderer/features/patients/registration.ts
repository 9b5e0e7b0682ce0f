import type { AskOf } from '../../../shared/contract'
import { readDate } from '../../components/format'

/** The registration form as typed. */
export interface Registration {
  readonly key: string
  readonly family: string
  readonly given: string
  readonly gender: 'male' | 'female' | 'other' | 'unknown' | undefined
  readonly birth: string
  readonly phone: string
  /** Number of an identity document; absent in a draft of an earlier version. */
  readonly document?: string
}

/** A field that keeps the form from being saved. */
export type RegistrationFault = 'family' | 'gender' | 'birth'

/** What keeps it from being saved, in the order of the form. Only the name and the sex are required. */
export const faultsOf = (form: Registration, today: Date): readonly RegistrationFault[] => [
  ...(form.family.trim() ? [] : (['family'] as const)),
  ...(form.gender ? [] : (['gender'] as const)),
  ...(form.birth.trim() && readDate(form.birth, today) === null ? (['birth'] as const) : []),
]

/** What is asked of the practice; null while something is missing. */
export const askOf = (form: Registration, today: Date): AskOf<'registerPatient'> | null => {
  if (faultsOf(form, today).length > 0 || !form.gender) return null
  const birthDate = form.birth.trim() ? readDate(form.birth, today) : null
  return {
    key: form.key,
    family: form.family.trim(),
    given: form.given.trim(),
    gender: form.gender,
    ...(birthDate ? { birthDate } : {}),
    ...(form.phone.trim() ? { phone: form.phone.trim() } : {}),
    ...(form.document?.trim() ? { document: form.document.trim() } : {}),
  }
}

/** What is known so far of the person in the form: enough to ask who may be the same one. */
export const personOf = (form: Registration, today: Date): AskOf<'findSamePeople'> => {
  const birthDate = form.birth.trim() ? readDate(form.birth, today) : null
  return {
    family: form.family.trim().slice(0, 200),
    given: form.given.trim().slice(0, 200),
    ...(form.gender ? { gender: form.gender } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(form.phone.trim() ? { phone: form.phone.trim().slice(0, 200) } : {}),
    ...(form.document?.trim() ? { document: form.document.trim().slice(0, 200) } : {}),
  }
}
