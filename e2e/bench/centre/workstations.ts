import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { type Digests, openDigests, openReplica, type Replica, totalOf } from '../../../main/replica'
import { openSync, type Sync } from '../../../main/sync'

/** A few workstations of a practice in one process: told over standard input what to do, they say once a quarter of a second what they have. */
interface Task {
  readonly folder: string
  readonly practice: { readonly id: string; readonly name: string; readonly training: boolean }
  readonly first: number
  readonly accounts: readonly { readonly url: string; readonly user: string; readonly password: string; readonly station: string }[]
}

interface Order {
  readonly add?: number
  readonly revise?: number
}

interface Station {
  readonly replica: Replica
  readonly digests: Digests
  readonly sync: Sync
  readonly prefix: string
}

const person = (family: string, number: string): Patient => ({
  resourceType: 'Patient', active: true, gender: 'female', birthDate: '1980-01-01', identifier: [{ system: 'urn:outpost:patient-number', value: number }],
  name: [{ use: 'official', family, given: ['Amina', 'Rose'] }], telecom: [{ system: 'phone', value: '0803 555 0100' }], address: [{ use: 'home', line: ['12 Market Road'], city: 'Hillside' }],
})

const open = async ({ folder, practice, accounts }: Task): Promise<Station[]> => {
  const stations: Station[] = []
  for (const { station: prefix, url, user, password } of accounts) {
    const replica = await openReplica({ folder: join(folder, prefix), key: new Uint8Array(32).fill(7), practice: practice.id, station: prefix })
    const sync = await openSync({ replica, practice, announce: () => undefined })
    const configured = await sync.configure({ url, user, password })
    if (!configured.ok) throw new Error(`workstation ${prefix}: ${configured.problem.kind}`)
    stations.push({ replica, sync, digests: openDigests(replica.collection as never), prefix })
  }
  return stations
}

const follow = async ({ replica, prefix }: Station, { add = 0, revise = 0 }: Order): Promise<void> => {
  const known = await replica.records.find('Patient', { limit: 500 })
  for (let n = 0; n < add; n++) await replica.records.add('Patient', person(`Family ${prefix} ${n}`, `${prefix}-${String(n).padStart(6, '0')}`), 'nurse')
  // Each its own patients: what is measured is the server, not the conflict desk.
  const mine = known.sort((a, b) => (a.id < b.id ? -1 : 1)).filter((_each, at) => at % 50 === Number(prefix.charCodeAt(1) - 65) + 25 * Number(prefix.charCodeAt(0) - 65))
  for (const { id } of mine.slice(0, revise)) await replica.records.revise('Patient', id, (patient) => ({ ...patient, telecom: [{ system: 'phone', value: `0803 ${prefix}` }] }), 'nurse')
}

const stations: Station[] = []
const sum = async ({ digests, sync }: Station) => {
  const { count, digest } = totalOf(await digests.days())
  return { records: count, waiting: sync.state().waitingOut, digest }
}

const main = async () => {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  stations.push(...(await open(JSON.parse((await lines.next()).value as string) as Task)))
  let isReporting = false
  const timer = setInterval(() => {
    if (isReporting) return
    isReporting = true
    Promise.all(stations.map(sum)).then((reports) => process.stdout.write(`${JSON.stringify(reports)}\n`), (error: unknown) => console.error(error)).finally(() => (isReporting = false))
  }, 250)
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const order = JSON.parse(line.value) as Order
    // An order of many is for all; the first practice is written by one.
    await Promise.all((order.revise === undefined ? stations.slice(0, 1) : stations).map((station) => follow(station, order)))
  }
  clearInterval(timer)
  for (const { replica, sync, digests } of stations) {
    await sync.close()
    await digests.close()
    await replica.close()
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  console.error(error)
  process.exit(1)
})
