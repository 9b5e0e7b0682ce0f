import type { ContactPoint, HumanName, Patient } from 'fhir/r4'
import { systems } from '../systems'

/** FHIR `AdministrativeGender`. */
export type Gender = 'male' | 'female' | 'other' | 'unknown'

/** The demographics that a registration writes; an empty text takes a field away. */
export interface Demographics {
  readonly family?: string
  readonly given?: string
  readonly prefix?: string
  readonly gender?: Gender
  /** FHIR date. */
  readonly birthDate?: string
  readonly phone?: string
  readonly address?: string
  /** Number of a passport or identity card. */
  readonly document?: string
}

/** One row of a list, without the envelope's stamp. */
export interface PatientFacts {
  readonly family: string
  readonly given: string
  readonly prefix?: string
  readonly gender: Gender
  readonly birthDate?: string
  readonly deceased: boolean
  readonly number: string
  readonly phone?: string
  readonly document?: string
}

const officialName = (patient: Patient): HumanName | undefined => patient.name?.find((each) => each.use === 'official') ?? patient.name?.[0]

const phoneOf = (patient: Patient): ContactPoint | undefined => patient.telecom?.find((each) => each.system === 'phone')

/** The patient number of the practice; empty when there is none. */
export const patientNumberOf = (patient: Patient): string =>
  patient.identifier?.find((each) => each.system === systems.patientNumber)?.value ?? ''

const documentOf = (patient: Patient): string | undefined => patient.identifier?.find((each) => each.system === systems.identityDocument)?.value

/** A new Patient with its number. */
export const patientOf = (demographics: Demographics & { readonly family: string }, number: string): Patient =>
  withDemographics({ resourceType: 'Patient', active: true, identifier: [{ use: 'usual', system: systems.patientNumber, value: number }] }, demographics)

const withName = (patient: Patient, change: Demographics): Patient => {
  if (change.family === undefined && change.given === undefined && change.prefix === undefined) return patient
  const old = officialName(patient)
  const name: HumanName = { ...old, use: 'official' }
  if (change.family !== undefined) name.family = change.family
  if (change.given !== undefined) {
    if (change.given) name.given = [change.given]
    else delete name.given
  }
  if (change.prefix !== undefined) {
    if (change.prefix) name.prefix = [change.prefix]
    else delete name.prefix
  }
  return { ...patient, name: [name, ...(patient.name ?? []).filter((each) => each !== old)] }
}

const withPhone = (patient: Patient, phone: string | undefined): Patient => {
  if (phone === undefined) return patient
  const old = phoneOf(patient)
  const others = (patient.telecom ?? []).filter((each) => each !== old)
  const { telecom: _telecom, ...rest } = patient
  const telecom: ContactPoint[] = phone ? [{ ...old, system: 'phone', value: phone }, ...others] : others
  return telecom.length > 0 ? { ...rest, telecom } : rest
}

const withDocument = (patient: Patient, document: string | undefined): Patient => {
  if (document === undefined) return patient
  const others = (patient.identifier ?? []).filter((each) => each.system !== systems.identityDocument)
  return { ...patient, identifier: document ? [...others, { use: 'official', system: systems.identityDocument, value: document }] : others }
}

/** The patient with the named fields changed, every other element left as it is. */
export const withDemographics = (patient: Patient, change: Demographics): Patient => {
  const changed = withDocument(withPhone(withName(patient, change), change.phone), change.document)
  const result: Patient = { ...changed }
  if (change.gender !== undefined) result.gender = change.gender
  if (change.birthDate !== undefined) result.birthDate = change.birthDate
  if (change.address !== undefined) {
    if (change.address) result.address = [{ use: 'home', text: change.address }]
    else delete result.address
  }
  return result
}

/** What lists and the banner show of a patient. */
export const patientFacts = (patient: Patient): PatientFacts => {
  const name = officialName(patient)
  const facts: { -readonly [Field in keyof PatientFacts]: PatientFacts[Field] } = {
    family: name?.family ?? name?.text ?? '',
    given: name?.given?.join(' ') ?? '',
    gender: patient.gender ?? 'unknown',
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
    number: patientNumberOf(patient),
  }
  const prefix = name?.prefix?.join(' ')
  if (prefix) facts.prefix = prefix
  if (patient.birthDate !== undefined) facts.birthDate = patient.birthDate
  const phone = phoneOf(patient)?.value
  if (phone) facts.phone = phone
  const document = documentOf(patient)
  if (document) facts.document = document
  return facts
}
