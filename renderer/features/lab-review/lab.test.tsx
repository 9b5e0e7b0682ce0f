import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type LabSettingsState, type UnmappedCode, type UnverifiedReport, type Who } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { LabScreen } from '.'
import { readRule, ruleDraft, usualCritical } from './rule'

const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const technician: Who = { practitioner: 'p', user: 'u', name: 'Lena', role: 'lab-technician', actions: ['tray.read', 'result.verify', 'lab.configure', 'trace.read'], locked: false }
const ids = ['01HV000000000000000000000A', '01HV000000000000000000000B', '01HV000000000000000000000C'] as const
const report: UnverifiedReport = {
  report: '01HV000000000000000000000R', patient: '01HV000000000000000000000P', patientName: 'OKONKWO, Ada', patientNumber: 'A-000001', birthDate: '1980-05-04', gender: 'female', accession: 'A26000123',
  test: 'Full blood count', deviceName: 'Blood counter', receivedAt: '2026-11-21T09:00:00.000Z', measuredAt: '2026-11-21T08:58:00.000Z', clock: { told: '2026-11-21T08:18:00.000Z', aheadMinutes: -40 },
  results: [
    { id: ids[0], state: 'waiting', holds: ['flagged', 'delta'], line: { code: 'HGB', name: 'Haemoglobin', text: '6.9', value: 6.9, unit: 'g/dL', flag: 'LL', status: 'preliminary' }, delta: { earlier: { value: 12.8, unit: 'g/dL', at: '2026-11-20T09:00:00.000Z' }, change: -5.9, percent: -46.1, days: 1, isExceeded: true } },
    { id: ids[1], state: 'waiting', holds: ['by-rule'], line: { code: 'GLU', name: 'Glucose', text: '5.27', value: 5.27, unit: 'mmol/L', sent: '95 mg/dL', status: 'preliminary' } },
    { id: ids[2], state: 'accepted', holds: [], line: { code: 'PLT', name: 'Platelets', text: '210', value: 210, unit: '10*3/uL', range: '150 - 410', rangeFrom: 'catalogue', status: 'final' } },
  ],
}
const settings: LabSettingsState = {
  mappings: [], rules: [], policy: { accept: 'by-staff' }, hasTechnician: true, tests: [{ test: '718-7', name: 'Haemoglobin', unit: 'g/dL' }, { test: '706-2', name: 'Basophils %', unit: '%' }],
  clocks: [{ device: 'd', deviceName: 'Blood counter', aheadMinutes: -40 }],
}
const glucose: UnmappedCode = { profile: 'sysmex-xn', code: 'GLU', deviceName: 'Blood counter', missing: 'test', unit: 'mg/dL', results: 3, example: { code: 'GLU', name: 'GLU', text: '95', value: 95, unit: 'mg/dL', status: 'final' } }

let answers: Answers
let host: OtherEnd
beforeEach(() => {
  answers = { whoAmI: () => done(technician), practiceState: () => done(practice), readLabSettings: () => done(settings), listUnverified: () => done([report]), listUnmapped: () => done([glucose]) }
  host = installBridge(answers)
})
afterEach(cleanup)

const show = (tab?: string) => {
  render(
    <ClientProvider>
      <LabScreen tab={tab} />
    </ClientProvider>,
  )
  act(() => host.tell('practiceChanged', practice))
}

describe('verifying results', () => {
  it('shows whose they are, what speaks against each, the last value and both times of a wrong clock', async () => {
    show()
    const card = await screen.findByRole('article', { name: 'OKONKWO, Ada, Full blood count' })
    expect(card.textContent).toContain('A-000001 · born 04-May-1980 · female')
    expect(card.textContent).toContain('the analyser said')
    within(card).getByText('flagged by the analyser')
    within(card).getByText('far from the last value')
    expect(within(card).getByText(/12.8 g\/dL on/).textContent).toContain('20-Nov-2026')
    within(card).getByText('−46 %')
    within(card).getByText('sent as 95 mg/dL')
    expect(within(card).getAllByText('from the catalogue').map((mark) => mark.closest('td')?.textContent)).toEqual(['150 - 410from the catalogue'])
    await screen.findByText(/Blood counter: its clock is 40 min behind/)
  })

  it('says which of its tabs stands, there and back', async () => {
    answers.labWorklist = () => done({ entries: [], total: 0, counts: { 'to-collect': 0, collected: 0, 'in-lab': 0, resulted: 0 }, isCut: false })
    answers.whoAmI = () => done({ ...technician, actions: [...technician.actions, 'specimen.receive'] })
    const screenful = (tab: string) => (
      <ClientProvider>
        <KeysProvider>
          <LabScreen tab={tab} />
        </KeysProvider>
      </ClientProvider>
    )
    const { rerender } = render(screenful('samples'))
    act(() => host.tell('practiceChanged', practice))
    const stands = () => document.documentElement.dataset['screen']
    await waitFor(() => expect(stands()).toBe('samples'))
    rerender(screenful('verify'))
    await waitFor(() => expect(stands()).toBe('lab'))
  })

  it('accepts all with one press, and takes it back with another', async () => {
    const next = { ...report, report: '01HV000000000000000000000S', results: report.results.map((each) => (each.state === 'waiting' ? { ...each, id: each.id.replace(/.$/, 'Z'), state: 'accepted' as const } : each)) }
    answers.decideResults = () => done(next)
    show('verify')
    await press('Accept')
    await waitFor(() => expect(host.asksOf('decideResults')).toEqual([{ report: report.report, decision: 'accept', results: [], why: '' }]))
    await screen.findByText('Accepted: OKONKWO, Ada, Full blood count')
    fireEvent.click(screen.getByRole('button', { name: 'Take back' }))
    await waitFor(() => expect(host.asksOf('decideResults')[1]).toMatchObject({ report: next.report, decision: 'take-back', results: [next.results[0]!.id, next.results[1]!.id] }))
  })

  it('sends back only what was chosen; what counts already cannot be chosen', async () => {
    answers.decideResults = () => done(report)
    show('verify')
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Choose Haemoglobin' }))
    expect(screen.queryByRole('checkbox', { name: 'Choose Platelets' })).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Measure 1 again' }))
    await waitFor(() => expect(host.asksOf('decideResults')).toMatchObject([{ decision: 're-run', results: [ids[0]] }]))
  })

  it('rejects only with a reason, which a closed dialog keeps', async () => {
    answers.decideResults = () => done(report)
    show('verify')
    await press('Reject')
    const submit = () => [...screen.getByRole('dialog').querySelectorAll('button')].find((button) => button.type === 'submit')!
    fireEvent.click(submit())
    await screen.findByText('Say why.')
    fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'clotted' } })
    fireEvent.click(screen.getByRole('button', { name: /Cancel/ }))
    fireEvent.click(screen.getByRole('button', { name: 'Reject' }))
    expect(screen.getByLabelText<HTMLInputElement>('Why').value).toBe('clotted')
    expect(host.asksOf('decideResults')).toEqual([])
    fireEvent.click(submit())
    await waitFor(() => expect(host.asksOf('decideResults')).toMatchObject([{ decision: 'reject', why: 'clotted' }]))
  })

  it('E5: results are accepted, or rejected with a reason, by keyboard alone', async () => {
    answers.decideResults = () => done(report)
    show('verify')
    const { push, type, save, reach } = hands()
    await push('Accept')
    await waitFor(() => expect(host.asksOf('decideResults')).toMatchObject([{ decision: 'accept' }]))
    await reach('checkbox', 'Choose Haemoglobin')
    await type(' ')
    await push('Reject 1 chosen')
    await screen.findByRole('dialog')
    await type('clotted')
    await save()
    await waitFor(() => expect(host.asksOf('decideResults')[1]).toMatchObject({ decision: 'reject', results: [ids[0]], why: 'clotted' }))
  })

  it('says when somebody else was quicker', async () => {
    answers.decideResults = () => refuse('conflict')
    show('verify')
    await press('Accept')
    await screen.findByRole('alert')
    await waitFor(() => expect(host.asked.filter(({ name }) => name === 'listUnverified').length).toBeGreaterThan(1))
  })

  it('is not offered to who only sets rules', async () => {
    answers.whoAmI = () => done({ ...technician, role: 'administrator', actions: ['tray.read', 'lab.configure'] })
    show('verify')
    await screen.findByText('To be explained')
    expect(screen.queryByRole('link', { name: 'To verify' })).toBeNull()
  })
})

describe('explaining a code', () => {
  it('shows what becomes of the example before anything is saved, and refuses what cannot be converted', async () => {
    answers.saveTestMapping = (ask) => done({ mapping: { ...ask, profile: 'sysmex-xn', units: {} }, filed: 3 })
    show('codes')
    await press('Explain GLU')
    const change = (label: string | RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })
    await screen.findByText('95 mg/dL stays as it is')
    change('Name on the chart', 'Glucose')
    change('Unit of the chart', 'mmol/L')
    fireEvent.click(screen.getByRole('button', { name: /Save and file/ }))
    await screen.findByText('One unit weighs and the other counts molecules: say of what.')
    expect(host.asksOf('saveTestMapping')).toEqual([])
    fireEvent.change(screen.getByLabelText('What is measured'), { target: { value: 'glucose' } })
    await screen.findByText('95 mg/dL becomes 5.27 mmol/L')
    fireEvent.click(screen.getByRole('button', { name: /Save and file/ }))
    await waitFor(() => expect(host.asksOf('saveTestMapping')).toEqual([{ profile: 'sysmex-xn', code: 'GLU', kind: 'test', name: 'Glucose', unit: 'mmol/L', units: { 'mg/dL': 'mg/dL' }, substance: 'glucose' }]))
    await screen.findByText('Explained. Filed from the tray: 3')
  })

  it('needs only the unit where the test is known', async () => {
    answers.listUnmapped = () => done([{ ...glucose, code: 'HGB', missing: 'unit', unit: 'g/l', expected: { name: 'Haemoglobin', loinc: '718-7', unit: 'g/dL' }, example: { ...glucose.example, code: 'HGB', text: '128', value: 128, unit: 'g/l' } }])
    answers.saveTestMapping = (ask) => done({ mapping: { ...ask, profile: 'sysmex-xn', units: {} }, filed: 1 })
    show('codes')
    await press('Explain HGB')
    expect(screen.queryByLabelText('Name on the chart')).toBeNull()
    await screen.findByText('128 g/l becomes 12.8 g/dL')
    fireEvent.click(screen.getByRole('button', { name: /Save and file/ }))
    await waitFor(() => expect(host.asksOf('saveTestMapping')).toMatchObject([{ units: { 'g/l': 'g/L' }, unit: 'g/dL', loinc: '718-7' }]))
  })
})

describe('rules', () => {
  it('are set test by test', async () => {
    answers.saveTestRule = (rule) => done(rule)
    show('rules')
    await screen.findByText('25 % in 7 days (usual)')
    expect(screen.getAllByText('no limits')).toHaveLength(3)
    fireEvent.click(screen.getByRole('button', { name: 'Set the rule of Haemoglobin' }))
    fireEvent.click(screen.getByRole('radio', { name: 'by itself, unless something speaks against it' }))
    fireEvent.change(screen.getByLabelText(/By itself only from/), { target: { value: '7' } })
    fireEvent.change(screen.getByLabelText(/By itself only to/), { target: { value: '5' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save the rule' }))
    await screen.findByText('The lower limit is above the upper one.')
    fireEvent.change(screen.getByLabelText(/By itself only to/), { target: { value: '18,5' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save the rule' }))
    await waitFor(() => expect(host.asksOf('saveTestRule')).toEqual([{ test: '718-7', name: 'Haemoglobin', accept: 'unflagged', unit: 'g/dL', low: 7, high: 18.5 }]))
  })

  it('that only say which change is looked at leave it to a person to accept, where one does today', async () => {
    answers.saveTestRule = (rule) => done(rule)
    show('rules')
    await press('Set the rule of Haemoglobin')
    fireEvent.change(screen.getByLabelText(/Look at a change of more than/), { target: { value: '10' } })
    fireEvent.change(screen.getByLabelText(/since a value of the last/), { target: { value: '3' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save the rule' }))
    await waitFor(() => expect(host.asksOf('saveTestRule')).toEqual([{ test: '718-7', name: 'Haemoglobin', accept: 'never', delta: { percent: 10, days: 3 } }]))
  })

  it('refuse what is no number, and a change without a time', () => {
    const test = settings.tests[0]!
    const draft = ruleDraft(undefined, 'unflagged')
    expect(readRule(test, { ...draft, low: '1,200', percent: '-1', days: '1.5' })).toEqual({ faults: { low: 'rule.fault.number', percent: 'rule.fault.number', days: 'rule.fault.number' } })
    expect(readRule(test, { ...draft, percent: '20' })).toEqual({ faults: { days: 'rule.fault.days' } })
    expect(readRule(test, { ...draft, percent: '20', days: '7' })).toEqual({ rule: { test: '718-7', name: 'Haemoglobin', accept: 'unflagged', delta: { percent: 20, days: 7 } } })
    expect(ruleDraft({ test: '718-7', name: 'Haemoglobin', accept: 'never', low: 7, delta: { absolute: 2, days: 3 } }, 'unflagged')).toEqual({ accept: 'never', low: '7', high: '', percent: '', absolute: '2', days: '3', criticalLow: '', criticalHigh: '' })
  })

  it('E7: take the practice’s own critical limits, and say which hold while there are none', () => {
    const test = settings.tests[0]!
    const draft = ruleDraft({ test: '718-7', name: 'Haemoglobin', accept: 'never', unit: 'g/dL', critical: { low: 6 } }, 'unflagged')
    expect(draft).toMatchObject({ criticalLow: '6', criticalHigh: '' })
    expect(readRule(test, draft)).toEqual({ rule: { test: '718-7', name: 'Haemoglobin', accept: 'never', unit: test.unit, critical: { low: 6 } } })
    expect(readRule(test, { ...draft, criticalLow: '20', criticalHigh: '5' })).toEqual({ faults: { criticalHigh: 'rule.fault.order' } })
    expect(usualCritical('718-7')).toBe('≤ 7 g/dL')
    expect(usualCritical('no such test')).toBeUndefined()
  })
})
