import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { afterEach, describe, expect, test } from 'vitest'
import { createHub, type Hub } from '../../hub'
import type { PracticeName, SyncState } from '../../shared/contract'
import { canonical, type Json } from '../../shared/records/mergeFields'
import { openReplica, type Replica } from '../replica'
import { openSync, readPracticeAt, type Sync } from '.'

const clinic: PracticeName = { id: '01SYNCTESTPRACTICE00000000', name: 'Hill Clinic', training: false }
const hubKey = new Uint8Array(32).fill(5)
const pauses = { firstPauseMs: 40, longestPauseMs: 200 }

let cleanUp: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const each of cleanUp.reverse()) await each()
  cleanUp = []
})

const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'outpost-sync-'))
  cleanUp.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

interface Server {
  hub: Hub
  readonly url: string
  readonly folder: string
  stop(): Promise<void>
  start(): Promise<void>
}

const startHub = async (practice: PracticeName | undefined = clinic, training = false): Promise<Server> => {
  const place = folder()
  const make = (port: number) => createHub({ folder: place, key: hubKey, port, training })
  const server = { hub: await make(0), folder: place } as { -readonly [Key in keyof Server]: Server[Key] }
  server.url = server.hub.url
  const port = Number(new URL(server.url).port)
  server.stop = () => server.hub.close()
  server.start = async () => {
    server.hub = await make(port)
  }
  const databases = practice ? [await server.hub.createPracticeDatabase(practice)] : []
  await server.hub.addUser({ name: 'clinic', password: 'a good password', databases })
  await server.hub.addUser({ name: 'admin', password: 'admin password', admin: true })
  cleanUp.push(() => server.hub.close())
  return server
}

const login = (url: string) => ({ url, user: 'clinic', password: 'a good password' })

interface Station {
  readonly replica: Replica
  readonly sync: Sync
  readonly states: SyncState[]
}

const openStation = async (prefix: string, practice: PracticeName = clinic, place = folder()): Promise<Station> => {
  const replica = await openReplica({ folder: place, key: new Uint8Array(32).fill(prefix.charCodeAt(0)), practice: practice.id, station: prefix })
  const states: SyncState[] = []
  const sync = await openSync({ replica, practice, announce: (_name, state) => states.push(state), pauses })
  cleanUp.push(async () => {
    await sync.close()
    await replica.close()
  })
  return { replica, sync, states }
}

const person = (family: string, number: string): Patient => ({
  resourceType: 'Patient', active: true, gender: 'female', birthDate: '1980-01-01',
  identifier: [{ system: 'urn:outpost:patient-number', value: number }],
  name: [{ use: 'official', family, given: ['Amina'] }],
  telecom: [{ system: 'phone', value: '0800' }],
})

const all = async ({ replica }: Station, type: 'Patient' | 'Task' = 'Patient') => (await replica.records.find(type, { limit: 100_000 })).sort((a, b) => (a.id < b.id ? -1 : 1))
const hashOf = async (station: Station): Promise<string> => {
  const records = [...(await all(station)), ...(await all(station, 'Task'))].map(({ id, type, resource, author, station: at, at: stamp, prior, practice }) => [id, type, practice, resource, author, at, stamp, prior])
  return createHash('sha256').update(canonical(records as unknown as Json)).digest('hex')
}
const until = async (what: string, holds: () => Promise<boolean> | boolean, ms = 15_000) => {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
const inStep = (a: Station, b: Station) => until('both alike', async () => a.sync.state().waitingOut === 0 && b.sync.state().waitingOut === 0 && (await hashOf(a)) === (await hashOf(b)))

describe('two workstations and a hub', () => {
  test('what one writes the other shows within seconds, without being asked', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    expect(await a.sync.configure(login(server.url))).toMatchObject({ ok: true })
    expect(await b.sync.configure(login(server.url))).toMatchObject({ ok: true })
    const one = await a.replica.records.add('Patient', person('Oyelaran', 'A-000001'), 'nurse')
    await until('arrival', async () => (await b.replica.records.get('Patient', one.id)) !== undefined)
    expect(await b.replica.records.find('Patient', { where: { family: { prefix: 'oyel' } } })).toHaveLength(1)
    await inStep(a, b)
    await until('in step', () => a.sync.state().lastSync !== undefined)
    expect(a.sync.state()).toMatchObject({ link: 'online', waitingOut: 0, refused: 0, reviewItems: 0 })
  })

  test('the hub is off, both change one patient, the hub is on again: both changes stand; the same field is one review item on both', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    await b.sync.configure(login(server.url))
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await until('arrival', async () => (await b.replica.records.get('Patient', id)) !== undefined)
    await server.stop()
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-01-01', telecom: [{ system: 'phone', value: '0801' }] }), 'nurse-a')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1979-01-01', gender: 'other' }), 'nurse-b')
    await a.replica.records.add('Patient', person('Balogun', 'A-000002'), 'reception')
    await b.replica.records.add('Patient', person('Chukwu', 'B-000001'), 'reception')
    await until('offline seen', () => a.sync.state().link === 'offline' && b.sync.state().link === 'offline')
    expect(a.sync.state()).toMatchObject({ waitingOut: 2, problem: 'server-unreachable' })
    expect(await a.sync.outbox({ skip: 0, limit: 50 })).toHaveLength(2)
    await server.start()
    await until('the clash', async () => a.sync.state().reviewItems === 1 && b.sync.state().reviewItems === 1)
    await inStep(a, b)
    expect(await all(a)).toHaveLength(3)
    const [there] = (await all(a)).filter((record) => record.id === id)
    expect(there?.resource).toMatchObject({ gender: 'other', telecom: [{ value: '0801' }] })
    const [itemA] = await a.sync.reviewItems(id)
    const [itemB] = await b.sync.reviewItems(id)
    expect(itemA).toMatchObject({ record: id, type: 'Patient', patient: id, field: 'birthDate', before: '1980-01-01', mine: { value: '1981-01-01', by: 'nurse-a', station: 'A' }, theirs: { value: '1979-01-01', by: 'nurse-b', station: 'B' }, state: 'open' })
    expect(itemB).toMatchObject({ id: itemA?.id, mine: itemA?.theirs, theirs: itemA?.mine })

    const resolved = await b.sync.resolve(itemB?.id ?? '', 'mine', 'dr-eze')
    expect(resolved).toMatchObject({ ok: true, value: { state: 'resolved', decidedBy: 'dr-eze' } })
    await until('decided on both', () => a.sync.state().reviewItems === 0 && b.sync.state().reviewItems === 0)
    await inStep(a, b)
    for (const station of [a, b]) {
      const record = await station.replica.records.get('Patient', id)
      expect(record?.resource.birthDate).toBe('1979-01-01')
      expect(record?.prior.some(({ resource }) => resource.birthDate === '1981-01-01')).toBe(true)
    }
    expect(await b.sync.resolve(itemB?.id ?? '', 'mine', 'dr-eze')).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  test('a second workstation joins with nothing but the address and the user', async () => {
    const server = await startHub()
    const a = await openStation('A')
    await a.sync.configure(login(server.url))
    for (let n = 0; n < 5; n++) await a.replica.records.add('Patient', person(`Family${n}`, `A-00000${n}`), 'reception')
    expect(await a.sync.pass()).toMatchObject({ ok: true, value: { refused: 0, reviewItems: 0 } })
    const found = await readPracticeAt(login(server.url))
    expect(found).toMatchObject({ ok: true, value: { id: clinic.id, name: 'Hill Clinic', training: false } })
    const b = await openStation('B')
    await b.sync.configure(login(server.url))
    expect(await b.sync.pass()).toMatchObject({ ok: true, value: { pushed: 0 } })
    expect(await hashOf(b)).toBe(await hashOf(a))
  })
})
