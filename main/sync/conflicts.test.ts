import { beforeEach, describe, expect, test, vi } from 'vitest'
import { vitalFacts, vitalObservation } from '../../shared/records/observation/vitalObservation'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { readHistory } from '../replica'
import { afterwards, clinic, inStep, openStation, person, until, type Station } from './clinic.test-parts'
import type { ServerAddress } from './server'
import { openTestServer, type TestServer } from './testing/someServer'

hashQuickly()

// A busy machine is slow; what is asked here is the end, not the speed.
vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
let address: ServerAddress
let [a, b]: Station[] = []

beforeEach(async () => {
  const opened = await openTestServer()
  afterwards(() => opened.close())
  server = opened
  const { database: _database, ...made } = await server.makePractice(clinic)
  address = made
  ;[a, b] = [await openStation('A'), await openStation('B')]
  for (const station of [a, b]) await station.sync.configure(address)
})

/** Both workstations, which beforeEach has opened. */
const both = (): readonly [Station, Station] => {
  if (!a || !b) throw new Error('no workstations')
  return [a, b]
}

/** One patient on both, then the line is gone. */
const patientOnBoth = async (): Promise<string> => {
  const [one, other] = both()
  const { id } = await one.replica.records.add('Patient', person('Achebe', 'A-000001'), 'reception')
  await until('arrival', async () => (await other.replica.records.get('Patient', id)) !== undefined)
  await inStep(one, other)
  await server.stop()
  return id
}
const lineIsBack = async (...stations: readonly Station[]): Promise<void> => {
  await server.start()
  for (const { sync } of stations) await until('sent', async () => (await sync.pass()).ok && sync.state().waitingOut === 0)
}

describe('two workstations that lost the line', () => {
  test('change different details of one patient: both changes stand on both, and nobody is asked', async () => {
    const [one, other] = both()
    const id = await patientOnBoth()
    await one.replica.records.revise('Patient', id, (patient) => ({ ...patient, telecom: [{ system: 'phone', value: '0801' }] }), 'nurse-a')
    await other.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-02-03', name: [{ use: 'official', family: 'Achebe', given: ['Ngozi'] }] }), 'nurse-b')
    await lineIsBack(one, other)
    await inStep(one, other)
    for (const { replica, sync } of [one, other]) {
      expect((await replica.records.get('Patient', id))?.resource).toMatchObject({ telecom: [{ value: '0801' }], birthDate: '1981-02-03', name: [{ family: 'Achebe', given: ['Ngozi'] }] })
      expect(sync.state().reviewItems).toBe(0)
    }
  })

  test('write one field differently: both say that there is something to review; one is picked, the other stays in the history, and a third workstation sees the same', async () => {
    const [one, other] = both()
    const id = await patientOnBoth()
    await one.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1981-02-03' }), 'nurse-a')
    await other.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1979-12-31' }), 'nurse-b')
    await lineIsBack(one, other)
    await until('something to review', () => one.sync.state().reviewItems === 1 && other.sync.state().reviewItems === 1)
    // Without a line again: the desk does not need one.
    await server.stop()
    const [item] = await other.sync.reviewItems(id)
    expect(item).toMatchObject({ before: '1980-01-01', mine: { value: '1979-12-31', by: 'nurse-b', station: 'B' }, theirs: { value: '1981-02-03', by: 'nurse-a', station: 'A' } })
    expect(await other.sync.resolve(item?.id ?? '', 'theirs', 'dr-eze')).toMatchObject({ ok: true, value: { state: 'resolved' } })
    await lineIsBack(one, other)
    const third = await openStation('C')
    await third.sync.configure(address)
    await until('decided everywhere', () => one.sync.state().reviewItems === 0)
    await inStep(one, other)
    await inStep(one, third)
    for (const { replica } of [one, other, third]) {
      expect((await replica.records.get('Patient', id))?.resource.birthDate).toBe('1981-02-03')
      const told = (await readHistory(replica, 'Patient', id))?.flatMap(({ changes }) => changes.flatMap(({ field, after }) => (field === 'birthDate' ? [after?.text] : [])))
      expect(told).toContain('1979-12-31')
    }
  })

  test('take the vital signs of one patient at the same moment: both rows are there, and a correction is a new row that points at the old', async () => {
    const [one, other] = both()
    const subject = await patientOnBoth()
    const taken = (value: number, corrects?: string) => vitalObservation({ subject, code: 'pulse', value, effective: '2026-11-21T10:00:00Z', performer: 'nurse', origin: { kind: 'typed' }, ...(corrects === undefined ? {} : { corrects }) })
    const first = await one.replica.records.add('Observation', taken(66), 'nurse-a')
    await other.replica.records.add('Observation', taken(67), 'nurse-b')
    await lineIsBack(one, other)
    const pulses = async ({ replica }: Station) => (await replica.records.find('Observation')).map(({ resource }) => vitalFacts(resource)?.value).sort()
    for (const station of [one, other]) await until('both rows', async () => (await pulses(station)).join() === '66,67')
    await expect(one.replica.records.revise('Observation', first.id, () => taken(76), 'nurse-a')).rejects.toThrow('append-only')
    await other.replica.records.add('Observation', taken(76, first.id), 'nurse-b')
    for (const station of [one, other]) await until('the correction', async () => (await pulses(station)).join() === '66,67,76')
    const correction = (await one.replica.records.find('Observation')).find(({ resource }) => vitalFacts(resource)?.value === 76)
    expect(JSON.stringify(correction?.resource)).toContain(first.id)
    expect(one.sync.state().reviewItems).toBe(0)
  })
})
