import type { Patient } from 'fhir/r4'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Envelope, PriorVersion, RecordType, ResourceOf } from '../../shared/records/envelope'
import { versionOf } from '../../shared/records/mergeLine'
import { searchParametersOf } from '../../shared/records/search'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openReplica } from '../replica'
import { afterwards, all, clinic, folder, inStep, openStation, person, until, type Station } from './clinic.test-parts'
import { toDocument, type Stored } from './documents'
import { Stopped, type Link } from './link'
import { openServer, ServerProblem, type Server, type ServerRequest } from './server'
import { openServerBranches, type Sighting } from './serverBranches'
import { openTestServer, type TestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
beforeEach(async () => {
  const opened = await openTestServer()
  afterwards(() => opened.close())
  server = opened
})

const at = (minute: number, station: string): string => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z-0000-${station}`
const idOf = (n: number): string => `01BRANCHED0000000000000${String(n).padStart(3, '0')}`

const made = <Type extends RecordType>(id: string, type: Type, resource: ResourceOf[Type], stamp: string): Envelope<Type> => {
  const whole = { ...resource, id }
  return { id, type, practice: clinic.id, resource: whole, search: searchParametersOf(type, whole), author: 'reception', station: stamp.slice(-1), at: stamp, prior: [] }
}
const revised = (record: Envelope<'Patient'>, change: Partial<Patient>, stamp: string): Envelope<'Patient'> => {
  const resource = { ...record.resource, ...change }
  return { ...record, resource, search: searchParametersOf('Patient', resource), author: `nurse-${stamp.slice(-1)}`, station: stamp.slice(-1), at: stamp, after: [record.at], prior: [...record.prior, versionOf(record) as PriorVersion<'Patient'>] }
}

/** Puts versions onto the server as replication does: each on a branch of its own, on top of the first. */
const branch = async (database: string, ...records: readonly (readonly [first: Envelope, ...others: Envelope[]])[]): Promise<void> => {
  const letters = 'abcdef'
  const root = 'f'.repeat(32)
  const document = (record: Envelope, rev: string) => ({ ...toDocument(record as Stored, undefined), _rev: `${rev === root ? 1 : 2}-${rev}`, _revisions: rev === root ? { start: 1, ids: [root] } : { start: 2, ids: [rev, root] } })
  const docs = records.flatMap(([first, ...others]) => [document(first, root), ...others.map((record, place) => document(record, (letters[place] ?? '0').repeat(32)))])
  const { status } = await server.ask('POST', `/${database}/_bulk_docs`, { new_edits: false, docs })
  expect(status).toBe(201)
}

/** A line on which each request is looked at before it goes. */
const linkTo = (remote: Server, look: (request: ServerRequest) => void): Link => {
  const read = (request: ServerRequest) => {
    look(request)
    return remote.read(request)
  }
  return { run: async (work: Parameters<Link['run']>[0]) => work({ ...remote, read: async (request: ServerRequest) => read(request) }, new AbortController().signal, () => undefined) } as unknown as Link
}

const conflictsIn = async (database: string): Promise<string[]> => {
  const { body } = await server.ask('GET', `/${database}/_changes?include_docs=true&conflicts=true`)
  return (body['results'] as { id: string; doc: { _conflicts?: string[] } }[]).flatMap(({ id, doc }) => (doc._conflicts ? [id] : []))
}

test('a hub and a centre wrote 60 records apart: a workstation closes all branches in a few requests, and asks only about what clashes', async () => {
  const address = await server.makePractice(clinic)
  const records = Array.from({ length: 60 }, (_each, n) => {
    const first = made(idOf(n), 'Patient', person(`Family ${n}`, `A-${n}`), at(0, 'A'))
    const here = revised(first, n % 10 === 0 ? { birthDate: '1981-01-01' } : { telecom: [{ system: 'phone', value: `A${n}` }] }, at(1, 'A'))
    const there = revised(first, n % 10 === 0 ? { birthDate: '1982-02-02' } : { gender: 'other' }, at(2, 'B'))
    return [first, here, there] as const
  })
  await branch(address.database, ...records)
  const a = await openStation('A')
  const b = await openStation('B')
  await a.sync.configure(address)
  await b.sync.configure(address)
  await until('no branch left', async () => (await conflictsIn(address.database)).length === 0)
  const merged = async (station: Station) => (await all(station)).map(({ resource }) => resource as Patient).filter(({ gender, telecom }) => gender === 'other' && telecom?.[0]?.value?.startsWith('A')).length
  await until('merged', async () => (await merged(a)) === 54 && (await merged(b)) === 54)
  await inStep(a, b)
  expect((await a.sync.reviewItems()).map(({ field }) => field)).toEqual(Array.from({ length: 6 }, () => 'birthDate'))
})

test('the power goes after a branch was seen and before it was closed: it is closed after the next start', async () => {
  const { database, ...address } = await server.makePractice(clinic)
  const first = made(idOf(500), 'Patient', person('Achebe', 'A-1'), at(0, 'A'))
  await branch(database, [first, revised(first, { birthDate: '1981-01-01' }, at(1, 'A')), revised(first, { gender: 'other' }, at(2, 'B'))])
  const { body } = await server.ask('GET', `/${database}/${first.id}?conflicts=true`)
  const sighting: Sighting = { id: first.id, doc: body as never }

  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(7), practice: clinic.id, station: 'C' })
  afterwards(() => replica.close())
  const remote = openServer(address, database)
  afterwards(() => remote.close())
  let isOff = true
  const asked: string[] = []
  const link = linkTo(remote, ({ path }) => {
    if (isOff) throw new Stopped()
    asked.push(path)
  })
  const parts = { link, practice: clinic.id, collection: replica.collection, local: replica.local, sendAgain: () => Promise.resolve(), fault: () => undefined }
  const before = await openServerBranches(parts)
  await before.note([sighting])
  await expect(before.mend()).rejects.toThrow(Stopped)

  isOff = false
  const after = await openServerBranches(parts)
  expect(after.size).toBe(1)
  await after.mend()
  expect(after.size).toBe(0)
  expect(asked).toEqual(['_all_docs', '_bulk_get', '_bulk_docs', '_bulk_docs'])
  expect(await conflictsIn(database)).toEqual([])
  const closed = await server.ask('GET', `/${database}/${first.id}`)
  expect(closed.body['resource']).toMatchObject({ birthDate: '1981-01-01', gender: 'other' })
  expect((await openServerBranches(parts)).size).toBe(0)
})

test('a record that the server does not take merged holds up neither the others nor the feed', async () => {
  const { database, ...address } = await server.makePractice(clinic)
  const records = Array.from({ length: 5 }, (_each, n) => {
    const first = made(idOf(n), 'Patient', person(`Family ${n}`, `A-${n}`), at(0, 'A'))
    return [first, revised(first, { birthDate: '1981-01-01' }, at(1, 'A')), revised(first, { gender: 'other' }, at(2, 'B'))] as const
  })
  await branch(database, ...records)
  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(7), practice: clinic.id, station: 'C' })
  afterwards(() => replica.close())
  const remote = openServer(address, database)
  afterwards(() => remote.close())
  const link = linkTo(remote, ({ path, body }) => {
    const { docs } = (body ?? {}) as { docs?: { _id: string }[] }
    if (path === '_bulk_docs' && docs?.some(({ _id }) => _id === idOf(3))) throw new ServerProblem('answered', 413, 'too large')
  })
  const faults: unknown[] = []
  const branches = await openServerBranches({ link, practice: clinic.id, collection: replica.collection, local: replica.local, sendAgain: () => Promise.resolve(), fault: (error) => faults.push(error) })
  const { body } = await server.ask('GET', `/${database}/_changes?include_docs=true&conflicts=true`)
  await branches.note(body['results'] as Sighting[])
  await branches.mend()
  expect(await conflictsIn(database)).toEqual([idOf(3)])
  expect(faults).toHaveLength(1)
  expect(branches.size).toBe(0)
})

test('two results under one number, which nobody may change: one stands, the other is shown beside it and can be kept as a result of its own', async () => {
  const { database, ...address } = await server.makePractice(clinic)
  const patient = made(idOf(600), 'Patient', person('Achebe', 'A-1'), at(0, 'A'))
  const measured = (value: number, stamp: string) =>
    made(idOf(601), 'Observation', { resourceType: 'Observation', status: 'final', code: { text: 'Haemoglobin' }, subject: { reference: `Patient/${patient.id}` }, valueQuantity: { value, unit: 'g/dL' } }, stamp)
  await branch(database, [patient])
  const [low, high] = [measured(7.1, at(1, 'A')), measured(12.4, at(2, 'B'))]
  const document = (record: Envelope, letter: string) => ({ ...toDocument(record as Stored, undefined), _rev: `1-${letter.repeat(32)}`, _revisions: { start: 1, ids: [letter.repeat(32)] } })
  await server.ask('POST', `/${database}/_bulk_docs`, { new_edits: false, docs: [document(low, 'a'), document(high, 'b')] })
  const [a, b] = [await openStation('A'), await openStation('B')]
  await a.sync.configure({ ...address })
  await b.sync.configure({ ...address })
  await until('no branch left', async () => (await conflictsIn(database)).length === 0)
  await until('asked', () => a.sync.state().reviewItems === 1 && b.sync.state().reviewItems === 1)
  await inStep(a, b)
  const [item] = await b.sync.reviewItems(patient.id)
  expect(item).toMatchObject({ about: 'fixed', choices: ['both', 'present'], title: { text: 'Haemoglobin' }, lines: [{ field: 'value' }] })
  expect([item?.lines[0]?.mine?.text, item?.lines[0]?.theirs?.text].sort()).toEqual(['12.4 g/dL', '7.1 g/dL'])
  expect(await b.sync.resolve(item?.id ?? '', 'both', 'dr-eze')).toMatchObject({ ok: true, value: { state: 'resolved', decision: 'both' } })
  await until('both here', async () => (await a.replica.records.count('Observation')) === 2)
  const values = (await a.replica.records.find('Observation')).map(({ resource }) => resource.valueQuantity?.value)
  expect(values.sort()).toEqual([12.4, 7.1])
})

describe('a record that was deleted on the server', () => {
  test('is put back by whoever has it, and an item says so on every workstation', async () => {
    const { database, ...address } = await server.makePractice(clinic)
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(address)
    await b.sync.configure(address)
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await inStep(a, b)
    const { body } = await server.ask('GET', `/${database}/${id}`)
    await server.ask('DELETE', `/${database}/${id}?rev=${String(body['_rev'])}`)
    await until('back', async () => (await server.ask('GET', `/${database}/${id}`)).status === 200)
    await until('told', () => a.sync.state().reviewItems === 1 && b.sync.state().reviewItems === 1)
    await inStep(a, b)
    const [item] = await a.sync.reviewItems(id)
    expect(item).toMatchObject({ about: 'taken-away', patientName: 'ACHEBE, Amina', choices: ['seen'] })
    expect(await a.sync.resolve(item?.id ?? '', 'seen', 'dr-eze')).toMatchObject({ ok: true })
    await until('seen on both', () => a.sync.state().reviewItems === 0 && b.sync.state().reviewItems === 0)
    const c = await openStation('C')
    await c.sync.configure(address)
    await c.sync.pass()
    expect((await all(c)).map((record) => record.id)).toEqual([id])
  })

  test('while a workstation was away, too, with what that one had changed', async () => {
    const { database, ...address } = await server.makePractice(clinic)
    const a = await openStation('A')
    await a.sync.configure(address)
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await a.sync.pass()
    await a.sync.disconnect()
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other' }), 'nurse')
    const { body } = await server.ask('GET', `/${database}/${id}`)
    await server.ask('DELETE', `/${database}/${id}?rev=${String(body['_rev'])}`)
    await a.sync.configure(address)
    await until('back', async () => ((await server.ask('GET', `/${database}/${id}`)).body['resource'] as Patient | undefined)?.gender === 'other')
    await until('told', () => a.sync.state().reviewItems === 1)
  })
})
