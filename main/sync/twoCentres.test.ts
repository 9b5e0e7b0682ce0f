import PouchDB from 'pouchdb-core'
import http from 'pouchdb-adapter-http'
import replication from 'pouchdb-replication'
import { expect, test, vi } from 'vitest'
import { practiceDocumentId } from '../../shared/records/practiceDatabase'
import { all, clinic, inStep, login, openStation, person, startHub, until, type Station } from './clinic.test-parts'

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

PouchDB.plugin(http).plugin(replication)

const database = `outpost-${clinic.id.toLowerCase()}`
const remote = (url: string) => new PouchDB(`${url}/${database}`, { skip_setup: true, auth: { username: 'admin', password: 'admin password' } })

/** One exchange of everything between a hub and the centre, by PouchDB's own replication: a stranger to our code. */
const exchange = async (one: string, other: string) => {
  const [a, b] = [remote(one), remote(other)]
  // Each database has a mark of its own.
  const filter = ({ _id }: { readonly _id: string }) => _id !== practiceDocumentId
  const there = await PouchDB.replicate(a, b, { filter })
  const back = await PouchDB.replicate(b, a, { filter })
  expect([there.ok, back.ok, there.doc_write_failures, back.doc_write_failures]).toEqual([true, true, 0, 0])
  return there.docs_written + back.docs_written
}

const branches = async (url: string): Promise<number> => {
  const { results } = await remote(url).changes({ since: 0, include_docs: true, conflicts: true })
  return results.filter(({ doc }) => (doc?._conflicts?.length ?? 0) > 0).length
}

test('a hub and a centre both take writes while the line between them is down; afterwards one state everywhere, no branch left, every clash asked once', async () => {
  const [hub, centre] = [await startHub(), await startHub()]
  const [a, b] = [await openStation('A'), await openStation('B')]
  await a.sync.configure(login(hub.url))
  await b.sync.configure(login(centre.url))
  const people: string[] = []
  for (let n = 0; n < 12; n++) people.push((await a.replica.records.add('Patient', person(`Family ${n}`, `A-${n}`), 'reception')).id)
  await until('sent', () => a.sync.state().waitingOut === 0)
  await exchange(hub.url, centre.url)
  await until('at the centre', async () => (await b.replica.records.count('Patient')) === 12)

  // All change one field that nobody else does; every third patient gets two dates of birth.
  for (const [n, id] of people.entries()) {
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, telecom: [{ system: 'phone', value: `A${n}` }], ...(n % 3 === 0 ? { birthDate: '1981-01-01' } : {}) }), 'nurse-a')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other', ...(n % 3 === 0 ? { birthDate: '1982-02-02' } : {}) }), 'nurse-b')
  }
  await until('sent to their own', () => a.sync.state().waitingOut === 0 && b.sync.state().waitingOut === 0)
  await exchange(hub.url, centre.url)
  // Both workstations close the branches of their own server, which may make new ones between the two; that must come to an end.
  let rounds = 0
  for (let still = true; still; rounds++) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    await until('sent', () => a.sync.state().waitingOut === 0 && b.sync.state().waitingOut === 0)
    still = (await exchange(hub.url, centre.url)) > 0 || (await branches(hub.url)) > 0 || (await branches(centre.url)) > 0
    expect(rounds, 'rounds until quiet').toBeLessThan(12)
  }
  await inStep(a, b)
  const reviewed = async (station: Station) => (await station.sync.reviewItems()).map(({ record, field }) => `${record} ${field}`).sort()
  const expected = people.filter((_id, n) => n % 3 === 0).map((id) => `${id} birthDate`).sort()
  expect(await reviewed(a)).toEqual(expected)
  expect(await reviewed(b)).toEqual(expected)
  for (const [n, record] of (await all(a)).sort((x, y) => people.indexOf(x.id) - people.indexOf(y.id)).entries()) expect(record.resource).toMatchObject({ gender: 'other', telecom: [{ value: `A${n}` }] })
})
