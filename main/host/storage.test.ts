import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHub, type Hub } from '../../hub'
import type { Answer, AskOf, EventMessage, RequestName, StorageState, ValueOf } from '../../shared/contract'
import { encounterOf, finishedEncounter } from '../../shared/records/encounter/encounter'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { must } from '../../shared/testing/must'
import { openPracticeHost, type PracticeHost } from './practiceHost'
import { type GateConnection, kindOf } from '../gate/gate'

hashQuickly()

let folder: string
let hub: Hub
let host: PracticeHost
let practice = ''
let calls = 0
const told: EventMessage[] = []
const password = 'correct horse battery'

const asking = (connection: GateConnection) => async <Name extends RequestName>(request: Name, ask?: AskOf<Name>, of: string | null = practice): Promise<Answer<ValueOf<Name>>> =>
  (await connection.handle({ call: ++calls, request, practice: of, ask, byPerson: true }))?.answer as Answer<ValueOf<Name>>
const until = async (what: string, holds: () => Promise<boolean> | boolean) => {
  for (const end = Date.now() + 20_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((next) => setTimeout(next, 20))
  }
}
let ask: ReturnType<typeof asking>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-storage-'))
  host = openPracticeHost({ folder: join(folder, 'data'), keystore: null, need: () => undefined, noNeed: () => undefined, log: (line) => console.error(line) })
  await host.start()
  ask = asking(host.connect('window', (event) => told.push(event)))
  const created = must(await ask('createPractice', { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada', user: 'ada', password }, passphrase: 'a passphrase of ours' }, null))
  practice = created.practice.id
  must(await ask('signIn', { user: 'ada', password }))
  hub = await createHub({ folder: join(folder, 'hub'), key: new Uint8Array(32).fill(5), port: 0, training: false })
  await hub.addUser({ name: 'clinic', password: 'a good password', databases: [await hub.createPracticeDatabase(created.practice)] })
})
afterAll(async () => {
  await host.stop()
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

describe('Storage at the gate', () => {
  it('counts, purges and fetches back, and says on the chart what is on the server only', async () => {
    const patient = must(await ask('registerPatient', { key: 'a patient', family: 'Okonkwo', given: 'Ada', gender: 'female' })).id
    const { replica } = host.practice() ?? {}
    const { practitioner = '' } = must(await ask('whoAmI')) ?? {}
    for (const year of [2019, 2020, 2026]) {
      const visit = encounterOf({ subject: patient, start: `${year}-01-05T08:00:00.000Z`, reason: 'Cough', practitioner })
      await replica?.records.add('Encounter', finishedEncounter(visit, `${year}-01-05T09:00:00.000Z`), practitioner)
    }
    const estimate = must(await ask('planPurge', { years: 2 }))
    expect(estimate).toMatchObject({ visits: 2, records: 2, patients: 1 })
    expect(estimate.bytes).toBeGreaterThan(500)

    must(await ask('purge', { years: 2 }))
    await until('it has failed', async () => must(await ask('storageState')).job.state === 'failed')
    expect(must(await ask('storageState')).job).toMatchObject({ problem: 'no-server', records: 0 })

    must(await ask('configureSync', { url: hub.url, user: 'clinic', password: 'a good password' }))
    must(await ask('syncNow'))
    told.length = 0
    must(await ask('purge', { years: 2 }))
    await until('it is done', async () => must(await ask('storageState')).job.state === 'done')
    expect(must(await ask('storageState'))).toMatchObject({ purged: { records: 2, patients: 1 }, job: { does: 'purge', records: 2, left: 0 } })
    expect(told.filter(({ event }) => event === 'storageChanged').map(({ value }) => (value as StorageState).job.state)).toEqual(expect.arrayContaining(['running', 'done']))
    expect(told.some(({ event, value }) => event === 'recordsChanged' && (value as { patients: string[] }).patients.includes(patient))).toBe(true)
    expect(must(await ask('olderRecords', { patient }))).toMatchObject({ count: 2 })
    expect(must(await ask('listEncounters', { patient }))).toHaveLength(1)

    expect(must(await ask('fetchOlder', { patient }))).toEqual({ records: 2, missing: 0 })
    expect(must(await ask('olderRecords', { patient }))).toBeNull()
    expect(must(await ask('listEncounters', { patient }))).toHaveLength(3)
    const { lines } = must(await ask('readAudit', {}))
    expect(lines.map(({ action }) => action)).toEqual(expect.arrayContaining(['purge', 'fetchOlder']))
  })

  it('tells sizes and the disk', async () => {
    const sizes = must(await ask('storageSizes'))
    expect(sizes.find(({ part }) => part === 'replica')?.bytes).toBeGreaterThan(4096)
    const { disk } = must(await ask('storageState'))
    expect(disk?.total).toBeGreaterThan(disk?.free ?? 0)
  })

  it('calls a full disk by its name, wherever it was noticed', () => {
    expect(kindOf(Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toBe('disk-full')
    expect(kindOf(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe('internal')
  })
})
