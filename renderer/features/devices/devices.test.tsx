import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type DeviceEntry, type Reading, type RequestName } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type OtherEnd, type PartAnswers } from '../../client/bridge.test-parts'
import { press } from '../../components/press.test-parts'
import { DevicesScreen, ReadingButton } from '.'

let answers: PartAnswers
let end: OtherEnd

const who = (actions: readonly string[]) => () => done({ practitioner: 'p', user: 'u', name: 'Lena', role: 'lab-technician', actions, locked: false })
const everything = ['device.read', 'device.pair', 'reading.confirm', 'tray.read', 'tray.file']

beforeEach(() => {
  answers = { whoAmI: who(everything), practiceState: () => done({ state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }) }
  end = installBridge(answers)
})
afterEach(cleanup)

/** Answers of the test before are forgotten as a window forgets them: when another practice opens. */
const show = (part: ReactNode) => {
  const shown = render(<ClientProvider>{part}</ClientProvider>)
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
  return shown
}
const sent = (name: RequestName): unknown[] => end.asksOf(name)

const oximeter: DeviceEntry = { id: '01HV000000000000000000000X', name: 'Ward oximeter', profile: 'contec-cms50', category: 'vitals', path: '/dev/ttyUSB0', place: 'Bed 2', state: 'open', simulated: false }
const reading: Reading = { id: 'R1', device: oximeter.id, deviceName: oximeter.name, at: '2026-11-21T09:00:00.000Z', usable: true, values: [{ code: 'spo2', value: 93 }, { code: 'pulse', value: 101 }] }
const patient = { id: '01HV000000000000000000000P', family: 'Okonkwo', given: 'Ada' }

describe('reading a monitor from the chart', () => {
  it('names the patient, shows the values with their unit, and files them with one press', async () => {
    answers.listDevices = () => done([oximeter])
    answers.takeReading = () => done({ ...reading, bed: 'ICU/5' })
    answers.confirmReading = () => done([])
    answers.listInventory = () => done([{ device: oximeter.id, calibrationDue: '2026-11-01', calibration: 'overdue', messages: 0, problems: 0, downMinutes: 0 }])
    show(<ReadingButton patient={patient} />)
    await press(/Read Ward oximeter/)
    await screen.findByRole('heading', { name: 'Reading for OKONKWO, Ada' })
    await screen.findByText('93')
    await screen.findByText('Of bed ICU/5, as the device says')
    await screen.findByText('Calibration was due 01-Nov-2026')
    fireEvent.click(screen.getByRole('button', { name: /File on this chart/ }))
    await waitFor(() => expect(sent('confirmReading')).toMatchObject([{ patient: patient.id, reading: 'R1' }]))
    await screen.findByText(/Filed: SpO₂ 93 %, Pulse 101/)
  })

  it('shows no old number when the device gives none, and offers nothing to file', async () => {
    answers.listDevices = () => done([oximeter])
    answers.takeReading = () => refuse('no-reading')
    show(<ReadingButton patient={patient} />)
    await press(/Read Ward oximeter/)
    await screen.findByRole('alert')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /File on this chart/ }).disabled).toBe(true)
  })

  it('is not offered to somebody who may not file readings', async () => {
    answers.listDevices = () => done([oximeter])
    answers.whoAmI = who(['device.read'])
    const { container } = show(<ReadingButton patient={patient} />)
    await waitFor(() => expect(sent('whoAmI').length).toBeGreaterThan(0))
    await waitFor(() => expect(container.querySelector('button')).toBeNull())
  })
})

describe('the devices screen', () => {
  it('says in words what is wrong with a device, and shows live numbers only while they are usable', async () => {
    answers.listDevices = () => done([oximeter, { ...oximeter, id: 'b', name: 'Blood counter', category: 'analyser', state: 'waiting', problem: 'port-missing' }])
    answers.listPorts = () => done([])
    show(<DevicesScreen />)
    await screen.findByText(/The port is not there/)
    end.tell('readingChanged', reading)
    await screen.findByText('SpO₂ 93 % · 101 /min')
    end.tell('readingChanged', { ...reading, usable: false, values: [] })
    await screen.findByText('no finger, or searching')
    expect(screen.queryByText(/SpO₂ 93/)).toBeNull()
  })

  it('lets nobody keep what it has not read: an empty serial number would take the real one away', async () => {
    const cuff: DeviceEntry = { ...oximeter, id: '01HV000000000000000000000Y', name: 'Ward cuff' }
    answers.listDevices = () => done([cuff])
    answers.listPorts = () => done([])
    answers.readProfileFolder = () => done({ folder: '/data/profiles', faults: [] })
    answers.listInventory = () => refuse('internal')
    show(<DevicesScreen />)
    const edit = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Upkeep of Ward cuff' })
    await screen.findByRole('button', { name: 'Upkeep of Ward cuff' })
    await screen.findByRole('alert')
    expect(edit().disabled).toBe(true)
    answers.listInventory = () => done([{ device: cuff.id, serialNumber: 'SN-1', calibration: 'unknown', messages: 0, problems: 0, downMinutes: 0 }])
    fireEvent.click(within(screen.getByRole('alert')).getByRole('button'))
    await waitFor(() => expect(edit().disabled).toBe(false))
    fireEvent.click(edit())
    expect(screen.getByLabelText<HTMLInputElement>(/^Serial number/).value).toBe('SN-1')
  })

  it('attaches any kind of virtual device in a training practice', async () => {
    answers.practiceState = () => done({ state: 'open', practice: { id: 'x', name: 'Clinic', training: true }, station: 'A', keystore: 'none' })
    answers.listDevices = () => done([])
    answers.listPorts = () => done([])
    const serial = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const
    answers.listProfiles = () => done([{ id: 'sysmex-xp', maker: 'Sysmex', model: 'XP-300', category: 'analyser', protocol: 'ASTM', serial }, { id: 'a-and-d-cuff', maker: 'A&D', model: 'UA-767PBT', category: 'vitals', protocol: 'A&D', serial }])
    answers.attachSimulator = () => done(oximeter)
    render(<ClientProvider><DevicesScreen /></ClientProvider>)
    act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: true }, station: 'A', keystore: 'none' }))
    await screen.findByRole('option', { name: 'A&D UA-767PBT' })
    fireEvent.change(screen.getByLabelText('Kind of virtual device'), { target: { value: 'a-and-d-cuff' } })
    fireEvent.click(screen.getByRole('button', { name: 'Attach' }))
    await waitFor(() => expect(sent('attachSimulator')).toEqual([{ profile: 'a-and-d-cuff' }]))
  })

  it('says which profile of the practice is disabled and where the fault is, and looks again when it is told to', async () => {
    answers.listDevices = () => done([])
    answers.listPorts = () => done([])
    answers.readProfileFolder = () => done({ folder: '/data/profiles', faults: [{ file: 'counter.json', kind: 'wrong-shape', at: 'tests.WBC.unit', reason: 'Invalid input' }] })
    show(<DevicesScreen />)
    await screen.findByText(/is wrong at tests\.WBC\.unit/)
    expect(screen.getByText('/data/profiles')).toBeTruthy()
    answers.readProfileFolder = () => done({ folder: '/data/profiles', faults: [] })
    fireEvent.click(screen.getByRole('button', { name: 'Look again' }))
    await waitFor(() => expect(screen.queryByText(/is wrong at/)).toBeNull())
  })
})
