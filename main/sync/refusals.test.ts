import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { createHub } from '../../hub'
import type { PracticeName } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { readPracticeAt } from '.'
import { afterwards, all, clinic, folder, hubKey, inStep, login, openStation, person, startHub, until } from './clinic.test-parts'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

const training: PracticeName = { id: '01TRAININGPRACTICE00000000', name: 'Training Clinic', training: true }
const foreign: PracticeName = { id: '01FOREIGNPRACTICE000000000', name: 'Other Clinic', training: false }

const couch = async (url: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from('admin:admin password').toString('base64')}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Record<string, unknown> & { rev: string; _rev: string }
}
const database = `outpost-${clinic.id.toLowerCase()}`

describe('what the server says no to', () => {
  test('one forbidden record stays here with the reason, and holds up no other', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    await b.sync.configure(login(server.url))
    const good = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    // Another practice's stamp: nothing in the application writes it, the server must not take it.
    const bad = '01BADRECORD000000000000000'
    await a.replica.collection.insert({ ...good, id: bad, practice: foreign.id, resource: { ...good.resource, id: bad } })
    await a.replica.records.add('Patient', person('Balogun', 'A-000002'), 'reception')
    await until('the refusal', () => a.sync.state().refused === 1 && a.sync.state().waitingOut === 0)
    await until('the others', async () => (await b.replica.records.count('Patient')) === 2)
    expect(await a.sync.outbox({ skip: 0, limit: 50 })).toMatchObject([{ id: bad, type: 'Patient', refused: expect.stringContaining('another practice') }])
    expect(await a.replica.records.get('Patient', bad)).toBeDefined()
    await a.replica.records.add('Patient', person('Chukwu', 'A-000003'), 'reception')
    await until('later ones too', async () => (await b.replica.records.count('Patient')) === 3)
    expect(await a.sync.pass()).toMatchObject({ ok: true, value: { pushed: 0, refused: 1 } })
  })

  test('a wrong password is said, and nothing is changed; a password changed on the server is said too, and the new one goes on', async () => {
    const server = await startHub()
    const a = await openStation('A')
    expect(await a.sync.configure({ ...login(server.url), password: 'wrong' })).toMatchObject({ ok: false, problem: { kind: 'server-refused' } })
    expect(a.sync.state()).toMatchObject({ link: 'none' })
    expect(await readPracticeAt({ ...login(server.url), password: 'wrong' })).toMatchObject({ ok: false, problem: { kind: 'server-refused' } })
    await a.sync.configure(login(server.url))
    await until('online', () => a.sync.state().link === 'online')
    await server.hub.addUser({ name: 'clinic', password: 'another password', databases: [database] })
    await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await until('refused', () => a.sync.state().problem === 'server-refused')
    expect(a.sync.state()).toMatchObject({ link: 'offline', waitingOut: 1 })
    expect(await a.sync.configure({ ...login(server.url), password: 'another password' })).toMatchObject({ ok: true })
    await until('sent', () => a.sync.state().waitingOut === 0)
  })

  test('a session that has run out is renewed without a word', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    await b.sync.configure(login(server.url))
    await until('online', () => a.sync.state().link === 'online')
    // A new verifier makes every cookie worthless; the password stays the same.
    await server.hub.addUser({ name: 'clinic', password: 'a good password', databases: [database] })
    await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await inStep(a, b)
    expect(await b.replica.records.count('Patient')).toBe(1)
    // What was open is cut with the old verifier; nobody is told that the password is wrong.
    expect([...a.states, ...b.states].map(({ problem }) => problem).filter((problem) => problem !== undefined && problem !== 'server-unreachable')).toEqual([])
  })

  test('no hub, no such address, a page instead of a server, half an answer: unreachable, and no crash', async () => {
    const a = await openStation('A')
    expect(await a.sync.configure(login('http://127.0.0.1:1'))).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
    expect(await a.sync.configure(login('http://no-such-host.invalid:5984'))).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
    const odd = createServer((request, response) => (request.url === '/_session' ? response.writeHead(200, { 'set-cookie': 'AuthSession=x' }).end('{"ok":true}') : response.end('<html>Welcome to the hotel</html>')))
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve))
    afterwards(() => void odd.close())
    const url = `http://127.0.0.1:${(odd.address() as { port: number }).port}`
    expect(await a.sync.configure(login(url))).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
    expect(await readPracticeAt(login(url))).toMatchObject({ ok: false, problem: { kind: 'server-unreachable' } })
    expect(await a.sync.pass()).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })
})

describe('training and real practices, this and another', () => {
  test('a training practice never gets into a real server, a real one never into a training database', async () => {
    const real = await startHub()
    const trainee = await openStation('T', training)
    await trainee.replica.records.add('Patient', person('Madeup', 'T-000001'), 'trainee')
    expect(await trainee.sync.configure(login(real.url))).toMatchObject({ ok: false, problem: { kind: 'training-never-syncs' } })
    expect(await trainee.sync.configure({ url: real.url, user: 'admin', password: 'admin password' })).toMatchObject({ ok: false, problem: { kind: 'training-never-syncs' } })
    expect(await trainee.sync.configure({ url: `${real.url}/${database}`, user: 'admin', password: 'admin password' })).toMatchObject({ ok: false, problem: { kind: 'training-never-syncs' } })
    expect(await couch(real.url, 'GET', '/_all_dbs')).toEqual([database])

    const demo = await startHub({ ...clinic, training: true }, true)
    const a = await openStation('A')
    await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    expect(await a.sync.configure(login(demo.url))).toMatchObject({ ok: false, problem: { kind: 'training-never-syncs' } })
    expect((await couch(demo.url, 'GET', `/${database}`))['doc_count']).toBe(1)
    const demoForTraining = await startHub(training, true)
    expect(await trainee.sync.configure(login(demoForTraining.url))).toMatchObject({ ok: true })
  })

  test("another practice's database is refused, marked or not", async () => {
    const server = await startHub(foreign)
    const a = await openStation('A')
    await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    const other = `${server.url}/outpost-${foreign.id.toLowerCase()}`
    expect(await a.sync.configure({ url: other, user: 'admin', password: 'admin password' })).toMatchObject({ ok: false, problem: { kind: 'server-other-practice' } })
    // By its own name the user finds none, and may not make one.
    expect(await a.sync.configure(login(server.url))).toMatchObject({ ok: false, problem: { kind: 'server-refused' } })
    expect((await couch(server.url, 'GET', `/outpost-${foreign.id.toLowerCase()}`))['doc_count']).toBe(1)
  })

  test('an administrator of the server makes the database at first connect', async () => {
    const hub = await createHub({ folder: folder(), key: hubKey })
    afterwards(() => hub.close())
    await hub.addUser({ name: 'admin', password: 'admin password', admin: true })
    const a = await openStation('A')
    expect(await a.sync.configure({ url: hub.url, user: 'admin', password: 'admin password' })).toMatchObject({ ok: true })
    expect(await readPracticeAt({ url: hub.url, user: 'admin', password: 'admin password' })).toMatchObject({ ok: true, value: { id: clinic.id, name: clinic.name, training: false } })
  })
})

describe('the eight traps of a server with a past', () => {
  test('design documents, tombstones and strangers in the feed are passed over, and what comes after them arrives', async () => {
    const server = await startHub()
    await couch(server.url, 'POST', `/${database}/_bulk_docs`, { docs: Array.from({ length: 450 }, (_, n) => ({ _id: `_design/d${String(n).padStart(3, '0')}`, views: {} })) })
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    const gone = await a.replica.records.add('Patient', person('Balogun', 'A-000002'), 'reception')
    await until('sent', () => a.sync.state().waitingOut === 0)
    // Whoever has the record would put it back.
    await a.sync.close()
    const { _rev } = await couch(server.url, 'GET', `/${database}/${gone.id}`)
    await couch(server.url, 'DELETE', `/${database}/${gone.id}?rev=${_rev}`)
    await b.sync.configure(login(server.url))
    expect(await b.sync.pass()).toMatchObject({ ok: true })
    expect((await all(b)).map((record) => record.id)).toEqual([id])
    expect((await b.replica.collection.find().exec()).map(({ type }) => type)).toEqual(['Patient'])
  })

  test('a deletion here is not taken by the server, loses nothing elsewhere and holds up nothing', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    await b.sync.configure(login(server.url))
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await inStep(a, b)
    await (await a.replica.collection.findOne(id).exec())?.remove()
    await a.replica.records.add('Patient', person('Balogun', 'A-000002'), 'reception')
    await until('the next one', async () => (await b.replica.records.count('Patient')) === 2 && a.sync.state().waitingOut === 0)
    expect(await a.sync.outbox({ skip: 0, limit: 5 })).toMatchObject([{ id, refused: 'records are not deleted' }])
  })

  test('a record that somebody deleted on the server stays here, and an edit brings it back for all', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    await b.sync.configure(login(server.url))
    const { id } = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await inStep(a, b)
    const { _rev } = await couch(server.url, 'GET', `/${database}/${id}`)
    await couch(server.url, 'DELETE', `/${database}/${id}?rev=${_rev}`)
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'male' }), 'reception')
    await until('back', async () => (await couch(server.url, 'GET', `/${database}/${id}`))['_id'] === id)
    await inStep(a, b)
    expect((await b.replica.records.get('Patient', id))?.resource.gender).toBe('male')
  })

  test('a branch that hub and centre both wrote is read, merged and closed; the clash is an item for review', async () => {
    const server = await startHub()
    const [a, b] = [await openStation('A'), await openStation('B')]
    await a.sync.configure(login(server.url))
    await b.sync.configure(login(server.url))
    const first = await a.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
    await inStep(a, b)
    const { id } = first
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1985-05-05', gender: 'male' }), 'nurse-a')
    await until('sent', () => a.sync.state().waitingOut === 0)
    const path = `/${database}/${id}`
    // The same record, changed elsewhere on top of the first version, replicated into this server.
    const current = await couch(server.url, 'GET', `${path}?revs=true`)
    const root = (current['_revisions'] as { ids: string[] }).ids.at(-1)
    const elsewhere = { ...first.resource, birthDate: '1986-06-06', telecom: [{ system: 'phone', value: '0999' }] }
    const old = { resource: first.resource, author: first.author, station: first.station, at: first.at }
    await couch(server.url, 'POST', `/${database}/_bulk_docs`, {
      new_edits: false,
      docs: [{ ...first, _id: id, resource: elsewhere, author: 'nurse-c', station: 'C', at: `${new Date(Date.now() + 60_000).toISOString()}-0000-C`, prior: [old], _rev: '2-ffffffffffffffffffffffffffffffff', _revisions: { start: 2, ids: ['ffffffffffffffffffffffffffffffff', root] } }],
    })
    expect(await couch(server.url, 'GET', `${path}?conflicts=true`)).toHaveProperty('_conflicts')
    await until('closed', async () => (await couch(server.url, 'GET', `${path}?conflicts=true`))['_conflicts'] === undefined)
    await until('asked', () => a.sync.state().reviewItems === 1 && b.sync.state().reviewItems === 1)
    for (const station of [a, b]) await until('merged', async () => (await station.replica.records.get('Patient', id))?.station === 'merge')
    await inStep(a, b)
    const record = await a.replica.records.get('Patient', id)
    expect(record?.resource).toMatchObject({ gender: 'male', telecom: [{ value: '0999' }] })
    expect(await b.sync.reviewItems(id)).toMatchObject([{ field: 'birthDate', before: '1980-01-01' }])
    expect(record?.prior.map(({ resource }) => resource.birthDate).sort()).toEqual(['1980-01-01', '1985-05-05', '1986-06-06'])
  })
})

test('nothing readable lies in the folder of the hub, and nothing in the state says a password', async () => {
  const server = await startHub()
  const a = await openStation('A')
  await a.sync.configure(login(server.url))
  for (let n = 0; n < 30; n++) await a.replica.records.add('Patient', person('Nakamura-Obi', `A-${n}`), 'reception')
  await a.sync.pass()
  for (const file of readdirSync(server.folder)) expect(/Nakamura|Amina|Patient|reception|a good password/i.test(readFileSync(join(server.folder, file), 'latin1'))).toBe(false)
  expect(JSON.stringify([a.states, await a.sync.outbox({ skip: 0, limit: 10 })])).not.toContain('a good password')
})
