import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { patientOf } from '../../shared/records/patient/patient'
import { orderOf } from '../../shared/records/service-request/order'
import { runDeviceHost } from '../devices'
import { openDeviceDesk, type DeviceDesk } from '../devices/inbox'
import { openReplica, type Replica } from '../replica'
import { deviceHandlers } from './devices'
import type { SignedIn } from './handler'

let folder: string
let replica: Replica
let desk: DeviceDesk
let host: ReturnType<typeof runDeviceHost>
const caller: SignedIn = { id: 'window', session: { id: 's', practitioner: '01HV0000000000000000000LAB', name: 'Lena Lab', role: 'lab-technician' } }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-gate-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(1), practice: '01HV000000000000000000TEST', station: 'A' })
  desk = await openDeviceDesk({ replica, folder: join(folder, 'journal'), journalKey: new Uint8Array(32).fill(2), training: false })
  host = runDeviceHost()
  desk.attach(host.link)
})
afterEach(async () => {
  await host.close()
  await desk.close()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const handlers = () => deviceHandlers({ devices: desk, replica })
const order = async (accession: string) => {
  const patient = await replica.records.add('Patient', patientOf({ family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04' }, 'A-000001'), 'system')
  await replica.records.add('ServiceRequest', orderOf({ subject: patient.id, test: 'Full blood count', accession, requester: caller.session.practitioner, authoredOn: '2026-11-21T08:00:00.000Z' }), 'system')
  return patient.id
}

describe('device requests', () => {
  it('say whose order a number is, before anything is filed under it', async () => {
    const patient = await order('A26000123')
    expect(await handlers().findOrder({ accession: 'A26000123' }, caller)).toEqual({
      ok: true,
      value: { accession: 'A26000123', test: 'Full blood count', status: 'active', patient, patientName: 'OKONKWO, Ada', patientNumber: 'A-000001', birthDate: '1980-05-04' },
    })
    expect(await handlers().findOrder({ accession: 'A2600012' }, caller)).toMatchObject({ problem: { kind: 'accession-unknown' } })
  })

  it('take a capture to the tray, and file it in the name of the person who asks', async () => {
    const capture = Uint8Array.from(await readFile(join(__dirname, '../devices/profiles/sysmex-xn/captures/blood-count.astm')))
    expect(await handlers().replayCapture({ profile: 'sysmex-xn', capture }, caller)).toMatchObject({ ok: true, value: { samples: [{ state: 'waiting', reason: 'accession-unknown' }] } })
    expect(await handlers().replayCapture({ profile: 'nothing', capture }, caller)).toMatchObject({ problem: { kind: 'profile-unknown' } })
    const tray = await handlers().listTray({ state: 'waiting' }, caller)
    const item = tray.ok ? tray.value[0]! : undefined
    await order('A26000777')
    expect(await handlers().fileTrayItem({ item: item!.id, accession: 'A26000777' }, caller)).toMatchObject({ ok: true, value: { decidedBy: 'Lena Lab' } })
  })

  it('give no virtual device to a practice with real patients', async () => {
    expect(await handlers().attachSimulator({ profile: 'sysmex-xn' }, caller)).toMatchObject({ problem: { kind: 'not-allowed' } })
    expect(await handlers().simulateResult({ device: '01HV00000000000000000000XX', accession: 'A1' }, caller)).toMatchObject({ problem: { kind: 'not-allowed' } })
  })

  it('answer a problem for what is not there, and while the device host is away', async () => {
    const nothing = '01HV00000000000000000000XX'
    expect(await handlers().unpairDevice({ device: nothing }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    expect(await handlers().takeReading({ device: nothing }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    expect(await handlers().confirmReading({ key: 'a key of the act', patient: nothing, reading: 'R' }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    expect(await handlers().rejectTrayItem({ item: 'x', reason: 'none' }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    await host.close()
    await new Promise((later) => setTimeout(later, 20))
    expect(await handlers().listPorts(undefined, caller)).toMatchObject({ problem: { kind: 'device-host-restarting' } })
  })
})
