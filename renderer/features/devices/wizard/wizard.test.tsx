import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type BareLine, type LineBytes, type PairingState, type PortEntry, type ProfileEntry, type RequestName, type SerialSettings } from '../../../../shared/contract'
import { encodeText } from '../../../../shared/standards/astm'
import { ClientProvider } from '../../../client'
import { installBridge, type OtherEnd, type PartAnswers } from '../../../client/bridge.test-parts'
import { forgetDrafts } from '../../../components'
import { press } from '../../../components/press.test-parts'
import { PairWizard } from '.'
import { linesOf } from './LiveBytes'

let answers: PartAnswers
let end: OtherEnd
let closed: number

const serial: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }
const fast: SerialSettings = { ...serial, baudRate: 115200 }
const line: BareLine = { line: 'L1', path: '/dev/ttyUSB0', serial, state: 'open', unsent: 0 }
const port: PortEntry = { path: '/dev/ttyUSB0', name: 'Moxa · TX5551', kind: 'serial' }
const sysmex: ProfileEntry = { id: 'sysmex-xp', maker: 'Sysmex', model: 'XP-300', category: 'analyser', protocol: 'ASTM', serial }
const oximeter: ProfileEntry = { id: 'contec-cms50', maker: 'Contec', model: 'CMS50D+', category: 'vitals', protocol: 'Contec V7', serial: fast }
const silent: PairingState = { search: 'waiting', serial, tried: 0, heard: 0, candidates: [] }
const read: PairingState = {
  search: 'found', by: 'protocol', serial, tried: 1, answering: 'astm-generic', heard: 640,
  candidates: [{ profile: 'sysmex-xp', grade: 'whole', isNamed: true, serial }],
  test: {
    profile: 'sysmex-xp', numbers: [], read: 1, faulty: 0,
    samples: [{ accession: 'A26000123', isQualityControl: false, results: [{ code: 'WBC', name: 'White cells', text: '5.5', value: 5.5, unit: '10*3/uL', status: 'final', flag: 'H' }] }],
  },
}

beforeEach(() => {
  closed = 0
  answers = {
    practiceState: () => done({ state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }),
    listProfiles: () => done([oximeter, sysmex]),
    openLine: () => done(line),
    readLine: () => done({ ...line, pieces: [], lost: 0 }),
    findDevice: () => done(silent),
    tryProfile: () => done(silent),
    readPairing: () => done(silent),
    setLine: () => done(line),
    closeLine: () => done(null),
    pairDevice: () => done({}),
  }
  end = installBridge(answers)
})
afterEach(() => {
  cleanup()
  forgetDrafts()
})

const wizard = (ports: readonly PortEntry[] | undefined) => <ClientProvider><PairWizard ports={ports} devices={[]} onClose={() => closed++} pace={{ pollMs: 20, againMs: 30 }} /></ClientProvider>
const open = (ports: readonly PortEntry[] | undefined) => {
  const shown = render(wizard(ports))
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
  return shown
}
const show = (ports: readonly PortEntry[] = [port]) => open(ports)
const sent = (name: RequestName): unknown[] => end.asksOf(name)
const piece = (number: number, text: string): LineBytes => ({ number, at: '2026-11-21T09:00:00.000Z', from: 'device', bytes: encodeText(text) })

describe('the pairing wizard', () => {
  it('takes a technician from the port to a device that is paired in four presses: it finds speed and kind by itself', async () => {
    answers.readLine = (({ after }: { after: number }) => done({ ...line, pieces: after === 0 ? [piece(1, '\u0005\u0002')] : [], lost: 0 })) as never
    answers.readPairing = () => done(read)
    show()
    await press(/^Listen/)
    await screen.findByText('Number A26000123')
    expect(screen.getByText('5.5')).toBeTruthy()
    expect(screen.getByRole('region', { name: 'Live bytes' }).textContent).toBe('<ENQ><STX>')
    expect(screen.getByText(/Nothing of this is filed/)).toBeTruthy()
    await press(/^Go on/)
    fireEvent.change(await screen.findByLabelText(/^Place/), { target: { value: 'Laboratory' } })
    await press(/^Pair(Ctrl|$)/)
    await waitFor(() => expect(sent('pairDevice')).toEqual([{ name: 'Sysmex XP-300', profile: 'sysmex-xp', path: '/dev/ttyUSB0', place: 'Laboratory', serial }]))
    await waitFor(() => expect(closed).toBe(1))
    expect(sent('closeLine')).toEqual([{ line: 'L1' }])
  })

  it('waits for the first list of ports, and calls none of them new; what is typed is not taken away when a port is plugged in', async () => {
    const { rerender } = open(undefined)
    expect(screen.queryByLabelText('Port')).toBeNull()
    rerender(wizard([port]))
    expect(screen.getByLabelText<HTMLSelectElement>('Port').value).toBe(port.path)
    expect(screen.queryByText(/just plugged in/)).toBeNull()
    cleanup()
    forgetDrafts()
    const other = show([])
    fireEvent.change(screen.getByLabelText('Path of the port'), { target: { value: '/tmp/cab' } })
    other.rerender(wizard([port]))
    expect(screen.getByLabelText<HTMLInputElement>('Path of the port').value).toBe('/tmp/cab')
    expect(screen.getByText(/just plugged in/)).toBeTruthy()
  })

  it('says that it listens while the device is silent, and goes no further by itself', async () => {
    show()
    await press(/^Listen/)
    await screen.findByText(/Listening\. Let the device send something/)
    expect((await screen.findByRole<HTMLButtonElement>('button', { name: /^Go on/ })).disabled).toBe(true)
  })

  it('talks to a device that only answers, with the settings of its kind, once the kind is chosen', async () => {
    show()
    await press(/^Listen/)
    fireEvent.change(await screen.findByLabelText('Kind of device'), { target: { value: 'contec-cms50' } })
    await waitFor(() => expect(sent('tryProfile')).toEqual([{ line: 'L1', profile: 'contec-cms50' }]))
    expect(sent('setLine')).toEqual([{ line: 'L1', serial: fast }])
    answers.readPairing = () => done({ ...silent, serial: fast, heard: 90, search: 'off', candidates: [{ profile: 'contec-cms50', grade: 'whole', isNamed: false, serial: fast }], test: { profile: 'contec-cms50', samples: [], numbers: [{ code: 'spo2', value: 97 }], read: 10, faulty: 0 } })
    await screen.findByText('97 %')
    await press(/^Go on/)
    await press(/^Pair(Ctrl|$)/)
    await waitFor(() => expect(sent('pairDevice')).toMatchObject([{ profile: 'contec-cms50', serial: fast }]))
  })

  it('keeps what was said when it is closed, lets its port go, and opens where it was', async () => {
    const { unmount } = show()
    await press(/^Listen/)
    await screen.findByText(/Listening\. Let the device/)
    unmount()
    await waitFor(() => expect(sent('closeLine')).toEqual([{ line: 'L1' }]))
    show()
    await screen.findByText(/Listening\. Let the device/)
  })

  it('says why a port cannot be opened, and opens it as soon as it can', async () => {
    answers.openLine = () => refuse('port-in-use', { path: '/dev/ttyUSB0' })
    show()
    await press(/^Listen/)
    await screen.findByText(/port-in-use/)
    answers.openLine = () => done(line)
    await waitFor(() => expect(screen.queryByText(/port-in-use/)).toBeNull())
  })

  it('says that the cable was pulled, and opens the same line again', async () => {
    answers.readLine = () => done({ ...line, state: 'closed', problem: 'unplugged', pieces: [], lost: 0 })
    show()
    await press(/^Listen/)
    await screen.findByText(/The cable was pulled/)
    answers.readLine = () => done({ ...line, pieces: [], lost: 0 })
    await waitFor(() => expect(sent('setLine')).toEqual([{ line: 'L1', serial }]))
    await waitFor(() => expect(screen.queryByText(/The cable was pulled/)).toBeNull())
  })

  it('pairs a device that is not there yet, by hand', async () => {
    show([])
    await press('Pair without listening')
    await screen.findByText('Choose a port, or type its path.')
    fireEvent.change(screen.getByLabelText('Path of the port'), { target: { value: '/tmp/line' } })
    await press('Pair without listening')
    fireEvent.change(await screen.findByLabelText('Kind of device'), { target: { value: 'contec-cms50' } })
    await press(/^Pair(Ctrl|$)/)
    await waitFor(() => expect(sent('pairDevice')).toEqual([{ name: 'Contec CMS50D+', profile: 'contec-cms50', path: '/tmp/line', place: '', serial: fast }]))
    expect(sent('openLine')).toEqual([])
  })

  it('leads to where an analyser is taught that nobody has described', async () => {
    answers.readPairing = () => done({ ...read, by: 'text', candidates: [] })
    show()
    await press(/^Listen/)
    await screen.findByText('No kind of device knows what this one measures')
    await press('Learn an unknown analyser')
    expect(window.location.hash).toBe('#/devices/learn')
    window.location.hash = ''
  })

  it('looks for no speed where a device is in the network', async () => {
    show([])
    fireEvent.change(await screen.findByLabelText('Path of the port'), { target: { value: 'listen://0.0.0.0:6661' } })
    answers.readLine = () => done({ ...line, state: 'listening', pieces: [], lost: 0 })
    await press(/^Listen/)
    await screen.findByText('The device has not connected yet')
    expect(sent('findDevice')).toEqual([{ line: 'L1', search: false }])
    expect(screen.queryByText('Line settings')).toBeNull()
  })
})

describe('live bytes', () => {
  it('shows control characters by name and begins a line after each end of one', () => {
    expect(linesOf(encodeText('\u0002H|\r1\r\n\u0003'))).toBe('<STX>H|<CR>\n1<CR><LF>\n<ETX>')
  })
})
