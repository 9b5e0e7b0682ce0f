import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { afterEach, expect, test } from 'vitest'
import type { PracticeName } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openExchangeKeys } from '../access'
import { openReplica, type Replica } from '../replica'
import { openSync, type ServerAddress } from '../sync'
import { openTestServer } from '../sync/testing/someServer'
import { openStickDesk } from '.'

hashQuickly()

const clinic: PracticeName = { id: '01ST1CKTHENSYNC00000000000', name: 'Hill Clinic', training: false }
let cleanUp: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const each of cleanUp.reverse()) await each()
  cleanUp = []
})
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'outpost-stick-sync-'))
  cleanUp.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}
const openSite = async (station: string) => {
  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(station.charCodeAt(0)), practice: clinic.id, station })
  const sync = await openSync({ replica, practice: clinic, announce: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
  const keys = openExchangeKeys(replica)
  const none = { filesOf: async () => [], has: async () => true, read: async function* () {}, keep: async () => undefined, setOf: () => '' }
  const desk = openStickDesk({ replica, practice: clinic, keys, images: none, passOver: () => false, changed: () => undefined })
  cleanUp.push(async () => {
    await desk.close()
    await sync.close()
    await replica.close()
  })
  return { replica, sync, desk }
}
const person = (family: string, number: string): Patient => ({ resourceType: 'Patient', active: true, gender: 'female', birthDate: '1980-01-01', identifier: [{ system: 'urn:outpost:patient-number', value: number }], name: [{ family }] })
const all = async (replica: Replica) => {
  const records = [...(await replica.records.find('Patient', { limit: 1000 })), ...(await replica.records.find('Task', { limit: 1000 })), ...(await replica.records.find('Basic', { limit: 1000 }))]
  return JSON.stringify(records.map(({ id, resource, at, author, station, prior }) => [id, resource, at, author, station, prior]).sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1)))
}

test('two sites that lived on sticks are joined by a line at last: everything is there once, and both say the same', async () => {
  const server = await openTestServer()
  cleanUp.push(() => server.close())
  const { database: _database, ...address }: ServerAddress & { database: string } = await server.makePractice(clinic)
  const [a, b] = [await openSite('A'), await openSite('B')]
  const stick = folder()
  const { id } = await a.replica.records.add('Patient', person('Okafor', 'A-1'), 'ada')
  const carry = async (from: typeof a, to: typeof a, code?: string) => {
    expect(await from.desk.write({ folder: stick, all: false, images: false })).toMatchObject({ ok: true })
    expect(await from.desk.settled()).toMatchObject({ outcome: 'done' })
    expect(await to.desk.read({ folder: stick, ...(code !== undefined && { code }) })).toMatchObject({ ok: true })
    expect(await to.desk.settled()).toMatchObject({ outcome: 'done' })
  }
  await carry(a, b, await a.desk.code())
  await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1979-05-06' }), 'ada')
  await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-02-03' }), 'bola')
  await b.replica.records.add('Patient', person('Eze', 'B-1'), 'bola')
  await carry(b, a)
  // What A merged is on no stick yet when the line comes.
  await a.sync.configure(address)
  await b.sync.configure(address)
  for (const end = Date.now() + 30_000; ; await new Promise((next) => setTimeout(next, 50))) {
    if (a.sync.state().waitingOut === 0 && b.sync.state().waitingOut === 0 && (await all(a.replica)) === (await all(b.replica))) break
    if (Date.now() > end) throw new Error('the two never said the same')
  }
  expect(await a.replica.records.count('Patient')).toBe(2)
  expect(await a.replica.records.count('Task')).toBe(1)
  const [patient] = (await b.replica.records.find('Patient', { limit: 10 })).filter((each) => each.id === id)
  const versions = [patient?.resource, ...(patient?.prior ?? []).map(({ resource }) => resource)].map((each) => (each as Patient | undefined)?.birthDate)
  expect(new Set(versions)).toEqual(new Set(['1980-01-01', '1979-05-06', '1981-02-03']))
  // The stick that is still in somebody's pocket changes nothing any more.
  const before = await all(b.replica)
  expect(await b.desk.read({ folder: stick })).toMatchObject({ ok: true })
  await b.desk.settled()
  expect(await all(b.replica)).toBe(before)
})
