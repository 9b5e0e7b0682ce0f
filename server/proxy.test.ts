import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { get, request, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { provision } from '.'
import { openTestCentre, type TestCentre } from './testing/someCentre'

/**
 * The proxy of the compose file, run as the program that it is where one is installed (`caddy`), before the server of the other
 * tests. Its configuration is used as it stands, but for ports that anybody may open.
 */
const hasCaddy = spawnSync('caddy', ['version']).status === 0
const practice = { id: '01CENTREPR0XY0000000000000', name: 'Hill Clinic', training: false }
const database = `outpost-${practice.id.toLowerCase()}`

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
const found = (folder: string, name: string): string | undefined => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const inside = entry.isDirectory() ? found(path, name) : entry.name === name ? path : undefined
    if (inside !== undefined) return inside
  }
  return undefined
}

describe.runIf(hasCaddy)('the face of the centre', () => {
  let centre: TestCentre
  let folder: string
  let caddy: ChildProcess
  let options: RequestOptions
  let cookie: string

  beforeAll(async () => {
    centre = await openTestCentre([practice.id])
    await provision(centre.couch, { ...practice, stations: ['A'] })
    folder = mkdtempSync(join(tmpdir(), 'outpost-proxy-'))
    const [port, plain] = [await freePort(), await freePort()]
    const text = readFileSync(join(__dirname, 'deploy/Caddyfile'), 'utf8').replace('\tadmin off\n', `\tadmin off\n\thttp_port ${plain}\n\tskip_install_trust\n`)
    writeFileSync(join(folder, 'Caddyfile'), text)
    caddy = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], HOME: folder, XDG_DATA_HOME: folder, OUTPOST_HOST: `https://localhost:${port}`, OUTPOST_TLS: 'internal', OUTPOST_NODES: new URL(centre.couch.url).host },
    })
    const signIn = await fetch(`${centre.couch.url}/_session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(centre.admin) })
    cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    for (let look = 0; look < 100; look++) {
      const ca = existsSync(folder) ? found(folder, 'root.crt') : undefined
      if (ca !== undefined) options = { host: 'localhost', port, ca: readFileSync(ca), headers: { cookie, accept: 'application/json' } }
      if (ca !== undefined && (await ask('GET', '/').catch(() => undefined))?.status === 200) return
      await new Promise((next) => setTimeout(next, 100))
    }
    throw new Error('the proxy did not start')
  })
  afterAll(async () => {
    caddy?.kill()
    await centre?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  interface Answer {
    readonly status: number
    readonly encoding: string | undefined
    readonly bytes: number
    /** When each piece came, ms. */
    readonly pieces: readonly number[]
  }
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const from = Date.now()
      const outgoing = (method === 'GET' ? get : request)({ ...options, method, path, headers: { ...options.headers, ...headers } }, (incoming) => {
        const pieces: number[] = []
        let bytes = 0
        incoming.on('data', (piece: Buffer) => {
          bytes += piece.length
          pieces.push(Date.now() - from)
        })
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, encoding: incoming.headers['content-encoding'], bytes, pieces }))
        incoming.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })

  test('administration is shut, whatever way the path is written; sessions, the own account and practices are open', async () => {
    for (const path of ['/_all_dbs', '/_utils/', '/_node/_local/_config', '/_users/_all_docs', '/_users', '/_replicator', '/_active_tasks', '//_all_dbs', '/%5Fall_dbs', '/x/../_all_dbs', '/_users/org.couchdb.user:x/../_all_docs'])
      expect((await ask('GET', path)).status, path).toBe(404)
    expect((await ask('GET', '/_session')).status).toBe(200)
    expect((await ask('GET', `/${database}`)).status).toBe(200)
    expect([200, 404]).toContain((await ask('GET', '/_users/org.couchdb.user:somebody')).status)
  })

  test('what is fetched comes packed, and a packed batch is taken', async () => {
    const made = Number((await centre.couch.must('GET', `/${database}`))['doc_count'])
    const docs = Array.from({ length: 300 }, (_, n) => {
      const id = `01CENTREPR0XYREC${String(n).padStart(10, '0')}`
      return { _id: id, id, type: 'Patient', practice: practice.id, author: 'nurse', station: 'A', at: `2026-11-21T10:00:00.000Z-${n.toString(16).padStart(4, '0')}-A`, prior: [], resource: { resourceType: 'Patient', id, name: [{ family: `Family ${n}`, given: ['Amina'] }] } }
    })
    const sent = await ask('POST', `/${database}/_bulk_docs`, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, gzipSync(JSON.stringify({ docs })))
    expect(sent.status).toBe(201)
    const path = `/${database}/_changes?include_docs=true&limit=1000`
    // A node of a cluster may answer before it has all that was written.
    await vi.waitFor(async () => expect((await centre.couch.must('GET', path))['results']).toHaveLength(300 + made), { timeout: 30_000, interval: 100 })
    const [whole, packed] = [await ask('GET', path), await ask('GET', path, { 'accept-encoding': 'gzip' })]
    expect([whole.encoding, packed.encoding]).toEqual([undefined, 'gzip'])
    expect(packed.bytes / whole.bytes).toBeLessThan(0.35)
  })

  test('who waits for news gets signs of life in time, and the news at once', async () => {
    const { update_seq: seq } = await centre.couch.must('GET', `/${database}`)
    const waiting = ask('GET', `/${database}/_changes?feed=longpoll&heartbeat=300&timeout=20000&since=${encodeURIComponent(String(seq))}`, { 'accept-encoding': 'gzip' })
    await new Promise((next) => setTimeout(next, 1500))
    const from = Date.now()
    await centre.couch.must('POST', `/${database}/_bulk_docs`, { docs: [{ _id: '_design/news', language: 'javascript' }] })
    const { pieces } = await waiting
    expect(pieces.filter((at) => at < 1400).length).toBeGreaterThanOrEqual(3)
    expect(Date.now() - from).toBeLessThan(1000)
  })
})
