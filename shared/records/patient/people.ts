import type { Patient } from 'fhir/r4'
import type { KnownPerson } from './likeness'
import { patientFacts } from './patient'
import { systems } from '../systems'

/** A record has few names, numbers and documents; of a hostile one no more is compared. */
const most = 4

/** The person of a record under each of its names, with each telephone and identity document: maiden names, aliases, a second SIM. */
export const peopleIn = (patient: Patient): KnownPerson[] => {
  const { gender, birthDate } = patientFacts(patient)
  const names = (patient.name ?? []).slice(0, most).map((name) => ({ family: name.family ?? name.text ?? '', given: name.given?.join(' ') ?? '' }))
  const phones = (patient.telecom ?? []).filter(({ system, value }) => (system === 'phone' || system === 'sms') && value).slice(0, most)
  const documents = (patient.identifier ?? []).filter(({ system, value }) => system !== systems.patientNumber && value).slice(0, most)
  const known = { gender, ...(birthDate === undefined ? {} : { birthDate }) }
  return (names.length > 0 ? names : [{ family: '', given: '' }]).flatMap((name) =>
    (phones.length > 0 ? phones : [undefined]).flatMap((phone) =>
      (documents.length > 0 ? documents : [undefined]).map((document) => ({
        ...name,
        ...known,
        ...(phone?.value ? { phone: phone.value } : {}),
        ...(document?.value ? { document: document.value } : {}),
      })),
    ),
  )
}
