import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type EntrySheet, type TestRanges, type Who } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { press } from '../../components/press.test-parts'
import { EnterResults, ReferenceRanges } from '.'

const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const technician: Who = { practitioner: 'p', user: 'u', name: 'Lena', role: 'lab-technician', actions: ['result.read', 'result.enter', 'result.verify', 'lab.configure'], locked: false }
const [patient, order, report] = ['01HV000000000000000000000P', '01HV000000000000000000000R', '01HV000000000000000000000D'] as const
const sheet: EntrySheet = {
  order, accession: 'A26000123', title: 'Lipid and renal profile', collectedAt: '2026-11-21T08:00:00.000Z',
  patient: { id: patient, family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04', deceased: false, number: 'A-000001', at: '' },
  person: { gender: 'female', birthDate: '1980-05-04', pregnancy: 'not-pregnant', on: '2026-11-21' },
  tests: [
    { code: 'CHOL', name: 'Cholesterol', loinc: '2093-3', result: 'numeric', unit: 'mg/dL', expected: { range: { high: 199 } }, isCalculated: false, earlier: { text: '190 mg/dL', at: '2026-10-01T08:00:00.000Z' } },
    { code: 'HDL', name: 'HDL cholesterol', loinc: '2085-9', result: 'numeric', unit: 'mg/dL', expected: { range: { low: 40, sex: 'female', from: { value: 18, unit: 'a' } } }, isCalculated: false },
    { code: 'TRIG', name: 'Triglycerides', loinc: '2571-8', result: 'numeric', unit: 'mg/dL', expected: { none: 'none' }, isCalculated: false },
    { code: 'LDL', name: 'LDL cholesterol', loinc: '13457-7', result: 'numeric', unit: 'mg/dL', expected: { range: { high: 129 } }, isCalculated: true },
    { code: 'K', name: 'Potassium', loinc: '2823-3', result: 'numeric', unit: 'mmol/L', expected: { range: { low: 3.5, high: 5.3 } }, isCalculated: false, standing: { state: 'accepted', line: { code: 'K', name: 'Potassium', text: '4.1', value: 4.1, unit: 'mmol/L', status: 'final' } } },
    { code: 'HIV-RDT', name: 'HIV rapid test', result: 'coded', answers: ['Non-reactive', 'Reactive', 'Invalid'], expected: { none: 'none' }, isCalculated: false },
    { code: 'WIDAL', name: 'Widal test', result: 'text', expected: { none: 'none' }, isCalculated: false },
  ],
}
const ranges: TestRanges = { code: 'HGB', name: 'Haemoglobin', unit: 'g/dL', whose: 'usual', ranges: [{ sex: 'female', from: { value: 18, unit: 'a' }, low: 12, high: 16, source: 'Dallman 1977' }, { pregnancy: 'pregnant', low: 11, source: 'WHO 2024' }] }

let answers: Answers
let host: OtherEnd
beforeEach(() => {
  answers = {
    whoAmI: () => done(technician), practiceState: () => done(practice), readEntrySheet: () => done(sheet), listTestRanges: () => done([ranges, { code: 'TSH', name: 'TSH', unit: 'u[IU]/mL', whose: 'usual', ranges: [] }]),
    saveTypedResults: () => done({ report, state: 'unverified' }),
  }
  host = installBridge(answers)
})
afterEach(() => {
  cleanup()
  forgetDrafts()
})

const show = (screenful = <EnterResults patient={patient} order={order} test={sheet.title} accession={sheet.accession} />) => {
  render(<ClientProvider>{screenful}</ClientProvider>)
  act(() => host.tell('practiceChanged', practice))
}
const open = async () => {
  show()
  await press(/^Enter results of/)
  return screen.findByRole('dialog', { name: /^Results of OKONKWO/ })
}
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label)
const type = (label: string, text: string) => fireEvent.change(field(label), { target: { value: text } })
const rowOf = (label: string) => within(field(label).closest('tr')!)

describe('typing results', () => {
  it('E5: a whole sheet is typed with the keyboard alone: Enter goes on, Ctrl+Enter saves', async () => {
    const dialog = await open()
    expect(dialog.textContent).toContain('A-000001 · female · born 04-May-1980')
    expect(document.activeElement).toBe(field('Cholesterol, mg/dL'))
    for (const [label, text, next] of [['Cholesterol, mg/dL', '200', 'HDL cholesterol, mg/dL'], ['HDL cholesterol, mg/dL', '50', 'Triglycerides, mg/dL'], ['Triglycerides, mg/dL', '150', 'LDL cholesterol, mg/dL']] as const) {
      type(label, text)
      fireEvent.keyDown(field(label), { key: 'Enter' })
      expect(document.activeElement).toBe(field(next))
    }
    fireEvent.keyDown(field('LDL cholesterol, mg/dL'), { key: 'Enter' })
    expect(document.activeElement).toBe(field('HIV rapid test'))
    type('HIV rapid test', 'Non-reactive')
    type('Widal test', 'O 1:80')
    fireEvent.keyDown(field('Widal test'), { key: 'Enter', ctrlKey: true })
    await screen.findByText(/wait to be verified/)
    expect(host.asksOf('saveTypedResults')).toMatchObject([{
      patient, order, results: [{ code: 'CHOL', text: '200' }, { code: 'HDL', text: '50' }, { code: 'TRIG', text: '150' }, { code: 'HIV-RDT', text: 'Non-reactive' }, { code: 'WIDAL', text: 'O 1:80' }],
    }])
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('E5: LDL stands beside its formula as soon as its values do, and says why not above 400 mg/dL', async () => {
    await open()
    type('Cholesterol, mg/dL', '200')
    type('HDL cholesterol, mg/dL', '50')
    type('Triglycerides, mg/dL', '150')
    expect(rowOf('LDL cholesterol, mg/dL').getByText(/Calculated \(Friedewald 1972\)/).textContent).toContain('120 mg/dL')
    type('Triglycerides, mg/dL', '401')
    rowOf('LDL cholesterol, mg/dL').getByText(/triglycerides are above 400 mg\/dL/)
    type('LDL cholesterol, mg/dL', '118')
    expect(rowOf('LDL cholesterol, mg/dL').queryByText(/Not worked out/)).toBeNull()
  })

  it('E6: a value outside its range is flagged while it is typed; without a range there is no flag and no "normal"', async () => {
    await open()
    type('Cholesterol, mg/dL', '199')
    rowOf('Cholesterol, mg/dL').getByText('within')
    type('Cholesterol, mg/dL', '200')
    rowOf('Cholesterol, mg/dL').getByText(/high/i)
    rowOf('HDL cholesterol, mg/dL').getByText('women, from 18 years')
    type('Triglycerides, mg/dL', '900')
    rowOf('Triglycerides, mg/dL').getByText('no flag')
    rowOf('Triglycerides, mg/dL').getByText('no range set')
  })

  it('E5: a slip is said at once and nothing is saved; words that say why there is no number are', async () => {
    await open()
    type('Cholesterol, mg/dL', '19.9.1')
    await screen.findByText(/This is no number/)
    await press(/^Save\b(?! and)/)
    expect(host.asksOf('saveTypedResults')).toEqual([])
    // Twelve hundred to one reader, one and two tenths to another.
    type('Cholesterol, mg/dL', '1,200')
    await screen.findByText('“1,200” can be read in two ways. Write 1200 or 1.2.')
    type('Cholesterol, mg/dL', '> 1 200')
    await screen.findByText('Write the number without separators: > 1200.')
    await press(/^Save\b(?! and)/)
    expect(host.asksOf('saveTypedResults')).toEqual([])
    type('Cholesterol, mg/dL', 'haemolysed')
    await screen.findByText('Filed as words, without a number.')
    await press('Save and verify')
    await waitFor(() => expect(host.asksOf('decideResults')).toEqual([{ report, decision: 'accept' }]))
  })

  it('E5: what is verified is not typed over, and an empty sheet is not saved', async () => {
    await open()
    screen.getByText('4.1 mmol/L, verified. It can only be corrected.')
    expect(screen.queryByLabelText('Potassium, mmol/L')).toBeNull()
    await press(/^Save\b(?! and)/)
    await screen.findByText('Type at least one result.')
  })

  it('E5: Esc loses nothing, and new records do not take typed text away', async () => {
    const dialog = await open()
    type('Cholesterol, mg/dL', '212')
    answers.readEntrySheet = () => done({ ...sheet, title: 'Lipid profile' })
    act(() => host.tell('recordsChanged', { types: ['ServiceRequest', 'Observation', 'DiagnosticReport'], patients: [patient] }))
    expect(field('Cholesterol, mg/dL').value).toBe('212')
    fireEvent(dialog, new Event('cancel', { cancelable: true }))
    await press(/^Enter results of/)
    expect((await screen.findByLabelText<HTMLInputElement>('Cholesterol, mg/dL')).value).toBe('212')
  })

  it('E5: a refusal leaves the sheet as it was typed', async () => {
    answers.saveTypedResults = () => refuse('already-filed')
    await open()
    type('Cholesterol, mg/dL', '212')
    await press(/^Save\b(?! and)/)
    await screen.findAllByRole('alert')
    expect(field('Cholesterol, mg/dL').value).toBe('212')
  })

  it('is not offered to who may not', async () => {
    answers.whoAmI = () => done({ ...technician, role: 'receptionist', actions: [] })
    show(<><EnterResults patient={patient} order={order} test="x" accession="y" /><p>stands</p></>)
    await screen.findByText('stands')
    await waitFor(() => expect(screen.queryByRole('button')).toBeNull())
  })
})

describe('reference ranges', () => {
  it('E6: each test shows whom its ranges are for and where they come from, and a test without any says so', async () => {
    show(<ReferenceRanges />)
    await screen.findByText('12 - 16')
    screen.getByText('women, from 18 years')
    screen.getByText('Dallman 1977, WHO 2024')
    screen.getByText('No range: nothing is flagged, and nothing is called normal.')
  })

  it('E6: a range is changed, one that contradicts another is refused before it is sent', async () => {
    answers.saveTestRanges = () => done({ ...ranges, whose: 'own' })
    show(<ReferenceRanges />)
    await press('Change the ranges of Haemoglobin')
    const [low] = await screen.findAllByLabelText<HTMLInputElement>('Low')
    fireEvent.change(low!, { target: { value: '17' } })
    await press(/^Save/)
    await screen.findByText('The lower limit is above the upper one.')
    expect(host.asksOf('saveTestRanges')).toEqual([])
    fireEvent.change(low!, { target: { value: '11,5' } })
    await press('Add a range')
    await press(/^Save/)
    await screen.findByText('Say a lower or an upper limit.')
    await press('Remove range 3')
    await press(/^Save/)
    await waitFor(() => expect(host.asksOf('saveTestRanges')).toEqual([{ code: 'HGB', ranges: [{ sex: 'female', from: { value: 18, unit: 'a' }, low: 11.5, high: 16, source: 'Dallman 1977' }, { pregnancy: 'pregnant', low: 11, source: 'WHO 2024' }] }]))
  })
})
