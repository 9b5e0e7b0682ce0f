import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { runHub } from './command'
import { createHub, type Hub } from './hub'

hashQuickly()

const practice = '01HUBTESTPRACTICE000000000'
const other = '01HUBTESTPRACTICE000000001'
const key = new Uint8Array(32).fill(9)

let folder: string
let hub: Hub
let name: string

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const nurse = basic('nurse', 'clinic-password')
const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${hub.url}${path}`, {
    method,
    headers: { authorization: nurse, ...(body !== undefined ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body !== undefined ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return { status: response.status, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text, headers: response.headers }
}
const record = (id: string, more: object = {}) => ({ _id: id, id, type: 'Patient', practice, resource: { resourceType: 'Patient', id, name: [{ family: 'Nakamura-Obi' }] }, author: 'nurse', station: 'A', at: '2026-11-21T10:00:00.000Z-0000-A', prior: [], ...more })
const idOf = (n: number) => `01HUBPATIENT${String(n).padStart(14, '0')}`

const start = async () => {
  hub = await createHub({ folder, key })
  await hub.addUser({ name: 'nurse', password: 'clinic-password', databases: [`outpost-${practice.toLowerCase()}`] })
  await hub.addUser({ name: 'admin', password: 'admin-password', admin: true })
  name = await hub.createPracticeDatabase({ id: practice, name: 'Hill Clinic', training: false })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-hub-'))
  await start()
})
afterEach(async () => {
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the hub answers as CouchDB 3.5 does', () => {
  test('it greets without a sign-in and shows nothing else', async () => {
    expect((await ask('GET', '/', undefined, { authorization: '' })).json).toMatchObject({ couchdb: 'Welcome' })
    expect((await ask('GET', '/_up')).json).toMatchObject({ status: 'ok' })
    expect(await ask('GET', `/${name}`, undefined, { authorization: '' })).toMatchObject({ status: 401, json: { error: 'unauthorized' } })
  })

  test('a session cookie is as good as the password; a forged one is not', async () => {
    const signIn = await ask('POST', '/_session', { name: 'nurse', password: 'clinic-password' }, { authorization: '' })
    expect(signIn).toMatchObject({ status: 200, json: { ok: true, name: 'nurse' } })
    const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    expect((await ask('GET', '/_session', undefined, { authorization: '', cookie })).json).toMatchObject({ userCtx: { name: 'nurse' }, info: { authenticated: 'cookie' } })
    expect((await ask('GET', `/${name}`, undefined, { authorization: '', cookie })).status).toBe(200)
    const forged = Buffer.from(Buffer.from(cookie.slice('AuthSession='.length), 'base64url').toString().replace('nurse', 'admin')).toString('base64url')
    expect((await ask('GET', `/${name}`, undefined, { authorization: '', cookie: `AuthSession=${forged}` })).status).toBe(401)
  })

  test('a wrong password is refused, and after five the account waits', async () => {
    for (let n = 0; n < 5; n++) expect((await ask('POST', '/_session', { name: 'nurse', password: `guess-${n}` })).status).toBe(401)
    expect(await ask('POST', '/_session', { name: 'nurse', password: 'guess-5' })).toMatchObject({ status: 403, json: { error: 'forbidden' } })
  })

  test('someone of practice A learns nothing of practice B, not even that it is there', async () => {
    const foreign = await hub.createPracticeDatabase({ id: other, name: 'Other Clinic', training: false })
    const there = await ask('GET', `/${foreign}`)
    const none = await ask('GET', '/outpost-nothing-here')
    expect(there).toMatchObject({ status: 404, json: none.json })
    for (const path of ['_all_docs', '_changes', 'outpost:practice', '_local/x']) expect((await ask('GET', `/${foreign}/${path}`)).status).toBe(404)
    expect((await ask('POST', `/${foreign}/_bulk_docs`, { docs: [record(idOf(1))] })).status).toBe(404)
    expect((await ask('GET', '/_all_dbs')).json).toEqual([name])
  })

  test('documents are written, read, changed, refused when stale, deleted', async () => {
    const put = await ask('PUT', `/${name}/${idOf(1)}`, record(idOf(1)))
    expect(put).toMatchObject({ status: 201, json: { ok: true, id: idOf(1) } })
    expect((await ask('GET', `/${name}/${idOf(1)}`)).json).toMatchObject({ _rev: put.json.rev, practice })
    expect(await ask('PUT', `/${name}/${idOf(1)}`, record(idOf(1)))).toMatchObject({ status: 409, json: { error: 'conflict', reason: 'Document update conflict.' } })
    const deletion = `/${name}/${idOf(1)}?rev=${put.json.rev}`
    expect(await ask('DELETE', deletion)).toMatchObject({ status: 403, json: { error: 'forbidden', reason: 'records are not deleted' } })
    const gone = await ask('DELETE', deletion, undefined, { authorization: basic('admin', 'admin-password') })
    expect(gone.status).toBe(200)
    expect(await ask('GET', `/${name}/${idOf(1)}`)).toMatchObject({ status: 404, json: { error: 'not_found', reason: 'deleted' } })
    expect((await ask('PUT', `/${name}/${idOf(1)}`, record(idOf(1)))).status).toBe(201)
  })

  test('a change that comes once more after the record was deleted is a conflict, and the feed goes on telling of the deletion', async () => {
    const change = async (more: object, rev?: string) => (await ask('POST', `/${name}/_bulk_docs`, { docs: [{ ...record(idOf(1), more), ...(rev === undefined ? {} : { _rev: rev }) }] })).json[0]
    const first = await change({})
    const second = await change({ prior: [{ at: '1' }] }, first.rev)
    const third = await change({ prior: [{ at: '1' }, { at: '2' }] }, second.rev)
    const deleted = await ask('DELETE', `/${name}/${idOf(1)}?rev=${third.rev}`, undefined, { authorization: basic('admin', 'admin-password') })
    expect(deleted.json.ok).toBe(true)
    expect(await change({ prior: [{ at: '1' }, { at: '2' }] }, second.rev)).toMatchObject({ id: idOf(1), error: 'conflict' })
    expect(await change({}, first.rev)).toMatchObject({ error: 'conflict' })
    const told = (await ask('GET', `/${name}/_changes`)).json.results.filter((each: { id: string }) => each.id === idOf(1))
    expect(told).toMatchObject([{ deleted: true, changes: [{ rev: deleted.json.rev }] }])
    // From the deletion itself it can come back, and from nothing.
    expect(await change({ prior: [{ at: '1' }, { at: '2' }, { at: '3' }] }, deleted.json.rev)).toMatchObject({ ok: true })
  })

  test('one refused document stands as a row among written neighbours', async () => {
    const { status, json } = await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(1)), record(idOf(2), { practice: other }), record(idOf(3))] })
    expect(status).toBe(201)
    expect(json).toMatchObject([{ ok: true, id: idOf(1) }, { id: idOf(2), error: 'forbidden', reason: expect.stringContaining('another practice') }, { ok: true, id: idOf(3) }])
    expect((await ask('GET', `/${name}/${idOf(2)}`)).status).toBe(404)
  })

  test('an append-only record is not changed by anyone', async () => {
    const observation = { ...record(idOf(4)), type: 'Observation', resource: { resourceType: 'Observation', id: idOf(4), valueQuantity: { value: 37 } } }
    const [{ rev }] = (await ask('POST', `/${name}/_bulk_docs`, { docs: [observation] })).json
    const changed = { ...observation, _rev: rev, resource: { ...observation.resource, valueQuantity: { value: 39 } } }
    expect((await ask('POST', `/${name}/_bulk_docs`, { docs: [changed] })).json).toMatchObject([{ id: idOf(4), error: 'forbidden', reason: 'Observation is append-only' }])
  })

  test('replicated revisions come in as they are, and a losing branch can be seen and closed', async () => {
    const [{ rev }] = (await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(5))] })).json
    const second = '2-00000000000000000000000000000001'
    const branch = { ...record(idOf(5)), resource: { resourceType: 'Patient', id: idOf(5), gender: 'female' }, _rev: second, _revisions: { start: 2, ids: ['00000000000000000000000000000001', 'ffffffffffffffffffffffffffffffff'] } }
    expect(await ask('POST', `/${name}/_bulk_docs`, { docs: [branch], new_edits: false })).toMatchObject({ status: 201, json: [] })
    const seen = (await ask('GET', `/${name}/_changes?include_docs=true&conflicts=true`)).json.results.at(-1)
    expect(seen.doc).toMatchObject({ _rev: second, _conflicts: [rev] })
    expect((await ask('POST', `/${name}/_bulk_get`, { docs: [{ id: idOf(5), rev }] })).json.results[0].docs[0].ok).toMatchObject({ _rev: rev })
    const close = (more: object) => ask('POST', `/${name}/_bulk_docs`, { docs: [{ _id: idOf(5), _rev: rev, _deleted: true, ...more }] })
    expect((await close({})).json).toMatchObject([{ error: 'forbidden', reason: 'records are not deleted' }])
    expect((await ask('POST', `/${name}/_bulk_docs`, { docs: [{ _id: idOf(5), _rev: second, _deleted: true, mergedInto: rev }] })).json).toMatchObject([{ error: 'forbidden' }])
    expect((await close({ mergedInto: second })).json).toMatchObject([{ ok: true }])
    expect((await ask('GET', `/${name}/${idOf(5)}?conflicts=true`)).json).not.toHaveProperty('_conflicts')
    expect((await ask('POST', `/${name}/_revs_diff`, { [idOf(5)]: [second, '3-0000000000000000000000000000000a'] })).json).toMatchObject({ [idOf(5)]: { missing: ['3-0000000000000000000000000000000a'] } })
  })

  test('a revision in another spelling is no way around the rules, nor is a second version in the same batch', async () => {
    const observation = { ...record(idOf(6)), type: 'Observation', resource: { resourceType: 'Observation', id: idOf(6), valueQuantity: { value: 37 } } }
    const changed = { ...observation, resource: { ...observation.resource, valueQuantity: { value: 39 } } }
    const [{ rev }] = (await ask('POST', `/${name}/_bulk_docs`, { docs: [observation] })).json
    for (const spelling of [`0${rev}`, '1-ABC', '0-abc'])
      expect((await ask('POST', `/${name}/_bulk_docs`, { docs: [{ ...changed, _rev: spelling }] })).status, spelling).toBe(400)
    const other = { ...changed, _rev: '2-b', _revisions: { start: 2, ids: ['c', rev.slice(2)] } }
    expect((await ask('POST', `/${name}/_bulk_docs`, { docs: [other], new_edits: false })).status).toBe(400)
    const twice = await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(7)), record(idOf(8)), record(idOf(7), { _rev: '1-a' })] })
    expect(twice.json).toMatchObject([{ ok: true }, { ok: true }, { id: idOf(7), error: 'conflict', reason: 'Document update conflict.' }])
    expect((await ask('GET', `/${name}/${idOf(6)}`)).json).toMatchObject({ _rev: rev })
  })

  test('a record is not taken away by a deletion that comes as a copy; a branch that was merged is closed, in whatever order it comes', async () => {
    const [{ rev }] = (await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(9))] })).json
    const tombstone = { _id: idOf(9), _rev: '2-d', _deleted: true, mergedInto: '2-e', _revisions: { start: 2, ids: ['d', rev.slice(2)] } }
    const copy = (docs: object[]) => ask('POST', `/${name}/_bulk_docs`, { docs, new_edits: false })
    expect((await copy([tombstone])).json).toMatchObject([{ id: idOf(9), error: 'forbidden', reason: 'records are not deleted' }])
    expect((await ask('GET', `/${name}/${idOf(9)}`)).json).toMatchObject({ _rev: rev })
    const kept = { ...record(idOf(9)), _rev: '2-e', _revisions: { start: 2, ids: ['e', 'f'] } }
    expect((await copy([tombstone, kept])).json).toEqual([])
    expect((await ask('GET', `/${name}/${idOf(9)}?conflicts=true`)).json).toMatchObject({ _rev: '2-e' })
  })

  test('only an administrator says anew whose database it is, on whatever branch', async () => {
    const mark = { _id: 'outpost:practice', practice: other, name: 'Mine', training: false }
    const branch = { ...mark, _rev: '9-a', _revisions: { start: 9, ids: ['a', 'b'] } }
    expect((await ask('POST', `/${name}/_bulk_docs`, { docs: [branch], new_edits: false })).json).toMatchObject([{ error: 'forbidden', reason: expect.stringContaining('administrator') }])
    expect((await ask('GET', `/${name}/outpost:practice`)).json).toMatchObject({ practice })
  })

  test('_all_docs answers keys in the order asked, and what is missing as a row', async () => {
    await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(1)), record(idOf(2))] })
    const { json } = await ask('POST', `/${name}/_all_docs?include_docs=true`, { keys: [idOf(2), 'nobody', idOf(1)] })
    expect(json.rows).toMatchObject([{ id: idOf(2), doc: { _id: idOf(2) } }, { key: 'nobody', error: 'not_found' }, { id: idOf(1) }])
  })

  test('a _local document is kept and never in the feed', async () => {
    expect((await ask('PUT', `/${name}/_local/station-A`, { nonce: 1 })).status).toBe(201)
    const { _rev } = (await ask('GET', `/${name}/_local/station-A`)).json
    expect((await ask('PUT', `/${name}/_local/station-A`, { nonce: 2, _rev })).status).toBe(201)
    expect((await ask('GET', `/${name}/_local/station-A`)).json).toMatchObject({ nonce: 2 })
    expect((await ask('GET', `/${name}/_changes`)).json.results.map(({ id }: { id: string }) => id)).toEqual(['outpost:practice'])
  })
})

describe('the feed', () => {
  test('a seq is opaque text; pages follow each other without gap or repeat', async () => {
    await ask('POST', `/${name}/_bulk_docs`, { docs: Array.from({ length: 25 }, (_, n) => record(idOf(n))) })
    const seen: string[] = []
    let since = '0'
    for (;;) {
      const { json } = await ask('GET', `/${name}/_changes?limit=10&since=${since}`)
      if (json.results.length === 0) break
      seen.push(...json.results.map(({ id }: { id: string }) => id))
      since = json.last_seq
    }
    expect(since).toMatch(/^26-[0-9a-f]+$/)
    expect(seen).toEqual(['outpost:practice', ...Array.from({ length: 25 }, (_, n) => idOf(n))])
  })

  test('a seq of another database starts from the beginning instead of hiding what came before', async () => {
    await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(1))] })
    for (const since of ['999-aaaa', '2-feedfacefeedface', `9999-${(await ask('GET', `/${name}`)).json.update_seq.split('-')[1]}`])
      expect((await ask('GET', `/${name}/_changes?since=${since}`)).json.results).toHaveLength(2)
    expect(await ask('GET', `/${name}/_changes?since=nonsense!`)).toMatchObject({ status: 400 })
  })

  test('a long poll answers when something is written, at once when it already was, and empty when time is up', async () => {
    const { last_seq } = (await ask('GET', `/${name}/_changes`)).json
    const waiting = ask('GET', `/${name}/_changes?feed=longpoll&since=${last_seq}&timeout=10000`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(1))] })
    const woken = (await waiting).json
    expect(woken.results).toMatchObject([{ id: idOf(1) }])
    const begun = Date.now()
    expect((await ask('GET', `/${name}/_changes?feed=longpoll&since=${last_seq}&timeout=10000`)).json.results).toHaveLength(1)
    expect(Date.now() - begun).toBeLessThan(5_000)
    expect((await ask('GET', `/${name}/_changes?feed=longpoll&since=${woken.last_seq}&timeout=150&heartbeat=100`)).json).toMatchObject({ results: [], last_seq: woken.last_seq })
  })

  test('the continuous feed sends a line for each change', async () => {
    const stop = new AbortController()
    const response = await fetch(`${hub.url}/${name}/_changes?feed=continuous&since=now&heartbeat=1000`, { headers: { authorization: nurse }, signal: stop.signal })
    const reader = response.body!.getReader()
    await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(1))] })
    let heard = ''
    while (!heard.includes('}\n')) heard += new TextDecoder().decode((await reader.read()).value)
    expect(JSON.parse(heard.trim())).toMatchObject({ id: idOf(1) })
    stop.abort()
  })
})

describe('what must never happen', () => {
  test('a restart forgets nothing, and a running hub keeps its files to itself', async () => {
    await ask('POST', `/${name}/_bulk_docs`, { docs: [record(idOf(1))] })
    const before = (await ask('GET', `/${name}/_changes?include_docs=true`)).json
    await expect(createHub({ folder, key })).rejects.toMatchObject({ kind: 'in-use' })
    await hub.close()
    hub = await createHub({ folder, key })
    expect((await ask('GET', `/${name}/_changes?include_docs=true`)).json).toEqual(before)
  })

  test('nothing readable lies on disk, and another key opens nothing', async () => {
    await ask('POST', `/${name}/_bulk_docs`, { docs: Array.from({ length: 50 }, (_, n) => record(idOf(n))) })
    const readable = () => readdirSync(folder).filter((file) => /Nakamura|nurse|Patient|clinic-password|01HUB|Hill/i.test(readFileSync(join(folder, file), 'latin1') + file))
    expect(readable()).toEqual([])
    await hub.close()
    expect(readable()).toEqual([])
    await expect(createHub({ folder, key: new Uint8Array(32).fill(1) })).rejects.toMatchObject({ kind: 'wrong-key' })
    await start()
  })

  test('hostile requests are answered with a refusal, and the hub goes on', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const bodies: [string, string, string][] = [
      ['POST', '_bulk_docs', '{"docs":'], ['POST', '_bulk_docs', '[]'], ['POST', '_bulk_docs', 'null'], ['POST', '_bulk_docs', '{"docs":{}}'],
      ['POST', '_bulk_docs', '{"docs":[null]}'], ['POST', '_bulk_docs', '{"docs":[[]]}'], ['POST', '_bulk_docs', '{"docs":[{"_id":7}]}'],
      ['POST', '_bulk_docs', '{"docs":[{"_id":"_hidden"}]}'], ['POST', '_bulk_docs', '{"docs":[{"_id":"a","_rev":"zzz"}]}'], ['POST', '_bulk_docs', '{"docs":[{"_id":"a\\u0000b"}]}'],
      ['POST', '_bulk_docs', '{"docs":[{"_id":"\\ud800"}]}'], ['POST', '_bulk_docs', '{"docs":[{"_id":"a","__proto__":{"x":1}}]}'], ['POST', '_bulk_docs', `{"docs":[{"_id":"a","x":${deep}}]}`],
      ['POST', '_bulk_docs', '{"docs":[{"_id":"a","_rev":"1-a","_revisions":{"start":1e9,"ids":5}}],"new_edits":false}'], ['POST', '_bulk_docs', '{"docs":[{"_id":"a","_secret":1}]}'],
      ['POST', '_bulk_docs', '{"docs":[{"_id":"a","_attachments":{"x":{"data":"AAAA"}}}]}'], ['POST', '_all_docs', '{"keys":"a"}'], ['POST', '_bulk_get', '{"docs":[null]}'], ['POST', '_revs_diff', '{"a":"b"}'],
    ]
    for (const [method, path, body] of bodies) {
      const { status, json } = await ask(method, `/${name}/${path}`, body)
      expect([400, 413, 415], `${path} ${body.slice(0, 60)}`).toContain(status)
      expect(json).toHaveProperty('error')
    }
    for (const path of ['/%', `/${name}/%ff`, `/${name}/_changes?limit=-1`, `/${name}/_changes?feed=smoke`, `/${name}/_all_docs?keys=[`, `/${name}/_all_docs?startkey={}`, '/..%2f..%2fetc', `/${name}/a/b/c`, '/%00'])
      expect((await ask('GET', path)).status, path).toBeGreaterThanOrEqual(400)
    expect((await ask('POST', `/${name}/_bulk_docs`, 'docs=1', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await ask('GET', '/_session', undefined, { authorization: 'Basic !!!' })).status).toBe(200)
    for (const raw of ['GARBAGE\r\n\r\n', `POST /${name}/_bulk_docs HTTP/1.1\r\nHost: x\r\nAuthorization: ${nurse}\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{`, '\x16\x03\x01\x02\x00'])
      expect(await rawRequest(raw)).toMatch(/^HTTP\/1\.1 4/)
    expect((await ask('GET', `/${name}`)).json).toMatchObject({ doc_count: 1 })
  })

  test('a body cut off in the middle writes nothing', async () => {
    const body = JSON.stringify({ docs: [record(idOf(1))] })
    await rawRequest(`POST /${name}/_bulk_docs HTTP/1.1\r\nHost: x\r\nAuthorization: ${nurse}\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 50}\r\n\r\n${body}`, 200)
    expect((await ask('GET', `/${name}`)).json).toMatchObject({ doc_count: 1 })
  })
})

test('from the command line, the first start prints a user once; the key asks for its passphrase', async () => {
  const place = join(folder, 'line')
  const lines: string[] = []
  const first = await runHub({ folder: place, port: 0, passphrase: 'long enough', say: (line) => lines.push(line) })
  await first.close()
  const password = /^Password\s+(\S+)/m.exec(lines.join('\n'))?.[1]
  expect(lines.join('\n')).toMatch(/Hub +http:\/\/127\.0\.0\.1:\d+/)
  await expect(runHub({ folder: place, port: 0, say: () => undefined })).rejects.toThrow('passphrase')
  await expect(runHub({ folder: place, port: 0, passphrase: 'another one', say: () => undefined })).rejects.toThrow('passphrase')
  lines.length = 0
  const second = await runHub({ folder: place, port: 0, passphrase: 'long enough', say: (line) => lines.push(line) })
  expect(lines.join('\n')).not.toContain('Password')
  const signIn = await fetch(`${second.url}/_session`, { headers: { authorization: basic('outpost', password ?? '') } })
  expect(((await signIn.json()) as { userCtx: object }).userCtx).toMatchObject({ name: 'outpost', roles: ['_admin'] })
  await second.close()
})

const rawRequest = (text: string, waitMs = 1_000): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(hub.url)
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let answer = ''
    socket.on('data', (data) => ((answer += data.toString()), socket.destroy()))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    setTimeout(() => socket.destroy(), waitMs)
  })
