import type { Patient } from 'fhir/r4'
import { digitsOf, identifierOf } from '../searchParts'
import type { SearchParameters } from '../envelope'
import { systems } from '../systems'
import { foldName } from './name'

/** R4 search parameters of Patient: family, given, birthdate, identifier (the practice's number), phone (digits). */
export const patientSearch = (patient: Patient): SearchParameters => {
  const name = patient.name?.find((each) => each.use === 'official') ?? patient.name?.[0]
  const phone = patient.telecom?.find((each) => each.system === 'phone')?.value
  return {
    family: foldName(name?.family ?? name?.text ?? '') || undefined,
    given: foldName(name?.given?.join(' ') ?? '') || undefined,
    birthdate: patient.birthDate,
    identifier: identifierOf(patient.identifier, systems.patientNumber) ?? identifierOf(patient.identifier),
    phone: phone === undefined ? undefined : digitsOf(phone) || undefined,
    status: patient.active === false ? 'inactive' : 'active',
  }
}
