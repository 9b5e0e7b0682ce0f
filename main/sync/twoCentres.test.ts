import PouchDB from 'pouchdb-core'
import http from 'pouchdb-adapter-http'
import replication from 'pouchdb-replication'
import { expect, test, vi } from 'vitest'
import { practiceDocumentId } from '../../shared/records/practiceDatabase'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { afterwards, all, clinic, inStep, openStation, person, until, type Station } from './clinic.test-parts'
import { openTestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

PouchDB.plugin(http).plugin(replication)

const openCentre = async () => {
  const server = await openTestServer()
  afterwards(() => server.close())
  const { database, ...address } = await server.makePractice(clinic)
  const remote = () => new PouchDB(`${server.url}/${database}`, { skip_setup: true, auth: { username: server.admin.user, password: server.admin.password } })
  return { address, remote }
}
type Centre = Awaited<ReturnType<typeof openCentre>>

/** One exchange of everything between a hub and the centre, by PouchDB's own replication: a stranger to our code. */
const exchange = async (one: Centre, other: Centre) => {
  const [a, b] = [one.remote(), other.remote()]
  // Each database has a mark of its own.
  const filter = ({ _id }: { readonly _id: string }) => _id !== practiceDocumentId
  const there = await PouchDB.replicate(a, b, { filter })
  const back = await PouchDB.replicate(b, a, { filter })
  expect([there.ok, back.ok, there.doc_write_failures, back.doc_write_failures]).toEqual([true, true, 0, 0])
  return there.docs_written + back.docs_written
}

const branches = async ({ remote }: Centre): Promise<number> => {
  const { results } = await remote().changes({ since: 0, include_docs: true, conflicts: true })
  return results.filter(({ doc }) => (doc?._conflicts?.length ?? 0) > 0).length
}

/** Workstations close the branches of their own server, which may make new ones between the two; that must come to an end. */
const exchangeUntilQuiet = async (hub: Centre, centre: Centre, ...stations: Station[]): Promise<void> => {
  let rounds = 0
  for (let still = true; still; rounds++) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (const { sync } of stations) await until('sent', () => sync.state().waitingOut === 0)
    still = (await exchange(hub, centre)) > 0 || (await branches(hub)) > 0 || (await branches(centre)) > 0
    expect(rounds, 'rounds until quiet').toBeLessThan(12)
  }
}

test('a hub and a centre both take writes while the line between them is down; afterwards one state everywhere, no branch left, every clash asked once', async () => {
  const [hub, centre] = [await openCentre(), await openCentre()]
  const [a, b] = [await openStation('A'), await openStation('B')]
  await a.sync.configure(hub.address)
  await b.sync.configure(centre.address)
  const people: string[] = []
  for (let n = 0; n < 12; n++) people.push((await a.replica.records.add('Patient', person(`Family ${n}`, `A-${n}`), 'reception')).id)
  await until('sent', () => a.sync.state().waitingOut === 0)
  await exchange(hub, centre)
  await until('at the centre', async () => (await b.replica.records.count('Patient')) === 12)

  // All change one field that nobody else does; every third patient gets two dates of birth.
  for (const [n, id] of people.entries()) {
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, telecom: [{ system: 'phone', value: `A${n}` }], ...(n % 3 === 0 ? { birthDate: '1981-01-01' } : {}) }), 'nurse-a')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other', ...(n % 3 === 0 ? { birthDate: '1982-02-02' } : {}) }), 'nurse-b')
  }
  await until('sent to their own', () => a.sync.state().waitingOut === 0 && b.sync.state().waitingOut === 0)
  await exchange(hub, centre)
  await exchangeUntilQuiet(hub, centre, a, b)
  await inStep(a, b)
  const reviewed = async (station: Station) => (await station.sync.reviewItems()).map(({ record, field }) => `${record} ${field}`).sort()
  const expected = people.filter((_id, n) => n % 3 === 0).map((id) => `${id} birthDate`).sort()
  expect(await reviewed(a)).toEqual(expected)
  expect(await reviewed(b)).toEqual(expected)
  for (const [n, record] of (await all(a)).sort((x, y) => people.indexOf(x.id) - people.indexOf(y.id)).entries()) expect(record.resource).toMatchObject({ gender: 'other', telecom: [{ value: `A${n}` }] })

  // Two doctors decide while the line is down: one as the other on the first, otherwise on the second.
  const decide = async (station: Station, record: string, birthDate: string) => {
    const item = (await station.sync.reviewItems(record))[0]
    const keep = item?.mine.value === birthDate ? 'mine' : 'theirs'
    expect(await station.sync.resolve(item?.id ?? '', keep, `dr-${station.replica.station}`)).toMatchObject({ ok: true })
  }
  const [alike, otherwise] = [people[0] ?? '', people[3] ?? '']
  await decide(a, alike, '1981-01-01')
  await decide(b, alike, '1981-01-01')
  await decide(a, otherwise, '1981-01-01')
  await decide(b, otherwise, '1982-02-02')
  await exchangeUntilQuiet(hub, centre, a, b)
  await inStep(a, b)
  for (const station of [a, b]) {
    expect((await station.replica.records.get('Patient', alike))?.resource.birthDate).toBe('1981-01-01')
    const [settled] = await station.sync.reviewItems(alike)
    expect(settled).toMatchObject({ state: 'resolved' })
    // What two doctors decided differently is open again, and only that.
    expect((await station.sync.reviewItems(otherwise)).filter(({ state }) => state === 'open').length).toBeGreaterThan(0)
    expect(await station.sync.reviewItems()).toHaveLength(expected.length - 1)
  }
})
