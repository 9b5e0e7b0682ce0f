import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { all, clinic, hashOf, inStep, openStation, person, until, type Station } from './clinic.test-parts'
import type { ServerAddress } from './server'
import { openTestServer, type TestServer } from './testing/someServer'

hashQuickly()

/*
 * The eight ways in which RxDB's own CouchDB plugin loses records, or stands still without a word. Each was seen there, against
 * CouchDB 3.5; none may happen here, against the hub or CouchDB.
 */

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
let address: ServerAddress & { readonly database: string }
beforeEach(async () => {
  server = await openTestServer()
  address = await server.makePractice(clinic)
})
afterEach(() => server.close())

const two = async (): Promise<[Station, Station]> => {
  const stations: [Station, Station] = [await openStation('A'), await openStation('B')]
  for (const { sync } of stations) expect(await sync.configure(address)).toMatchObject({ ok: true })
  return stations
}
const add = ({ replica }: Station, family: string, number: string) => replica.records.add('Patient', person(family, number), 'reception')
const documentOf = async (id: string, query = '') => (await server.ask('GET', `/${address.database}/${encodeURIComponent(id)}${query}`)).body
const countAt = ({ replica }: Station) => replica.records.count('Patient')

describe('eight traps of replicating with CouchDB', () => {
  test('1. the session runs out while a workstation waits for news: it signs in again and hears them', async () => {
    const [a, b] = await two()
    await add(a, 'Achebe', 'A-000001')
    await inStep(a, b)
    // The same password, set anew, makes every cookie worthless: the next long poll is answered with 401.
    await server.setPassword(address, address.password)
    await add(a, 'Balogun', 'A-000002')
    await until('news', async () => (await countAt(b)) === 2)
    await add(b, 'Chukwu', 'B-000001')
    await inStep(a, b)
    expect([...a.states, ...b.states].map(({ problem }) => problem).filter((problem) => problem === 'server-refused')).toEqual([])
  })

  test('2. a record written between the first reading and the waiting for news is not missing for ever', async () => {
    const a = await openStation('A')
    await a.sync.configure(address)
    for (let n = 0; n < 30; n++) await add(a, `Before ${n}`, `A-${n}`)
    await until('sent', () => a.sync.state().waitingOut === 0)
    const b = await openStation('B')
    const connecting = b.sync.configure(address)
    // Others go on working while it reads for the first time.
    for (let n = 30; n < 90; n++) await add(a, `Meanwhile ${n}`, `A-${n}`)
    await connecting
    await inStep(a, b)
    expect(await countAt(b)).toBe(90)
  })

  test('3. one forbidden record is listed with the reason and holds up neither earlier nor later ones, either way', async () => {
    const [a, b] = await two()
    const good = await add(a, 'Achebe', 'A-000001')
    if (server.kind === 'couchdb') {
      const rule = "function (doc) { if (doc.practice && doc.practice !== '01SYNCTESTPRACTICE00000000') throw({ forbidden: 'the record carries the stamp of another practice' }) }"
      expect((await server.ask('PUT', `/${address.database}/_design/rule`, { validate_doc_update: rule })).status).toBe(201)
    }
    await a.replica.collection.insert({ ...good, id: '01BADRECORD000000000000000', practice: '01FOREIGNPRACTICE000000000', resource: { ...good.resource, id: '01BADRECORD000000000000000' } })
    await add(a, 'Balogun', 'A-000002')
    await add(b, 'Chukwu', 'B-000001')
    await until('the others', async () => (await countAt(b)) === 3 && a.sync.state().refused === 1 && a.sync.state().waitingOut === 0)
    expect(await a.sync.outbox({ skip: 0, limit: 9 })).toMatchObject([{ id: '01BADRECORD000000000000000', refused: expect.stringContaining('another practice') }])
    await add(a, 'Dlamini', 'A-000003')
    await until('later ones', async () => (await countAt(b)) === 4 && (await countAt(a)) === 5)
  })

  test('4. design documents, marks and strangers are no records, and what comes after a page of them arrives', async () => {
    const docs = Array.from({ length: 230 }, (_, n) => ({ _id: `_design/d${n}`, views: {} }))
    for (let from = 0; from < docs.length; from += 50) await server.ask('POST', `/${address.database}/_bulk_docs`, { docs: docs.slice(from, from + 50) })
    const [a, b] = await two()
    await add(a, 'Achebe', 'A-000001')
    await inStep(a, b)
    expect((await b.replica.collection.find().exec()).map(({ type }) => type)).toEqual(['Patient'])
  })

  test('5. a file that hangs on a document is still there after the record was edited', async () => {
    const [a, b] = await two()
    const { id } = await add(a, 'Achebe', 'A-000001')
    await inStep(a, b)
    if (server.kind === 'couchdb') {
      // A centre as we set it up refuses files; a database of another making may not.
      const { rows } = (await server.ask('GET', `/${address.database}/_all_docs?startkey="_design/"&endkey="_design0"`)).body as { rows: { id: string; value: { rev: string } }[] }
      for (const rule of rows) await server.ask('DELETE', `/${address.database}/${rule.id}?rev=${rule.value.rev}`)
    }
    const { _rev: rev, ...document } = await documentOf(id)
    const put = await server.ask('PUT', `/${address.database}/${id}`, { ...document, _rev: rev, at: '2030-01-01T00:00:00.000Z-0000-Z', _attachments: { 'letter.txt': { content_type: 'text/plain', data: Buffer.from('referral').toString('base64') } } })
    // The hub takes none at all, and so never loses one.
    if (server.kind === 'hub') return expect(put.status).toBe(415)
    expect(put).toMatchObject({ status: 201 })
    await until('it came', async () => (await b.replica.records.get('Patient', id))?.at.startsWith('2030') === true)
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other' }), 'nurse')
    await inStep(a, b)
    expect(await documentOf(id)).toMatchObject({ resource: { gender: 'other' }, _attachments: { 'letter.txt': { length: 8 } } })
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, active: false }), 'nurse')
    await inStep(a, b)
    expect(await documentOf(id)).toMatchObject({ resource: { active: false }, _attachments: { 'letter.txt': { length: 8 } } })
  })

  test('6. two versions that the server keeps side by side are merged, and no branch stays hidden', async () => {
    const [a, b] = await two()
    const first = await add(a, 'Achebe', 'A-000001')
    await inStep(a, b)
    await a.replica.records.revise('Patient', first.id, (patient) => ({ ...patient, gender: 'male' }), 'nurse-a')
    await inStep(a, b)
    const revisions = (await documentOf(first.id, '?revs=true'))['_revisions'] as { ids: string[] }
    const prior = [{ resource: first.resource, author: first.author, station: first.station, at: first.at }]
    const { rev: _none, search: _search, ...document } = { rev: '', ...first }
    const elsewhere = { ...document, _id: first.id, resource: { ...first.resource, telecom: [{ system: 'phone', value: '0999' }] }, author: 'nurse-c', station: 'C', at: `${new Date(Date.now() + 60_000).toISOString()}-0000-C`, prior, _rev: `2-${'f'.repeat(32)}`, _revisions: { start: 2, ids: ['f'.repeat(32), revisions.ids.at(-1)] } }
    expect((await server.ask('POST', `/${address.database}/_bulk_docs`, { new_edits: false, docs: [elsewhere] })).status).toBe(201)
    const isMerged = ({ resource }: { readonly resource?: unknown }) => JSON.stringify(resource).includes('"0999"') && JSON.stringify(resource).includes('"male"')
    await until('both changes', async () => isMerged((await b.replica.records.get('Patient', first.id)) ?? {}) && isMerged(await documentOf(first.id)))
    await until('one version', async () => (await documentOf(first.id, '?conflicts=true'))['_conflicts'] === undefined)
    await inStep(a, b)
    expect((await all(b))[0]?.resource).toMatchObject({ gender: 'male', telecom: [{ value: '0999' }] })
  })

  test('7. an edit of a record that was deleted elsewhere meanwhile is not lost, and stands everywhere', async () => {
    const [a, b] = await two()
    const { id } = await add(a, 'Achebe', 'A-000001')
    await inStep(a, b)
    const { _rev: rev } = await documentOf(id)
    expect((await server.ask('DELETE', `/${address.database}/${id}?rev=${String(rev)}`)).status).toBe(200)
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other' }), 'nurse')
    await until('back', async () => (await documentOf(id))['_id'] === id)
    await inStep(a, b)
    expect((await a.replica.records.get('Patient', id))?.resource.gender).toBe('other')
  })

  test('8. a deletion without a body takes nothing away here and stops nothing', async () => {
    const [a, b] = await two()
    const { id } = await add(a, 'Achebe', 'A-000001')
    await inStep(a, b)
    const { _rev: rev } = await documentOf(id)
    expect((await server.ask('POST', `/${address.database}/_bulk_docs`, { docs: [{ _id: id, _rev: rev, _deleted: true }] })).status).toBe(201)
    await add(a, 'Balogun', 'A-000002')
    await until('the next one', async () => (await b.replica.records.find('Patient', { where: { family: { prefix: 'balogun' } } })).length === 1)
    expect(await b.replica.records.get('Patient', id)).toBeDefined()
    const late = await openStation('C')
    expect(await late.sync.configure(address)).toMatchObject({ ok: true })
    await late.sync.pass()
    await until('all that there is', async () => (await countAt(late)) >= 1)
    expect(await hashOf(a)).toBe(await hashOf(b))
  })
})
