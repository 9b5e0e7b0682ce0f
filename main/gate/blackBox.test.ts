import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, TracePiece } from '../../shared/contract'
import { patientOf } from '../../shared/records/patient/patient'
import { orderOf } from '../../shared/records/service-request/order'
import { runDeviceHost } from '../devices'
import { openDeviceDesk, type DeviceDesk } from '../devices/inbox'
import { openReplica, type Replica } from '../replica'
import { blackBoxHandlers } from './blackBox'
import type { SignedIn } from './handler'

let folder: string
let replica: Replica
let desk: DeviceDesk
let host: ReturnType<typeof runDeviceHost>
const by = { practitioner: '01HV0000000000000000000LAB', name: 'Lena Lab' }
const caller: SignedIn = { id: 'window', session: { id: 's', ...by, role: 'lab-technician' } }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-gate-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(1), practice: '01HV000000000000000000TEST', station: 'A' })
  desk = await openDeviceDesk({ replica, folder: join(folder, 'journal'), journalKey: new Uint8Array(32).fill(2), training: true })
  host = runDeviceHost()
  desk.attach(host.link)
})
afterEach(async () => {
  await host.close()
  await desk.close()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const handlers = () => blackBoxHandlers({ devices: desk, replica })
const valueOf = <Value>(answer: Answer<Value>): Value => {
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value
}
const until = async <Value>(look: () => Promise<Value | undefined> | Value | undefined): Promise<Value> => {
  for (let tries = 0; tries < 500; tries++) {
    const value = await look()
    if (value) return value
    await new Promise((later) => setTimeout(later, 20))
  }
  throw new Error(`still waiting for: ${look.toString()}`)
}
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
const said = (pieces: readonly TracePiece[], by: 'device' | 'host') => pieces.map((piece) => ('bytes' in piece && piece.from === by ? text(piece.bytes) : '')).join('')
const patientWithOrder = async (accession: string) => {
  const patient = await replica.records.add('Patient', patientOf({ family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04' }, 'A-000001'), 'system')
  await replica.records.add('ServiceRequest', orderOf({ subject: patient.id, test: 'Full blood count', accession, requester: by.practitioner, authoredOn: '2026-11-21T08:00:00.000Z' }), 'system')
  return patient.id
}
const attach = async (profile: string) => {
  const { id } = valueOf(await desk.attachSimulator(profile, by))
  await until(() => desk.listDevices().some((device) => device.id === id && device.state === 'open'))
  return id
}

describe('the bytes behind a result', () => {
  it('are those that the analyser sent, with what it was answered, from the chart and from the tray', async () => {
    const patient = await patientWithOrder('A26000123')
    const counter = await attach('sysmex-xn')
    await desk.simulateResult(counter, 'A26000123')
    const report = await until(async () => (await replica.records.find('DiagnosticReport'))[0])
    await desk.simulateResult(counter, 'A26000999')
    const item = await until(async () => (await desk.tray('waiting'))[0])

    const source = valueOf(await handlers().resultSource({ patient, type: 'DiagnosticReport', record: report.id }, caller))
    expect(source).toMatchObject({ deviceName: 'Training blood counter', profile: 'sysmex-xn' })
    expect(text(source.bytes)).toMatch(/^\x05?\x02.*A26000123/s)
    expect(text(source.bytes)).not.toContain('A26000999')
    // ENQ and every frame of it, and an ACK for each.
    expect(said(source.conversation, 'device')).toContain('A26000123')
    expect(said(source.conversation, 'device').startsWith('\x05')).toBe(true)
    expect(said(source.conversation, 'host')).toMatch(/^\x06+$/)
    expect(said(source.conversation, 'device')).not.toContain('A26000999')

    const [first] = report.resource.result ?? []
    const ofLine = valueOf(await handlers().resultSource({ patient, type: 'Observation', record: first!.reference!.split('/')[1]! }, caller))
    expect(ofLine.bytes).toEqual(source.bytes)
    expect(text(valueOf(await handlers().traySource({ item: item.id }, caller)).bytes)).toContain('A26000999')
  })

  it('are shown for nobody else than the patient whose chart is open, and for nothing that a person typed', async () => {
    const patient = await patientWithOrder('A26000123')
    const other = await patientWithOrder('A26000124')
    const counter = await attach('sysmex-xn')
    await desk.simulateResult(counter, 'A26000123')
    const report = await until(async () => (await replica.records.find('DiagnosticReport'))[0])
    expect(await handlers().resultSource({ patient: other, type: 'DiagnosticReport', record: report.id }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    const typed = await replica.records.add('Observation', { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` } }, 'system')
    expect(await handlers().resultSource({ patient, type: 'Observation', record: typed.id }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    expect(await handlers().traySource({ item: 'nothing' }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    const synced = await replica.records.add('Observation', { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` }, identifier: [{ system: 'urn:outpost:capture', value: 'OF-ANOTHER-STATION' }] }, 'system')
    expect(await handlers().resultSource({ patient, type: 'Observation', record: synced.id }, caller)).toMatchObject({ problem: { kind: 'bytes-elsewhere' } })
  })

  it('are there for a reading that a person took, too', async () => {
    const patient = await patientWithOrder('A26000123')
    const oximeter = await attach('contec-cms50')
    const reading = await until(async () => {
      const taken = await desk.takeReading(oximeter)
      return taken.ok ? taken.value : undefined
    })
    const [spo2] = valueOf(await desk.confirmReading({ key: 'a press of the button', patient, reading: reading.id }, by))
    const source = valueOf(await handlers().resultSource({ patient, type: 'Observation', record: spo2!.id }, caller))
    expect(source.bytes.length).toBeGreaterThan(9 * 30)
    expect(source.profile).toBe('contec-cms50')
  })
})

describe('the recording of a line', () => {
  it('lists the lines, opens at their newest bytes, and lets a window read along', async () => {
    const counter = await attach('sysmex-xn')
    await desk.simulateResult(counter, 'A26000123')
    await until(async () => (await desk.tray('waiting'))[0])
    const lines = valueOf(await handlers().listTraces(undefined, caller))
    expect(lines.find(({ line }) => line === counter)).toMatchObject({ name: 'Training blood counter', profile: 'sysmex-xn' })
    const window = handlers()
    const page = valueOf(await window.openTrace({ line: counter }, caller))
    expect(page.pieces[0]).toMatchObject({ note: 'opened' })
    expect(page.pieces.some((piece) => 'note' in piece && piece.note === 'made')).toBe(true)
    const after = page.pieces.at(-1)!.number
    await desk.simulateResult(counter, 'A26000124')
    const next = await until(async () => {
      const read = valueOf(await window.readTrace({ line: counter, after }, caller))
      return read.pieces.some((piece) => 'note' in piece && piece.note === 'made') ? read : undefined
    })
    expect(said(next.pieces, 'device')).toContain('A26000124')
    expect(said(next.pieces, 'device')).not.toContain('A26000123')
    expect(valueOf(await handlers().openTrace({ line: '/dev/nothing' }, caller))).toEqual({ pieces: [], isCut: false })
  })

  it('is read along by nobody who has not opened it: only that is on the audit trail', async () => {
    const counter = await attach('sysmex-xn')
    const window = handlers()
    expect(await window.readTrace({ line: counter, after: 0 }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    await window.openTrace({ line: counter }, caller)
    expect(await window.readTrace({ line: counter, after: 0 }, caller)).toMatchObject({ ok: true })
    expect(await window.readTrace({ line: '/dev/ttyS0', after: 0 }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
    expect(await window.readTrace({ line: counter, after: 0 }, { ...caller, session: { ...caller.session, id: 'another' } })).toMatchObject({ problem: { kind: 'not-found' } })
  })
})

describe('a recording that is played again', () => {
  const playedTo = (replay: string) =>
    until(async () => {
      const state = valueOf(await handlers().readReplay({ replay, afterPiece: 0, afterResult: 0 }, caller))
      return state.isOver ? state : undefined
    })

  it('shows the same results and files nothing, out of the recording and out of a file without patients', async () => {
    const counter = await attach('sysmex-xn')
    await desk.simulateResult(counter, 'A26000999')
    const [item] = await until(async () => ((await desk.tray('waiting')).length > 0 ? desk.tray('waiting') : undefined))
    // The tray has it before the analyser has ended its transfer.
    await until(async () => said(valueOf(await handlers().openTrace({ line: counter }, caller)).pieces, 'device').endsWith('\x04'))
    const begun = valueOf(await handlers().startReplay({ line: counter, speed: 100, into: 'view' }, caller))
    const seen = await playedTo(begun.replay)
    expect(seen.results).toMatchObject([{ kind: 'sample', accession: 'A26000999', isWhole: true, results: item!.results }])
    expect(said(seen.pieces, 'device')).toContain('A26000999')

    const saved = valueOf(await handlers().saveTrace({ line: counter, folder, form: 'recording', patients: 'blanked' }, caller))
    const file = new Uint8Array(await readFile(saved.file))
    expect(Buffer.from(file).includes(Buffer.from('A26000999').toString('hex'))).toBe(false)
    expect(saved.blanked?.['number']).toBeGreaterThan(0)
    const again = await playedTo(valueOf(await handlers().replayFile({ file, speed: 100, into: 'view' }, caller)).replay)
    expect(again.bytes).toBe(seen.bytes)
    expect(again.results).toMatchObject([{ kind: 'sample', results: item!.results.map(({ code, value }) => ({ code, value })) }])

    const log = valueOf(await handlers().saveTrace({ line: counter, folder, form: 'log', patients: 'kept' }, caller))
    expect(await readFile(log.file, 'utf8')).toMatch(/\d\d:\d\d:\d\d\.\d{3}\tRx\t<ENQ>\t05\n/)
    expect(log.blanked).toBeUndefined()
    expect(await desk.tray('waiting')).toHaveLength(1)
    expect(valueOf(await handlers().stopReplay({ replay: begun.replay }, caller))).toBeNull()
    expect(await handlers().readReplay({ replay: begun.replay, afterPiece: 0, afterResult: 0 }, caller)).toMatchObject({ problem: { kind: 'not-found' } })
  })

  it('goes into the tray of a training practice when it is told to, once', async () => {
    const counter = await attach('sysmex-xn')
    await desk.simulateResult(counter, 'A26000999')
    await until(async () => (await desk.tray('waiting'))[0])
    const replay = async () => playedTo(valueOf(await handlers().startReplay({ line: counter, speed: 100, into: 'training' }, caller)).replay)
    await replay()
    const both = await until(async () => ((await desk.tray('waiting')).length === 2 ? desk.tray('waiting') : undefined))
    expect(both.map(({ deviceName }) => deviceName).sort()).toEqual(['Replayed capture', 'Training blood counter'])
    await replay()
    await new Promise((later) => setTimeout(later, 100))
    expect(await desk.tray('waiting')).toHaveLength(2)
  })

  it('answers a problem for what cannot be played or saved', async () => {
    const counter = await attach('sysmex-xn')
    expect(await handlers().startReplay({ line: '/dev/ttyS0', speed: 1, into: 'view' }, caller)).toMatchObject({ problem: { kind: 'profile-unknown' } })
    expect(await handlers().replayFile({ file: new Uint8Array([1, 2, 3]), speed: 1, into: 'view' }, caller)).toMatchObject({ problem: { kind: 'no-recording' } })
    expect(await handlers().saveTrace({ line: '/dev/ttyS0', folder, form: 'log', patients: 'blanked' }, caller)).toMatchObject({ problem: { kind: 'no-recording' } })
    await desk.simulateResult(counter, 'A26000999')
    await until(async () => (await desk.tray('waiting'))[0])
    expect(await handlers().saveTrace({ line: counter, folder: join(folder, 'nowhere'), form: 'log', patients: 'blanked' }, caller)).toMatchObject({ problem: { kind: 'folder-unreadable' } })
  })
})
