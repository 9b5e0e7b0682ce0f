import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chunkLimit } from '../shared/records/blobDatabase'
import { createHub, type Hub } from './hub'

const folder = mkdtempSync(join(tmpdir(), 'outpost-chunks-'))
const practice = { id: '01HUBCHUNKSPRACT1CE0000000', name: 'Hill Clinic', training: false }
const other = { id: '01HUBCHUNKS0THERCE00000000', name: 'Another', training: false }
let hub: Hub
let database = ''
beforeAll(async () => {
  hub = await createHub({ folder, key: new Uint8Array(32).fill(5) })
  database = await hub.createPracticeDatabase(practice)
  await hub.addUser({ name: 'clinic', password: 'a good password', databases: [database] })
  await hub.addUser({ name: 'stranger', password: 'a good password', databases: [await hub.createPracticeDatabase(other)] })
})
afterAll(async () => {
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (method: string, path: string, body?: Uint8Array | object, headers: Record<string, string> = {}, user = 'clinic') =>
  fetch(`${hub.url}/${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${user}:a good password`).toString('base64')}`, ...(body instanceof Uint8Array ? { 'content-type': 'application/octet-stream' } : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
  })
const chunk = (digit: string) => `chunk-${digit.repeat(64)}`
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())
const contents = Buffer.from(Array.from({ length: 1_000 }, (_, at) => at % 251))

test('a chunk is bytes in and the same bytes out, whole or a part, and is there once', async () => {
  expect((await ask('PUT', `${database}-blobs/${chunk('a')}/c`, contents)).status).toBe(201)
  expect((await ask('PUT', `${database}-blobs/${chunk('a')}/c`, Buffer.from('another'))).status).toBe(409)
  const whole = await ask('GET', `${database}-blobs/${chunk('a')}/c`)
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
  expect((await bytesOf(whole)).equals(contents)).toBe(true)
  for (const [range, from, to] of [['bytes=0-99', 0, 100], ['bytes=900-5000', 900, 1_000], ['bytes=999-', 999, 1_000]] as const) {
    const part = await ask('GET', `${database}-blobs/${chunk('a')}/c`, undefined, { range })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/1000`])
    expect((await bytesOf(part)).equals(contents.subarray(from, to)), range).toBe(true)
  }
  expect((await ask('GET', `${database}-blobs/${chunk('a')}/c`, undefined, { range: 'bytes=1000-1100' })).status).toBe(416)
  for (const range of ['bytes=5-2', 'bytes=-5', 'bytes=0-1,5-6', 'pages=1-2', 'bytes=x']) expect((await ask('GET', `${database}-blobs/${chunk('a')}/c`, undefined, { range })).status, range).toBe(200)
  expect((await ask('HEAD', `${database}-blobs/${chunk('a')}/c`)).headers.get('content-length')).toBe('1000')
})

test('the files of a practice are for its workstations alone', async () => {
  expect((await ask('GET', `${database}-blobs/${chunk('a')}/c`, undefined, {}, 'stranger')).status).toBe(404)
  expect((await ask('PUT', `${database}-blobs/${chunk('b')}/c`, contents, {}, 'stranger')).status).toBe(404)
  expect((await fetch(`${hub.url}/${database}-blobs/${chunk('a')}/c`)).status).toBe(401)
  expect((await ask('GET', `outpost-nobody-blobs/${chunk('a')}/c`)).status).toBe(404)
})

test('what is no chunk is refused, and the database goes on', async () => {
  const refused: readonly (readonly [string, string, (Uint8Array | object)?])[] = [
    ['PUT', `${database}-blobs/${chunk('c')}/c`, Buffer.alloc(chunkLimit + 1)],
    ['PUT', `${database}-blobs/${chunk('c')}/d`, contents],
    ['PUT', `${database}-blobs/chunk-c/c`, contents],
    ['PUT', `${database}-blobs/..%2f..%2fhub.db/c`, contents],
    ['PUT', `${database}/${chunk('c')}/c`, contents],
    ['POST', `${database}-blobs/${chunk('a')}/c`, contents],
    ['DELETE', `${database}-blobs/${chunk('a')}?rev=1-abc`],
    ['PUT', `${database}-blobs/${chunk('c')}`, { name: 'not a chunk' }],
    ['PUT', `${database}-blobs/anything`, { practice: practice.id }],
    ['PUT', `${database}-blobs/${chunk('c')}`, { _attachments: { c: { data: 'AAAA', content_type: 'text/html' } } }],
  ]
  for (const [method, path, body] of refused) {
    const { status } = await ask(method, path, body)
    expect(status, `${method} ${path}`).toBeGreaterThanOrEqual(400)
    expect(status, `${method} ${path}`).toBeLessThan(500)
  }
  const rows = (await (await ask('POST', `${database}-blobs/_bulk_docs`, { docs: [{ _id: `note-${'a'.repeat(32)}-${'b'.repeat(32)}`, practice: other.id, key: 'k', sealed: 's' }, { _id: `note-${'a'.repeat(32)}-${'c'.repeat(32)}`, practice: practice.id, key: 'k', sealed: 's' }] })).json()) as { error?: string }[]
  // The mark says whose it is, and it is there once the first workstation has come.
  expect(rows[0]?.error).toBe('forbidden')
  expect((await bytesOf(await ask('GET', `${database}-blobs/${chunk('a')}/c`))).equals(contents)).toBe(true)
})

test('chunks are there after a restart, and nothing of them lies readable beside the key', async () => {
  await hub.close()
  for (const name of readdirSync(folder)) {
    const file = readFileSync(join(folder, name))
    for (const known of [contents.subarray(0, 60), contents.subarray(0, 60).toString('base64'), 'a'.repeat(64), database]) expect(file.includes(known), name).toBe(false)
  }
  hub = await createHub({ folder, key: new Uint8Array(32).fill(5) })
  expect((await bytesOf(await ask('GET', `${database}-blobs/${chunk('a')}/c`))).equals(contents)).toBe(true)
})
