import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createHub } from '../../hub'
import { backUpCentre, openCouch, provision, restoreCentre } from '../../server'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openReplica } from '../replica'
import { afterwards, clinic, folder, hashOf, hubKey, inStep, login, openStation, person, startHub, until, type Station } from './clinic.test-parts'
import { openSync } from '.'
import type { ServerAddress } from './server'
import { openTestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

/** A server of which somebody keeps copies. */
interface Restorable {
  readonly address: ServerAddress
  /** Keeps a copy; answers how to put it back. */
  copy(): Promise<() => Promise<void>>
  /** Puts an empty database of the same practice in the place of the one that was there. */
  makeAnew(): Promise<void>
}

const hub = async (): Promise<Restorable> => {
  const server = await startHub()
  return {
    address: login(server.url),
    copy: async () => {
      const kept = folder()
      await server.stop()
      cpSync(server.folder, kept, { recursive: true })
      await server.start()
      return async () => {
        await server.stop()
        rmSync(server.folder, { recursive: true })
        cpSync(kept, server.folder, { recursive: true })
        await server.start()
      }
    },
    makeAnew: async () => {
      const port = Number(new URL(server.url).port)
      await server.stop()
      const fresh = await createHub({ folder: folder(), key: hubKey, port })
      afterwards(() => fresh.close())
      await fresh.addUser({ name: 'clinic', password: 'a good password', databases: [await fresh.createPracticeDatabase(clinic)] })
    },
  }
}

const centre = async (): Promise<Restorable> => {
  const server = await openTestServer()
  afterwards(() => server.close())
  const { database, ...address } = await server.makePractice(clinic)
  const couch = openCouch({ url: String(process.env['COUCHDB_URL']).replace(/\/\/[^@]*@/, '//'), ...server.admin })
  return {
    address,
    copy: async () => {
      const kept = join(folder(), 'centre')
      await backUpCentre(couch, kept, 'a long passphrase', { only: database })
      return async () => {
        await couch.must('DELETE', `/${database}`)
        await restoreCentre(couch, kept, 'a long passphrase', database)
      }
    },
    makeAnew: async () => {
      await couch.must('DELETE', `/${database}`)
      await provision(couch, { ...clinic, database, stations: 'any' })
    },
  }
}
const someServer = () => (process.env['COUCHDB_URL'] ? centre() : hub())

const passed = (station: Station) => until('a pass', async () => (await station.sync.pass()).ok)

describe('a server that was put back to yesterday', () => {
  test('is given by each workstation what it lost, and nothing is missing anywhere', async () => {
    const server = await someServer()
    const [a, b] = [await openStation('A'), await openStation('B')]
    for (const station of [a, b]) await station.sync.configure(server.address)
    const { id } = await a.replica.records.add('Patient', person('Before', 'A-1'), 'reception')
    await inStep(a, b)
    const putBack = await server.copy()
    for (let n = 2; n < 12; n++) await (n % 2 ? a : b).replica.records.add('Patient', person(`Today ${n}`, `A-${n}`), 'reception')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1970-07-07' }), 'reception')
    await inStep(a, b)
    await putBack()
    for (const station of [a, b]) await passed(station)
    const c = await openStation('C')
    await c.sync.configure(server.address)
    await until('refilled', async () => (await c.sync.pass()).ok && (await hashOf(c)) === (await hashOf(a)))
    expect(await c.replica.records.count('Patient')).toBe(11)
    expect((await c.replica.records.get('Patient', id))?.resource.birthDate).toBe('1970-07-07')
    await inStep(a, b)
    for (const station of [a, b, c]) expect(await station.sync.compare()).toMatchObject({ ok: true, value: { reviewItems: 0, agreement: { outcome: 'agrees', records: 11 } } })
  })
})

describe('a database that was made anew', () => {
  test('gets nothing from a forgotten workstation, until a person joins it again', async () => {
    const server = await someServer()
    const [a, b] = [await openStation('A'), await openStation('B')]
    for (const station of [a, b]) await station.sync.configure(server.address)
    for (let n = 0; n < 5; n++) await a.replica.records.add('Patient', person(`Family ${n}`, `A-${n}`), 'reception')
    await inStep(a, b)
    await server.makeAnew()
    for (const station of [a, b]) await until('told', async () => (await station.sync.pass()).ok || station.sync.state().problem === 'server-made-anew')
    await a.replica.records.add('Patient', person('While it was away', 'A-9'), 'reception')
    const c = await openStation('C')
    await c.sync.configure(server.address)
    await passed(c)
    expect(await c.replica.records.count('Patient')).toBe(0)
    expect(a.sync.state()).toMatchObject({ link: 'offline', problem: 'server-made-anew', waitingOut: 1 })

    expect(await a.sync.joinAgain()).toMatchObject({ ok: true })
    await until('refilled', async () => (await c.sync.pass()).ok && (await c.replica.records.count('Patient')) === 6)
    expect(b.sync.state().problem).toBe('server-made-anew')
    // Setting the server up again says the same.
    expect(await b.sync.configure(server.address)).toMatchObject({ ok: true })
    await inStep(a, b)
    expect((await b.replica.records.find('Patient', { limit: 10 })).map(({ resource }) => resource.name?.[0]?.family)).toContain('While it was away')
  })
})

describe('a workstation that was restored from its backup', () => {
  test('fills no database that was made anew meanwhile, either', async () => {
    const server = await someServer()
    const a = await openStation('A')
    await a.sync.configure(server.address)
    await a.replica.records.add('Patient', person('Achebe', 'A-1'), 'reception')
    await passed(a)
    await a.sync.close()
    await server.makeAnew()
    // What a backup leaves behind: see `staysBehind`.
    for (const id of ['generation', 'last-sync', 'agreement']) await a.replica.local.remove('sync', id)
    const again = await openStation('R', clinic, undefined, a.replica)
    await until('told', async () => (await again.sync.pass()).ok || again.sync.state().problem === 'server-made-anew')
    expect(again.sync.state().problem).toBe('server-made-anew')
    expect(await again.sync.joinAgain()).toMatchObject({ ok: true })
    await passed(again)
    expect(again.sync.state()).toMatchObject({ link: 'online', waitingOut: 0 })
  })
})

describe('a workstation that was put back to yesterday', () => {
  test('pushes nothing stale over what is newer, and gets back what it had written since', async () => {
    const server = await someServer()
    const [place, copy] = [folder(), folder()]
    // Not by our own restore, which makes it another workstation: somebody copied the folder, or the whole machine.
    const open = async () => {
      const replica = await openReplica({ folder: place, key: new Uint8Array(32).fill(7), practice: clinic.id, station: 'A' })
      const sync = await openSync({ replica, practice: clinic, announce: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 200 } })
      const close = async () => {
        await sync.close()
        await replica.close()
      }
      return { replica, sync, states: [], close }
    }
    let a = await open()
    const b = await openStation('B')
    for (const station of [a, b]) await station.sync.configure(server.address)
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-1'), 'reception')
    const { id: note } = await a.replica.records.add('Patient', person('Balogun', 'A-2'), 'reception')
    await inStep(a, b)
    // Unsent when the copy was made, and sent a little later.
    await a.close()
    cpSync(place, copy, { recursive: true })
    a = await open()
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1970-07-07' }), 'nurse')
    for (let n = 3; n < 8; n++) await a.replica.records.add('Patient', person(`Today ${n}`, `A-${n}`), 'reception')
    await inStep(a, b)
    await b.replica.records.revise('Patient', note, (patient) => ({ ...patient, gender: 'other' }), 'nurse')
    await inStep(a, b)
    const expected = await hashOf(b)
    await a.close()
    rmSync(place, { recursive: true })
    cpSync(copy, place, { recursive: true })
    a = await open()
    afterwards(a.close)
    expect((await a.replica.records.get('Patient', id))?.resource.birthDate).toBe('1980-01-01')
    await inStep(a, b)
    expect(await hashOf(b)).toBe(expected)
    for (const station of [a, b]) expect(await station.sync.compare()).toMatchObject({ ok: true, value: { reviewItems: 0, agreement: { outcome: 'agrees', records: 7 } } })
  })
})
