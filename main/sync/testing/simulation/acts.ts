import type { Encounter, Observation, Patient } from 'fhir/r4'
import type { Envelope } from '../../../../shared/records/envelope'
import { referenceTo } from '../../../../shared/records/systems'
import type { Records } from '../../../replica'
import type { Sync } from '../..'
import type { Chance } from './chance'

/** Where somebody sits and does something. */
export interface Desk {
  readonly name: string
  readonly records: Records
  readonly sync: Pick<Sync, 'reviewItems' | 'resolve'>
  readonly chance: Chance
}

type Act = (desk: Desk) => Promise<unknown>

/** Each value is given once in a simulation, so that it can be told whose it is. */
const newValue = ({ name, chance }: Desk): string => `${name}-${chance.bytes(5).toString('hex')}`
const newDay = ({ chance }: Desk): string => new Date(Date.UTC(chance.between(1900, 2020), chance.between(0, 11), chance.between(1, 28))).toISOString().slice(0, 10)
const person = ({ name }: Desk): string => `nurse-${name}`

/** A patient; as a rule one of the few whom everybody is busy with. */
const somePatient = async ({ records, chance }: Desk): Promise<Envelope<'Patient'> | undefined> => {
  const known = (await records.find('Patient', { limit: 200 })).sort((one, other) => (one.id < other.id ? -1 : 1))
  return known.length === 0 ? undefined : chance.pick(chance.happens(0.7) ? known.slice(0, 3) : known)
}

const someone = (desk: Desk): Patient => ({
  resourceType: 'Patient', active: true, gender: 'female', birthDate: newDay(desk),
  identifier: [{ system: 'urn:outpost:patient-number', value: newValue(desk) }],
  name: [{ use: 'official', family: newValue(desk), given: ['Amina'] }],
  telecom: [{ system: 'phone', use: 'mobile', value: newValue(desk) }],
  address: [{ use: 'home', city: newValue(desk) }],
})

const register: Act = (desk) => desk.records.add('Patient', someone(desk), person(desk))

const first = <Item extends object>(items: readonly Item[] | undefined, change: Partial<Item>): Item[] => [{ ...(items?.[0] as Item), ...change }, ...(items?.slice(1) ?? [])]

const changes: readonly ((patient: Patient, desk: Desk) => Patient)[] = [
  (patient, desk) => ({ ...patient, birthDate: newDay(desk) }),
  (patient, desk) => ({ ...patient, name: first(patient.name, { use: 'official', family: newValue(desk) }) }),
  (patient, desk) => ({ ...patient, telecom: first(patient.telecom, { system: 'phone', use: 'mobile', value: newValue(desk) }) }),
  (patient, desk) => ({ ...patient, address: first(patient.address, { use: 'home', city: newValue(desk) }) }),
]

const correctPatient: Act = async (desk) => {
  const patient = await somePatient(desk)
  if (!patient) return register(desk)
  const [change, also] = [desk.chance.pick(changes), desk.chance.pick(changes)]
  const twice = desk.chance.happens(0.3)
  return desk.records.revise('Patient', patient.id, (resource) => (twice ? also(change(resource, desk), desk) : change(resource, desk)), person(desk), desk.chance.happens(0.5) ? patient.at : undefined)
}

const measure = (patient: string, value: number): Observation => ({
  resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, subject: referenceTo('Patient', patient),
  effectiveDateTime: new Date().toISOString(), valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
})

const takeVitals: Act = async (desk) => {
  const patient = await somePatient(desk)
  return patient && desk.records.add('Observation', measure(patient.id, desk.chance.between(40, 180)), person(desk))
}

const receiveResults: Act = async (desk) => {
  const patient = await somePatient(desk)
  if (!patient) return undefined
  const many = Array.from({ length: desk.chance.between(5, 25) }, () => ({ type: 'Observation' as const, resource: measure(patient.id, desk.chance.between(40, 180)) }))
  return desk.records.addAll(many, 'device:analyser')
}

/** An analyser that two workstations listen to: the same result is filed under the same key, wherever it is. */
const receiveAgain: Act = async (desk) => {
  const patient = await somePatient(desk)
  const number = desk.chance.between(1, 12)
  const value = desk.chance.happens(0.3) ? desk.chance.between(40, 180) : 70 + number
  return patient && desk.records.add('Observation', { ...measure(patient.id, value), effectiveDateTime: '2026-11-20T08:00:00.000Z' }, 'device:analyser', `result-${number}`)
}

const beginVisit: Act = async (desk) => {
  const patient = await somePatient(desk)
  const visit: Omit<Encounter, 'subject'> = { resourceType: 'Encounter', status: 'in-progress', class: { code: 'AMB' }, period: { start: new Date().toISOString() } }
  return patient && desk.records.add('Encounter', { ...visit, subject: referenceTo('Patient', patient.id) }, person(desk))
}

const endVisit: Act = async (desk) => {
  const visits = (await desk.records.find('Encounter', { limit: 5 })).sort((one, other) => (one.id < other.id ? -1 : 1))
  const visit = visits.length > 0 ? desk.chance.pick(visits) : undefined
  if (!visit) return beginVisit(desk)
  const end = new Date(Date.UTC(2026, 10, 21, 0, 0, 0, desk.chance.between(0, 86_000_000))).toISOString()
  return desk.records.revise('Encounter', visit.id, (resource) => ({ ...resource, status: 'finished', period: { ...resource.period, end } }), person(desk))
}

const noteAllergy: Act = async (desk) => {
  const patient = await somePatient(desk)
  if (!patient) return undefined
  const known = await desk.records.find('AllergyIntolerance', { where: { subject: patient.id }, limit: 5 })
  const allergy = known.length > 0 ? desk.chance.pick(known) : undefined
  if (!allergy || desk.chance.happens(0.3)) {
    return desk.records.add('AllergyIntolerance', { resourceType: 'AllergyIntolerance', patient: referenceTo('Patient', patient.id), code: { text: newValue(desk) }, criticality: 'low' }, person(desk))
  }
  const reaction = { manifestation: [{ text: newValue(desk) }] }
  const criticality = desk.chance.pick(['low', 'high', 'unable-to-assess'] as const)
  return desk.records.revise('AllergyIntolerance', allergy.id, (resource) => ({ ...resource, criticality, reaction: [...(resource.reaction ?? []), reaction] }), person(desk))
}

const writeNote: Act = async (desk) => {
  const patient = await somePatient(desk)
  return patient && desk.records.add(
    'Composition',
    { resourceType: 'Composition', status: 'final', type: { text: 'note' }, subject: referenceTo('Patient', patient.id), date: new Date().toISOString(), author: [{ display: person(desk) }], title: newValue(desk) },
    person(desk),
  )
}

const decide: Act = async (desk) => {
  const open = await desk.sync.reviewItems()
  return open.length > 0 && desk.sync.resolve(desk.chance.pick(open).id, desk.chance.pick(['mine', 'theirs']), `dr-${desk.name}`)
}

const acts: readonly (readonly [Act, number])[] = [
  [register, 10], [correctPatient, 40], [takeVitals, 10], [receiveResults, 2], [receiveAgain, 6], [beginVisit, 4], [endVisit, 8], [noteAllergy, 10], [writeNote, 4], [decide, 6],
]

/** Somebody does something. What a person would be told (the record has moved on since, it is gone) is no fault. */
export const doSomething = async (desk: Desk): Promise<void> => {
  try {
    await desk.chance.weighted(acts)(desk)
  } catch (error) {
    if ((error as { name?: string }).name !== 'ReplicaProblem') throw error
  }
}
