import type { Patient } from 'fhir/r4'
import { beforeEach, describe, expect, test } from 'vitest'
import type { RxCollection } from 'rxdb'
import { allergyOf } from '../../shared/records/allergy-intolerance/allergy'
import type { Envelope } from '../../shared/records/envelope'
import { mergeRecords } from '../../shared/records/merge'
import { openReplica, readHistory, type Replica } from '../replica'
import { afterwards, folder, person } from './clinic.test-parts'
import { addReviewItems } from './resolveConflicts'
import { listReviewItems, reopenReviewItem, resolveReviewItem } from './reviewItems'

let replica: Replica
let [nurse, doctor] = ['', '']
let now = Date.parse('2026-11-21T10:00:00Z')

beforeEach(async () => {
  replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A', now: () => (now += 1000) })
  nurse = (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Sister Amina' }] }, 'system')).id
  doctor = (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Dr Ben' }] }, 'system')).id
  const opened = replica
  afterwards(() => opened.close())
})

type Change<Resource> = (resource: Resource) => Resource

/** What a sync does when another workstation changed the same record: the two are merged here, clashes become items. */
const comesFromElsewhere = async <Type extends 'Patient' | 'AllergyIntolerance' | 'ImagingStudy'>(before: Envelope<Type>, change: Change<Envelope<Type>['resource']>): Promise<void> => {
  const collection = replica.collection as RxCollection<Envelope>
  const [mine] = await collection.storageInstance.findDocumentsById([before.id], false)
  if (!mine) throw new Error('no record')
  const { prior, resource, author, station, at, ...rest } = before
  const other: Envelope = { ...rest, resource: change(structuredClone(resource)), author: nurse, station: 'B', at: at.replace(/-A$/, '-B').replace(/\.\d{3}Z/, '.900Z'), after: [at], prior: [...prior, { resource, author, station, at }] }
  const { record, clashes } = mergeRecords({ master: other, mine: mine as unknown as Envelope })
  await addReviewItems(collection, record, clashes)
  await collection.storageInstance.bulkWrite([{ previous: mine, document: { ...mine, ...record } as typeof mine }], 'test')
}

/** A patient whose phone (or whatever) was changed here and elsewhere. */
const clashing = async (here: Change<Patient>, elsewhere: Change<Patient>) => {
  const first = await replica.records.add('Patient', person('Achebe', 'A-1'), nurse)
  await replica.records.revise('Patient', first.id, here, doctor)
  await comesFromElsewhere(first, elsewhere)
  const [item] = await listReviewItems(replica)
  if (!item) throw new Error('no item')
  return { id: first.id, item, read: async () => (await replica.records.get('Patient', first.id))?.resource as Patient }
}
const withPhone = (value: string): Change<Patient> => (patient) => ({ ...patient, telecom: [{ system: 'phone', value }] })
const decide = (item: string, keep: Parameters<typeof resolveReviewItem>[1]['keep'], text?: string) => resolveReviewItem(replica, { item, keep, practitioner: doctor, ...(text === undefined ? {} : { text }) }, () => now)

describe('the conflict desk', () => {
  test('says in the words of the chart what each wrote, who, where, when, and what it was before', async () => {
    const { id, item } = await clashing((patient) => ({ ...patient, birthDate: '1981-02-03', gender: 'other' }), (patient) => ({ ...patient, birthDate: '1979-12-31' }))
    expect(item).toMatchObject({
      record: id, type: 'Patient', patient: id, patientName: 'ACHEBE, Amina', patientNumber: 'A-1', about: 'clash', field: 'birthDate', before: '1980-01-01',
      mine: { value: '1981-02-03', by: 'Dr Ben', station: 'A' }, theirs: { value: '1979-12-31', by: 'Sister Amina', station: 'B' },
      lines: [{ field: 'birthDate', before: { kind: 'date', text: '1980-01-01' }, mine: { kind: 'date', text: '1981-02-03' }, theirs: { kind: 'date', text: '1979-12-31' } }],
      stands: 'mine', choices: ['mine', 'theirs', 'typed'], typed: 'date', state: 'open',
    })
  })

  test('is decided without a network; the loser stays in the history, in the words of the chart', async () => {
    const { id, item, read } = await clashing((patient) => ({ ...patient, birthDate: '1981-02-03' }), (patient) => ({ ...patient, birthDate: '1979-12-31' }))
    expect(await decide(item.id, 'theirs')).toMatchObject({ ok: true, value: { state: 'resolved', decision: 'theirs', decidedBy: 'Dr Ben', stands: 'theirs' } })
    expect((await read()).birthDate).toBe('1979-12-31')
    const told = (await readHistory(replica, 'Patient', id))?.flatMap(({ changes, by }) => changes.flatMap(({ field, after }) => (field === 'birthDate' ? [[after?.text, by.kind === 'person' ? by.name : by.kind]] : [])))
    expect(told).toContainEqual(['1981-02-03', 'Dr Ben'])
    expect(await listReviewItems(replica)).toEqual([])
    expect(await listReviewItems(replica, { state: 'resolved' })).toMatchObject([{ id: item.id, decision: 'theirs' }])
    expect(await decide(item.id, 'mine')).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  test('keeps two phones where both are right, and takes a third where neither is', async () => {
    const both = await clashing(withPhone('0801'), withPhone('0802'))
    expect(await decide(both.item.id, 'both')).toMatchObject({ ok: true, value: { decision: 'both' } })
    expect((await both.read()).telecom?.map(({ value }) => value)?.sort()).toEqual(['0801', '0802'])
    const neither = await clashing(withPhone('0803'), withPhone('0804'))
    expect(await decide(neither.item.id, 'typed', '0805')).toMatchObject({ ok: true, value: { decision: 'typed' } })
    expect((await neither.read()).telecom?.map(({ value }) => value)).toEqual(['0805'])
  })

  test('lets stand what somebody has written since', async () => {
    const { id, item, read } = await clashing(withPhone('0801'), withPhone('0802'))
    await replica.records.revise('Patient', id, withPhone('0809'), nurse)
    const [later] = await listReviewItems(replica)
    expect(later).toMatchObject({ present: '0809', choices: ['mine', 'theirs', 'present', 'typed'], lines: [{ field: 'phone', now: { text: '0809' } }] })
    expect(later?.stands).toBeUndefined()
    expect(await decide(item.id, 'present')).toMatchObject({ ok: true })
    expect((await read()).telecom?.map(({ value }) => value)).toEqual(['0809'])
  })

  test('refuses what is not offered, a date that is none, and typing nothing', async () => {
    const { item, read } = await clashing((patient) => ({ ...patient, birthDate: '1981-02-03' }), (patient) => ({ ...patient, birthDate: '1979-12-31' }))
    for (const answer of [await decide(item.id, 'both'), await decide(item.id, 'seen'), await decide(item.id, 'typed'), await decide(item.id, 'typed', 'yesterday'), await decide(item.id, 'mine', 'x')]) expect(answer).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    expect((await read()).birthDate).toBe('1981-02-03')
  })

  test('takes a decision back, with the value that stood, and never over a later change', async () => {
    const { id, item, read } = await clashing(withPhone('0801'), withPhone('0802'))
    const stood = (await read()).telecom?.[0]?.value
    await decide(item.id, stood === '0801' ? 'theirs' : 'mine')
    expect(await reopenReviewItem(replica, item.id, doctor)).toMatchObject({ ok: true, value: { state: 'open' } })
    expect((await read()).telecom?.[0]?.value).toBe(stood)
    await decide(item.id, stood === '0801' ? 'theirs' : 'mine')
    await replica.records.revise('Patient', id, withPhone('0809'), nurse)
    await reopenReviewItem(replica, item.id, doctor)
    expect((await read()).telecom?.[0]?.value).toBe('0809')
    expect(await reopenReviewItem(replica, item.id, doctor)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  test('takes “keep both” back: the one that joined is gone, unless somebody has changed it since', async () => {
    const { item, read } = await clashing(withPhone('0801'), withPhone('0802'))
    const stood = await read()
    await decide(item.id, 'both')
    await reopenReviewItem(replica, item.id, doctor)
    expect(await read()).toEqual(stood)
    await decide(item.id, 'both')
    await replica.records.revise('Patient', stood.id ?? '', (patient) => ({ ...patient, telecom: patient.telecom?.map((each, place) => (place === 1 ? { ...each, value: '0809' } : each)) }), nurse)
    await reopenReviewItem(replica, item.id, doctor)
    expect((await read()).telecom?.map(({ value }) => value)).toEqual([stood.telecom?.[0]?.value, '0809'])
  })

  test('takes back what was written where nothing stood', async () => {
    const { id, item, read } = await clashing(withPhone('0801'), withPhone('0802'))
    await replica.records.revise('Patient', id, ({ telecom: _telecom, ...patient }) => patient, nurse)
    await decide(item.id, 'mine')
    expect((await read()).telecom).toEqual([{ system: 'phone', value: '0801' }])
    await reopenReviewItem(replica, item.id, doctor)
    expect(await read()).not.toHaveProperty('telecom')
  })

  test('protects the patient while nobody has decided how severe an allergy is', async () => {
    const { id: subject } = await replica.records.add('Patient', person('Achebe', 'A-1'), nurse)
    const told = { subject, substance: 'Penicillin', criticality: 'unable-to-assess', recorder: nurse, recordedDate: '2026-11-21T09:00:00Z' } as const
    const first = await replica.records.add('AllergyIntolerance', allergyOf(told), nurse)
    await replica.records.revise('AllergyIntolerance', first.id, (allergy) => ({ ...allergy, criticality: 'high' }), doctor)
    await comesFromElsewhere(first, (allergy) => ({ ...allergy, criticality: 'low' }))
    expect(await listReviewItems(replica)).toMatchObject([{ title: { text: 'Penicillin' }, patient: subject, stands: 'mine', choices: ['mine', 'theirs'], lines: [{ field: 'criticality', mine: { text: 'criticality.high' }, theirs: { text: 'criticality.low' } }] }])
    expect((await replica.records.get('AllergyIntolerance', first.id))?.resource.criticality).toBe('high')
  })

  test('names the two patients on whose charts a study stands', async () => {
    const [one, other] = [await replica.records.add('Patient', person('Achebe', 'A-1'), nurse), await replica.records.add('Patient', person('Eze', 'A-2'), nurse)]
    const first = await replica.records.add('ImagingStudy', { resourceType: 'ImagingStudy', status: 'available', subject: { type: 'Patient', identifier: { value: 'P-7' } } }, nurse)
    await replica.records.revise('ImagingStudy', first.id, (study) => ({ ...study, subject: { reference: `Patient/${one.id}` } }), doctor)
    await comesFromElsewhere(first, (study) => ({ ...study, subject: { reference: `Patient/${other.id}` } }))
    expect(await listReviewItems(replica)).toMatchObject([{ field: 'subject', mine: { value: 'ACHEBE, Amina · A-1 · 1980-01-01' }, theirs: { value: 'EZE, Amina · A-2 · 1980-01-01' }, lines: [] }])
  })

  test('shows nobody what their role may not read', async () => {
    await clashing(withPhone('0801'), withPhone('0802'))
    expect(await listReviewItems(replica, { mayRead: (type) => type === 'Patient' })).toHaveLength(1)
    expect(await listReviewItems(replica, { mayRead: (type) => type !== 'Patient' })).toEqual([])
  })
})
