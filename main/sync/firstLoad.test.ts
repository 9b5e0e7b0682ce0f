import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openReplica, type Replica } from '../replica'
import { openSync, type ServerAddress, type Sync } from '.'
import { afterwards, clinic, folder, until } from './clinic.test-parts'
import { openTestServer, type TestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
let address: ServerAddress & { readonly database: string }
beforeEach(async () => {
  server = await openTestServer()
  address = await server.makePractice(clinic)
})
afterEach(() => server.close())

const dayMs = 86_400_000
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const idOf = (kind: string, n: number) => `01FIRST${kind.slice(0, 3).toUpperCase().replace(/[^0-9A-HJKMNP-TV-Z]/g, 'X')}${[...String(n).padStart(16, '0')].map((digit) => letters[Number(digit)]).join('')}`
const record = (type: string, n: number, days: number, resource: object) => {
  const id = idOf(type, n)
  const at = `${new Date(Date.now() - days * dayMs).toISOString()}-0000-A`
  return { _id: id, id, type, practice: clinic.id, resource: { resourceType: type, id, ...resource }, author: 'nurse', station: 'A', at, prior: [] }
}
const about = (n: number) => ({ subject: { reference: `Patient/${idOf('Patient', n)}` } })

/** 100 patients of former years with four visits each; four of them are here today. Staff and audit lie in between. */
const history = [
  ...Array.from({ length: 100 }, (_, n) => record('Patient', n, 700 - n, { name: [{ family: `Family ${n}` }] })),
  ...Array.from({ length: 6 }, (_, n) => record('Practitioner', n, 640, { name: [{ text: `Nurse ${n}` }] })),
  ...Array.from({ length: 400 }, (_, n) => record('Encounter', n, 600 - n, { status: 'finished', ...about(n % 100) })),
  ...Array.from({ length: 30 }, (_, n) => record('AuditEvent', n, 650, { action: 'R' })),
]
const today = [7, 42, 77, 99].map((n, place) => record('Observation', place, 0.1, { status: 'final', ...about(n) }))

const fill = async () => {
  for (const docs of [history.slice(0, 300), history.slice(300), today]) expect((await server.ask('POST', `/${address.database}/_bulk_docs`, { docs })).status).toBe(201)
}
const open = async (place = folder()): Promise<{ replica: Replica; sync: Sync; phases: string[] }> => {
  const replica = await openReplica({ folder: place, key: new Uint8Array(32).fill(3), practice: clinic.id, station: 'B' })
  const phases: string[] = []
  // Every first load is a long one.
  const sync = await openSync({ replica, practice: clinic, announce: (_name, { progress }) => progress && phases.push(progress.phase), pauses: { firstPauseMs: 40, longestPauseMs: 200, firstLoad: { longMs: 0, feelMs: 0, slowLine: Infinity } } })
  afterwards(async () => {
    await sync.close()
    await replica.close()
  })
  return { replica, sync, phases }
}
const everything = history.length + today.length

test('a write that fails in the middle is tried again from there, and nothing is read from the beginning', async () => {
  await fill()
  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(3), practice: clinic.id, station: 'B' })
  let asked = 0
  const sync = await openSync({ replica, practice: clinic, announce: () => undefined, passOver: () => (asked++, false), pauses: { firstPauseMs: 40 } })
  afterwards(async () => {
    await sync.close()
    await replica.close()
  })
  const { originalStorageInstance: storage } = replica.collection.storageInstance as unknown as { originalStorageInstance: typeof replica.collection.storageInstance }
  const write = storage.bulkWrite.bind(storage)
  let writes = 0
  storage.bulkWrite = (rows, context) => (++writes === 2 ? Promise.reject(new Error('the disk is full')) : write(rows, context))
  await sync.configure(address)
  await until('all', async () => (await replica.documents.count('records')) === everything)
  expect(writes).toBeGreaterThanOrEqual(3)
  // The first piece was not read again.
  expect(asked).toBeLessThanOrEqual(2 * everything - 200)
})

test('a fault while a piece is looked at loses nothing of it, and neither does a record of another shape', async () => {
  await fill()
  expect((await server.ask('POST', `/${address.database}/_bulk_docs`, { docs: [record('Patient', 900, 1, { name: {} })] })).status).toBe(201)
  const replica = await openReplica({ folder: folder(), key: new Uint8Array(32).fill(3), practice: clinic.id, station: 'B' })
  let faults = 3
  const passOver = () => {
    if (faults-- > 0) throw new Error('a fault')
    return false
  }
  const sync = await openSync({ replica, practice: clinic, announce: () => undefined, passOver, pauses: { firstPauseMs: 40 } })
  afterwards(async () => {
    await sync.close()
    await replica.close()
  })
  await sync.configure(address)
  await until('all', async () => (await replica.documents.count('records')) === everything + 1, 30_000)
})

describe('a first load that takes long', () => {
  test('today comes first: who is here, what is known of them, and who works here; then history; and everything once', async () => {
    await fill()
    const b = await open()
    const order: string[] = []
    b.replica.records.changes().subscribe(({ id }) => order.push(id))
    await b.sync.configure(address)
    await until('all', async () => (await b.replica.documents.count('records')) === everything)
    await until('done', () => b.sync.state().progress === undefined && b.sync.state().waitingIn === 0)
    expect(order).toHaveLength(everything)
    // The first page of the feed was read before anybody knew that it would take long.
    const later = order.slice(200)
    const place = (id: string) => later.indexOf(id)
    const early = [...today.map(({ id }) => id), ...history.filter(({ type, resource }) => type === 'Practitioner' || [7, 42, 77, 99].some((n) => JSON.stringify(resource).includes(idOf('Patient', n)))).map(({ id }) => id)].filter((id) => place(id) >= 0)
    const last = Math.max(...early.map(place))
    expect(early.length).toBeGreaterThan(10)
    expect(last).toBe(early.length - 1)
    // The newest history first, audit last.
    const visits = later.slice(last + 1).filter((id) => id.startsWith(idOf('Encounter', 0).slice(0, 10)))
    const isOld = (id: string) => Number(id.slice(-4)) < 230
    expect(visits.findIndex(isOld)).toBeGreaterThan(150)
    const afterAudit = later.slice(later.findIndex((id) => id.startsWith(idOf('AuditEvent', 0).slice(0, 10))))
    expect(afterAudit.every((id) => id.startsWith(idOf('AuditEvent', 0).slice(0, 10)))).toBe(true)
  })

  test('what others write meanwhile is not missed', async () => {
    await fill()
    const b = await open()
    await b.sync.configure(address)
    await until('some', async () => (await b.replica.documents.count('records')) >= 200)
    const added = [record('Patient', 500, 0, { name: [{ family: 'Late' }] }), record('Encounter', 900, 0, about(3))]
    expect((await server.ask('POST', `/${address.database}/_bulk_docs`, { docs: added })).status).toBe(201)
    await until('all', async () => (await b.replica.documents.count('records')) === everything + 2)
  })

  test('it goes on where it was after the workstation was switched off, again and again', async () => {
    await fill()
    const place = folder()
    let count = 0
    for (let times = 0; times < 12 && count < everything; times++) {
      const b = await open(place)
      if (times === 0) await b.sync.configure(address)
      await until('more', async () => (await b.replica.documents.count('records')) > count, 20_000)
      count = await b.replica.documents.count('records')
      await b.sync.close()
      await b.replica.close()
    }
    const b = await open(place)
    expect(await b.sync.pass()).toMatchObject({ ok: true, value: { pushed: 0 } })
    expect(await b.replica.documents.count('records')).toBe(everything)
    expect(b.sync.state().waitingOut).toBe(0)
  })
})
