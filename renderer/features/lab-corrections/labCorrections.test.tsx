import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type ReportEntry, type VerifiedReport } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider, Said } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { Report } from '../results'
import { VerifiedTab } from '.'

const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const report: VerifiedReport = {
  report: '01HV000000000000000000000R', title: 'Full blood count', accession: 'A26000123', at: '2026-11-21T09:00:00.000Z', isCorrected: false,
  patient: { id: '01HV000000000000000000000P', family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04', deceased: false, number: 'A-000123', at: 'x' },
  results: [{ id: '01HV000000000000000000000A', line: { code: 'HGB', name: 'Haemoglobin', text: '13.8', value: 13.8, unit: 'g/dL', status: 'final' } }],
}

let answers: Answers
let end: OtherEnd
beforeEach(() => {
  forgetDrafts()
  answers = { listVerified: () => done([report]) }
  end = installBridge(answers)
})
afterEach(cleanup)

const show = () => {
  const shown = render(<ClientProvider><KeysProvider><VerifiedTab /><Said /></KeysProvider></ClientProvider>)
  act(() => end.tell('practiceChanged', practice))
  return shown
}

describe('correcting a verified result', () => {
  it('E24: asks for a number and a reason, shows what becomes of what, and is one act however often it is pressed', async () => {
    answers.correctResult = () => refuse('disk-full')
    const { container } = show()
    await press('Correct Haemoglobin of OKONKWO, Ada · A-000123 · 04-May-1980')
    const dialog = await screen.findByRole('dialog')
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
    fireEvent.change(within(dialog).getByLabelText(/^Right value/), { target: { value: 'low' } })
    await press(/^Correct it/, dialog)
    within(dialog).getByText('Type a number, such as 6.8 or > 300.')
    within(dialog).getByText('A few words are needed.')
    fireEvent.change(within(dialog).getByLabelText(/^Right value/), { target: { value: '1,200' } })
    within(dialog).getByText('“1,200” can be read in two ways. Write 1200 or 1.2.')
    fireEvent.change(within(dialog).getByLabelText(/^Right value/), { target: { value: '9.1' } })
    fireEvent.change(within(dialog).getByLabelText(/^Why/), { target: { value: 'Tubes mixed up' } })
    within(dialog).getByText('13.8 g/dL becomes 9.1 g/dL. Whoever asked for it is told.')
    await press(/^Correct it/, dialog)
    await waitFor(() => expect(end.asksOf('correctResult')).toHaveLength(1))
    answers.correctResult = () => done({ report: report.report, result: report.results[0]!.id })
    await press(/^Correct it/, dialog)
    await screen.findByText(/^Corrected: Haemoglobin of OKONKWO/)
    const [one, other] = end.asksOf('correctResult')
    expect(other).toEqual(one)
    expect(one).toMatchObject({ patient: report.patient.id, report: report.report, result: report.results[0]!.id, value: '9.1', why: 'Tubes mixed up' })
  })

  it('E24: is done by keyboard alone', async () => {
    answers.correctResult = () => done({ report: report.report, result: report.results[0]!.id })
    show()
    const { push, fill, save } = hands()
    await push(/^Correct Haemoglobin of OKONKWO/)
    const dialog = await screen.findByRole('dialog')
    await fill(/^Right value/, '9.1', dialog)
    await fill(/^Why/, 'Tubes mixed up', dialog)
    await save()
    await waitFor(() => expect(end.asksOf('correctResult')).toMatchObject([{ value: '9.1', why: 'Tubes mixed up' }]))
  })

  it('E24: shows on the chart what it said before, who corrected it, when and why', () => {
    const entry: ReportEntry = {
      id: report.report, accession: 'A26000123', issued: '2026-11-21T09:00:00.000Z', origin: { kind: 'typed' }, filedBy: '', state: 'verified', isCorrection: true,
      results: [{ code: 'HGB', name: 'Haemoglobin', text: '9.1', value: 9.1, unit: 'g/dL', status: 'corrected', was: { line: report.results[0]!.line, by: 'Lena', at: '2026-11-21T10:00:00.000Z', why: 'Tubes mixed up' } }],
    }
    render(<ClientProvider><KeysProvider><Report report={entry} /></KeysProvider></ClientProvider>)
    expect(screen.getByText(/^was 13.8 g\/dL, corrected by Lena, 21-Nov-2026 .*: Tubes mixed up$/)).toBeTruthy()
  })

  it('finds a report by the number of its tube', async () => {
    show()
    fireEvent.change(await screen.findByLabelText(/^Accession number/), { target: { value: 'A26000999' } })
    await waitFor(() => expect(end.asksOf('listVerified').at(-1)).toMatchObject({ accession: 'A26000999', skip: 0 }))
  })
})
