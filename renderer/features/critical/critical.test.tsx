import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type CriticalEntry, type DutyEntry, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { AlertsScreen } from './AlertsScreen'
import { CriticalAlarm, CriticalCall } from '.'

const entry: CriticalEntry = {
  id: '01HV000000000000000000000A', patient: '01HV000000000000000000000P', patientName: 'OKONKWO, Ada', patientNumber: 'A-000123', bed: 'Ward 2 / 4',
  test: 'Potassium', value: '6.8', unit: 'mmol/L', side: 'high', limit: 6.5, at: '2026-11-21T09:00:11.000Z', state: 'accepted',
  steps: [{ name: 'Dr First', from: '2026-11-21T09:00:11.000Z' }, { name: 'Dr Second', from: '2026-11-21T09:05:11.000Z' }], answers: [],
}
const duty: DutyEntry = { practitioner: '01HV000000000000000000000D', name: 'Dr First', from: '08:00', to: '20:00', rank: 1 }
const who = (actions: readonly string[]): Who => ({ practitioner: '01HV000000000000000000000N', user: 'amina', name: 'Amina', role: 'nurse', actions: actions as Who['actions'], locked: false })

let open: readonly CriticalEntry[]
let answers: Answers
let end: OtherEnd
const sounds: string[] = []
class Sound {
  state = 'running'
  currentTime = 0
  destination = {}
  resume = () => Promise.resolve()
  close = () => Promise.resolve(void sounds.push('off'))
  createGain = () => ({ gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined }, connect: () => undefined })
  createOscillator = () => ({ frequency: { value: 0 }, connect: () => undefined, start: () => sounds.push('pulse'), stop: () => undefined })
}

beforeEach(() => {
  forgetDrafts()
  sounds.length = 0
  vi.stubGlobal('AudioContext', Sound)
  open = [entry]
  answers = {
    listCriticals: () => done(open as CriticalEntry[]),
    countCriticals: () => done({ open: open.length }),
    readCriticalLog: () => done({ entries: [{ ...entry, answers: [{ by: 'Amina', told: 'Dr Mensah', readBack: '6.8', action: 'ECG', at: '2026-11-21T09:07:41.000Z' }] }], medianMinutes: 7.5 }),
    answerCritical: () => {
      open = []
      return done({ ...entry, answers: [] })
    },
    readRoster: () => done([duty]),
    saveRoster: () => done([]),
    listStaff: () => done([{ practitioner: duty.practitioner, user: 'first', name: 'Dr First', role: 'doctor', hasPin: true }]),
  }
  end = installBridge(answers)
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const all = ['critical.read', 'critical.answer', 'staff.read', 'staff.manage']
const show = (part: React.ReactNode, actions: readonly string[] = all) => {
  const shown = render(<ClientProvider><KeysProvider><Seat value={who(actions)}>{part}</Seat></KeysProvider></ClientProvider>)
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
  return shown
}
const went: string[] = []
const alarm = <CriticalAlarm hidden={false} onOpen={(patient) => went.push(patient)} onAll={() => went.push('all')} />

describe('E8: the alarm of a critical result', () => {
  it('names patient, bed and value over every screen, sounds, and says to whom it went', async () => {
    show(alarm)
    const region = await screen.findByRole('alert')
    for (const word of ['OKONKWO, Ada', 'A-000123', 'Ward 2 / 4', 'Potassium 6.8 mmol/L', 'critically high, limit 6.5', 'for Dr Second']) expect(region.textContent).toContain(word)
    await waitFor(() => expect(sounds).toContain('pulse'))
    await press('Open the chart')
    expect(went).toEqual([entry.patient])
    expect((await axe.run(region, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('E22: of an early warning score names the score and its level, and what was not charted; in the log, that its signs were charted wrong', async () => {
    const { side: _side, limit: _limit, bed: _bed, ...rest } = entry
    const score: CriticalEntry = { ...rest, test: 'NEWS2', value: '7', unit: '', score: { chart: 'news2', level: 'high', isAtLeast: true } }
    open = [score]
    answers.readCriticalLog = () => done({ entries: [{ ...score, state: 'withdrawn' }] })
    show(alarm)
    const region = await screen.findByRole('alert')
    await waitFor(() => expect(region.textContent).toContain('NEWS2 7'))
    for (const word of ['OKONKWO, Ada', 'high risk, at least: a sign was not charted', 'for Dr Second']) expect(region.textContent).toContain(word)
    cleanup()
    show(<AlertsScreen onOpen={() => undefined} />)
    expect(await screen.findByText('the signs were charted wrong')).toBeTruthy()
  })

  it('E22: a score that was answered and then corrected to ask for more says so, and waits in the log', async () => {
    const { side: _side, limit: _limit, bed: _bed, ...rest } = entry
    const again: CriticalEntry = { ...rest, test: 'NEWS2', value: '7', unit: '', now: '9', again: '2026-11-21T09:30:00.000Z', score: { chart: 'news2', level: 'high', isAtLeast: false }, answers: [{ by: 'Amina', told: 'Dr Mensah', readBack: '7', action: '', at: '2026-11-21T09:07:41.000Z' }] }
    open = [again]
    answers.readCriticalLog = () => done({ entries: [again] })
    show(alarm)
    const region = await screen.findByRole('alert')
    await waitFor(() => expect(region.textContent).toContain('NEWS2 7'))
    expect(region.textContent).toMatch(/now corrected to 9.*answered before, and corrected to ask for more at \d\d:\d\d/)
    cleanup()
    show(<AlertsScreen onOpen={() => undefined} />)
    await waitFor(() => expect(screen.getAllByText(/answered before, and corrected to ask for more at/)).toHaveLength(2))
  })

  it('ends only when a named person has told somebody and heard the value read back, by keyboard alone', async () => {
    show(alarm)
    await press(/^Tell somebody of Potassium 6.8/)
    await press(/^Told and read back/)
    expect(screen.getByText('Say whom you told.')).toBeTruthy()
    expect(end.asksOf('answerCritical')).toEqual([])
    const [told, readBack] = [screen.getByLabelText(/^Whom did you tell/), screen.getByLabelText(/^The value as they repeated it/)]
    expect(document.activeElement).toBe(told)
    fireEvent.change(told, { target: { value: 'Dr Mensah, ward 2' } })
    fireEvent.change(readBack, { target: { value: '8.6' } })
    answers.answerCritical = () => refuse('read-back-differs')
    await press(/^Told and read back/)
    await screen.findByText(/read-back-differs/)
    expect(screen.getByLabelText<HTMLInputElement>(/^Whom did you tell/).value).toBe('Dr Mensah, ward 2')
    answers.answerCritical = () => {
      open = []
      return done(entry)
    }
    fireEvent.change(readBack, { target: { value: '6.8' } })
    await press(/^Told and read back/)
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
    expect(end.asksOf('answerCritical').at(-1)).toMatchObject({ patient: entry.patient, alert: entry.id, told: 'Dr Mensah, ward 2', readBack: '6.8' })
    await waitFor(() => expect(sounds.at(-1)).toBe('off'))
  })

  it('E9: is answered with Tab, Enter and the value that was read back, without a mouse', async () => {
    show(alarm)
    const { push, type, fill, save } = hands()
    await push(/^Tell somebody of Potassium 6.8/)
    const dialog = await screen.findByRole('dialog')
    await type('Dr Mensah, ward 2')
    await fill(/^The value as they repeated it/, '6.8', dialog)
    await save()
    await waitFor(() => expect(end.asksOf('answerCritical')).toMatchObject([{ told: 'Dr Mensah, ward 2', readBack: '6.8' }]))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('shows the oldest of several, and the way to all', async () => {
    open = [entry, { ...entry, id: '01HV000000000000000000000B', test: 'Haemoglobin' }]
    show(alarm)
    await press('and 1 more')
    expect(went.at(-1)).toBe('all')
  })

  it('says what the laboratory says of it since, and that a computer is mute', async () => {
    vi.stubGlobal('AudioContext', undefined)
    open = [{ ...entry, state: 'unverified', now: '4.1 mmol/L', steps: [{ from: entry.at }] }]
    show(alarm)
    for (const words of [/not verified/, /now corrected to 4.1 mmol\/L/, /for everybody at work/]) await screen.findByText(words)
    await screen.findByText(/cannot make a sound/)
  })

  it('sounds for a person who may not see results, too, and asks for nothing of whose it is', async () => {
    show(alarm, ['patient.read'])
    expect((await screen.findByRole('alert')).textContent).toContain('A critical result waits for an answer. Tell a nurse or a doctor.')
    await waitFor(() => expect(sounds).toContain('pulse'))
    expect(end.asksOf('listCriticals')).toEqual([])
  })

  it('says in the open dialog, too, that the laboratory corrected the value meanwhile', async () => {
    show(alarm)
    await press(/^Tell somebody of Potassium 6.8/)
    open = [{ ...entry, now: '7.2 mmol/L' }]
    act(() => end.tell('criticalsChanged', { open: 1 }))
    await within(screen.getByRole('dialog')).findByText('now corrected to 7.2 mmol/L')
  })

  it('sounds where nobody is signed in, and tells nothing of whose it is', async () => {
    show(<CriticalCall />)
    const notice = await screen.findByRole('alert')
    expect(notice.textContent).toContain('A critical result waits')
    expect(notice.textContent).not.toContain('OKONKWO')
    await waitFor(() => expect(sounds).toContain('pulse'))
    open = []
    act(() => end.tell('criticalsChanged', { open: 0 }))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })
})

describe('E9, E10: the screen of alerts', () => {
  it('shows what waits, and the log to the second with the median', async () => {
    const { container } = show(<AlertsScreen onOpen={() => undefined} />)
    await screen.findByText('Answered after 7.5 min, by the median of 1')
    expect(screen.getByText(/Amina told Dr Mensah, read back 6.8/).textContent).toContain('after 7.5 min')
    expect(container.textContent).toMatch(/:05:11 Dr Second/)
    await screen.findByText('8:00'.padStart(5, '0'))
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('says in the list of what waits, too, that the value was corrected since', async () => {
    open = [{ ...entry, now: '5.1 mmol/L' }]
    show(<AlertsScreen onOpen={() => undefined} />)
    await waitFor(() => expect(screen.getAllByRole('listitem')[0]?.textContent).toContain('5.1 mmol/L'))
  })

  it('says that nothing waits', async () => {
    open = []
    answers.readCriticalLog = () => done({ entries: [] })
    show(<AlertsScreen onOpen={() => undefined} />)
    await screen.findByText('Nothing waits')
    await screen.findByText('No critical result in these days')
  })

  it('A41: somebody is put on duty by keyboard alone', async () => {
    answers.readRoster = () => done([])
    show(<AlertsScreen onOpen={() => undefined} />)
    const { reach, fill, push } = hands()
    await screen.findByRole('option', { name: 'Dr First' })
    // Choosing among the options of a list is the browser's own.
    fireEvent.change(await reach('combobox', 'Person'), { target: { value: duty.practitioner } })
    await fill('From', '7:00')
    await push('Add')
    await waitFor(() => expect(end.asksOf('saveRoster')).toMatchObject([{ duties: [{ practitioner: duty.practitioner, from: '07:00', to: '20:00', rank: 1 }] }]))
  })

  it('A41: lets who manages the staff put somebody on duty and take them out; others only read', async () => {
    answers.readRoster = () => done([])
    const { unmount } = show(<AlertsScreen onOpen={() => undefined} />)
    await screen.findByRole('option', { name: 'Dr First' })
    await press('Add')
    expect(screen.getByText('Choose a person.')).toBeTruthy()
    fireEvent.change(screen.getByLabelText('Person'), { target: { value: duty.practitioner } })
    await press('Add')
    await waitFor(() => expect(end.asksOf('saveRoster')).toMatchObject([{ duties: [{ practitioner: duty.practitioner, from: '08:00', to: '20:00', rank: 1 }] }]))
    unmount()
    answers.readRoster = () => done([duty])
    show(<AlertsScreen onOpen={() => undefined} />, ['critical.read', 'staff.read'])
    await screen.findByText('Dr First')
    expect(screen.queryByRole('button', { name: 'Add' })).toBeNull()
    expect(screen.queryByRole('button', { name: /Take out Dr First/ })).toBeNull()
  })
})
