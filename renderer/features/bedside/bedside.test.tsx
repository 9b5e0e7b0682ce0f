import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, type BedEntry, type FeedEntry, type UnknownBed, type Ward } from '../../../shared/contract'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { ClientProvider } from '../../client'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { BedsScreen, PatientBedQuestions, UnknownBeds } from '.'
import { liveState, pressureSeen } from './live'

const ada = { id: '01HV000000000000000000ADAA', name: 'OKONKWO, Ada', number: 'A-000001', birthDate: '1980-05-04' }
const ben = { id: '01HV000000000000000000BENN', name: 'DIALLO, Ben', number: 'A-000002' }
const two = '01HV000000000000000000BED2'
const five = '01HV000000000000000000BED5'
const monitor: FeedEntry = {
  id: '01HV000000000000000000MNTR', device: '01HV000000000000000000MNTR', deviceName: 'Monitor 3', kind: 'stream', measures: ['pulse', 'spo2', 'bp-systolic', 'bp-diastolic'], waves: ['pleth'],
  bed: two, patient: ada, state: 'charting', confirmedBy: 'Nadia Nurse', confirmedAt: '2026-11-21T09:00:00.000Z', freshMs: 10_000,
}
const bedOf = (id: string, name: string, more: Partial<BedEntry> = {}): BedEntry => ({ id, name, feeds: [], ...more })
const rules = { everyMinutes: 5, silentMinutes: 2, offMinutes: 10, confirmHours: 12 }
const wardOf = (feed: FeedEntry): Ward => ({
  beds: [bedOf(two, 'Bed 2', { patient: ada, feeds: feed.bed === two ? [feed] : [] }), bedOf(five, 'Bed 5', { patient: ben, feeds: feed.bed === five ? [feed] : [] })],
  loose: feed.bed === undefined ? [feed] : [],
  rules,
})

let answers: Answers
let other: OtherEnd
beforeEach(() => {
  answers = {
    whoAmI: () => done({ practitioner: 'p', user: 'u', name: 'Nadia', role: 'nurse', actions: ['chart.read', 'patient.read', 'reading.confirm', 'tray.read', 'tray.file'], locked: false } as never),
    practiceState: () => done({ state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never),
    watchWaves: () => done(null),
  }
  other = installBridge(answers)
})
afterEach(() => {
  vi.useRealTimers()
  cleanup()
})
const show = (part: ReactNode) => {
  const shown = render(<ClientProvider>{part}</ClientProvider>)
  act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
  return shown
}
const values = [{ code: 'pulse', value: 74 }, { code: 'spo2', value: 97 }, { code: 'bp-systolic', value: 118 }, { code: 'bp-diastolic', value: 76 }] as const

describe('the beds', () => {
  it('show what each monitor says just now, and whose it is', async () => {
    answers.readWard = () => done(wardOf(monitor))
    const { container } = show(<BedsScreen />)
    const bed = await screen.findByRole('article', { name: 'Bed 2' })
    expect(within(bed).getByText('nothing heard yet')).toBeDefined()
    act(() => other.tell('numbersChanged', { feed: monitor.id, at: new Date().toISOString(), values }))
    await within(bed).findByText('118/76')
    expect(within(bed).getByText('97')).toBeDefined()
    expect(within(bed).getByText(/on the monitor since \d\d:\d\d or earlier/)).toBeDefined()
    expect(within(bed).getByText(/^charts for OKONKWO, Ada/)).toBeDefined()
    await waitFor(() => expect(other.asksOf('watchWaves')).toContainEqual({ devices: [monitor.device] }))
    // Canvas and colours are looked at in the pictures.
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
    expect(violations.map(({ id }) => id)).toEqual([])
  })

  it('show no number once it is old, and say since when: a stale number is never taken for a present one', async () => {
    const at = new Date(Date.now() - 11_000)
    answers.readWard = () => done(wardOf({ ...monitor, latest: { feed: monitor.id, at: at.toISOString(), values } }))
    show(<BedsScreen />)
    const bed = await screen.findByRole('article', { name: 'Bed 2' })
    await within(bed).findByText(/no signal since/)
    expect(within(bed).queryByText('97')).toBeNull()
    act(() => other.tell('numbersChanged', { feed: monitor.id, at: new Date().toISOString(), values: [] }))
    await within(bed).findByText('nothing attached, or searching')
    expect(within(bed).queryByText('97')).toBeNull()
  })

  it('say of when the numbers of a central station are: it reports once a minute', async () => {
    const feed: FeedEntry = { ...monitor, id: `${monitor.device}/Bed 2`, label: 'Bed 2', kind: 'station', waves: [], freshMs: 150_000 }
    answers.readWard = () => done(wardOf({ ...feed, latest: { feed: feed.id, at: new Date(Date.now() - 60_000).toISOString(), values } }))
    show(<BedsScreen />)
    const bed = await screen.findByRole('article', { name: 'Bed 2' })
    await within(bed).findByText(/^reported \d\d:\d\d:\d\d$/)
    expect(within(bed).getByText('97')).toBeDefined()
    expect(within(bed).queryByRole('button', { name: 'Move' })).toBeNull()
  })

  it('move a monitor and ask at once whom it serves there', async () => {
    let feed: FeedEntry = monitor
    answers.readWard = () => done(wardOf(feed))
    answers.placeMonitor = () => {
      feed = { ...monitor, bed: five, state: 'asking', reason: 'moved' }
      return done(feed)
    }
    answers.confirmMonitor = () => {
      feed = { ...feed, state: 'charting', patient: ben }
      return done(feed)
    }
    show(<BedsScreen />)
    await press('Move')
    fireEvent.change(screen.getByLabelText('Bed'), { target: { value: five } })
    fireEvent.click(screen.getByRole('button', { name: /It stands there/ }))
    await screen.findByRole('heading', { name: 'Whom does Monitor 3 serve now?' })
    expect(other.asksOf('placeMonitor')).toEqual([{ feed: monitor.id, bed: five }])
    expect(screen.getByText('Before, it served OKONKWO, Ada.')).toBeDefined()
    await press(/It serves DIALLO, Ben/)
    await waitFor(() => expect(other.asksOf('confirmMonitor')).toEqual([{ feed: monitor.id, patient: ben.id }]))
  })

  it('say loudly that nothing is charted while a monitor asks, and why', async () => {
    answers.readWard = () => done(wardOf({ ...monitor, state: 'asking', reason: 'silent' }))
    show(<BedsScreen />)
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing is charted: whom does Monitor 3 serve now?')
    expect(screen.getByRole('alert').textContent).toContain('silent for longer than 2 min')
  })

  it('put a patient into a bed by name and number, and say what charts from then on', async () => {
    answers.readWard = () => done({ ...wardOf(monitor), beds: [bedOf(two, 'Bed 2', { feeds: [monitor] })] })
    answers.findPatients = () => done([{ id: ben.id, family: 'Diallo', given: 'Ben', gender: 'male', deceased: false, number: 'A-000002', at: '' }])
    answers.seatPatient = () => done(bedOf(two, 'Bed 2', { patient: ben }))
    show(<BedsScreen />)
    await press('Put a patient into it')
    expect(screen.getByText(/Charts for this patient from now on: Monitor 3/)).toBeDefined()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /Choose a patient/ }).disabled).toBe(true)
    fireEvent.change(screen.getByLabelText('Patient'), { target: { value: 'dia' } })
    fireEvent.click(await screen.findByRole('radio', { name: /DIALLO, Ben/ }))
    fireEvent.click(screen.getByRole('button', { name: /Put DIALLO, Ben into Bed 2/ }))
    await waitFor(() => expect(other.asksOf('seatPatient')).toEqual([{ bed: two, patient: ben.id }]))
  })

  it('A8: a patient is found and put into a bed by keyboard alone', async () => {
    answers.readWard = () => done({ ...wardOf(monitor), beds: [bedOf(two, 'Bed 2', { feeds: [monitor] })] })
    answers.findPatients = () => done([{ id: ben.id, family: 'Diallo', given: 'Ben', gender: 'male', deceased: false, number: 'A-000002', at: '' }])
    answers.seatPatient = () => done(bedOf(two, 'Bed 2', { patient: ben }))
    show(<BedsScreen />)
    const { push, fill, choose, save } = hands()
    await push('Put a patient into it')
    const dialog = await screen.findByRole('dialog')
    await fill('Patient', 'dia', dialog)
    await choose(/DIALLO, Ben/, dialog)
    await save()
    await waitFor(() => expect(other.asksOf('seatPatient')).toEqual([{ bed: two, patient: ben.id }]))
  })

  it('show one alone, under the banner of who lies in it; one that was removed is said to be gone', async () => {
    answers.readWard = () => done(wardOf(monitor))
    answers.readBanner = () => done({ patient: { id: ada.id, family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-000001', at: '' }, allergies: { status: 'not-asked' }, reviewItems: 0 })
    show(<BedsScreen bed={two} />)
    await screen.findByRole('article', { name: 'Bed 2' })
    expect(screen.queryByRole('article', { name: 'Bed 5' })).toBeNull()
    await waitFor(() => expect(other.asksOf('readBanner')).toEqual([{ patient: ada.id }]))
    cleanup()
    show(<BedsScreen bed="01HV00000000000000000GONE9" />)
    await screen.findByText('This bed is not here, or no longer')
  })

  it('offer nothing to somebody who may only look', async () => {
    answers.whoAmI = () => done({ practitioner: 'p', user: 'u', name: 'Lena', role: 'lab-technician', actions: ['chart.read'], locked: false } as never)
    answers.readWard = () => done(wardOf(monitor))
    show(<BedsScreen />)
    await screen.findByRole('article', { name: 'Bed 2' })
    await waitFor(() => expect(screen.queryAllByRole('button')).toEqual([]))
  })
})

describe('beds that nobody knows', () => {
  const item: UnknownBed = { id: 'U1', device: 'd', deviceName: 'Central station', label: 'ICU/9', dropped: 0, rows: [{ at: '2026-11-21T10:05:00.000Z', values: [{ code: 'spo2', value: 97 }] }] }
  it('wait in the tray until a named person files or rejects them', async () => {
    answers.listUnknownBeds = () => done([item])
    answers.findPatients = () => done([{ id: ada.id, family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-000001', at: '' }])
    answers.fileUnknownBed = () => done(null)
    show(<UnknownBeds />)
    await screen.findByText('SpO₂ 97 %')
    fireEvent.click(screen.getByRole('button', { name: 'File on a patient' }))
    fireEvent.change(screen.getByLabelText('Patient'), { target: { value: 'oko' } })
    fireEvent.click(await screen.findByRole('radio', { name: /OKONKWO/ }))
    fireEvent.click(screen.getByRole('button', { name: /File on OKONKWO/ }))
    await waitFor(() => expect(other.asksOf('fileUnknownBed')).toEqual([{ item: 'U1', patient: ada.id }]))
    fireEvent.click(screen.getByRole('button', { name: 'Reject' }))
    fireEvent.click(screen.getAllByRole('button', { name: /Reject/ }).at(-1)!)
    await screen.findByText('Say why.')
    expect(other.asksOf('dismissUnknownBed')).toEqual([])
  })
})

describe('what may be shown as of now', () => {
  const at = '2026-11-21T10:00:00.000Z'
  const newest = { feed: 'f', at, values }
  it('is what came within the time that the monitor needs, by this computer’s clock', () => {
    const now = Date.parse(at)
    expect([liveState(undefined, 10_000, now), liveState(newest, 10_000, now + 10_000), liveState(newest, 10_000, now + 10_001), liveState(newest, 10_000, now - 60_000)].map(({ kind }) => kind)).toEqual(['none', 'now', 'lost', 'lost'])
    expect(liveState({ ...newest, at: 'nonsense' }, 10_000, now).kind).toBe('lost')
  })
  it('says of a pressure since when it stands on the monitor', () => {
    const first = pressureSeen(undefined, newest)
    expect(first).toMatchObject({ pair: '118/76', isEarlier: true })
    expect(pressureSeen(first, { ...newest, at: '2026-11-21T10:01:00.000Z' })).toBe(first)
    const next = { feed: 'f', at: '2026-11-21T10:02:00.000Z', values: [{ code: 'bp-systolic', value: 131 }, { code: 'bp-diastolic', value: 84 }] } as const
    expect(pressureSeen(first, next)).toEqual({ pair: '131/84', since: next.at, isEarlier: false })
  })
})

describe('what two workstations said of the beds apart', () => {
  const since = '2026-11-21T09:00:00.000Z'
  /** Bed 2: Ada stands, and Ben was put there, too. */
  let beds: BedEntry[]
  beforeEach(() => {
    beds = [bedOf(two, 'Bed 2', { patient: ada, since, by: 'Nadia', beside: [{ patient: ben, since, by: 'Sam' }] }), bedOf(five, 'Bed 5')]
    answers.readWard = () => done({ beds, loose: [], rules })
    answers.seatPatient = ({ bed, patient }) => {
      beds = beds.map((each) => (each.id === bed ? bedOf(each.id, each.name, { patient: patient === ada.id ? ada : ben, since, by: 'Nadia' }) : bedOf(each.id, each.name)))
      return done(beds[0]!)
    }
  })

  it('A8: the beds say who was put into one bed, too, by whom and when, and one press settles it', async () => {
    const { container } = show(<BedsScreen />)
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toMatch(/^!?Bed 2: two patients were put here/)
    expect(within(alert).getByText(/^OKONKWO, Ada \(A-000001\) was put here by Nadia, .*This stands for now/)).toBeDefined()
    expect(within(alert).getByText(/^Also DIALLO, Ben \(A-000002\) was put here by Sam, /)).toBeDefined()
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
    await press('DIALLO, Ben lies in Bed 2')
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
    expect(other.asksOf('seatPatient')).toEqual([{ bed: two, patient: ben.id }])
  })

  it('A8: both charts say so, the chart of nobody else does, and a bed that nobody lies in is said to be empty', async () => {
    answers.emptyBed = ({ bed }) => {
      beds = beds.map((each) => (each.id === bed ? bedOf(each.id, each.name) : each))
      return done(beds[0]!)
    }
    for (const { id } of [ada, ben]) {
      show(<PatientBedQuestions patient={id} />)
      await screen.findByText(/^Also DIALLO, Ben/)
      cleanup()
    }
    show(<PatientBedQuestions patient="01HV000000000000000000CHI0" />)
    await waitFor(() => expect(other.asksOf('readWard')).toHaveLength(3))
    expect(screen.queryByRole('alert')).toBeNull()
    cleanup()
    show(<PatientBedQuestions patient={ben.id} />)
    await press('Nobody lies in Bed 2')
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('A8: a patient in two beds is named with both of them, and one press says which it is', async () => {
    beds = [bedOf(two, 'Bed 2', { patient: ada, since, by: 'Nadia' }), bedOf(five, 'Bed 5', { patient: ada, since, by: 'Sam' })]
    show(<PatientBedQuestions patient={ada.id} />)
    await screen.findByText('OKONKWO, Ada was put into more than one bed: Bed 2, Bed 5')
    await press('OKONKWO, Ada lies in Bed 5')
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('A8: who may put nobody into beds is told who settles it', async () => {
    answers.whoAmI = () => done({ practitioner: 'p', user: 'u', name: 'Lab', role: 'lab-technician', actions: ['chart.read'], locked: false } as never)
    show(<PatientBedQuestions patient={ada.id} />)
    await screen.findByText('A nurse or a doctor has to say which is right.')
    expect(screen.queryByRole('button')).toBeNull()
  })
})
