import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { clinic, inStep, openStation, person, until } from './clinic.test-parts'
import { openTestServer, type TestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
beforeEach(async () => {
  server = await openTestServer()
})
afterEach(() => server.close())

const many = 120
const people = Array.from({ length: many }, (_, n) => ({ type: 'Patient' as const, resource: person(`Family ${n}`, `A-${String(n).padStart(6, '0')}`) }))
const seqOf = async (database: string) => Number.parseInt(String((await server.ask('GET', `/${database}`)).body['update_seq']), 10)

/** A practice of so many patients, and a workstation that has fetched them all at once. */
const fetched = async () => {
  const address = await server.makePractice(clinic)
  const a = await openStation('A')
  await a.replica.records.addAll(people, 'reception')
  await a.sync.configure(address)
  await until('sent', () => a.sync.state().waitingOut === 0)
  const b = await openStation('B')
  await b.sync.configure(address)
  await inStep(a, b)
  return { address, a, b }
}

describe('records that came are told from their own mark, without a second copy', () => {
  test('after a restart nothing waits and nothing is sent again', async () => {
    const { address, b } = await fetched()
    const state = await b.replica.collection.storageInstance.findDocumentsById([(await b.replica.records.find('Patient', { limit: 1 }))[0]?.id ?? ''], true)
    expect(state[0]?._meta).toMatchObject({ o: { _rev: 1, at: state[0]?.at } })
    await b.sync.close()
    const before = await seqOf(address.database)
    const again = await openStation('B', undefined, undefined, b.replica)
    expect(again.sync.state().waitingOut).toBe(0)
    expect(await again.sync.pass()).toMatchObject({ ok: true, value: { pushed: 0, pulled: 0 } })
    expect(await seqOf(address.database)).toBe(before)
  })

  test('two workstations change different fields of a record that came, one twice and across a restart: both changes stand, nobody is asked', async () => {
    const { a, b } = await fetched()
    const { id } = (await b.replica.records.find('Patient', { limit: 1 }))[0] ?? { id: '' }
    await server.stop()
    await until('off', () => a.sync.state().link === 'offline' && b.sync.state().link === 'offline')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other' }), 'nurse-b')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, active: false }), 'nurse-b')
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1970-07-07' }), 'nurse-a')
    await b.sync.close()
    const again = await openStation('B', undefined, undefined, b.replica)
    expect(again.sync.state().waitingOut).toBe(1)
    await server.start()
    await inStep(a, again)
    expect((await a.replica.records.get('Patient', id))?.resource).toMatchObject({ gender: 'other', active: false, birthDate: '1970-07-07' })
    expect(a.sync.state().reviewItems + again.sync.state().reviewItems).toBe(0)
  })

  test('a record that came is changed elsewhere, then here: the second change is made of the first', async () => {
    const { a, b } = await fetched()
    const { id } = (await b.replica.records.find('Patient', { limit: 1 }))[0] ?? { id: '' }
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, gender: 'other' }), 'nurse-a')
    await until('there', async () => (await b.replica.records.get('Patient', id))?.resource.gender === 'other')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, active: false }), 'nurse-b')
    await inStep(a, b)
    expect((await a.replica.records.get('Patient', id))?.resource).toMatchObject({ gender: 'other', active: false })
    expect(a.sync.state().reviewItems).toBe(0)
  })
})
