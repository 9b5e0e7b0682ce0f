import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type BareLine, type PracticeState, type ReplayState, type RequestName, type ResultSource, type TraceLine, type TracePage } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type OtherEnd, type PartAnswers } from '../../client/bridge.test-parts'
import { SourceButton } from '../sources'
import { press } from '../../components/press.test-parts'
import { TerminalScreen } from '.'

let answers: PartAnswers
let end: OtherEnd
const practice: PracticeState = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }
const who = (actions: readonly string[]) => () => done({ practitioner: 'p', user: 'u', name: 'Lena', role: 'device-technician', actions, locked: false })

beforeEach(() => {
  answers = { whoAmI: who(['device.read', 'device.pair', 'trace.read', 'result.read']), practiceState: () => done(practice), closeLine: () => done(null) }
  end = installBridge(answers, { chooseFolder: () => Promise.resolve('/media/stick') })
})
afterEach(cleanup)

const show = (part: ReactNode) => {
  const shown = render(<ClientProvider>{part}</ClientProvider>)
  act(() => end.tell('practiceChanged', practice))
  return shown
}
const sent = (name: RequestName): unknown[] => end.asksOf(name)
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const at = '2026-11-21T09:00:00.000Z'
const counter: TraceLine = { line: 'D1', name: 'Blood counter', path: '/dev/ttyUSB0', profile: 'sysmex-xn', from: at, to: at, bytes: 1234 }
const free: TraceLine = { line: '/dev/ttyUSB1', name: '/dev/ttyUSB1', path: '/dev/ttyUSB1', bytes: 0 }
const bare: BareLine = { line: 'L1', path: free.path, serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }, state: 'open', unsent: 0 }
const choose = async (line: string) => {
  await screen.findByRole('option', { name: /Blood counter/ })
  fireEvent.change(screen.getByLabelText('Line'), { target: { value: line } })
}

describe('the terminal', () => {
  it('watches the line of a device with time and direction, goes on where it stopped, and offers nothing to send', async () => {
    answers.listTraces = () => done([counter, free])
    const first: TracePage = { pieces: [{ number: 7, at, from: 'device', bytes: bytes('\x05') }, { number: 8, at, from: 'host', bytes: bytes('\x06') }], isCut: false }
    answers.openTrace = () => done(first)
    answers.readTrace = ({ after }: { after: number }) => done({ pieces: after === 8 ? [{ number: 9, at, note: 'made', text: '01HV' }] : [], isCut: false })
    const { container } = show(<TerminalScreen line="D1" />)
    await screen.findByText('<ENQ>')
    expect(screen.getByText('from the device')).toBeTruthy()
    expect(screen.getByText('to the device')).toBeTruthy()
    await screen.findByText('This made result 01HV')
    await waitFor(() => expect(sent('readTrace').at(-1)).toEqual({ line: 'D1', after: 9 }))
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull()
    fireEvent.click(screen.getByLabelText('Hex'))
    await screen.findByText('05')
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('opens the line again where nobody knows any more that it is open', async () => {
    let isKnown = false
    answers.listTraces = () => done([counter, free])
    answers.openTrace = () => done({ pieces: [{ number: 7, at, from: 'device', bytes: bytes('\x05') }], isCut: false })
    answers.readTrace = () => (isKnown ? done({ pieces: [], isCut: false }) : refuse('not-found'))
    show(<TerminalScreen line="D1" />)
    await waitFor(() => expect(sent('openTrace').length).toBe(2))
    isKnown = true
    await waitFor(() => expect(sent('readTrace').length).toBeGreaterThan(1))
    expect(screen.getAllByText('<ENQ>')).toHaveLength(1)
  })

  it('opens a free port, sends a typed line as one message with the chosen ending, and closes the port with the screen', async () => {
    answers.listTraces = () => done([counter, free])
    answers.openLine = () => done(bare)
    answers.readLine = () => done({ ...bare, pieces: [], lost: 0 })
    answers.writeLine = () => done(bare)
    const { unmount } = show(<TerminalScreen />)
    await choose(free.path)
    fireEvent.change(screen.getByLabelText('Speed'), { target: { value: '19200' } })
    fireEvent.click(screen.getByRole('button', { name: 'Open the port' }))
    await waitFor(() => expect(sent('openLine')).toEqual([{ path: '/dev/ttyUSB1', serial: { ...bare.serial, baudRate: 19200 } }]))
    fireEvent.change(await screen.findByLabelText('Line to send'), { target: { value: '<STX>DM?' } })
    fireEvent.change(screen.getByLabelText('Ends with'), { target: { value: 'crlf' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await waitFor(() => expect(sent('writeLine')).toEqual([{ line: 'L1', bytes: bytes('\x02DM?\r\n') }]))
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>('Line to send').value).toBe(''))
    unmount()
    expect(sent('closeLine')).toEqual([{ line: 'L1' }])
  })

  it('keeps what was typed when it cannot be sent, and says which part stands for no byte', async () => {
    answers.listTraces = () => done([counter, free])
    answers.openLine = () => done(bare)
    answers.readLine = () => done({ ...bare, pieces: [], lost: 0 })
    answers.writeLine = () => refuse('line-closed')
    show(<TerminalScreen />)
    await choose(free.path)
    fireEvent.click(screen.getByRole('button', { name: 'Open the port' }))
    const field = await screen.findByLabelText<HTMLInputElement>('Line to send')
    fireEvent.change(field, { target: { value: '37 →' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await screen.findByText('“→” stands for no byte')
    fireEvent.change(field, { target: { value: '37' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await waitFor(() => expect(sent('writeLine').length).toBe(1))
    expect(field.value).toBe('37')
  })

  it('sends a file piece by piece', async () => {
    answers.listTraces = () => done([counter, free])
    answers.openLine = () => done(bare)
    answers.readLine = () => done({ ...bare, pieces: [], lost: 0 })
    answers.writeLine = () => done(bare)
    show(<TerminalScreen />)
    await choose(free.path)
    fireEvent.click(screen.getByRole('button', { name: 'Open the port' }))
    await screen.findByLabelText('Line to send')
    const content = new Uint8Array(40_000).map((_, index) => index)
    fireEvent.change(screen.getByLabelText('Send a file'), { target: { files: [new File([content], 'setup.txt')] } })
    await waitFor(() => expect(sent('writeLine').length).toBe(3))
    expect((sent('writeLine') as { bytes: Uint8Array }[]).flatMap(({ bytes: part }) => [...part])).toEqual([...content])
  })

  it('sends a long file no faster than a slow port takes it, so that none of it is refused', async () => {
    let unsent = 0
    answers.listTraces = () => done([counter, free])
    answers.openLine = () => done(bare)
    answers.readLine = () => done({ ...bare, unsent, pieces: [], lost: 0 })
    answers.writeLine = ({ bytes: part }: { bytes: Uint8Array }) => {
      unsent += part.length
      return done({ ...bare, unsent })
    }
    show(<TerminalScreen />)
    await choose(free.path)
    fireEvent.click(screen.getByRole('button', { name: 'Open the port' }))
    await screen.findByLabelText('Line to send')
    fireEvent.change(screen.getByLabelText('Send a file'), { target: { files: [new File([new Uint8Array(100_000)], 'setup.txt')] } })
    await waitFor(() => expect(sent('writeLine').length).toBe(3))
    await new Promise((later) => setTimeout(later, 600))
    // One more at most: an answer about the line may be older than what was handed over.
    const held = sent('writeLine').length
    expect(held).toBeLessThanOrEqual(4)
    unsent = 0
    await waitFor(() => expect(sent('writeLine').length).toBeGreaterThan(held))
  })
})

describe('a recording', () => {
  beforeEach(() => {
    answers.listTraces = () => done([counter])
    answers.openTrace = () => done({ pieces: [], isCut: false })
    answers.readTrace = () => done({ pieces: [], isCut: false })
  })

  it('is saved without patients unless a person decides otherwise, and says what was blanked', async () => {
    answers.saveTrace = ({ patients }: { patients: string }) => done({ file: '/media/stick/outpost-log.txt', pieces: 7, isCut: false, ...(patients === 'blanked' ? { blanked: { P: 6, number: 2 } } : {}) })
    show(<TerminalScreen />)
    await choose('D1')
    await press('Choose a folder and save')
    await screen.findByText('/media/stick/outpost-log.txt')
    expect(screen.getByText('Blanked: 6 fields of P, 2 numbers on tubes (stand-ins). Measured values and times stayed.')).toBeTruthy()
    fireEvent.click(screen.getByLabelText('Kept'))
    await screen.findByText(/readable by everybody who has it/)
    fireEvent.click(screen.getByRole('button', { name: 'Choose a folder and save' }))
    await screen.findByText('Nothing was blanked.')
    expect(sent('saveTrace')).toEqual([
      { line: 'D1', folder: '/media/stick', form: 'log', patients: 'blanked' },
      { line: 'D1', folder: '/media/stick', form: 'log', patients: 'kept' },
    ])
  })

  it('is played again, shows what it comes to as it goes, and ends with the screen', async () => {
    const state: ReplayState = { replay: 'R1', at, done: 0, of: 2, isOver: false, bytes: 0, digest: '', isCut: false, pieces: [], results: [] }
    answers.startReplay = () => done(state)
    answers.readReplay = ({ afterPiece }: { afterPiece: number }) =>
      done({
        ...state, done: 2, isOver: true, bytes: 6,
        pieces: afterPiece === 0 ? [{ number: 5, at, from: 'device', bytes: bytes('\x05') }] : [],
        results: afterPiece === 0 ? [{ number: 1, at, kind: 'sample', accession: 'A26000123', isQualityControl: false, isWhole: true, results: [{ code: 'WBC', name: 'White cells', text: '6.15', value: 6.15, unit: '10*3/uL', status: 'final' }] }] : [],
      })
    const { unmount } = show(<TerminalScreen />)
    await choose('D1')
    fireEvent.click(await screen.findByLabelText('100 times'))
    // Nothing but a view is offered to a practice with real patients.
    expect(screen.queryByLabelText('Into the tray of this training practice')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Play this line' }))
    await screen.findByText('Sample A26000123')
    await screen.findByText('White cells 6.15 10*3/uL')
    await screen.findByText('Played to the end: 6 bytes of the device, 1 results')
    expect(sent('startReplay')).toEqual([{ line: 'D1', speed: 100, into: 'view' }])
    const { length } = sent('readReplay')
    await new Promise((later) => setTimeout(later, 450))
    expect(sent('readReplay').length).toBeLessThanOrEqual(length + 1)
    unmount()
    expect(sent('stopReplay')).toEqual([{ replay: 'R1' }])
  })

  it('is played out of a file, and a file that is none is refused in words', async () => {
    answers.replayFile = () => refuse('no-recording')
    show(<TerminalScreen />)
    await screen.findByText('Play a recording again')
    fireEvent.change(screen.getByLabelText('Play a file', { selector: 'input' }), { target: { files: [new File(['{}'], 'x.json')] } })
    await screen.findByRole('alert')
    expect(sent('replayFile')).toMatchObject([{ speed: 1, into: 'view' }])
  })
})

describe('the bytes behind a result', () => {
  const source: ResultSource = {
    reference: 'C1', deviceName: 'Blood counter', profile: 'sysmex-xn', at, bytes: bytes('\x021H|\r'),
    conversation: [{ number: 1, at, from: 'device', bytes: bytes('\x05') }, { number: 2, at, from: 'host', bytes: bytes('\x06') }],
  }
  const button = <SourceButton source={{ of: 'record', patient: 'P1', type: 'DiagnosticReport', record: 'R1' }} what="A26000123" />

  it('open beside it, as text and as hex, with what was answered', async () => {
    answers.resultSource = () => done(source)
    show(button)
    await press('Bytes behind A26000123')
    await screen.findByText(/Blood counter \(sysmex-xn\).*5 bytes/)
    expect(screen.getByText('<STX>1H|<CR>')).toBeTruthy()
    expect(screen.getByText('<ACK>')).toBeTruthy()
    fireEvent.click(screen.getByLabelText('Both'))
    expect(screen.getByText('02 31 48 7C 0D')).toBeTruthy()
    expect(sent('resultSource')).toEqual([{ patient: 'P1', type: 'DiagnosticReport', record: 'R1' }])
  })

  it('say without alarm that they are on another workstation', async () => {
    answers.resultSource = () => refuse('bytes-elsewhere')
    show(button)
    await press('Bytes behind A26000123')
    await screen.findByText('The bytes of this result are not on this computer')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('say that the recording does not reach back any more, and are not offered to somebody who may not read results', async () => {
    answers.resultSource = () => done({ ...source, conversation: [] })
    const { unmount } = show(button)
    await press('Bytes behind A26000123')
    await screen.findByText(/does not reach back so far/)
    unmount()
    answers.whoAmI = who(['device.read'])
    const { container } = show(button)
    await waitFor(() => expect(sent('whoAmI').length).toBeGreaterThan(1))
    await waitFor(() => expect(container.querySelector('button')).toBeNull())
  })
})
