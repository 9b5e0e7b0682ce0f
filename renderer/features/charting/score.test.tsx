import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse } from '../../../shared/contract/answer'
import type { DueObservation, PatientSummary, ScoredAs, VitalEntry } from '../../../shared/contract'
import { dueOf } from '../../../shared/records/early-warning/due'
import { publishedResponses } from '../../../shared/records/early-warning/response'
import { currentSet, scoredSets } from '../../../shared/records/early-warning/sets'
import { ClientProvider, Seat, useAnswer } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { press } from '../../components/press.test-parts'
import { LatestScore, ScorePanel, useScores } from '../early-warning'
import { FlowsheetGrid } from './Flowsheet'
import { flowsheetOf } from './flowsheet'
import { VitalsForm } from './VitalsForm'

let patient: PatientSummary = { id: '', family: 'Bello', given: 'Ada', gender: 'female', birthDate: '1960-02-03', deceased: false, number: 'A-000001', at: 'x' }
const now = new Date()
const scale1: ScoredAs = { scale: 1, pregnancy: 'not-asked' }
let made = 0
const entries = (minutesAgo: number, values: Partial<Record<VitalEntry['code'], number | string>>): VitalEntry[] =>
  Object.entries(values).map(([code, value]) => ({
    id: String(++made).padStart(26, '0'), code: code as VitalEntry['code'], value, effective: new Date(now.getTime() - minutesAgo * 60_000).toISOString(), written: String(made).padStart(6, '0'), origin: { kind: 'typed' }, by: 'Amina',
  }))
const ill = { 'respiratory-rate': 24, spo2: 94, 'inspired-oxygen': 0, 'bp-systolic': 105, pulse: 115, avpu: 'A', temperature: 38.5 } as const

/** What the host says of these signs. */
const dueOfSigns = (signs: readonly VitalEntry[], scoredAs: ScoredAs = scale1): DueObservation[] => {
  const sets = scoredSets(signs, { scale: scoredAs.scale, isPregnant: scoredAs.pregnancy === 'pregnant', birthDate: patient.birthDate ?? '' })
  const set = currentSet(sets, now.getTime())
  return [{ patient: patient.id, ...(set ? { set } : {}), due: dueOf(set, undefined, publishedResponses, now.getTime()) }]
}
const charted = (signs: readonly VitalEntry[]): Answers => ({ listVitals: () => done([...signs]), dueObservations: () => done(dueOfSigns(signs)) })

/** The vital signs of a chart without their trend, which draws on a canvas. */
const Signs = () => {
  const { value } = useAnswer('listVitals', { patient: patient.id })
  const scored = useScores(patient, value)
  if (!value || !scored) return null
  return (
    <>
      <ScorePanel patient={patient} scoredAs={scored.scoredAs} sets={scored.sets} now={now} />
      <FlowsheetGrid sheet={flowsheetOf(value)} scores={new Map(scored.sets.map(({ minute, score }) => [minute, score]))} picked={null} onPick={() => undefined} pointed={null} trends={new Set()} onTrend={() => undefined} />
    </>
  )
}

const show = (what: React.ReactNode, answers: Answers, actions: readonly string[] = ['vitals.write', 'spo2-scale.choose']) => {
  const end = installBridge({ readScoredAs: () => done(scale1), ...answers })
  render(
    <ClientProvider>
      <Seat value={{ actions } as never}>{what}</Seat>
    </ClientProvider>,
  )
  return end
}

/** Answers are remembered by patient: each window of a test has one of its own. */
const anotherPatient = () => (patient = { ...patient, id: String(++made).padStart(26, '0') })

beforeEach(() => {
  forgetDrafts()
  anotherPatient()
})
afterEach(cleanup)

describe('the early warning score on the chart', () => {
  it('of a patient who is ill says so in figure and words, what gives the points, and what to do', async () => {
    show(<Signs />, charted(entries(10, ill)))
    const panel = await screen.findByRole('region', { name: 'Early warning score' })
    expect(panel.textContent).toMatch(/7 high risk/)
    expect(panel.textContent).toContain('Respiratory rate 2')
    await waitFor(() => expect(panel.textContent).toContain('Continuous monitoring'))
    expect(panel.textContent).toContain('Emergency assessment')
    expect(screen.getByRole('row', { name: /Early warning score/ }).textContent).toMatch(/7/)
  })

  it('E20: that lacks a sign is no score: it says which sign, and never a low number', async () => {
    const { temperature, 'inspired-oxygen': oxygen, ...rest } = ill
    expect([temperature, oxygen]).toEqual([38.5, 0])
    show(<Signs />, charted(entries(10, rest)))
    const panel = await screen.findByRole('region', { name: 'Early warning score' })
    expect(panel.textContent).toContain('incomplete, at least 6')
    expect(panel.textContent).toContain('No score: Oxygen flow, Temperature not charted.')
    expect(panel.textContent).not.toContain('risk')
  })

  it('E22: turns red when the next set is overdue', async () => {
    show(<LatestScore patient={patient} now={now} />, charted(entries(65, { ...ill, 'respiratory-rate': 18, pulse: 92 })))
    await waitFor(() => expect(screen.getByText(/Next set due/)).toBeTruthy())
    cleanup()
    anotherPatient()
    show(<LatestScore patient={patient} now={now} />, charted(entries(65, { ...ill, pulse: 90 })))
    await waitFor(() => expect(screen.getByText(/overdue since/)).toBeTruthy())
  })

  it('is not shown while nobody can say by which scale it is made', async () => {
    const end = show(<Signs />, { ...charted(entries(10, ill)), readScoredAs: () => refuse('host-restarting') })
    await waitFor(() => expect(end.asksOf('readScoredAs').length).toBeGreaterThan(0))
    await waitFor(() => expect(end.asksOf('listVitals').length).toBeGreaterThan(0))
    expect(screen.queryByText(/risk/)).toBeNull()
  })

  it('of three days ago is still told in the overview, and nothing is due by it', async () => {
    show(<LatestScore patient={patient} now={now} />, charted(entries(3 * 1440, ill)))
    await screen.findByText('high risk')
    expect(screen.queryByText('Continuous monitoring')).toBeNull()
    expect(screen.getByText('No whole set in the last 24 hours.')).toBeTruthy()
  })

  it('of one patient is never shown for a moment as that of the next', async () => {
    const answers: Answers = { ...charted(entries(10, ill)) }
    const end = installBridge(answers)
    const of = (who: PatientSummary) => <ClientProvider><LatestScore patient={who} now={now} /></ClientProvider>
    const { rerender } = render(of(patient))
    await screen.findByText('high risk')
    answers.dueObservations = () => new Promise(() => undefined)
    const next = anotherPatient()
    rerender(of(next))
    await waitFor(() => expect(end.asksOf('dueObservations')).toHaveLength(2))
    await new Promise((later) => setTimeout(later, 50))
    expect(screen.queryByText('high risk')).toBeNull()
  })

  it('E21: age and pregnancy choose the chart by themselves: MEOWS for the pregnant, PEWS for a child, and never NEWS2', async () => {
    const pregnant: ScoredAs = { scale: 1, pregnancy: 'pregnant' }
    const hers = entries(10, { ...ill, 'bp-diastolic': 70 })
    show(<Signs />, { ...charted(hers), readScoredAs: () => done(pregnant) })
    const panel = await screen.findByRole('region', { name: 'Early warning score' })
    expect(panel.textContent).toContain('MEOWS')
    expect(panel.textContent).toContain('2R 2Y')
    expect(panel.textContent).toContain('triggered')
    expect(panel.textContent).not.toContain('NEWS2')
    cleanup()
    anotherPatient()
    patient = { ...patient, birthDate: '2020-01-01' }
    show(<Signs />, charted(entries(10, ill)))
    const child = await screen.findByRole('region', { name: 'Early warning score' })
    expect(child.textContent).toContain('PEWS')
    expect(child.textContent).toContain('No score: Respiratory distress, Capillary refill not charted.')
    expect(child.textContent).not.toContain('NEWS2')
    patient = { ...patient, birthDate: '1960-02-03' }
  })

  it('E21: a pregnancy that was said more than 45 weeks ago is said in words, is not scored by, and is asked about again', async () => {
    const lapsed: ScoredAs = { scale: 1, pregnancy: 'lapsed', pregnancySaid: { by: 'Sister Amina', at: '2025-01-10T10:00:00.000Z' } }
    const both = (
      <>
        <VitalsForm patient={patient} latest={new Map()} scoredAs={lapsed} onSaved={() => undefined} />
        <Signs />
      </>
    )
    const end = show(both, { ...charted(entries(10, ill)), readScoredAs: () => done(lapsed), recordPregnancy: () => done(scale1) })
    await screen.findByText(/^Sister Amina said on .*2025 that this patient is pregnant, more than 45 weeks ago/)
    expect(await screen.findByText(/pregnancy to be asked again/)).toBeTruthy()
    await press('Ask about pregnancy')
    const dialog = await screen.findByRole('dialog', { hidden: true })
    expect(within(dialog).getByLabelText<HTMLInputElement>('Pregnant').checked).toBe(false)
    fireEvent.click(within(dialog).getByLabelText('Not pregnant'))
    fireEvent.submit(dialog.querySelector('form')!)
    await waitFor(() => expect(end.asksOf('recordPregnancy')).toEqual([expect.objectContaining({ isPregnant: false })]))
  })

  it('a doctor chooses scale 2 and a nurse records the pregnancy, by keyboard; the nurse is not offered the scale', async () => {
    const end = show(<Signs />, { ...charted(entries(10, ill)), chooseSpo2Scale: () => done({ scale: 2, pregnancy: 'not-asked' }), recordPregnancy: () => done(scale1) })
    await press(/SpO₂ scale 1/)
    const dialog = screen.getByRole('dialog', { hidden: true })
    fireEvent.click(within(dialog).getByLabelText(/^2:/))
    fireEvent.submit(dialog.querySelector('form')!)
    await waitFor(() => expect(end.asksOf('chooseSpo2Scale')).toEqual([expect.objectContaining({ scale: 2, patient: patient.id })]))
    expect(end.asksOf('recordPregnancy')).toEqual([])
    cleanup()
    anotherPatient()
    const nurse = show(<Signs />, { ...charted(entries(10, ill)), recordPregnancy: () => done(scale1) }, ['vitals.write'])
    await press(/SpO₂ scale 1/)
    const hers = screen.getByRole('dialog', { hidden: true })
    expect(within(hers).queryByLabelText(/^2:/)).toBeNull()
    fireEvent.click(within(hers).getByLabelText('Pregnant'))
    fireEvent.submit(hers.querySelector('form')!)
    await waitFor(() => expect(nurse.asksOf('recordPregnancy')).toEqual([expect.objectContaining({ isPregnant: true })]))
  })

  it('while she types, the nurse sees what the score still needs, then the score, before she saves', async () => {
    show(<VitalsForm patient={patient} latest={new Map()} scoredAs={scale1} />, {})
    const type = (name: string, value: string) => fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } })
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Pulse' })).toBeTruthy())
    type('Pulse', '115')
    await waitFor(() => expect(screen.getByText(/NEWS2 still needs: Respiratory rate, SpO₂, Oxygen flow/)).toBeTruthy())
    for (const [name, value] of [['Respiratory rate', '24'], ['SpO₂', '94'], ['Oxygen flow', '0'], ['Systolic BP', '105'], ['Temperature', '38.5']] as const) type(name, value)
    fireEvent.click(screen.getByRole('radio', { name: 'A' }))
    await waitFor(() => expect(screen.getByText('high risk')).toBeTruthy())
  })

  it('E21: a child is asked for respiratory distress and capillary refill, and scored by PEWS while they are typed; an adult is not', async () => {
    patient = { ...patient, birthDate: new Date(now.getTime() - 3 * 365.25 * 86_400_000).toISOString().slice(0, 10) }
    const end = show(<VitalsForm patient={patient} latest={new Map()} scoredAs={scale1} />, { recordVitals: () => done([]) })
    const type = (name: string, value: string) => fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } })
    await screen.findByRole('group', { name: 'Respiratory distress' })
    for (const [name, value] of [['Respiratory rate', '45'], ['SpO₂', '93'], ['Oxygen flow', '1'], ['Systolic BP', '90'], ['Pulse', '110'], ['Capillary refill', '3']] as const) type(name, value)
    fireEvent.click(screen.getByRole('radio', { name: 'A' }))
    await screen.findByText(/PEWS still needs: Respiratory distress/)
    fireEvent.click(screen.getByRole('radio', { name: 'Moderate' }))
    await screen.findByText('medium escalation level')
    fireEvent.keyDown(screen.getByRole('textbox', { name: 'Pulse' }), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(end.asksOf('recordVitals')[0]?.values).toContainEqual({ code: 'respiratory-distress', value: 'moderate' }))
    cleanup()
    anotherPatient()
    patient = { ...patient, birthDate: '1960-02-03' }
    show(<VitalsForm patient={patient} latest={new Map()} scoredAs={scale1} />, {})
    await screen.findByRole('textbox', { name: 'Pulse' })
    expect(screen.queryByText('Respiratory distress')).toBeNull()
    expect(screen.queryByRole('textbox', { name: 'Capillary refill' })).toBeNull()
  })
})
