import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hubAddress, joinHub, makeCertificate } from '../main/lan'
import { readJoinCode } from '../shared/records/joinCode'
import { createHub, type Hub } from './hub'

const practice = { id: '01HUBLANPRACTICE0000000000', name: 'Hill Clinic', training: false }
const seed = Number(process.env['SEED'] ?? 20261121)
const offer = { practice, own: 'A', stations: ['A', 'P'] }
const code = (made: { readonly code: string }) => readJoinCode(made.code) ?? ''

let folder: string
let hub: Hub
let database: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-hub-lan-'))
  hub = await createHub({ folder, key: new Uint8Array(32).fill(4), host: '127.0.0.1', lan: { name: practice.name } })
  database = await hub.createPracticeDatabase(practice)
})
afterAll(async () => {
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Asked {
  readonly method?: string
  readonly body?: Uint8Array | string
  readonly headers?: Record<string, string>
  readonly user?: { readonly user: string; readonly password: string }
}
const ask = (path: string, { method = 'GET', body, headers = {}, user }: Asked = {}): Promise<{ readonly status: number; readonly bytes: Buffer; readonly headers: Record<string, unknown> }> =>
  new Promise((resolve, reject) => {
    const authorization = user && { authorization: `Basic ${Buffer.from(`${user.user}:${user.password}`).toString('base64')}` }
    const asking = request(`${hub.url}${path}`, { method, rejectUnauthorized: false, headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }), ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ status: answer.statusCode ?? 0, bytes: Buffer.concat(chunks), headers: answer.headers }))
    })
    asking.on('error', reject).end(body)
  })
const letIn = async (station: string) => {
  const joined = await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station })
  if (!joined.ok) throw new Error(joined.problem.kind)
  return joined.value
}

describe('a workstation joins by the code on the screen of the hub', () => {
  test('it gets a user of its own, knows whose practice it is, and pins the certificate that the hub has shown', async () => {
    const joined = await letIn('B')
    expect(joined).toMatchObject({ url: hub.url, practice, hub: hub.id, fingerprint: hub.fingerprint })
    expect((await ask(`/${database}`, { user: joined })).status).toBe(200)
    expect((await ask('/_all_dbs', { user: joined })).bytes.toString()).toBe(`["${database}"]\n`)
    expect(hub.members()).toMatchObject([{ user: joined.user, station: 'B', isOnline: true }])
  })

  test('a slip is told before anything is sent; a wrong code lets nobody in and does not use the right one up', async () => {
    const made = await hub.makeJoinCode(offer)
    expect(readJoinCode(made.code.toLowerCase().replaceAll('-', ' '))).toBe(made.code)
    for (let at = 0; at < made.code.length; at++) {
      const slip = `${made.code.slice(0, at)}${made.code[at] === '7' ? '8' : '7'}${made.code.slice(at + 1)}`
      if (made.code[at] !== '-') expect(readJoinCode(slip), slip).toBeUndefined()
    }
    expect(await joinHub(hub.url, '0000-0000-0000', { station: 'C' })).toMatchObject({ ok: false, problem: { kind: 'join-code-wrong' } })
    expect(await joinHub(hub.url, code(made), { station: 'C' })).toMatchObject({ ok: true })
  })

  test('a code lets one workstation in, and is over when it was hidden', async () => {
    const made = await hub.makeJoinCode(offer)
    expect(await joinHub(hub.url, code(made), { station: 'D' })).toMatchObject({ ok: true })
    expect(await joinHub(hub.url, code(made), { station: 'E' })).toMatchObject({ ok: false, problem: { kind: 'join-code-over' } })
    const hidden = await hub.makeJoinCode(offer)
    hub.endJoinCode()
    expect(await joinHub(hub.url, code(hidden), { station: 'E' })).toMatchObject({ ok: false, problem: { kind: 'join-code-over' } })
  })

  test('two workstations never get the same letters, but one of the practice may come again and takes the place of its former self', async () => {
    const former = await letIn('F')
    for (const station of ['A', 'F', 'P']) expect(await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station })).toMatchObject({ ok: false, problem: { kind: 'station-taken', facts: { station } } })
    const again = await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station: 'F', practice: practice.id })
    expect(again).toMatchObject({ ok: true, value: { user: former.user } })
    expect((await ask(`/${database}`, { user: former })).status).toBe(401)
    expect(await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station: 'A', practice: practice.id }), 'the hub itself is nobody else').toMatchObject({ ok: false })
    expect(await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station: 'P', practice: practice.id }), 'one that was here before the hub').toMatchObject({ ok: true })
    hub.removeMember(former.user)
    expect(await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station: 'F' }), 'the letters of one that was shut out').toMatchObject({ ok: false, problem: { kind: 'station-taken' } })
    expect(await joinHub(hub.url, code(await hub.makeJoinCode(offer)), { station: 'G', practice: '01SOMEOTHERPRACTICE0000000' })).toMatchObject({ ok: false, problem: { kind: 'server-other-practice' } })
  })

  test('of two that type one code at the same moment one is let in; a code that is ended meanwhile lets nobody in', async () => {
    const made = await hub.makeJoinCode(offer)
    const both = await Promise.all(['QA', 'QB'].map((station) => joinHub(hub.url, code(made), { station })))
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true])
    expect(hub.members().filter(({ station }) => station.startsWith('Q'))).toHaveLength(1)
  })

  test('who is shut out hears nothing more of what it had open', async () => {
    const joined = await letIn('K')
    const feeds = ['continuous', 'longpoll'].map((feed) => ask(`/${database}/_changes?feed=${feed}&since=now&heartbeat=1000`, { user: joined }).then(() => 'ended', () => 'cut off'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    hub.removeMember(joined.user)
    expect(await Promise.race([Promise.all(feeds), new Promise((resolve) => setTimeout(() => resolve('still open'), 3_000))])).toEqual(['cut off', 'cut off'])
  })

  test('who was shut out stays out: password and cookie are worth nothing', async () => {
    const joined = await letIn('H')
    const signedIn = await ask('/_session', { method: 'POST', body: JSON.stringify({ name: joined.user, password: joined.password }) })
    const cookie = String((signedIn.headers['set-cookie'] as string[])[0]).split(';')[0] ?? ''
    expect((await ask(`/${database}`, { headers: { cookie } })).status).toBe(200)
    hub.removeMember(joined.user)
    expect((await ask(`/${database}`, { headers: { cookie } })).status).toBe(401)
    expect((await ask(`/${database}`, { user: joined })).status).toBe(401)
    expect(hub.members().map(({ station }) => station)).not.toContain('H')
  })

  test('somebody in the middle, with a certificate of his own, passes everything on and still gets nobody in', async () => {
    const heard: string[] = []
    const own = makeCertificate('outpost-hub')
    const middle: Server = createServer({ key: own.key, cert: own.certificate }, (asked, answer) => {
      let text = ''
      asked.on('data', (part) => (text += part)).on('end', () => {
        heard.push(text)
        void ask(asked.url ?? '/', { method: 'POST', body: text }).then(({ status, bytes }) => answer.writeHead(status, { 'content-type': 'application/json' }).end(bytes))
      })
    })
    await new Promise<void>((ready) => middle.listen(0, '127.0.0.1', ready))
    const made = await hub.makeJoinCode(offer)
    const before = hub.members().length
    const answer = await joinHub(`127.0.0.1:${(middle.address() as AddressInfo).port}`, code(made), { station: 'X' })
    middle.close()
    expect(heard).toHaveLength(1)
    expect(heard[0]).not.toContain(made.code)
    expect(answer).toMatchObject({ ok: false, problem: { kind: 'join-code-wrong' } })
    expect(hub.members()).toHaveLength(before)
  })

  test('what is sent there by strangers is refused and changes nothing', async () => {
    const made = await hub.makeJoinCode(offer)
    const nonce = 'a'.repeat(32)
    for (const body of ['{}', '[]', 'null', '{"nonce":1}', JSON.stringify({ nonce, wish: 7, proof: 'x' }), JSON.stringify({ nonce, wish: '{}', proof: '' }), JSON.stringify({ nonce, wish: 'x'.repeat(3_000), proof: '' }), 'x'.repeat(10_000)]) {
      const { status } = await ask('/_outpost/join', { method: 'POST', body })
      expect([400, 403, 413], body.slice(0, 40)).toContain(status)
    }
    expect((await ask('/_outpost/join')).status).toBe(405)
    expect((await ask('/_outpost/codes')).status).toBe(404)
    expect(await joinHub(hub.url, code(made), { station: 'Y' })).toMatchObject({ ok: true })
  })

  test('addresses are taken as people type them', () => {
    expect(hubAddress('192.168.1.20')).toEqual({ host: '192.168.1.20', port: 6984 })
    expect(hubAddress(' reception-pc:7000 ')).toEqual({ host: 'reception-pc', port: 7000 })
    expect(hubAddress('https://[fe80::1]:6984/')).toEqual({ host: 'fe80::1', port: 6984 })
    for (const wrong of ['', 'a b', 'http://x/y', '1.2.3.4:99999']) expect(hubAddress(wrong), wrong).toBeUndefined()
  })
})

describe('less goes over the wire', () => {
  let user: { readonly user: string; readonly password: string }
  const record = (n: number) => ({ _id: `01HUBPATIENT${String(n).padStart(14, '0')}`, id: `01HUBPATIENT${String(n).padStart(14, '0')}`, type: 'Patient', practice: practice.id, author: 'nurse', station: 'A', at: '2026-11-21T10:00:00.000Z-0000-A', prior: [], resource: { resourceType: 'Patient', id: `01HUBPATIENT${String(n).padStart(14, '0')}`, name: [{ family: `Nakamura ${n}` }] } })
  beforeEach(async () => {
    if (!user) user = await letIn('Z')
  })

  test('a packed batch is taken, and the feed comes packed to who asks for it', async () => {
    const body = gzipSync(JSON.stringify({ docs: Array.from({ length: 300 }, (_none, n) => record(n)) }))
    const written = await ask(`/${database}/_bulk_docs`, { method: 'POST', body, headers: { 'content-encoding': 'gzip' }, user })
    expect(written.status).toBe(201)
    const plain = await ask(`/${database}/_changes?include_docs=true`, { user, headers: { 'accept-encoding': 'gzip;q=0, identity' } })
    const packed = await ask(`/${database}/_changes?include_docs=true`, { user, headers: { 'accept-encoding': 'gzip, deflate' } })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true)
    expect(packed.bytes.length / plain.bytes.length).toBeLessThan(0.35)
    const whole = await ask(`/${database}/_all_docs`, { user, headers: { 'accept-encoding': 'gzip' } })
    expect(JSON.parse(gunzipSync(whole.bytes).toString()).rows).toHaveLength(301)
  })

  test('a small body that unpacks into a huge one is refused, half a packed one too, and the hub goes on', async () => {
    const bomb = gzipSync(Buffer.alloc(4_000_000, 0x20))
    expect(bomb.length).toBeLessThan(5_000)
    expect((await ask('/_session', { method: 'POST', body: bomb, headers: { 'content-encoding': 'gzip' } })).status).toBe(413)
    const half = gzipSync(JSON.stringify({ docs: [record(1)] })).subarray(0, 40)
    expect((await ask(`/${database}/_bulk_docs`, { method: 'POST', body: half, headers: { 'content-encoding': 'gzip' }, user })).status).toBe(400)
    expect((await ask(`/${database}/_bulk_docs`, { method: 'POST', body: '{}', headers: { 'content-encoding': 'br' }, user })).status).toBe(415)
    expect((await ask(`/${database}`, { user })).status).toBe(200)
  })
})

describe('the whole practice at once', () => {
  const idOf = (n: number) => `01HUBALLDOCS${String(n).padStart(14, '0')}`
  const record = (n: number) => ({ _id: idOf(n), id: idOf(n), type: 'Patient', practice: practice.id, author: 'nurse', station: 'A', at: '2026-11-21T10:00:00.000Z-0000-A', prior: [], resource: { resourceType: 'Patient', id: idOf(n), text: { status: 'generated', div: 'x'.repeat(2_000) } } })
  const rowsOf = ({ bytes }: { readonly bytes: Buffer }): string[] => (JSON.parse(bytes.toString()) as { rows: { id: string }[] }).rows.map(({ id }) => id).filter((id) => id.startsWith('01HUBALLDOCS'))

  test('comes piece by piece, each once, forwards and backwards, and with bounds', async () => {
    const user = await letIn('U')
    const docs = Array.from({ length: 1_100 }, (_none, n) => record(n))
    await ask(`/${database}/_bulk_docs`, { method: 'POST', body: JSON.stringify({ docs }), user })
    const all = docs.map(({ _id }) => _id)
    const get = async (query: string) => rowsOf(await ask(`/${database}/_all_docs?${query}`, { user }))
    const own = `startkey="${idOf(0)}"&endkey="${idOf(99_999)}"`
    expect(await get(own)).toEqual(all)
    expect(await get(`descending=true&startkey="${idOf(99_999)}"&endkey="${idOf(0)}"`)).toEqual([...all].reverse())
    expect(await get(`${own}&skip=10&limit=700`)).toEqual(all.slice(10, 710))
    expect(await get(`${own}&limit=0`)).toEqual([])
    expect(await get(`startkey="${idOf(500)}"&endkey="${idOf(600)}"&inclusive_end=false`)).toEqual(all.slice(500, 600))
  })

  test('somebody who asks and does not read keeps nothing in memory, and nobody else waiting', async () => {
    const user = await letIn('V')
    const { hostname, port } = new URL(hub.url)
    const slow = Array.from({ length: 20 }, () => {
      const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () =>
        socket.write(`GET /${database}/_changes?include_docs=true HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${Buffer.from(`${user.user}:${user.password}`).toString('base64')}\r\n\r\n`),
      )
      socket.on('error', () => undefined).pause()
      return socket
    })
    await new Promise((resolve) => setTimeout(resolve, 600))
    const begun = Date.now()
    expect((await ask(`/${database}`, { user })).status).toBe(200)
    expect(Date.now() - begun).toBeLessThan(3_000)
    for (const socket of slow) socket.destroy()
  })
})

describe('what comes in over the network without being asked', () => {
  test(`whatever is asked gets an answer, none of which is a fault of ours (seed ${seed})`, async () => {
    const user = await letIn('T')
    const word = fc.constantFrom(database, 'outpost-other', '_all_docs', '_bulk_docs', '_bulk_get', '_changes', '_revs_diff', '_local', '_design', '_session', '_outpost', 'join', '_up', '_users', 'x', '%00', '%ff', '..', '_replicate', `${database}-blobs`, 'chunk-00', 'c')
    const value = fc.constantFrom('true', 'false', '1', '-1', '1e9', '"a"', '[', '{}', '["a"]', 'now', 'longpoll', '0', '', '\u{1f600}')
    const name = fc.constantFrom('feed', 'since', 'limit', 'include_docs', 'keys', 'startkey', 'endkey', 'rev', 'revs', 'open_revs', 'skip', 'style', 'conflicts', 'new_edits', 'filter')
    const part = fc.oneof(fc.jsonValue(), fc.record({ docs: fc.array(fc.oneof(fc.jsonValue(), fc.record({ _id: fc.string(), _rev: fc.string(), _deleted: fc.boolean() }, { requiredKeys: [] })), { maxLength: 4 }), new_edits: fc.boolean() }, { requiredKeys: [] }), fc.record({ keys: fc.array(fc.string()) }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'), fc.array(word, { maxLength: 4 }), fc.array(fc.tuple(name, value), { maxLength: 3 }), fc.option(part), async (method, words, query, body) => {
        const params = query.filter(([key, given]) => !(key === 'feed' && given === 'longpoll')).map(([key, given]) => `${key}=${encodeURIComponent(given)}`)
        const { status } = await ask(`/${words.join('/')}?${params.join('&')}`, { method, user, ...(body !== null && method !== 'GET' && method !== 'HEAD' ? { body: JSON.stringify(body) } : {}) })
        expect(status, `${method} /${words.join('/')}?${params.join('&')} ${JSON.stringify(body)}`).toBeLessThan(500)
      }),
      { seed, numRuns: 250 },
    )
    expect((await ask('/_up')).status).toBe(200)
  })


  test('bytes that are no TLS are cut off', async () => {
    const { hostname, port } = new URL(hub.url)
    for (const text of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01\xff\xff', '\0'.repeat(1_000)])
      await new Promise<void>((closed) => {
        const socket = connect(Number(port), hostname, () => socket.write(text))
        socket.on('error', () => undefined).on('close', () => closed())
        setTimeout(() => socket.destroy(), 300)
      })
    expect((await ask('/_up')).status).toBe(200)
  })

  test('many who guess at passwords do not keep anybody from signing in, nor does guessing all at once help', async () => {
    const user = await letIn('W')
    const guess = (name: string, n: number) => ask('/_session', { method: 'POST', body: JSON.stringify({ name, password: `x${n}` }) }).then(({ status }) => status)
    const strangers = Promise.all(Array.from({ length: 24 }, (_none, n) => guess(`guess-${n}`, n)))
    const guesses = await Promise.all(Array.from({ length: 8 }, (_none, n) => guess('workstation-z', n)))
    expect(guesses.filter((status) => status === 401)).toHaveLength(5)
    expect((await ask(`/${database}`, { user })).status).toBe(200)
    expect(new Set(await strangers)).toEqual(new Set([401, 503]))
  })
})
