import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createHub, type Hub } from '../../../hub'
import { hashQuickly } from '../../../shared/testing/quickScrypt'
import type { Link } from '../link'
import type { ServerAddress } from '../server'
import { openTestServer } from '../testing/someServer'
import { copyChanges, type NotTaken } from './copyChanges'
import { openRelay, type Relay } from './relay'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

const practice = { id: '01RELAYTESTPRACTICE0000000', name: 'Hill Clinic', training: false }
const key = new Uint8Array(32).fill(6)
const password = 'a good password'

let cleanUp: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const each of cleanUp.reverse()) await each()
  cleanUp = []
})
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'outpost-relay-'))
  cleanUp.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** A hub that can be stopped, put back from a copy, and started again at its address. */
interface Place {
  hub: Hub
  readonly folder: string
  readonly address: ServerAddress
  stop(): Promise<void>
  start(): Promise<void>
}
const openPlace = async (): Promise<Place> => {
  const at = folder()
  let hub = await createHub({ folder: at, key })
  const port = Number(new URL(hub.url).port)
  const furnish = async () => hub.addUser({ name: 'clinic', password, databases: [await hub.createPracticeDatabase(practice)] })
  await furnish()
  cleanUp.push(() => hub.close())
  return {
    get hub() {
      return hub
    },
    folder: at,
    address: { url: `${hub.url}/outpost-${practice.id.toLowerCase()}`, user: 'clinic', password },
    stop: () => hub.close(),
    start: async () => {
      hub = await createHub({ folder: at, key, port })
      await furnish()
    },
  }
}

const relayOf = (hub: Place, centre: ServerAddress, { noteAfterMs = 100, ...more }: { readonly epoch?: string; readonly met?: (epoch: string) => Promise<void>; readonly noteAfterMs?: number } = {}): Relay => {
  const relay = openRelay({ name: 'hub-of-this-test', hub: hub.address, centre, practice, changed: () => undefined, pauses: { firstPauseMs: 40, longestPauseMs: 150, noteAfterMs }, ...more })
  cleanUp.push(() => relay.stop())
  return relay
}

/** The server at an address, with rules of its own for single documents. */
const guard = async (address: ServerAddress, why: (id: string) => string | undefined): Promise<ServerAddress> => {
  const root = new URL(address.url)
  const server = createServer((asked, answer) => {
    const chunks: Buffer[] = []
    asked.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      let body = Buffer.concat(chunks)
      const rows: object[] = []
      if (asked.url?.includes('_bulk_docs')) {
        const { docs, ...rest } = JSON.parse(asked.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString()) as { docs: { _id: string; _rev: string }[] }
        for (const { _id, _rev } of docs) if (why(_id) !== undefined) rows.push({ id: _id, rev: _rev, error: 'forbidden', reason: why(_id) })
        body = Buffer.from(JSON.stringify({ ...rest, docs: docs.filter(({ _id }) => why(_id) === undefined) }))
        delete asked.headers['content-encoding']
      }
      const passed = request({ host: root.hostname, port: root.port, method: asked.method, path: asked.url, headers: { ...asked.headers, 'accept-encoding': 'identity', ...(body.length > 0 && { 'content-length': String(body.length) }) } }, (came) => {
        if (rows.length === 0) {
          answer.writeHead(came.statusCode ?? 500, came.headers)
          return void came.pipe(answer)
        }
        let text = ''
        came.on('data', (part) => (text += part)).on('end', () => answer.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify([...(JSON.parse(text) as object[]), ...rows])))
      })
      answer.on('close', () => passed.destroy())
      passed.on('error', () => answer.destroy()).end(body)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanUp.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { ...address, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${root.pathname}` }
}

const idOf = (n: number) => `01RELAYPATIENT${String(n).padStart(12, '0')}`
const record = (n: number, more: object = {}) => ({
  _id: idOf(n), id: idOf(n), type: 'Patient', practice: practice.id, author: 'nurse', station: 'A', at: '2026-11-21T10:00:00.000Z-0000-A', prior: [], ...more,
  resource: { resourceType: 'Patient', id: idOf(n), name: [{ family: `Family ${n}` }], ...more },
})
const askAt = async ({ url, user, password: secret }: ServerAddress, path: string, body?: object) => {
  const response = await fetch(`${url}/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Record<string, unknown>
}
const write = async (at: ServerAddress, docs: readonly object[]): Promise<string[]> => {
  const rows = (await askAt(at, '_bulk_docs', { docs })) as unknown as { rev: string; error?: string; reason?: string }[]
  return rows.map(({ rev, error, reason }) => {
    if (error !== undefined) throw new Error(`${error}: ${reason}`)
    return rev
  })
}
/** All current versions of all records, also those that lose. */
const leaves = async (at: ServerAddress): Promise<string> => {
  const { results } = (await askAt(at, '_changes?style=all_docs')) as { results: { id: string; changes: { rev: string }[] }[] }
  return results
    .filter(({ id }) => id.startsWith('01'))
    .map(({ id, changes }) => `${id} ${changes.map(({ rev }) => rev).sort().join()}`)
    .sort()
    .join('\n')
}
const until = async (what: string, holds: () => Promise<boolean> | boolean) => {
  const end = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
const alike = (one: ServerAddress, other: ServerAddress, count: number) =>
  until('both alike', async () => {
    const [a, b] = await Promise.all([leaves(one), leaves(other)])
    return a === b && a !== '' && a.split('\n').length === count
  })

describe('a hub and a centre', () => {
  test('what the centre deletes goes back there from the hub, and a review item on both tells of it', async () => {
    const [hub, centre] = [await openPlace(), await openPlace()]
    await centre.hub.addUser({ name: 'admin', password, admin: true })
    await write(hub.address, [record(1)])
    const relay = relayOf(hub, centre.address)
    await alike(hub.address, centre.address, 1)
    await until('in step', () => relay.state().lastInStep !== undefined)
    const admin = { ...centre.address, user: 'admin' }
    await write(admin, [{ _id: idOf(1), _rev: String((await askAt(admin, idOf(1)))['_rev']), _deleted: true }])
    await until('it is back', async () => (await askAt(centre.address, idOf(1)))['id'] === idOf(1))
    await alike(hub.address, centre.address, 1)
    const items = async (at: ServerAddress) => {
      const { rows } = (await askAt(at, '_all_docs?include_docs=true')) as { rows: { doc: { type?: string; resource?: object } }[] }
      return rows.flatMap(({ doc: { type, resource } }) => (type === 'Task' ? [resource] : []))
    }
    await until('the items', async () => (await items(centre.address)).length === 1 && (await items(hub.address)).length === 1)
    expect(await items(centre.address)).toMatchObject([{ status: 'requested', focus: { reference: `Patient/${idOf(1)}` } }])
    expect(relay.state()).toMatchObject({ refused: 0, refusedHere: 0 })
  })

  test('are brought in step both ways, with every version; cut again and again, nothing is copied from the beginning', async () => {
    const hub = await openPlace()
    const server = await openTestServer()
    cleanUp.push(() => server.close())
    const centre = await server.makePractice(practice)
    const [first = ''] = await write(hub.address, Array.from({ length: 450 }, (_none, n) => record(n)))
    await write(centre, Array.from({ length: 250 }, (_none, n) => record(1_000 + n)))
    // Both took a write of one record: each keeps its own version and learns of the other.
    await write(centre, [record(0, { gender: 'female' })])
    const relay = relayOf(hub, centre)
    for (let cut = 0; cut < 4; cut++) {
      await new Promise((resolve) => setTimeout(resolve, 150))
      await server.stop()
      await new Promise((resolve) => setTimeout(resolve, 50))
      await server.start()
    }
    await alike(hub.address, centre, 700)
    expect((await leaves(hub.address)).split('\n')[0]).toContain(first)
    expect((await leaves(hub.address)).split('\n')[0]?.split(',')).toHaveLength(2)
    await until('in step', () => {
      const { link, lastInStep, toCentre, fromCentre } = relay.state()
      return link === 'online' && lastInStep !== undefined && toCentre === 0 && fromCentre === 0
    })
    expect(relay.state()).toMatchObject({ refused: 0, refusedHere: 0, reasons: [] })

    // Live, in both directions.
    await write(hub.address, [record(5_000)])
    await write(centre, [record(5_001)])
    await alike(hub.address, centre, 702)
    // What says whose database it is stays where it is.
    expect((await askAt(hub.address, 'outpost%3Apractice'))['_conflicts']).toBeUndefined()

    // Started again it goes on where it was: of the 700 nothing is asked again.
    await new Promise((resolve) => setTimeout(resolve, 400))
    await relay.stop()
    const noted = (await askAt(hub.address, '_local/outpost-relay-hub-of-this-test')) as { out: string; in: string }
    expect(parseInt(noted.out, 10)).toBeGreaterThan(700)
    relayOf(hub, centre)
    await write(centre, [record(5_002)])
    await alike(hub.address, centre, 703)
  })
})

describe('what the centre does not take', () => {
  test('is told with its reason, stays known when the hub is started again, and arrives as soon as it is taken', async () => {
    const [hub, centre] = [await openPlace(), await openPlace()]
    let refuses: (id: string) => boolean = (id) => id === idOf(2)
    const guarded = await guard(centre.address, (id) => (refuses(id) ? 'the workstation is not known to the practice' : undefined))
    await write(hub.address, [record(1), record(2), record(3)])
    const relay = relayOf(hub, guarded)
    await until('refused', () => relay.state().refused === 1 && relay.state().toCentre === 0)
    expect(relay.state().reasons).toEqual(['the workstation is not known to the practice'])
    await new Promise((resolve) => setTimeout(resolve, 400))
    await relay.stop()
    const again = relayOf(hub, guarded)
    await until('still refused', () => again.state().lastInStep !== undefined)
    expect(again.state().refused).toBe(1)
    expect((await leaves(centre.address)).split('\n')).toHaveLength(2)
    await again.stop()
    refuses = () => false
    relayOf(hub, guarded)
    await alike(hub.address, centre.address, 3)
  })

  test('more of it than is listed is not forgotten either', async () => {
    const [hub, centre] = [await openPlace(), await openPlace()]
    let refuses = true
    const guarded = await guard(centre.address, () => (refuses ? 'not now' : undefined))
    for (let page = 0; page < 3; page++) await write(hub.address, Array.from({ length: 400 }, (_none, n) => record(page * 400 + n)))
    const relay = relayOf(hub, guarded)
    await until('refused', () => relay.state().refused === 1_000 && relay.state().toCentre === 0)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await relay.stop()
    refuses = false
    relayOf(hub, guarded)
    await alike(hub.address, centre.address, 1_200)
  })
})

describe('put back from a copy', () => {
  test('a centre of yesterday is filled again with what the hub had sent since, and gives what was written there meanwhile', async () => {
    const [hub, centre] = [await openPlace(), await openPlace()]
    relayOf(hub, centre.address)
    await write(hub.address, [record(1), record(2)])
    await alike(hub.address, centre.address, 2)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await centre.stop()
    const yesterday = folder()
    cpSync(centre.folder, yesterday, { recursive: true })
    await centre.start()
    await write(hub.address, [record(3), record(4)])
    await write(centre.address, [record(5)])
    await alike(hub.address, centre.address, 5)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await centre.stop()
    rmSync(centre.folder, { recursive: true })
    cpSync(yesterday, centre.folder, { recursive: true })
    await centre.start()
    await write(centre.address, [record(6), record(7), record(8), record(9)])
    await alike(hub.address, centre.address, 9)
  })

  test('a centre of a moment ago, which nobody had noted anything since, is filled again all the same', async () => {
    const [hub, centre] = [await openPlace(), await openPlace()]
    relayOf(hub, centre.address, { noteAfterMs: 1_500 })
    await write(hub.address, [record(1)])
    await alike(hub.address, centre.address, 1)
    await new Promise((resolve) => setTimeout(resolve, 1_900))
    await centre.stop()
    const momentAgo = folder()
    cpSync(centre.folder, momentAgo, { recursive: true })
    await centre.start()
    await write(hub.address, [record(2)])
    await alike(hub.address, centre.address, 2)
    await centre.stop()
    rmSync(centre.folder, { recursive: true })
    cpSync(momentAgo, centre.folder, { recursive: true })
    await centre.start()
    await alike(hub.address, centre.address, 2)
  })

  test('a hub of yesterday takes from the centre what it has lost, and sends what it gets anew', async () => {
    const [hub, centre] = [await openPlace(), await openPlace()]
    const relay = relayOf(hub, centre.address)
    await write(hub.address, [record(1)])
    await alike(hub.address, centre.address, 1)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await relay.stop()
    await hub.stop()
    const yesterday = folder()
    cpSync(hub.folder, yesterday, { recursive: true })
    await hub.start()
    const later = relayOf(hub, centre.address)
    await write(hub.address, Array.from({ length: 20 }, (_none, n) => record(10 + n)))
    await alike(hub.address, centre.address, 21)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await later.stop()
    await hub.stop()
    rmSync(hub.folder, { recursive: true })
    cpSync(yesterday, hub.folder, { recursive: true })
    await hub.start()
    relayOf(hub, centre.address)
    await write(hub.address, [record(50)])
    await alike(hub.address, centre.address, 22)
  })

  test('a centre that was made anew is not filled by a hub that nobody thought of', async () => {
    const [hub, centre, anew] = [await openPlace(), await openPlace(), await openPlace()]
    await write(hub.address, [record(1)])
    let epoch: string | undefined
    const relay = relayOf(hub, centre.address, { met: async (met) => void (epoch = met) })
    await alike(hub.address, centre.address, 1)
    expect(epoch).toMatch(/^[0-9a-f]{32}$/)
    await relay.stop()
    const forgotten = relayOf(hub, anew.address, { epoch: epoch ?? '' })
    await until('noticed', () => forgotten.state().problem === 'server-made-anew')
    await write(hub.address, [record(2)])
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await leaves(anew.address)).toBe('')
    await forgotten.stop()
    relayOf(hub, anew.address)
    await alike(hub.address, anew.address, 2)
  })
})

test('one document that the other side does not take is named with its reason, and its neighbours arrive', async () => {
  const written: string[] = []
  const answers = (path: string, body: { docs?: { _id: string; id: string; rev: string; _rev: string }[] } & Record<string, string[]>) => {
    if (path === '_revs_diff') return Object.fromEntries(Object.entries(body).map(([id, revs]) => [id, { missing: revs }]))
    if (path === '_bulk_get') return { results: body.docs?.map(({ id, rev }) => ({ id, docs: [{ ok: { _id: id, _rev: rev } }] })) }
    if (body.docs?.some(({ _id }) => _id.endsWith('7'))) throw new ServerSaysNo()
    written.push(...(body.docs ?? []).map(({ _id }) => _id))
    return body.docs?.filter(({ _id }) => _id.endsWith('3')).map(({ _id, _rev }) => ({ id: _id, rev: _rev, error: 'forbidden', reason: 'records are not deleted' })) ?? []
  }
  const { ServerProblem } = await import('../server')
  class ServerSaysNo extends ServerProblem {
    constructor() {
      super('answered', 413, 'document_too_large')
    }
  }
  const link = { run: (work: (server: unknown) => Promise<unknown>) => work({ read: async ({ path, body }: { path: string; body: never }) => answers(path, body) }) } as unknown as Link
  const notTaken: NotTaken[] = []
  const changes = Array.from({ length: 10 }, (_none, n) => ({ id: idOf(n), changes: [{ rev: '1-a' }] }))
  expect(await copyChanges({ from: link, to: link, changes: [...changes, { id: '_design/x', changes: [{ rev: '1-b' }] }, { id: 'outpost:practice', changes: [{ rev: '1-c' }] }], notTaken: (version) => notTaken.push(version) })).toBe(8)
  expect(written.sort()).toEqual(changes.map(({ id }) => id).filter((id) => !id.endsWith('7')))
  expect(notTaken.sort((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([{ id: idOf(3), reason: 'records are not deleted' }, { id: idOf(7), reason: expect.stringContaining('document_too_large') }])
})
