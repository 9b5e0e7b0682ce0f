import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { afterEach } from 'vitest'
import { createHub, type Hub } from '../../hub'
import type { PracticeName, SyncState } from '../../shared/contract'
import { canonical, type Json } from '../../shared/records/mergeFields'
import { openReplica, type Replica } from '../replica'
import { openSync, type ServerAddress, type Sync } from '.'
import { openTestServer } from './testing/someServer'
import type { AgreementPauses } from './agreement'

/** A clinic for tests: a real hub over HTTP, real workstations with real replicas on disk. */

export const clinic: PracticeName = { id: '01SYNCTESTPRACTICE00000000', name: 'Hill Clinic', training: false }
export const hubKey = new Uint8Array(32).fill(5)
const pauses = { firstPauseMs: 40, longestPauseMs: 200 }

let cleanUp: (() => Promise<unknown> | void)[] = []
/** Done after the test, the last first. */
export const afterwards = (work: () => Promise<unknown> | void) => void cleanUp.push(work)
afterEach(async () => {
  for (const each of cleanUp.reverse()) await each()
  cleanUp = []
})

export const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'outpost-sync-'))
  cleanUp.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

export interface Server {
  hub: Hub
  readonly url: string
  readonly folder: string
  stop(): Promise<void>
  start(): Promise<void>
}

export const startHub = async (practice: PracticeName = clinic, training = false): Promise<Server> => {
  const place = folder()
  const make = (port: number) => createHub({ folder: place, key: hubKey, port, training })
  const server = { hub: await make(0), folder: place } as { -readonly [Key in keyof Server]: Server[Key] }
  server.url = server.hub.url
  const port = Number(new URL(server.url).port)
  server.stop = () => server.hub.close()
  server.start = async () => {
    server.hub = await make(port)
  }
  const databases = [await server.hub.createPracticeDatabase(practice)]
  await server.hub.addUser({ name: 'clinic', password: 'a good password', databases })
  await server.hub.addUser({ name: 'admin', password: 'admin password', admin: true })
  cleanUp.push(() => server.hub.close())
  return server
}

/** The hub, or the CouchDB of `COUCHDB_URL`, with the clinic's database; `via` is the way there over another line. */
export const startServer = async (practice: PracticeName = clinic) => {
  const server = await openTestServer()
  cleanUp.push(() => server.close())
  const address = await server.makePractice(practice)
  return { ...server, address, via: (line: string): ServerAddress => ({ ...address, url: `${line}/${address.database}` }) }
}

export const login = (url: string) => ({ url, user: 'clinic', password: 'a good password' })

export interface Station {
  readonly replica: Replica
  readonly sync: Sync
  readonly states: SyncState[]
}

export const openStation = async (prefix: string, practice: PracticeName = clinic, place = folder(), opened?: Replica, silenceMs?: number, agreement?: AgreementPauses): Promise<Station> => {
  const replica = opened ?? await openReplica({ folder: place, key: new Uint8Array(32).fill(prefix.charCodeAt(0)), practice: practice.id, station: prefix })
  const states: SyncState[] = []
  const sync = await openSync({ replica, practice, announce: (_name, state) => states.push(state), pauses: { ...pauses, silenceMs, agreement } })
  cleanUp.push(async () => {
    await sync.close()
    await replica.close()
  })
  return { replica, sync, states }
}

export const person = (family: string, number: string): Patient => ({
  resourceType: 'Patient', active: true, gender: 'female', birthDate: '1980-01-01',
  identifier: [{ system: 'urn:outpost:patient-number', value: number }],
  name: [{ use: 'official', family, given: ['Amina'] }],
  telecom: [{ system: 'phone', value: '0800' }],
})

export const all = async ({ replica }: Station, type: 'Patient' | 'Task' = 'Patient') => (await replica.records.find(type, { limit: 100_000 })).sort((a, b) => (a.id < b.id ? -1 : 1))
export const hashOf = async (station: Station): Promise<string> => {
  const records = [...(await all(station)), ...(await all(station, 'Task'))].map(({ id, type, resource, author, station: at, at: stamp, prior, practice }) => [id, type, practice, resource, author, at, stamp, prior])
  return createHash('sha256').update(canonical(records as unknown as Json)).digest('hex')
}
export const until = async (what: string, holds: () => Promise<boolean> | boolean, ms = 30_000) => {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
export const inStep = (a: Station, b: Station) => until('both alike', async () => a.sync.state().waitingOut === 0 && b.sync.state().waitingOut === 0 && (await hashOf(a)) === (await hashOf(b)))
