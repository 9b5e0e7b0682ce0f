import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, type QueueEntry } from '../../../shared/contract'
import { inQueueOrder } from '../../../shared/records/triage/queue'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { ClientProvider } from '../../client'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { QueueScreen } from '.'

const person = (id: string, family: string, birthDate?: string) => ({ id, number: `A-${family}`, family, given: 'Ada', gender: 'female' as const, at: '', ...(birthDate === undefined ? {} : { birthDate }) }) as unknown as QueueEntry['patient']
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000 - 5_000).toISOString()
let waiting: QueueEntry[] = []
let answers: Answers
let other: OtherEnd
let seen: string[] = []

beforeEach(() => {
  seen = []
  waiting = [
    { encounter: '01HV000000000000000000VST1', patient: person('01HV000000000000000000ADAA', 'OKONKWO', '1980-05-04'), reason: 'Cough', arrivedAt: minutesAgo(42) },
    { encounter: '01HV000000000000000000VST2', patient: person('01HV000000000000000000BENN', 'DIALLO', '1990-05-04'), reason: 'Chest pain', arrivedAt: minutesAgo(7) },
  ]
  const inOrder = () => [...waiting].sort((one, two) => inQueueOrder({ ...one, isForReview: false, ...(one.triage ? { colour: one.triage.colour } : {}) }, { ...two, isForReview: false, ...(two.triage ? { colour: two.triage.colour } : {}) }))
  answers = {
    whoAmI: () => done({ practitioner: 'p', user: 'u', name: 'Nadia', role: 'nurse', actions: ['patient.read', 'patient.register', 'vitals.write', 'encounter.write'], locked: false } as never),
    readQueue: () => done({ waiting: inOrder(), more: 0 }),
    recordTriage: (ask) => {
      const { computed } = { computed: ask.signs.includes('stridor') ? ('red' as const) : ('green' as const) }
      waiting = waiting.map((entry) => (entry.encounter === ask.encounter ? { ...entry, triage: { colour: ask.raisedTo ?? computed, computed, reasons: ask.signs, highRisk: [], missing: [], signs: ask.signs, at: new Date().toISOString(), by: 'Nadia' } } : entry))
      setTimeout(() => other.tell('recordsChanged', { types: ['Observation'], patients: [ask.patient] }))
      return done(waiting.find(({ encounter }) => encounter === ask.encounter)!)
    },
    seeNext: () => done(null),
  }
  other = installBridge(answers)
})
afterEach(() => {
  cleanup()
  forgetDrafts()
  vi.useRealTimers()
})
const show = async () => {
  const shown = render(<ClientProvider><KeysProvider><QueueScreen onSee={(patient) => seen.push(patient)} /></KeysProvider></ClientProvider>)
  act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
  await screen.findByText('Cough')
  return shown
}
const names = () => screen.getAllByRole('listitem').map((row) => within(row).getByRole('link').textContent)

describe('A20: the queue on the screen', () => {
  it('A20: shows minutes since arrival; marking a red sign says red at once, and saving puts that patient on top', async () => {
    const { container } = await show()
    expect(names()).toEqual(['OKONKWO, Ada', 'DIALLO, Ada'])
    expect(screen.getByText('42 min')).toBeDefined()
    await press('Triage DIALLO, Ada')
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByText(/^By what is marked: Green/)).toBeDefined()
    expect(within(dialog).getByText(/^Not taken: Pulse, Breaths, Temperature, SpO₂, Consciousness/)).toBeDefined()
    fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Stridor' }))
    expect(within(dialog).getByText(/^By what is marked: Red/)).toBeDefined()
    fireEvent.change(within(dialog).getByLabelText('SpO₂'), { target: { value: '88' } })
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
    await press('Save as Red: at once')
    await vi.waitFor(() => expect(names()).toEqual(['DIALLO, Ada', 'OKONKWO, Ada']))
    expect(other.asksOf('recordTriage')).toMatchObject([{ patient: '01HV000000000000000000BENN', encounter: '01HV000000000000000000VST2', signs: ['stridor'], values: [{ code: 'spo2', value: 88 }] }])
    await press('See now: DIALLO, Ada')
    await vi.waitFor(() => expect(seen).toEqual(['01HV000000000000000000BENN']))
  })

  it('A20: keeps what was marked when the dialog is left with Esc, and saves nothing with a number that cannot be', async () => {
    await show()
    await press('Triage OKONKWO, Ada')
    fireEvent.click(within(await screen.findByRole('dialog')).getByRole('checkbox', { name: 'Wheezing' }))
    fireEvent.change(screen.getByLabelText('Pulse'), { target: { value: '9000' } })
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await press('Triage OKONKWO, Ada')
    expect(within(await screen.findByRole('dialog')).getByRole<HTMLInputElement>('checkbox', { name: 'Wheezing' }).checked).toBe(true)
    await press('Save as Yellow: soon')
    expect(document.activeElement).toBe(screen.getByLabelText('Pulse'))
    expect(other.asksOf('recordTriage')).toEqual([])
  })

  it('A20: by keyboard alone: Ctrl+Enter saves, and a person can raise the colour', async () => {
    await show()
    await press('Triage OKONKWO, Ada')
    const dialog = await screen.findByRole('dialog')
    fireEvent.click(within(dialog).getByRole('radio', { name: 'Yellow: soon' }))
    fireEvent.keyDown(within(dialog).getByLabelText('Temperature'), { key: 'Enter', ctrlKey: true })
    await vi.waitFor(() => expect(other.asksOf('recordTriage')).toMatchObject([{ raisedTo: 'yellow', signs: [] }]))
  })

  it('A20: somebody who walked in is found and put on the queue by keyboard alone', async () => {
    answers.findPatients = () => done(waiting.map(({ patient }) => patient) as never)
    answers.arrive = () => done(waiting[0]!)
    await show()
    const { push, type, choose, fill, save } = hands()
    await push(/^Somebody arrived/)
    const dialog = await screen.findByRole('dialog')
    await type('dia')
    await choose(/DIALLO/, dialog)
    await fill('Why they came', 'Fever', dialog)
    await save()
    await vi.waitFor(() => expect(other.asksOf('arrive')).toMatchObject([{ patient: '01HV000000000000000000BENN', reason: 'Fever' }]))
  })

  it('A8: the reason typed for one walk-in is never that of another', async () => {
    const [ada, ben] = waiting.map(({ patient }) => patient)
    answers.findPatients = () => done([ada!, ben!] as never)
    await show()
    await press(/^Somebody arrived/)
    fireEvent.change(screen.getByLabelText('Patient'), { target: { value: 'ada' } })
    fireEvent.click(await screen.findByRole('radio', { name: /OKONKWO/ }))
    fireEvent.change(screen.getByLabelText('Why they came'), { target: { value: 'Chest pain' } })
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await press(/^Somebody arrived/)
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /OKONKWO/ }).checked).toBe(true)
    expect(screen.getByLabelText<HTMLInputElement>('Why they came').value).toBe('Chest pain')
    fireEvent.change(screen.getByLabelText('Patient'), { target: { value: 'ben' } })
    fireEvent.click(await screen.findByRole('radio', { name: /DIALLO/ }))
    expect(screen.getByLabelText<HTMLInputElement>('Why they came').value).toBe('')
  })

  it('teaches the first step when nobody waits', async () => {
    waiting = []
    render(<ClientProvider><QueueScreen onSee={() => undefined} /></ClientProvider>)
    act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
    expect(await screen.findByText('Nobody waits')).toBeDefined()
  })
})
