import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, recordingLimit, type DraftReading, type ProfileDraft, type RecordingStudy, type RequestName } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type OtherEnd, type PartAnswers } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { pressed } from './draft'
import { WorkbenchScreen } from '.'

let answers: PartAnswers
let end: OtherEnd

const draft: ProfileDraft = { protocol: 'text', framing: { answer: 'none' }, layout: 'lines', separator: ';', hasHeadings: false, decimalComma: false, marks: [], printsNoUnits: false, tests: [], ignored: [], controls: ['QC'] }
const study: RecordingStudy = {
  draft,
  pages: [{ lines: [{ text: 'ID: A1', parts: [{ from: 0, to: 3 }, { from: 4, to: 6 }] }, { text: 'GLU  5.5 mmol/L\x03', parts: [{ from: 0, to: 3 }, { from: 5, to: 8 }, { from: 9, to: 15 }] }] }],
  isCut: false,
}
const nothing: DraftReading = { faults: ['no-sample', 'no-value'], timeFormats: [], codes: [], samples: [], readLines: [], read: 0, unread: 0 }
const found = (isKnown: boolean): DraftReading => ({
  faults: isKnown ? [] : ['codes-open'],
  timeFormats: [],
  codes: [{ code: 'GLU', values: ['5.5'], units: ['mmol/L'], isKnown, isIgnored: false }],
  samples: [{ accession: 'A1', isQualityControl: false, results: [{ code: 'GLU', name: 'GLU', text: '5.5', unit: 'mmol/L', ...(isKnown ? {} : { trouble: 'unknown-test' as const }) }] }],
  readLines: [{ page: 0, line: 1 }],
  read: 1,
  unread: 0,
})
const reading = ({ draft: { marks, tests } }: { draft: ProfileDraft }): DraftReading => (marks.length < 4 ? nothing : found(tests.length > 0))

beforeEach(() => {
  forgetDrafts()
  answers = {
    listPorts: () => done([{ path: '/dev/ttyUSB0', name: 'FTDI', kind: 'serial' }]),
    listTraces: () => done([]),
    closeLine: () => done(null),
    studyRecording: () => done(study),
    readDraft: (ask: { draft: ProfileDraft }) => done(reading(ask)),
    saveProfile: ({ id, maker, model }: { id: string; maker: string; model: string }) =>
      done({ profile: { id, maker, model, category: 'analyser', protocol: 'Printed page', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } }, folder: `/data/profiles/${id}`, isTested: true }),
    pairDevice: () => done({ id: 'D1' }),
  }
  end = installBridge(answers)
})
afterEach(cleanup)

const show = () => render(<ClientProvider><WorkbenchScreen onBack={() => undefined} /></ClientProvider>)
const sent = (name: RequestName): unknown[] => end.asksOf(name)
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })
const press = (name: RegExp | string) => fireEvent.click(screen.getByRole('button', { name }))
const pointAt = (role: string, part: RegExp) => {
  fireEvent.click(screen.getByRole('radio', { name: role }))
  press(part)
}

describe('learning an analyser that nobody knows', () => {
  it('records no more of a stream than a profile is learned from, however long nobody stops it', async () => {
    const part = 256 * 1024
    answers.openLine = ({ path, serial }: { path: string; serial: object }) => done({ line: 'L1', path, serial, state: 'open', unsent: 0 })
    answers.readLine = ({ after }: { after: number }) => done({ line: 'L1', path: '/dev/ttyUSB0', state: 'open', unsent: 0, lost: 0, pieces: [1, 2, 3].map((number) => ({ number: after + number, at: '', from: 'device', bytes: new Uint8Array(part - 7) })) })
    show()
    await screen.findByRole('option', { name: /ttyUSB0/ })
    press('Record')
    await screen.findByText(`${recordingLimit} bytes heard`)
    press('Stop and look at it')
    await waitFor(() => expect((sent('studyRecording')[0] as { recording: Uint8Array }).recording.length).toBe(recordingLimit))
  })

  it('goes from what a port sends, by four marks and one name, to a paired device', async () => {
    answers.openLine = ({ path, serial }: { path: string; serial: object }) => done({ line: 'L1', path, serial, state: 'open', unsent: 0 })
    answers.readLine = ({ after }: { after: number }) => done({ line: 'L1', path: '/dev/ttyUSB0', state: 'open', unsent: 0, lost: 0, pieces: after === 0 ? [{ number: 1, at: '', from: 'device', bytes: Uint8Array.from([0x49, 0x44]) }] : [] })
    const { container } = show()
    await screen.findByRole('option', { name: /ttyUSB0/ })
    press('Record')
    await screen.findByText('2 bytes heard')
    press('Stop and look at it')
    await screen.findByText('GLU')
    expect(sent('closeLine')).toEqual([{ line: 'L1' }])
    await screen.findByText('Mark the number on the tube.')
    expect(screen.getByRole('button', { name: 'Save the profile' })).toHaveProperty('disabled', true)

    pointAt('number on the tube', /^A1/)
    pointAt('test', /^GLU/)
    pointAt('value', /^5\.5/)
    pointAt('unit', /^mmol/)
    await screen.findByText('not named yet')
    expect(screen.getByRole('button', { name: /^5\.5/ }).getAttribute('aria-pressed')).toBe('true')
    type('Name of GLU', 'Glucose')
    await waitFor(() => expect(screen.queryByText('not named yet')).toBeNull())
    expect((sent('readDraft').at(-1) as { draft: ProfileDraft }).draft.tests).toEqual([{ code: 'GLU', name: 'Glucose', unit: 'mmol/L' }])

    type('Maker', 'Acme')
    type('Model', 'Glük 3')
    type('A filed report is called', 'Glucose')
    await waitFor(() => expect(screen.getByRole('button', { name: 'Save the profile' })).toHaveProperty('disabled', false))
    press('Save the profile')
    await screen.findByText(/its own test, without names/)
    expect(sent('saveProfile')).toMatchObject([{ id: 'acme-gluk-3', draft: { marks: [{ as: 'sample' }, { as: 'test' }, { as: 'value' }, { as: 'unit' }] } }])
    expect(screen.getByLabelText('Port')).toHaveProperty('value', '/dev/ttyUSB0')
    press('Pair it now')
    await waitFor(() => expect(sent('pairDevice')).toMatchObject([{ profile: 'acme-gluk-3', path: '/dev/ttyUSB0' }]))
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  })

  it('takes a file, shows control characters, and says what cannot be taken', async () => {
    show()
    fireEvent.click(screen.getByRole('radio', { name: 'a file' }))
    const give = async (bytes: Uint8Array<ArrayBuffer>) => act(async () => void fireEvent.change(screen.getByLabelText('Choose a file…', { selector: 'input' }), { target: { files: [new File([bytes], 'page.txt')] } }))
    await give(new Uint8Array(1024 * 1024 + 1))
    await screen.findByText(/more than 1 MB/)
    expect(sent('studyRecording')).toEqual([])
    await give(Uint8Array.of(65))
    await screen.findByText('␃')
    expect(screen.getByText('1 bytes are recorded.')).toBeTruthy()
  })

  it('loses nothing when the screen is left and opened again, until it is begun anew', async () => {
    show()
    fireEvent.click(screen.getByRole('radio', { name: 'a file' }))
    await act(async () => void fireEvent.change(screen.getByLabelText('Choose a file…', { selector: 'input' }), { target: { files: [new File([Uint8Array.of(65)], 'page.txt')] } }))
    await screen.findByText('GLU')
    pointAt('test', /^GLU/)
    cleanup()
    show()
    expect((await screen.findByRole('button', { name: /^GLU/ })).getAttribute('aria-pressed')).toBe('true')
    press('Begin anew')
    await screen.findByRole('button', { name: 'Record' })
  })
})

describe('marks', () => {
  const place = (from: number, to: number) => ({ page: 0, line: 0, from, to })
  it('are put, changed, taken away and made longer', () => {
    const one = pressed([], place(0, 3), 'test', false)
    expect(one).toEqual([{ ...place(0, 3), as: 'test' }])
    expect(pressed(one, place(0, 3), 'value', false)).toEqual([{ ...place(0, 3), as: 'value' }])
    expect(pressed(one, place(0, 3), 'test', false)).toEqual([])
    expect(pressed(one, place(5, 8), 'value', true)).toEqual([{ ...place(0, 8), as: 'test' }])
  })
})
