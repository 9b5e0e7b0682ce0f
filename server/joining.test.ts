import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReplica } from '../main/replica'
import { openSync } from '../main/sync'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { backUpCentre, inviteStation, listStations, provision, restoreCentre, revokeStation } from '.'
import { openTestCentre, type TestCentre } from './testing/someCentre'

hashQuickly()

const practice = { id: '01CENTREJO1N1NG00000000000', name: 'Hill Clinic', training: false }
const database = `outpost-${practice.id.toLowerCase()}`
const person = (family: string): Patient => ({ resourceType: 'Patient', gender: 'female', name: [{ family }] })

let centre: TestCentre
let folder: string
let closing: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  centre = await openTestCentre([practice.id])
  folder = mkdtempSync(join(tmpdir(), 'outpost-joining-'))
  await provision(centre.couch, practice)
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  closing = []
  await centre.close()
  rmSync(folder, { recursive: true, force: true })
})

const openStation = async (prefix: string) => {
  const replica = await openReplica({ folder: join(folder, prefix), key: new Uint8Array(32).fill(prefix.charCodeAt(0)), practice: practice.id, station: prefix })
  const sync = await openSync({ replica, practice, announce: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
  closing.push(async () => {
    await sync.close()
    await replica.close()
  })
  return { replica, sync }
}
const until = async (what: string, holds: () => Promise<boolean> | boolean, ms = 30_000) => {
  for (const end = Date.now() + ms; !(await holds()); await new Promise((next) => setTimeout(next, 25))) if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
}
const invite = (station: string) => inviteStation(centre.couch, { practice: practice.id, station, now: Date.now() })

test('a workstation joins the centre with its code, once; the code is worth nothing then, and its records reach the next one', async () => {
  const [a, b] = [await openStation('A'), await openStation('B')]
  const code = await invite('A')
  expect(await a.sync.configure(code)).toMatchObject({ ok: true })
  expect(await listStations(centre.couch, practice.id, Date.now())).toMatchObject([{ station: 'A', state: 'joined' }])
  // Whoever read it on the slip of paper is too late.
  expect(await b.sync.configure(code)).toMatchObject({ ok: false, problem: { kind: 'server-refused' } })
  await b.sync.configure(await invite('B'))
  const { id } = await a.replica.records.add('Patient', person('Achebe'), 'reception')
  await until('it came', async () => (await b.replica.records.get('Patient', id)) !== undefined)
})

test('a workstation that was not let in writes nothing that stays, is told why, and is made good by letting it in', async () => {
  const [a, c] = [await openStation('A'), await openStation('C')]
  await a.sync.configure(await invite('A'))
  // C uses the account of another one that is waiting: the account is good, the prefix on its records is not known.
  await c.sync.configure(await invite('B'))
  const { id } = await c.replica.records.add('Patient', person('Balogun'), 'reception')
  await until('refused', () => c.sync.state().refused === 1)
  expect(await c.sync.outbox({ skip: 0, limit: 5 })).toMatchObject([{ id, refused: 'the workstation is not known to the practice' }])
  await provision(centre.couch, { ...practice, stations: ['C'] })
  await until('taken', async () => {
    await c.sync.pass()
    return c.sync.state().refused === 0
  })
  await until('it came', async () => (await a.replica.records.get('Patient', id)) !== undefined)
})

test('a workstation that is shut out says so, keeps what it has, and the others go on', async () => {
  const [a, b] = [await openStation('A'), await openStation('B')]
  await a.sync.configure(await invite('A'))
  await b.sync.configure(await invite('B'))
  const { id } = await a.replica.records.add('Patient', person('Chukwu'), 'reception')
  await until('it came', async () => (await b.replica.records.get('Patient', id)) !== undefined)
  await revokeStation(centre.couch, practice.id, 'B')
  // At once on one node; those of a cluster hear of it one after the other.
  await until('refused', async () => {
    if (b.sync.state().problem !== 'server-refused') await b.replica.records.add('Patient', person('Danjuma'), 'reception')
    return b.sync.state().problem === 'server-refused'
  })
  const { id: late } = await b.replica.records.add('Patient', person('Folarin'), 'reception')
  expect(b.sync.state().waitingOut).toBeGreaterThan(0)
  expect(await b.replica.records.get('Patient', late)).toBeDefined()
  await a.replica.records.add('Patient', person('Eze'), 'reception')
  await until('sent', () => a.sync.state().waitingOut === 0 && a.sync.state().link === 'online')
  expect(await a.replica.records.get('Patient', late)).toBeUndefined()
})

test('the server burns down; put back from last night’s backup, its workstations bring what it had since', async () => {
  const [a, b] = [await openStation('A'), await openStation('B')]
  await a.sync.configure(await invite('A'))
  await b.sync.configure(await invite('B'))
  for (let n = 0; n < 10; n++) await a.replica.records.add('Patient', person(`Family ${n}`), 'reception')
  await until('sent', async () => a.sync.state().waitingOut === 0 && (await b.replica.records.count('Patient')) === 10)
  await backUpCentre(centre.couch, join(folder, 'backup'), 'a long enough passphrase', { only: database })
  for (let n = 0; n < 5; n++) await b.replica.records.add('Patient', person(`Since ${n}`), 'reception')
  const [first] = await a.replica.records.find('Patient', { limit: 1 })
  await a.replica.records.revise('Patient', first?.id ?? '', (patient) => ({ ...patient, gender: 'male' }), 'reception')
  await until('sent', async () => b.sync.state().waitingOut === 0 && a.sync.state().waitingOut === 0 && (await a.replica.records.count('Patient')) === 15)

  await centre.putBack(database, async () => {
    await until('noticed', () => [a, b].every(({ sync }) => sync.state().link !== 'online'))
    await restoreCentre(centre.couch, join(folder, 'backup'), 'a long enough passphrase', database)
  })
  await until('refilled', async () => {
    const { body } = await centre.couch.ask('GET', `/${database}/_all_docs?startkey="01"&endkey="02"&include_docs=true`)
    const docs = ((body['rows'] ?? []) as { doc: { resource: Patient; id: string } }[]).map(({ doc }) => doc)
    return docs.length === 15 && docs.find(({ id }) => id === first?.id)?.resource.gender === 'male'
  })
})
