import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse } from '../../shared/contract/answer'
import type { PracticeName, PracticeState, RepairReport } from '../../shared/contract'
import { problems } from '../../resources/locales/en/problems'
import { type Answers, installBridge } from '../client/bridge.test-parts'
import { press } from '../components/press.test-parts'

const practice: PracticeName = { id: '01HZZZZZZZZZZZZZZZZZZZZZZP', name: 'Hillside', training: false }
const damaged: PracticeState = { state: 'damaged', practice, keystore: 'os' }
const report: RepairReport = { kept: 4120, fetched: 37, backupAt: new Date(2026, 10, 20, 22, 5).toISOString(), fromServer: 5, server: 'done', unread: 0, mayBeMore: false, aside: 'damaged-20261121' }

const show = async (state: PracticeState, answers: Answers = {}) => {
  const [{ App }, { ClientProvider }, { startWording }] = await Promise.all([import('./App'), import('../client'), import('./wording')])
  startWording()
  const end = installBridge({ practiceState: () => done(state), signInChoices: () => done([]), whoAmI: () => done(null), ...answers })
  render(
    <ClientProvider>
      <App />
    </ClientProvider>,
  )
  return end
}
const said = (): string => document.body.textContent ?? ''
const countsOf = (): string[] => [...document.querySelectorAll('dt')].map((term) => `${term.textContent}: ${term.nextElementSibling?.textContent}`)

beforeEach(() => {
  vi.resetModules()
})
afterEach(cleanup)

describe('records that are damaged', () => {
  it('are said to be so in plain words: what happened, what is kept, what to do', async () => {
    const end = await show(damaged, { repairPractice: () => done(report) })
    expect(await screen.findByText('The records on this computer are damaged')).toBeTruthy()
    expect(said()).toContain('Nothing has been deleted')
    expect(screen.getAllByRole('listitem')).toHaveLength(3)
    fireEvent.click(screen.getByRole('button', { name: 'Repair the records' }))
    await waitFor(() => expect(end.asksOf('repairPractice')).toEqual([{}]))
  })

  it('are looked for in the folder of backups that a person chooses', async () => {
    const end = await show(damaged, { repairPractice: () => refuse('nothing-readable') })
    Object.assign(window.outpost.shell, { chooseFolder: async () => '/media/stick' })
    await press(/another folder/)
    expect(await screen.findByText(/\/media\/stick/)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Repair the records' }))
    expect(await screen.findByText(problems['nothing-readable'].happened)).toBeTruthy()
    expect(end.asksOf('repairPractice')).toEqual([{ backupFolder: '/media/stick' }])
  })

  it('end the work of whoever is in the window, with the same screen', async () => {
    const end = await show({ state: 'open', practice, station: 'A', keystore: 'os' })
    await waitFor(() => expect(said()).not.toContain('Opening the records'))
    act(() => end.tell('practiceChanged', damaged))
    expect(await screen.findByText('The records on this computer are damaged')).toBeTruthy()
  })
})

describe('a repair', () => {
  it('says how far it is, step by step', async () => {
    const end = await show({ state: 'repairing', practice, step: 'reading', done: 0, of: 0 })
    expect(await screen.findByText(/Making a copy/)).toBeTruthy()
    act(() => end.tell('practiceChanged', { state: 'repairing', practice, step: 'reading', done: 450, of: 1000 }))
    expect(await screen.findByText(/45 %/)).toBeTruthy()
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('450')
    act(() => end.tell('practiceChanged', { state: 'repairing', practice, step: 'fetching', done: 200, of: 0 }))
    expect(await screen.findByText(/200 documents looked at/)).toBeTruthy()
    act(() => end.tell('practiceChanged', { state: 'repairing', practice, step: 'server', done: 0, of: 0 }))
    expect(await screen.findByText(/Asking the server/)).toBeTruthy()
  })

  it('reports what was kept, what came from the backup of which day, and what from the server', async () => {
    const end = await show({ state: 'repaired', practice, report }, { leaveRepair: () => done(practice) })
    expect(await screen.findByText('The records are whole again')).toBeTruthy()
    expect(countsOf()).toEqual(['Kept from this computer: 4120 documents', 'Fetched from the backup of 20-Nov-2026 22:05: 37 documents', 'Fetched from the server: 5 documents', 'Could not be read: none'])
    expect(said()).toContain('damaged-20261121')
    fireEvent.click(screen.getByRole('button', { name: 'Go on to sign in' }))
    await waitFor(() => expect(end.asksOf('leaveRepair')).toHaveLength(1))
  })

  it('never calls the records whole when something could not be read, or may have been there', async () => {
    const { backupAt: _none, ...without } = report
    const end = await show({ state: 'repaired', practice, report: { ...without, fetched: 0, unread: 3, server: 'unreachable', fromServer: 0 } })
    expect(await screen.findByText('The records are repaired, with gaps')).toBeTruthy()
    expect(countsOf()).toEqual(['Kept from this computer: 4120 documents', 'Fetched from the backup: none', 'Could not be read: 3 documents'])
    expect(said()).toContain('as soon as the line is back')
    act(() => end.tell('practiceChanged', { state: 'repaired', practice, report: { ...report, mayBeMore: true } }))
    await waitFor(() => expect(said()).toContain('there may have been more'))
    expect(said()).not.toContain('whole again')
  })
})
