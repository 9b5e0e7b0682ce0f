import { createServer, type IncomingMessage, type RequestListener, type Server as HttpServer, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { fingerprintOf, makeCertificate } from '../lan'
import { openServer, type ServerProblem } from './server'

let close: (() => void)[] = []
afterEach(() => {
  for (const each of close) each()
  close = []
})

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
const signsIn = (answer: RequestListener): RequestListener => (request, response) => (request.url === '/_session' ? json(response, { ok: true }, 200, { 'set-cookie': 'AuthSession=abc; Path=/' }) : answer(request, response))
const listen = async (server: HttpServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close.push(() => (server.closeAllConnections(), server.close()))
  return (server.address() as AddressInfo).port
}
const serve = async (answer: RequestListener) => `http://127.0.0.1:${await listen(createServer(signsIn(answer)))}`
const at = (url: string, pin?: string, quietMs?: number) => {
  const server = openServer({ url, user: 'nurse', password: 'secret', ...(pin ? { pin } : {}) }, 'practice', quietMs)
  close.push(() => server.close())
  return server
}
const problemOf = (asked: Promise<unknown>): Promise<ServerProblem> => asked.then(() => expect.unreachable('it was answered'), (error: ServerProblem) => error)
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a server that may not be who it says', () => {
  const own = makeCertificate('outpost-hub')
  const secure = async (seen: string[] = []) => {
    const answer = signsIn((request, response) => (seen.push(request.url ?? ''), json(response, { ok: true })))
    return `https://127.0.0.1:${await listen(createTlsServer({ key: own.key, cert: own.certificate }, answer))}`
  }

  test('a certificate that nobody vouches for is refused, and says so', async () => {
    expect(await problemOf(at(await secure()).read({ path: '' }))).toMatchObject({ kind: 'untrusted', trust: 'certificate-unknown' })
  })

  test('the one certificate that was agreed on is enough, and no other: not a byte of a password reaches that one', async () => {
    const seen: string[] = []
    const url = await secure(seen)
    expect(await at(url, fingerprintOf(own.certificate)).read({ path: '' })).toEqual({ ok: true })
    seen.length = 0
    const other = fingerprintOf(makeCertificate('outpost-hub').certificate)
    expect(await problemOf(at(url, other).read({ path: '' }))).toMatchObject({ kind: 'untrusted', trust: 'certificate-changed' })
    expect(seen).toEqual([])
  })

  test('what speaks no TLS at a https address is told from a server that does not answer', async () => {
    const plain = await serve((_request, response) => json(response, {}))
    expect(await problemOf(at(plain.replace('http:', 'https:')).read({ path: '' }))).toMatchObject({ kind: 'untrusted', trust: 'not-secure' })
    expect(await problemOf(at('https://127.0.0.1:1').read({ path: '' }))).toMatchObject({ kind: 'unreachable' })
  })
})

describe('what goes over a distance', () => {
  test('is packed both ways, and not again to a server that cannot unpack', async () => {
    const asked: { packed: boolean; docs: number }[] = []
    let unpacks = true
    const answer: RequestListener = async (request, response) => {
      const bytes = await bodyOf(request)
      const packed = request.headers['content-encoding'] === 'gzip'
      if (packed && !unpacks) return void json(response, { error: 'bad_content_type' }, 415)
      const { docs } = JSON.parse((packed ? gunzipSync(bytes) : bytes).toString()) as { docs: unknown[] }
      asked.push({ packed, docs: docs.length })
      response.writeHead(201, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(docs.map(() => ({ ok: true })))))
    }
    const distant = createServer((request, response) => void later(8).then(() => signsIn(answer)(request, response)))
    const url = `http://127.0.0.1:${await listen(distant)}`
    const docs = Array.from({ length: 100 }, (_, n) => ({ _id: `a record of some length, number ${n}` }))
    const server = at(url)
    expect(await server.read({ method: 'POST', path: '_bulk_docs', body: { docs } })).toHaveLength(100)
    unpacks = false
    const stubborn = at(url)
    expect(await stubborn.read({ method: 'POST', path: '_bulk_docs', body: { docs } })).toHaveLength(100)
    expect(await stubborn.read({ method: 'POST', path: '_bulk_docs', body: { docs } })).toHaveLength(100)
    expect(asked).toEqual([{ packed: true, docs: 100 }, { packed: false, docs: 100 }, { packed: false, docs: 100 }])
    expect(server.traffic.sent).toBeLessThan(stubborn.traffic.sent / 3)
  })

  test('keeps every row that came before the line was cut, packed or not', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({ seq: `${n + 1}-x`, id: `record ${n} ${'x'.repeat(n % 90)}`, changes: [] }))
    const text = `{"results":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}`
    for (const packed of [false, true]) {
      const url = await serve((_request, response) => {
        response.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {})
        response.write(packed ? gzipSync(text).subarray(0, -12) : text)
        setTimeout(() => (response.socket as Socket).destroy(), 30)
      })
      const taken: unknown[] = []
      const problem = await problemOf(at(url).readRows({ path: '_changes' }, (some) => void taken.push(...some)))
      expect(problem.kind).toBe('unreachable')
      expect(taken.length).toBeGreaterThan(packed ? 480 : 498)
      expect(taken).toEqual(rows.slice(0, taken.length))
    }
  })

  test('is given up when not a byte comes for so long, before the head and in the middle; a reader that takes its time is no silence', async () => {
    const url = await serve((request, response) => {
      if (request.url?.endsWith('/head')) return
      response.writeHead(200).write('{"rows":[{"n":1}')
      if (request.url?.endsWith('/slow')) setTimeout(() => response.end(`,${JSON.stringify({ text: 'x'.repeat(3_000_000) })}]}`), 20)
    })
    const server = at(url, undefined, 250)
    expect(await problemOf(server.read({ path: 'head' }))).toMatchObject({ kind: 'unreachable' })
    expect(await problemOf(server.readRows({ path: 'middle' }, () => undefined))).toMatchObject({ kind: 'unreachable' })
    expect(await server.readRows({ path: 'slow' }, () => later(600) as Promise<void>)).toEqual({ rows: [] })
  })

  test('what the taker of rows throws is its own, and no fault of the line', async () => {
    const url = await serve((_request, response) => json(response, { rows: [{ n: 1 }] }))
    const full = new Error('the disk is full')
    expect(await problemOf(at(url).readRows({ path: 'x' }, () => Promise.reject(full)))).toBe(full)
  })

  test('when the network has changed, connections that look open are dropped, and new ones work', async () => {
    let held = 0
    const url = await serve((request, response) => (request.url?.endsWith('/held') ? void (held += 1) : json(response, { ok: true })))
    const server = at(url)
    const waiting = problemOf(server.read({ path: 'held' }))
    for (const until = Date.now() + 5_000; held === 0 && Date.now() < until; ) await later(5)
    server.renew()
    expect(await waiting).toMatchObject({ kind: 'unreachable' })
    expect(await server.read({ path: 'now' })).toEqual({ ok: true })
  })
})

test('of several requests that a session has run out under one signs in, and the others wait for it', async () => {
  let signings = 0
  const listener: RequestListener = (request, response) => {
    if (request.url === '/_session') return void later(80).then(() => json(response, { ok: true }, 200, { 'set-cookie': `AuthSession=c${++signings}; Path=/` }))
    // The first session holds for one request.
    if (request.headers.cookie === (request.url === '/practice/first' ? 'AuthSession=c1' : 'AuthSession=c2')) return void json(response, { ok: true })
    void later(request.url === '/practice/late' ? 40 : 0).then(() => json(response, {}, 401))
  }
  const server = at(`http://127.0.0.1:${await listen(createServer(listener))}`)
  await server.ask({ path: 'first' })
  expect(await Promise.all(['early', 'late'].map(async (path) => (await server.ask({ path })).status))).toEqual([200, 200])
  expect(signings).toBe(2)
})
