import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, type DueObservation, type PatientSummary, type ScoredAs } from '../../../shared/contract'
import { publishedResponses } from '../../../shared/records/early-warning/response'
import type { ScoredSet } from '../../../shared/records/early-warning/sets'
import { ClientProvider, Seat } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { press } from '../../components/press.test-parts'
import { DueMark, ResponsePanel, ScorePanel } from '.'
import { ScoredAsDialog } from './ScoredAsDialog'

const now = new Date('2026-11-21T12:00:00.000Z')
const scoredAs: ScoredAs = { scale: 1, pregnancy: 'not-asked' }
let made = 0
let patient: PatientSummary
const set: ScoredSet = {
  minute: 1, at: '2026-11-21T11:00:00.000Z',
  score: { kind: 'score', used: { chart: 'news2' }, total: 7, level: 'high', points: { 'respiratory-rate': 3, spo2: 2, 'inspired-oxygen': 2, 'bp-systolic': 0, pulse: 0, avpu: 0, temperature: 0 } },
}
const found = (more: Partial<DueObservation> = {}): DueObservation => ({
  patient: patient.id, used: { chart: 'news2' }, set,
  due: { kind: 'at', at: '2026-11-21T11:30:00.000Z', everyMinutes: 30, isContinuous: true, by: 'score', overdueMinutes: 30 },
  monitoring: { id: '01HV000000000000000000TASK', since: '2026-11-21T11:00:00.000Z', state: 'asked' },
  ...more,
})
const nurse = ['chart.read', 'vitals.write', 'observations.plan']

const show = (what: React.ReactNode, answers: Answers, actions: readonly string[] = nurse): OtherEnd => {
  const end = installBridge(answers)
  render(<ClientProvider><Seat value={{ actions } as never}>{what}</Seat></ClientProvider>)
  return end
}
const panel = () => <ScorePanel patient={patient} scoredAs={scoredAs} sets={[set]} now={now} />

beforeEach(() => {
  forgetDrafts()
  patient = { id: String(++made).padStart(26, '0'), family: 'Bello', given: 'Ada', gender: 'female', birthDate: '1960-02-03', deceased: false, number: 'A-000001', at: 'x' }
})
afterEach(cleanup)

describe('E22: what a score asks for, on the chart', () => {
  it('E22: an overdue set is red with its word, and a nurse takes the monitoring', async () => {
    let state: DueObservation = found()
    const end = show(panel(), {
      dueObservations: () => done([state]),
      takeMonitoring: () => done((state = found({ monitoring: { id: '01HV000000000000000000TASK', since: '2026-11-21T11:00:00.000Z', state: 'taken', takenBy: 'Sister Amina', takenAt: '2026-11-21T11:02:00.000Z' } }))),
    })
    const region = await screen.findByRole('region', { name: 'Early warning score' })
    await waitFor(() => expect(region.textContent).toContain('overdue since'))
    expect(region.querySelector('[data-tone="critical"], .mark-critical, .mark')?.textContent).toBeTruthy()
    expect(region.textContent).toContain('Monitoring: nobody yet, since')
    await press('I see to it')
    await waitFor(() => expect(region.textContent).toContain('Monitored: Sister Amina'))
    expect(end.asksOf('takeMonitoring')).toEqual([{ patient: patient.id, task: '01HV000000000000000000TASK' }])
  })

  it('a plan against the table is made by keyboard with its reason; without one it is not saved', async () => {
    const end = show(panel(), { dueObservations: () => done([found()]), planObservations: () => done(found()) })
    await press('Change how often')
    const dialog = screen.getByRole('dialog', { hidden: true })
    const form = dialog.querySelector('form')!
    fireEvent.change(within(dialog).getByLabelText('Every'), { target: { value: '3' } })
    fireEvent.submit(form)
    expect(await within(dialog).findByText('Whole minutes, 5 to 1440.')).toBeTruthy()
    expect(within(dialog).getByText('Say why.')).toBeTruthy()
    fireEvent.change(within(dialog).getByLabelText('Every'), { target: { value: '120' } })
    fireEvent.change(within(dialog).getByLabelText('Reason'), { target: { value: 'palliative' } })
    fireEvent.keyDown(within(dialog).getByLabelText('Reason'), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(end.asksOf('planObservations')).toEqual([expect.objectContaining({ patient: patient.id, plan: { everyMinutes: 120, isContinuous: true }, reason: 'palliative' })]))
    await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull())
  })

  it('a scale that another workstation chose while the dialog was open is not put back by whoever only records the pregnancy', async () => {
    const end = installBridge({ recordPregnancy: () => done(scoredAs), chooseSpo2Scale: () => done(scoredAs) })
    const dialogOf = (said: ScoredAs) => <ClientProvider><Seat value={{ actions: ['vitals.write', 'spo2-scale.choose'] } as never}><ScoredAsDialog patient={patient} scoredAs={said} onClose={() => undefined} /></Seat></ClientProvider>
    const { rerender } = render(dialogOf(scoredAs))
    rerender(dialogOf({ ...scoredAs, scale: 2 }))
    const dialog = screen.getByRole('dialog', { hidden: true })
    fireEvent.click(within(dialog).getByLabelText('Pregnant'))
    fireEvent.submit(dialog.querySelector('form')!)
    await waitFor(() => expect(end.asksOf('recordPregnancy')).toHaveLength(1))
    expect(end.asksOf('chooseSpo2Scale')).toEqual([])
  })

  it('what was typed of a plan is still there after Esc', async () => {
    show(panel(), { dueObservations: () => done([found()]) })
    await press('Change how often')
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'pallia' } })
    fireEvent(screen.getByRole('dialog', { hidden: true }), new Event('cancel', { cancelable: true }))
    await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull())
    await press('Change how often')
    expect((screen.getByLabelText('Reason') as HTMLInputElement).value).toBe('pallia')
  })

  it('a plan that a worse score ended says so, and the practice’s own words stand in place of the published', async () => {
    show(panel(), {
      dueObservations: () => done([found({ calls: 'Call Dr Ben, 0700 1', plan: { everyMinutes: 480, isContinuous: false, reason: 'stable', by: 'Dr Ben', at: '2026-11-21T08:00:00.000Z', level: 'low', isOver: true } })]),
    })
    const region = await screen.findByRole('region', { name: 'Early warning score' })
    await waitFor(() => expect(region.textContent).toMatch(/The plan of every 8 h that .* is over/))
    expect(region.textContent).toContain('Call Dr Ben, 0700 1')
    expect(region.textContent).not.toContain('Emergency assessment')
  })

  it('says in words why nothing is due', () => {
    render(<>{(['no-set', 'incomplete', 'no-chart'] as const).map((why) => <DueMark key={why} due={{ kind: 'unknown', why }} now={now} />)}</>)
    expect(document.body.textContent).toBe('No whole set in the last 24 hours.Complete the set for a score.No due time without a score.')
  })
})

describe('the table of a practice', () => {
  it('shows each chart with its source, is changed by a doctor, and is put back as published', async () => {
    const end = show(<ResponsePanel />, { readResponses: () => done(publishedResponses), saveResponse: () => done(publishedResponses) }, ['chart.read', 'response.manage'])
    expect(await screen.findByText('Emergency assessment by a team with critical care skills.', { exact: false })).toBeTruthy()
    fireEvent.click(screen.getByLabelText('PEWS'))
    expect(screen.getByText('National PEWS, NHS England, September 2023')).toBeTruthy()
    expect(screen.getByText('Make the paediatric emergency call now.', { exact: false })).toBeTruthy()
    expect((await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })).violations.map(({ id }) => id)).toEqual([])
    fireEvent.click(screen.getByLabelText('NEWS2'))
    await press('Change what NEWS2 asks for')
    const dialog = screen.getByRole('dialog', { hidden: true })
    const high = within(dialog).getByRole('group', { name: /7 or more/, hidden: true })
    fireEvent.change(within(high).getByLabelText('Next set after'), { target: { value: '1' } })
    fireEvent.submit(dialog.querySelector('form')!)
    expect(await within(high).findByText('Whole minutes, 5 to 1440.')).toBeTruthy()
    fireEvent.click(within(dialog).getByText('Put it back as published'))
    fireEvent.change(within(high).getByLabelText('Next set after'), { target: { value: '15' } })
    fireEvent.change(within(high).getByLabelText(/Who is called/), { target: { value: 'Call Dr Ben' } })
    fireEvent.submit(dialog.querySelector('form')!)
    const { high: published } = publishedResponses.news2
    await waitFor(() => expect(end.asksOf('saveResponse')).toEqual([{ chart: 'news2', table: { ...publishedResponses.news2, high: { ...published, everyMinutes: 15, calls: 'Call Dr Ben' } } }]))
  })

  it('is only shown to a nurse', async () => {
    show(<ResponsePanel />, { readResponses: () => done(publishedResponses) })
    await screen.findByText('7 or more')
    expect(screen.queryByText('Change what NEWS2 asks for')).toBeNull()
  })
})
