import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, type EncounterEntry, type FindingEntry, type FoundCode, type PatientSummary, type ProblemEntry, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { press } from '../../components/press.test-parts'
import { EncountersTab } from '../encounters'
import { ProblemsPanel } from '.'

const patient: PatientSummary = { id: '01HV000000000000000000000P', family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' }
const who: Who = { practitioner: '01HV000000000000000000000D', user: 'ben', name: 'Dr Ben', role: 'doctor', actions: ['chart.read', 'encounter.write'], locked: false }
const visit: EncounterEntry = { id: '01HV000000000000000000000E', start: '2026-11-21T09:55:00.000Z', reason: 'Fever', status: 'in-progress', by: 'Dr Ben', notes: [] }
const icd = { system: 'http://hl7.org/fhir/sid/icd-10-cm', version: '2021-01', set: 'ICD-10-CM' }
const list: readonly FoundCode[] = [
  { ...icd, code: 'A01.0', display: 'Typhoid fever' },
  { ...icd, code: 'R50.9', display: 'Fever, unspecified', term: 'Pyrexia NOS' },
  { ...icd, code: 'R05', display: 'Cough' },
  { ...icd, code: 'E11.9', display: 'Type 2 diabetes mellitus without complications' },
]
const diabetes: ProblemEntry = {
  id: '01HV00000000000000000000P1', concept: { system: icd.system, version: icd.version, code: 'E11.9', display: 'Type 2 diabetes mellitus without complications' },
  status: 'active', certainty: 'confirmed', onset: '2019-05', by: 'Dr Ben', at: '2026-11-20T10:00:00.000Z',
}

let problems: ProblemEntry[]
let findings: FindingEntry[]
let answers: Answers
let end: OtherEnd
beforeEach(() => {
  forgetDrafts()
  problems = [diabetes]
  findings = []
  answers = {
    listEncounters: () => done([visit]),
    listProblems: () => done(problems),
    listFindings: () => done(findings),
    searchCodes: ({ text }) => done(text === '' ? [] : list.filter(({ code, display, term }) => [code, display, term ?? ''].some((each) => each.toLowerCase().includes(text.toLowerCase())))),
    addTerm: ({ text }) => done({ system: 'urn:outpost:term', code: '01HV00000000000000000000T1', display: text }),
    addProblem: ({ concept, certainty = 'confirmed', onset }) => {
      problems = [...problems, { id: '01HV00000000000000000000P2', concept, certainty, status: 'active', ...(onset === undefined ? {} : { onset }), by: 'Dr Ben', at: '2026-11-21T10:00:00.000Z' }]
      return done(problems)
    },
    resolveProblem: ({ on }) => {
      problems = problems.map((one) => ({ ...one, status: 'resolved', abatement: on }))
      return done(problems)
    },
    reopenProblem: () => {
      problems = problems.map(({ abatement: _end, ...one }) => ({ ...one, status: 'active' }))
      return done(problems)
    },
    withdrawProblem: () => done((problems = [])),
    recordFindings: ({ findings: asked }) => {
      findings = asked.map(({ kind, concept, certainty = 'confirmed' }, place) => ({ id: `01HV0000000000000000000F${place}0`, kind, concept, certainty, by: 'Dr Ben', at: '2026-11-21T10:00:00.000Z' }))
      return done(findings)
    },
  }
  end = installBridge(answers)
})
afterEach(cleanup)

const show = (what: 'panel' | 'visit') => {
  const shown = render(
    <ClientProvider>
      <KeysProvider>
        <Seat value={who}>{what === 'panel' ? <ProblemsPanel patient={patient} /> : <EncountersTab patient={patient} />}</Seat>
      </KeysProvider>
    </ClientProvider>,
  )
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
  return shown
}
const type = (label: string | RegExp, text: string) => fireEvent.change(screen.getByLabelText(label), { target: { value: text } })
/** Types into a picker and takes the marked line with Enter, once the list answers what was typed. */
const pick = async (label: string, text: string, expected: RegExp, down = 0) => {
  type(label, text)
  const field = screen.getByRole('combobox', { name: label })
  await waitFor(() => expect(within(document.getElementById(field.getAttribute('aria-controls') ?? '') as HTMLElement).getByRole('option', { name: expected })).toBeTruthy())
  for (let step = 0; step < down; step += 1) fireEvent.keyDown(field, { key: 'ArrowDown' })
  await waitFor(() => expect(screen.getAllByRole('option', { selected: true }).some((option) => expected.test(option.textContent ?? ''))).toBe(true))
  fireEvent.keyDown(field, { key: 'Enter' })
}

describe('the problem list', () => {
  it('A10: a condition is picked by the words of ICD-10, listed active with its onset, and resolved with a date, by keyboard', async () => {
    problems = []
    show('panel')
    expect(await screen.findByText('No problems recorded')).toBeTruthy()
    await press('Add problem')
    const dialog = screen.getByRole('dialog')
    await pick('Problem', 'typh', /Typhoid fever/)
    await waitFor(() => expect(within(dialog).getByText('A01.0')).toBeTruthy())
    type(/^Since/, 'Nov 2026')
    fireEvent.keyDown(screen.getByLabelText(/^Since/), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(end.asksOf('addProblem')).toMatchObject([{ patient: patient.id, concept: { code: 'A01.0', version: '2021-01' }, onset: '2026-11', certainty: 'confirmed' }]))
    fireEvent.click(await screen.findByRole('button', { name: /^Typhoid fever/ }))
    type('Ended', '21-Nov-2026')
    await press('Resolve')
    await waitFor(() => expect(end.asksOf('resolveProblem')).toEqual([{ patient: patient.id, problem: '01HV00000000000000000000P2', on: '2026-11-21' }]))
    expect(await screen.findByText('No problems recorded')).toBeTruthy()
    await press('Resolved: 1')
    fireEvent.click(screen.getByRole('button', { name: /^Typhoid fever/ }))
    await press('It is back: open again')
    await waitFor(() => expect(end.asksOf('reopenProblem')).toHaveLength(1))
  })

  it('refuses an end before the onset, and a date that is none, before anything is asked', async () => {
    show('panel')
    fireEvent.click(await screen.findByRole('button', { name: /^Type 2 diabetes/ }))
    type('Ended', '30-Apr-2019')
    await press('Resolve')
    expect(await screen.findByText('This is before it began.')).toBeTruthy()
    type('Ended', 'soon')
    await press('Resolve')
    expect(await screen.findByText('A year, a month and year, or a day is needed.')).toBeTruthy()
    expect(end.asksOf('resolveProblem')).toEqual([])
  })

  it('takes a mistake back only with a reason', async () => {
    show('panel')
    fireEvent.click(await screen.findByRole('button', { name: /^Type 2 diabetes/ }))
    await press('Recorded by mistake')
    await press(/^Take it back/)
    expect(await screen.findByText('A few words are needed.')).toBeTruthy()
    type('Why', 'Another patient’s')
    await press(/^Take it back/)
    await waitFor(() => expect(end.asksOf('withdrawProblem')).toEqual([{ patient: patient.id, problem: diabetes.id, why: 'Another patient’s' }]))
  })

  it('keeps what was chosen when the dialog is closed', async () => {
    show('panel')
    await press('Add problem')
    await pick('Problem', 'cough', /Cough/)
    await press(/^Close/)
    await press('Add problem')
    expect(within(screen.getByRole('dialog')).getByText('R05')).toBeTruthy()
  })
})

describe('the visit', () => {
  it('A11: two symptoms and a diagnosis are picked, a missing symptom is added on the spot, and all is saved at once, by keyboard', async () => {
    show('visit')
    await screen.findByLabelText('Symptom')
    await pick('Symptom', 'fever', /Fever, unspecified/, 1)
    await pick('Symptom', 'cough', /Cough/)
    await pick('Symptom', 'heat in the feet', /Add “heat in the feet”/)
    await waitFor(() => expect(end.asksOf('addTerm')).toEqual([{ text: 'heat in the feet', use: 'symptom' }]))
    await pick('Diagnosis', 'A01', /Typhoid fever/)
    await screen.findByRole('region', { name: 'To be saved' })
    fireEvent.keyDown(screen.getByRole('combobox', { name: 'Diagnosis' }), { key: 'Enter', ctrlKey: true })
    await waitFor(() =>
      expect(end.asksOf('recordFindings')).toMatchObject([
        { patient: patient.id, encounter: visit.id, findings: [{ kind: 'symptom', concept: { code: 'R50.9' } }, { kind: 'symptom', concept: { code: 'R05' } }, { kind: 'symptom', concept: { display: 'heat in the feet' } }, { kind: 'diagnosis', concept: { code: 'A01.0' } }] },
      ]),
    )
    expect(await screen.findByText('Typhoid fever')).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'To be saved' })).toBeNull()
  })

  it('A10: an active problem is offered as a diagnosis of the next visit with one press, and not again once it is chosen', async () => {
    show('visit')
    await press(/^Type 2 diabetes.*a diagnosis of this visit$/)
    expect(screen.queryByRole('button', { name: /a diagnosis of this visit$/ })).toBeNull()
    await press(/^Save symptoms and diagnoses/)
    await waitFor(() => expect(end.asksOf('recordFindings')).toMatchObject([{ findings: [{ kind: 'diagnosis', concept: { code: 'E11.9' } }] }]))
  })

  it('puts a diagnosis on the problem list with the visit when that is wanted, suspected as it was said', async () => {
    show('visit')
    await screen.findByLabelText('Diagnosis')
    await pick('Diagnosis', 'typh', /Typhoid fever/)
    fireEvent.click(await screen.findByLabelText('Typhoid fever is only suspected'))
    fireEvent.click(screen.getByLabelText('Put Typhoid fever on the problem list, too'))
    await press(/^Save symptoms and diagnoses/)
    await waitFor(() => expect(end.asksOf('addProblem')).toMatchObject([{ concept: { code: 'A01.0' }, certainty: 'provisional' }]))
  })

  it('keeps what is chosen and typed when records change and when another screen was shown', async () => {
    const { unmount } = show('visit')
    await screen.findByLabelText('Symptom')
    await pick('Symptom', 'cough', /Cough/)
    type('Diagnosis', 'typ')
    act(() => end.tell('recordsChanged', { types: ['Condition'], patients: [patient.id] }))
    expect(screen.getByLabelText<HTMLInputElement>('Diagnosis').value).toBe('typ')
    unmount()
    show('visit')
    expect(await screen.findByRole('button', { name: 'Take off Cough' })).toBeTruthy()
  })

  it('waits with Enter in the field until the list answers what is typed, and saves nothing by it', async () => {
    let release: () => void = () => undefined
    answers.searchCodes = async ({ text }) => {
      if (text === 'typhoi') await new Promise<void>((resolve) => (release = resolve))
      return done(text.startsWith('typh') ? [list[text === 'typhoi' ? 0 : 2] as FoundCode] : [])
    }
    show('visit')
    await screen.findByLabelText('Diagnosis')
    type('Diagnosis', 'typh')
    await screen.findByRole('option', { name: /Cough/ })
    type('Diagnosis', 'typhoi')
    const field = screen.getByRole('combobox', { name: 'Diagnosis' })
    field.focus()
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(document.activeElement).toBe(field)
    expect(screen.queryByRole('region', { name: 'To be saved' })).toBeNull()
    await waitFor(() => expect(end.asksOf('searchCodes').some(({ text }) => text === 'typhoi')).toBe(true))
    act(() => release())
    await screen.findByRole('option', { name: /Typhoid fever/ })
    expect(end.asksOf('recordFindings')).toEqual([])
  })

  it('breaks no rule of axe', async () => {
    show('visit')
    await screen.findByLabelText('Symptom')
    type('Symptom', 'fever')
    await screen.findByRole('option', { name: /Fever, unspecified/ })
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  })
})
