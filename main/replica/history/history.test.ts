import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allergyOf } from '../../../shared/records/allergy-intolerance/allergy'
import { diagnosticReportOf } from '../../../shared/records/diagnostic-report/report'
import { encounterOf, finishedEncounter } from '../../../shared/records/encounter/encounter'
import type { FieldChange } from '../../../shared/records/history/clinicalFields'
import { mergeRecords } from '../../../shared/records/merge'
import { observationOfResult } from '../../../shared/records/observation/result'
import { vitalObservation } from '../../../shared/records/observation/vitalObservation'
import { patientOf, withDemographics } from '../../../shared/records/patient/patient'
import { openReplica, type Replica } from '../index'
import { readHistory, type VersionRead } from './recordHistory'

let folder: string
let replica: Replica
let nurse: string
let doctor: string
let now: number
const minute = 60_000

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-history-'))
  now = Date.parse('2026-11-21T10:00:00Z')
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'B', now: () => now })
  nurse = (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Sister Amina' }] }, 'system')).id
  doctor = (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Dr Ben' }] }, 'system')).id
})
afterEach(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const told = (changes: readonly FieldChange[]) => changes.map(({ field, before, after }) => [field, before?.text, after?.text])
const must = (history: VersionRead[] | undefined): VersionRead[] => {
  if (!history) throw new Error('there is no such record')
  return history
}
const register = async () => (await replica.records.add('Patient', patientOf({ family: 'Okonkwo', given: 'Adaeze', gender: 'female', birthDate: '1980-05-01', phone: '07700 900123' }, 'B-000001'), nurse)).id

describe('The history of a record', () => {
  it('tells who changed which of the details, when and on which workstation', async () => {
    const id = await register()
    now += minute
    await replica.records.revise('Patient', id, (patient) => withDemographics(patient, { birthDate: '1981-05-01', phone: '', address: '3 Salt Pan' }), doctor)
    const [changed, first, ...more] = must(await readHistory(replica, 'Patient', id))
    expect(more).toEqual([])
    expect(changed).toMatchObject({ act: 'revised', by: { kind: 'person', name: 'Dr Ben' }, station: 'B', at: '2026-11-21T10:01:00.000Z' })
    expect(told(changed?.changes ?? [])).toEqual([
      ['birthDate', '1980-05-01', '1981-05-01'],
      ['address', undefined, '3 Salt Pan'],
      ['phone', '07700 900123', undefined],
    ])
    expect(first).toMatchObject({ act: 'first', by: { name: 'Sister Amina' }, at: '2026-11-21T10:00:00.000Z' })
    expect(told(first?.changes ?? [])).toContainEqual(['family', undefined, 'Okonkwo'])
  })

  it('shows a change of something that this version knows no word for', async () => {
    const id = await register()
    await replica.records.revise('Patient', id, (patient) => ({ ...patient, maritalStatus: { text: 'widowed' }, newer: { thing: [1] } }) as never, doctor)
    const [changed] = must(await readHistory(replica, 'Patient', id))
    expect(told(changed?.changes ?? [])).toEqual([
      ['other:maritalStatus.text', undefined, 'widowed'],
      ['other:newer.thing[1]', undefined, '1'],
    ])
  })

  it('is one list for a value that was corrected twice, whichever of the three is asked for', async () => {
    const subject = await register()
    const taken = { subject, code: 'pulse', effective: '2026-11-21T09:00:00Z', performer: nurse, origin: { kind: 'typed' } } as const
    const one = await replica.records.add('Observation', vitalObservation({ ...taken, value: 178 }), nurse)
    now += minute
    const two = await replica.records.add('Observation', vitalObservation({ ...taken, value: 87, performer: doctor, corrects: one.id }), doctor)
    now += minute
    const three = await replica.records.add('Observation', vitalObservation({ ...taken, value: 78, corrects: two.id }), nurse)
    await replica.records.add('Observation', vitalObservation({ ...taken, code: 'spo2', value: 97 }), nurse)
    const histories = await Promise.all([one, two, three].map(async ({ id }) => must(await readHistory(replica, 'Observation', id))))
    expect(histories[1]).toEqual(histories[0])
    expect(histories[2]).toEqual(histories[0])
    expect(histories[0]?.map(({ act, by, changes }) => [act, (by as { name: string }).name, told(changes).find(([field]) => field === 'value')])).toEqual([
      ['corrected', 'Sister Amina', ['value', '87 /min', '78 /min']],
      ['corrected', 'Dr Ben', ['value', '178 /min', '87 /min']],
      ['first', 'Sister Amina', ['value', undefined, '178 /min']],
    ])
  })

  it('puts a corrected report beside the first of the same order, value by value', async () => {
    const subject = await register()
    const device = (await replica.records.add('Device', { resourceType: 'Device', deviceName: [{ name: 'Analyser 1', type: 'user-friendly-name' }] }, 'system')).id
    const origin = { kind: 'device', device: 'Analyser 1', profile: 'sysmex-xn', deviceId: device } as const
    const file = async (text: string, status: 'final' | 'corrected') => {
      const result = observationOfResult({ code: 'WBC', name: 'White cells', text, value: Number(text), unit: '10*9/L', status }, { subject, effective: '2026-11-21T09:00:00Z', origin })
      const { id } = await replica.records.add('Observation', result, `device:${device}`)
      now += minute
      return replica.records.add('DiagnosticReport', diagnosticReportOf({ subject, accession: 'B26000001', title: 'Full blood count', issued: '2026-11-21T09:05:00Z', origin, results: [id] }, status), `device:${device}`)
    }
    const first = await file('8.13', 'final')
    const corrected = await file('18.3', 'corrected')
    const [newest, oldest] = must(await readHistory(replica, 'DiagnosticReport', first.id))
    expect(newest).toMatchObject({ record: corrected.id, act: 'corrected', by: { kind: 'device', name: 'Analyser 1' } })
    expect(told(newest?.changes ?? [])).toEqual([
      ['status', 'status.final', 'status.corrected'],
      ['result:White cells', '8.13 10*9/L', '18.3 10*9/L'],
    ])
    expect(oldest?.record).toBe(first.id)
  })

  it('reads a visit that ended and an allergy as they were written', async () => {
    const subject = await register()
    const visit = await replica.records.add('Encounter', encounterOf({ subject, start: '2026-11-21T09:00:00Z', reason: 'Cough', practitioner: doctor }), doctor)
    now += minute
    await replica.records.revise('Encounter', visit.id, (resource) => finishedEncounter(resource, '2026-11-21T09:20:00Z'), nurse)
    expect(told(must(await readHistory(replica, 'Encounter', visit.id))[0]?.changes ?? [])).toEqual([
      ['status', 'status.in-progress', 'status.finished'],
      ['end', undefined, '2026-11-21T09:20:00Z'],
    ])
    const allergy = await replica.records.add('AllergyIntolerance', allergyOf({ subject, substance: 'Penicillin', criticality: 'high', reaction: 'Rash', recorder: nurse, recordedDate: '2026-11-21T09:00:00Z' }), nurse)
    expect(told(must(await readHistory(replica, 'AllergyIntolerance', allergy.id))[0]?.changes ?? [])).toEqual([
      ['substance', undefined, 'Penicillin'],
      ['criticality', undefined, 'criticality.high'],
      ['reaction', undefined, 'Rash'],
      ['clinicalStatus', undefined, 'status.active'],
      ['recorded', undefined, '2026-11-21T09:00:00Z'],
    ])
  })

  it('tells when a study was put onto the chart, and by whom', async () => {
    const subject = await register()
    const study = { resourceType: 'ImagingStudy' as const, status: 'available' as const, subject: { type: 'Patient', identifier: { value: 'unknown' } }, description: 'Chest', numberOfSeries: 1, numberOfInstances: 2 }
    const { id } = await replica.records.add('ImagingStudy', study, nurse)
    now += minute
    await replica.records.revise('ImagingStudy', id, (resource) => ({ ...resource, subject: { reference: `Patient/${subject}` }, numberOfInstances: 3 }), doctor)
    const [filed] = must(await readHistory(replica, 'ImagingStudy', id))
    expect(filed?.by).toEqual({ kind: 'person', name: 'Dr Ben' })
    expect(told(filed?.changes ?? [])).toEqual([
      ['images', '2', '3'],
      ['linked', 'no', 'yes'],
    ])
  })

  it('says that two workstations’ changes were put together', async () => {
    const id = await register()
    const storage = replica.collection.storageInstance
    const [previous] = await storage.findDocumentsById([id], false)
    if (!previous) throw new Error('no patient')
    const { resource, author, station, at } = previous
    const merged = { ...previous, resource: { ...resource, gender: 'other' }, author: 'system', station: 'merge', at: '2026-11-21T10:05:00.000Z-0000-M', prior: [{ resource, author, station, at }] }
    await storage.bulkWrite([{ previous, document: merged as never }], 'test')
    const [newest] = must(await readHistory(replica, 'Patient', id))
    expect(newest).toMatchObject({ act: 'merged', by: { kind: 'system' } })
    expect(newest?.station).toBeUndefined()
  })

  it('says of two changes that were written apart what each of them changed, not what the other did', async () => {
    const id = await register()
    const first = await replica.records.get('Patient', id)
    now += minute
    const mine = await replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-05-01' }), doctor)
    if (!first) throw new Error('no patient')
    const { prior: _prior, ...version } = first
    const other = { ...first, resource: { ...first.resource, gender: 'other' as const }, author: nurse, station: 'C', at: '2026-11-21T10:02:00.000Z-0000-C', after: [first.at], prior: [version] }
    const { record } = mergeRecords({ master: other, mine })
    const storage = replica.collection.storageInstance
    const [previous] = await storage.findDocumentsById([id], false)
    if (!previous) throw new Error('no patient')
    await storage.bulkWrite([{ previous, document: { ...previous, ...record } as never }], 'test')
    const history = must(await readHistory(replica, 'Patient', id))
    expect(history.map(({ act, station, changes }) => [act, station, told(changes)])).toEqual([
      ['merged', undefined, [['birthDate', '1980-05-01', '1981-05-01']]],
      ['revised', 'C', [['gender', 'gender.female', 'gender.other']]],
      ['revised', 'B', [['birthDate', '1980-05-01', '1981-05-01']]],
      ['first', 'B', history.at(-1)?.changes.map(({ field, before, after }) => [field, before?.text, after?.text])],
    ])
  })

  it('is nothing for a record that is not there', async () => {
    expect(await readHistory(replica, 'Patient', '01BX5ZZKBKACTAV9WEVGEMMVRZ')).toBeUndefined()
  })
})
