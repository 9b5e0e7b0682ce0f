import type { ContactPoint, HumanName, Identifier, Patient } from 'fhir/r4'
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

const documentOf = (patient: Patient): Identifier | undefined => patient.identifier?.find((each) => each.system === systems.identityDocument)

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

const withList = <Name extends 'telecom' | 'identifier' | 'address'>(patient: Patient, name: Name, items: Patient[Name]): Patient => {
  const changed = { ...patient, [name]: items }
  if (items === undefined) delete changed[name]
  return changed
}

/** The list with another item in the place of one, without it, or with one more; undefined: the list would be empty. */
const withItem = <Item>(items: readonly Item[] | undefined, old: Item | undefined, item: Item | undefined): Item[] | undefined => {
  const list = (items ?? []).flatMap((each) => (each === old ? (item === undefined ? [] : [item]) : [each]))
  if (old === undefined && item !== undefined) list.push(item)
  return list.length > 0 ? list : undefined
}

const withPhone = (patient: Patient, phone: string | undefined): Patient => {
  if (phone === undefined) return patient
  const old = phoneOf(patient)
  return withList(patient, 'telecom', withItem(patient.telecom, old, phone ? { ...old, system: 'phone', value: phone } : undefined))
}

const withDocument = (patient: Patient, document: string | undefined): Patient => {
  if (document === undefined) return patient
  const old = documentOf(patient)
  return withList(patient, 'identifier', withItem(patient.identifier, old, document ? { use: old?.use ?? 'official', system: systems.identityDocument, value: document } : undefined))
}

const withAddress = (patient: Patient, address: string | undefined): Patient => {
  if (address === undefined) return patient
  const [old] = patient.address ?? []
  // The parts of the old address are not those of a new text.
  return withList(patient, 'address', withItem(patient.address, old, address ? { use: old?.use ?? 'home', text: address } : undefined))
}

/** The patient with the named fields changed, every other element left as it is. */
export const withDemographics = (patient: Patient, change: Demographics): Patient => {
  const changed = withAddress(withDocument(withPhone(withName(patient, change), change.phone), change.document), change.address)
  const result: Patient = { ...changed }
  if (change.gender !== undefined) result.gender = change.gender
  if (change.birthDate !== undefined) result.birthDate = change.birthDate
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
  const document = documentOf(patient)?.value
  if (document) facts.document = document
  return facts
}
