import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PracticeName } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { newRecordId } from '../replica'
import { afterwards, all, clinic, inStep, openStation, person, until, type Station } from './clinic.test-parts'
import { refusalKind } from './refused'
import { openTestServer, type TestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

const foreign = '01FOREIGNPRACTICE000000000'
let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

const practice = async (): Promise<{ readonly name: PracticeName; readonly address: Awaited<ReturnType<TestServer['makePractice']>> }> => {
  const name: PracticeName = { ...clinic, id: newRecordId(Date.now()) }
  return { name, address: await server.makePractice(name) }
}
const joined = async (prefix: string, { name, address }: Awaited<ReturnType<typeof practice>>): Promise<Station> => {
  const station = await openStation(prefix, name)
  expect(await station.sync.configure(address)).toMatchObject({ ok: true })
  return station
}
/** Writes into a record what the application never writes: the server must not take it. */
const spoil = async ({ replica }: Station, id: string, family: string, stamp: string): Promise<void> => {
  const document = await replica.collection.findOne(id).exec()
  await document?.incrementalModify((record) => {
    const { resource, author, station, at, prior } = record
    return { ...record, practice: foreign, at: stamp, author: 'nurse-a', prior: [...prior, { resource, author, station, at }], resource: { ...resource, name: [{ use: 'official', family }] } } as never
  })
}
/** Stands before the server and forbids what has the marker in it, until it is told not to. */
const strict = async (marker: string) => {
  const target = new URL(server.url)
  let isStrict = true
  const front = createServer((asked, answered) => {
    const parts: Buffer[] = []
    asked.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const body = Buffer.concat(parts)
      const text = String(asked.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
      if (isStrict && asked.url?.endsWith('_bulk_docs') && text.includes(marker)) {
        const { docs } = JSON.parse(text) as { readonly docs: readonly { readonly _id: string }[] }
        return void answered.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(docs.map(({ _id: id }) => ({ id, error: 'forbidden', reason: 'not yet' }))))
      }
      const passed = request({ host: target.hostname, port: target.port, path: asked.url, method: asked.method, headers: { ...asked.headers, host: target.host } }, (answer) => void answer.pipe(answered.writeHead(answer.statusCode ?? 0, answer.headers)))
      passed.on('error', () => answered.destroy())
      answered.on('close', () => passed.destroy())
      passed.end(body)
    })
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  afterwards(() => void (front.closeAllConnections(), front.close()))
  return { url: (of: string) => of.replace(target.host, `127.0.0.1:${(front.address() as AddressInfo).port}`), allow: () => void (isStrict = false) }
}
const listed = ({ sync }: Station) => sync.outbox({ skip: 0, limit: 50 })

describe('a record that the server does not take', () => {
  test('one forbidden, one oversized and one malformed among many: the others arrive, the three are listed with the reason and its kind', async () => {
    const at = await practice()
    const a = await openStation('A', at.name)
    const records = await a.replica.records.addAll(Array.from({ length: 600 }, (_, n) => ({ type: 'Patient' as const, resource: person(`Family ${n}`, `A-${n}`) })), 'reception')
    const [one] = records
    if (!one) throw new Error('nothing was added')
    const bad = { forbidden: newRecordId(Date.now()), 'too-large': newRecordId(Date.now()), malformed: newRecordId(Date.now()) }
    const add = (id: string, other: object) => a.replica.collection.insert({ ...one, id, resource: { ...one.resource, id }, ...other } as never)
    await add(bad.forbidden, { practice: foreign })
    await add(bad['too-large'], { resource: { ...person('Long', 'A-L'), text: { status: 'generated', div: 'x'.repeat(8_100_000) } } })
    await add(bad.malformed, { _weird: true })
    expect(await a.sync.configure(at.address)).toMatchObject({ ok: true })
    await until('everything was tried', () => a.sync.state().waitingOut === 0)
    const held = await listed(a)
    expect(Object.fromEntries(held.map(({ kind, id }) => [kind, id]))).toEqual(bad)
    expect(held.map(({ refused }) => refused)).toEqual(expect.arrayContaining([expect.stringContaining('another practice'), expect.stringContaining('8 MB'), expect.stringContaining('_weird')]))
    for (const entry of held) expect(entry).toMatchObject({ tries: 1, since: expect.stringMatching(/Z$/) })
    const b = await joined('B', at)
    await until('the others', async () => (await b.replica.records.count('Patient')) === 600)
    expect(a.sync.state()).toMatchObject({ refused: 3, waitingOut: 0, link: 'online' })
    expect(await a.sync.resend([bad.forbidden])).toEqual({ ok: true, value: null })
    expect((await listed(a)).map(({ kind, tries }) => [kind, tries])).toEqual(expect.arrayContaining([['forbidden', 2], ['too-large', 1], ['malformed', 1]]))
  })

  test('goes by itself once what was wrong with it is put right', async () => {
    const at = await practice()
    const [a, b] = [await joined('A', at), await joined('B', at)]
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-1'), 'reception')
    await inStep(a, b)
    await spoil(a, id, 'Achebe-Eze', '2031-01-01T00:00:00.000Z-0000-A')
    await until('refused', () => a.sync.state().refused === 1)
    await (await a.replica.collection.findOne(id).exec())?.incrementalModify((record) => ({ ...record, practice: at.name.id, at: '2031-01-01T00:00:01.000Z-0000-A' }))
    await until('taken', () => a.sync.state().refused === 0 && a.sync.state().waitingOut === 0)
    await inStep(a, b)
    expect((await b.replica.records.get('Patient', id))?.resource.name?.[0]?.family).toBe('Achebe-Eze')
  })

  test('is not replaced without a word when another workstation changes it: both changes stand here, and everywhere once it is put right', async () => {
    const at = await practice()
    const [a, b] = [await joined('A', at), await joined('B', at)]
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-1'), 'reception')
    await inStep(a, b)
    await spoil(a, id, 'Achebe-Eze', '2031-01-01T00:00:00.000Z-0000-A')
    await until('refused', () => a.sync.state().refused === 1)
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1970-07-07' }), 'nurse-b')
    const both = { birthDate: '1970-07-07', name: [{ family: 'Achebe-Eze' }] }
    await until('merged', async () => (await a.replica.records.get('Patient', id))?.resource.birthDate === '1970-07-07')
    expect((await a.replica.records.get('Patient', id))?.resource).toMatchObject(both)
    await until('refused still', async () => (await listed(a)).some(({ tries = 0 }) => tries > 1))
    await (await a.replica.collection.findOne(id).exec())?.incrementalModify((record) => ({ ...record, practice: at.name.id, at: '2031-01-01T00:00:01.000Z-0000-A' }))
    await until('taken', () => a.sync.state().refused === 0 && a.sync.state().waitingOut === 0)
    await inStep(a, b)
    for (const station of [a, b]) expect((await station.replica.records.get('Patient', id))?.resource).toMatchObject(both)
    expect(a.sync.state().reviewItems).toBe(0)
  })

  test('can be given up for what the server has; what was refused stays readable in the history', async () => {
    const at = await practice()
    const [a, b] = [await joined('A', at), await joined('B', at)]
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-1'), 'reception')
    const gone = await a.replica.records.add('Patient', person('Balogun', 'A-2'), 'reception')
    await inStep(a, b)
    await spoil(a, id, 'Achebe-Eze', '2031-01-01T00:00:00.000Z-0000-A')
    await (await a.replica.collection.findOne(gone.id).exec())?.remove()
    await until('refused', () => a.sync.state().refused === 2)
    expect(await a.sync.takeServersVersion(id)).toEqual({ ok: true, value: null })
    expect(await a.sync.takeServersVersion(id)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await a.sync.takeServersVersion(gone.id)).toEqual({ ok: true, value: null })
    await until('nothing held', () => a.sync.state().refused === 0 && a.sync.state().waitingOut === 0)
    await inStep(a, b)
    for (const station of [a, b]) {
      const record = await station.replica.records.get('Patient', id)
      expect(record?.resource.name?.[0]?.family).toBe('Achebe')
      expect(record?.prior.map(({ resource }) => resource.name?.[0]?.family)).toContain('Achebe-Eze')
    }
    expect((await all(a)).map((record) => record.id)).toContain(gone.id)
  })

  test.each(['new there', 'changed'])('is shown as others change it, once it was taken at the second try: %s', async (how) => {
    const at = await practice()
    const front = await strict('Achebe-Eze')
    const a = await openStation('A', at.name, undefined, undefined, undefined, { firstMs: 600_000 })
    expect(await a.sync.configure({ ...at.address, url: front.url(at.address.url) })).toMatchObject({ ok: true })
    const b = await joined('B', at)
    const { id } = await a.replica.records.add('Patient', person(how === 'changed' ? 'Achebe' : 'Achebe-Eze', 'A-1'), 'reception')
    if (how === 'changed') {
      await inStep(a, b)
      await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, name: [{ family: 'Achebe-Eze' }] }), 'nurse-a')
    }
    await until('refused', () => a.sync.state().refused === 1)
    front.allow()
    expect(await a.sync.resend()).toEqual({ ok: true, value: null })
    await until('taken', () => a.sync.state().refused === 0)
    await inStep(a, b)
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1970-07-07' }), 'nurse-b')
    await until('sent', () => b.sync.state().waitingOut === 0)
    await until('shown', async () => (await a.replica.records.get('Patient', id))?.resource.birthDate === '1970-07-07', 30_000)
  })

  test('the server’s words for it come to one of four kinds', () => {
    expect(['forbidden', 'unauthorized', 'document_too_large', 'doc_validation', 'bad_request', 'status 413', 'teapot', ''].map(refusalKind)).toEqual(['forbidden', 'forbidden', 'too-large', 'malformed', 'malformed', 'too-large', 'other', 'other'])
  })
})
