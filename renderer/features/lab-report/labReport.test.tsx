import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse, type LabReport, type LabReportLine, type Who } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { type Answers, installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { PrintLabReport } from '.'
import { brokenInto, columns, pagesOf, paper, type PrintHead, type PrintRow } from './layout'
import { headOf, rowOf } from './rows'

const practice = { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as const
const who: Who = { practitioner: 'p', user: 'u', name: 'Lena Technician', role: 'lab-technician', actions: ['result.read'], locked: false }
const letterhead = { name: 'Riverside Clinic', address: '1 Quay Street', phone: '+250 788 000 000', email: 'clinic@example.org' }
const [patient, id] = ['01HV000000000000000000000P', '01HV000000000000000000000R'] as const
const result = (name: string, told: Partial<LabReportLine> = {}, line: Partial<LabReportLine['line']> = {}): LabReportLine => ({
  id: name, state: 'verified', line: { code: name, name, text: '5.17', value: 5.17, unit: 'mmol/L', range: '<= 5.15', status: 'final', ...line }, ...told,
})
const report: LabReport = {
  id, title: 'Lipid profile', accession: 'A26000123', state: 'verified', isCorrected: true, orderedAt: '2026-11-21T08:00:00.000Z', orderedBy: 'Daniel Doctor', collectedAt: '2026-11-21T08:30:00.000Z',
  issuedAt: '2026-11-21T10:00:00.000Z', device: '', typedBy: 'Lena Technician', verifiedBy: ['Tom Second'],
  patient: { id: patient, family: 'Umuhoza-Fairweather', given: 'Clémence', gender: 'female', birthDate: '1945-07-14', deceased: false, number: 'A-000001', at: '' },
  lines: [
    result('Cholesterol', { range: { high: 5.15, from: { value: 18, unit: 'a' } }, was: { text: '7.15', unit: 'mmol/L', why: 'typed wrong' } }),
    result('LDL cholesterol', { calculation: { source: 'Friedewald 1972', formula: 'total − HDL − triglycerides ÷ 5', inputs: 'total cholesterol 5.17 mmol/L' } }, { text: '3.11', value: 3.11, range: '<= 3.34' }),
    result('Zinc', { method: 'Photometry' }, { text: '12', value: 12, unit: 'umol/L', range: undefined } as never),
    result('Culture', {}, { text: 'Growth of E. coli, more than 100 000 per millilitre, sensitive to everything that was tested', value: undefined, unit: undefined, range: undefined } as never),
  ],
}

let answers: Answers
let host: OtherEnd
let prints = 0
beforeEach(() => {
  prints = 0
  answers = { whoAmI: () => done(who), practiceState: () => done(practice), readLabReport: () => done(report), readLetterhead: () => done(letterhead) }
})
afterEach(cleanup)

const show = async () => {
  let printed = ''
  host = installBridge(answers, { print: async () => {
    prints += 1
    printed = document.querySelector('.lab-paper')?.textContent ?? ''
  } })
  render(<ClientProvider><PrintLabReport patient={patient} report={id} accession={report.accession} /></ClientProvider>)
  act(() => host.tell('practiceChanged', practice))
  await press('Print report A26000123')
  return { printed: () => printed }
}

describe('the laboratory’s report on paper', () => {
  it('I5: it prints offline with letterhead, patient, sample and its times, ranges, flags, methods, formulas, verifier, corrections and page x of y', async () => {
    const { printed } = await show()
    await waitFor(() => expect(prints).toBe(1))
    for (const text of [
      'Riverside Clinic', '1 Quay Street', 'Laboratory report', 'UMUHOZA-FAIRWEATHER, Clémence', 'A-000001', 'Born 14-Jul-1945', 'Sample A26000123', 'Daniel Doctor', 'Taken 21-Nov-2026', 'Received not noted', 'Reported 21-Nov-2026',
      'Corrected report', 'Corrected; was 7.15 mmol/L: typed wrong', 'H high', 'from 18 years', 'Calculated by Friedewald 1972 of total cholesterol 5.17 mmol/L', 'Photometry', 'no range', 'Growth of E. coli',
      'Typed by Lena Technician', 'Verified by Tom Second', 'End of the report', 'Page 1 of 1', 'by Lena Technician',
    ]) expect(printed()).toContain(text)
    await waitFor(() => expect(document.querySelector('.lab-paper')).toBeNull())
  })

  it('I5: it is printed by keyboard alone', async () => {
    host = installBridge(answers, { print: async () => void (prints += 1) })
    render(<ClientProvider><PrintLabReport patient={patient} report={id} accession={report.accession} /></ClientProvider>)
    act(() => host.tell('practiceChanged', practice))
    await hands().push('Print report A26000123')
    await waitFor(() => expect(prints).toBe(1))
  })

  it('I5: nothing is printed while nobody can say whose it is', async () => {
    answers.readLabReport = () => refuse('not-found')
    await show()
    await screen.findByRole('alert')
    expect(prints).toBe(0)
  })

  it('I5: what nobody has verified says so at the top of each page', () => {
    const { warnings } = headOf({ ...report, state: 'unverified', isCorrected: false }, letterhead)
    expect(warnings).toEqual(['Not verified: nobody has accepted these results yet.'])
    expect(rowOf({ ...report.lines[1]!, state: 'unverified' }).notes).toContain('not verified')
  })
})

describe('the places on the paper', () => {
  const names = { test: 'Test', result: 'Result', unit: 'Unit', range: 'Expected', flag: 'Flag' }
  const head: PrintHead = { letterhead: ['Clinic'], patient: ['OKONKWO, Ada', 'A-000001'], order: ['Full blood count', 'Ordered', 'Taken'], warnings: [] }
  const row = (name: string, notes: readonly string[] = []): PrintRow => ({ cells: { test: name, result: '5.1', unit: 'mmol/L', range: '4 - 6', flag: '' }, notes, isStriking: false })
  const many = Array.from({ length: 60 }, (_each, index) => row(`Test ${index + 1}`))

  it('I5: the layout stays where it is, to the tenth of a millimetre', () => {
    const [page] = pagesOf(head, names, [row('Potassium'), row('Sodium', ['a remark'])], ['End'])
    expect(page!.texts.map(({ text, at, top }) => `${at} ${top} ${text}`)).toEqual([
      '0 0 Clinic', '95 0 OKONKWO, Ada', '95 4.4 A-000001', '0 12 Full blood count', '95 12 Ordered', '0 16.4 Taken',
      '0 22.4 Test', '60 22.4 Result', '88 22.4 Unit', '116 22.4 Expected', '162 22.4 Flag',
      '0 30 Potassium', '60 30 5.1', '88 30 mmol/L', '116 30 4 - 6', '162 30 ', '0 36 Sodium', '60 36 5.1', '88 36 mmol/L', '116 36 4 - 6', '162 36 ', '0 40.4 a remark', '0 48 End',
    ])
    expect(page!.rules).toEqual([10.4, 28.4, 46.4])
  })

  it('I5: sixty results take two pages, each with the patient, no row is lost, doubled or below the paper', () => {
    const pages = pagesOf(head, names, many, ['End'])
    expect(pages).toHaveLength(2)
    for (const { texts, rules } of pages) {
      expect(texts.filter(({ kind }) => kind === 'patient').map(({ text }) => text)).toEqual(['OKONKWO, Ada', 'A-000001'])
      for (const { top } of texts) expect(top).toBeLessThan(paper.height - 2 * paper.margin - 12)
      expect(Math.max(...rules)).toBeLessThan(paper.height - 2 * paper.margin - 12)
    }
    const tests = pages.flatMap(({ texts }) => texts.filter(({ kind, at }) => kind === 'cell' && at === 0).map(({ text }) => text))
    expect(tests).toEqual(many.map(({ cells }) => cells.test))
  })

  it('I5: the longest name, a word without end and 2000 letters of culture are broken, and no letter is lost', () => {
    const long = ['Umuhoza-Fairweather '.repeat(20).trim(), 'x'.repeat(300), '抗酸菌塗抹検査'.repeat(10)]
    for (const text of long) {
      const lines = brokenInto(text, 30)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(30)
    }
    const [huge] = pagesOf(head, names, [{ ...row('Culture'), cells: { ...row('Culture').cells, result: 'growth '.repeat(285) } }], ['End'])
    expect(huge!.texts.filter(({ kind }) => kind === 'note').map(({ text }) => text).join(' ').split(' ').filter(Boolean)).toHaveLength(285)
    const pages = pagesOf(head, names, [row('Culture', ['growth '.repeat(5_000)])], ['End'])
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flatMap(({ texts }) => texts).filter(({ kind }) => kind === 'note').map(({ text }) => text).join(' ').split(' ').filter(Boolean)).toHaveLength(5_000)
    expect(brokenInto('', 30)).toEqual([''])
  })

  it('I5: the columns lie side by side within the paper', () => {
    const places = Object.values(columns)
    for (const [index, { at, width }] of places.entries()) expect(at + width).toBeLessThanOrEqual(places[index + 1]?.at ?? paper.width - 2 * paper.margin)
  })
})
