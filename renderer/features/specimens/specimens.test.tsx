import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, refuse, type LabOrderEntry, type LabWorklistEntry, type PatientSummary } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { LabelsButton, SamplesTab } from '.'
import { drawLineCode } from './lineCode'

const ada: PatientSummary = { id: '01JD0000000000000000000ADA', family: 'Okonkwo', given: 'Ada', number: 'A-000042', birthDate: '1961-05-06', gender: 'female', deceased: false, at: '' }
const order = (told: Partial<LabOrderEntry> = {}): LabOrderEntry => ({
  id: '01JD00000000000000000RDER1', patient: ada.id, accession: 'A26000123', test: 'Electrolytes', code: 'ELEC', specimen: 'blood-serum', priority: 'routine', reason: '', status: 'active', by: 'Dr Ben',
  at: '2026-11-21T09:00:00.000Z', stage: 'ordered', missing: ['Sodium'], resulted: 0, tests: [{ code: 'NA', name: 'Sodium' }], steps: [{ step: 'ordered', at: '2026-11-21T09:00:00.000Z' }, { step: 'collected' }, { step: 'in-lab' }], ...told,
})
const collected = { stage: 'collected' as const, steps: [{ step: 'ordered' as const, at: '2026-11-21T09:00:00.000Z' }, { step: 'collected' as const, at: '2026-11-21T09:05:00.000Z' }, { step: 'in-lab' as const }] }
const entries: readonly LabWorklistEntry[] = [
  { order: order({ id: 'a', accession: 'A26000130', test: 'Potassium', priority: 'stat', ...collected }), stage: 'collected', patient: ada },
  { order: order({ id: 'b' }), stage: 'to-collect', patient: ada },
]
let printed: string[] = []
const host = (answers: Answers = {}) =>
  installBridge({
    whoAmI: () => done({ practitioner: 'x', user: 't', name: 'Tom', role: 'lab-technician', actions: ['chart.read', 'specimen.collect', 'specimen.receive'], locked: false }),
    labWorklist: () => done({ entries, total: 2, counts: { 'to-collect': 1, collected: 1, 'in-lab': 0, resulted: 0 }, isCut: false }),
    listLabOrders: () => done([order({ id: 'a', accession: 'A26000130', test: 'Potassium', ...collected })]),
    ...answers,
  }, { print: async () => void printed.push(document.querySelector('.tube-labels')?.textContent ?? '') })
const show = (part: React.ReactElement) => render(<ClientProvider><KeysProvider>{part}</KeysProvider></ClientProvider>)
afterEach(() => {
  cleanup()
  forgetDrafts()
  printed = []
})

describe('the laboratory’s list of samples', () => {
  it('E2: has what is STAT on top, with its sign and word', async () => {
    host()
    show(<SamplesTab />)
    const rows = (await screen.findAllByRole('row')).slice(1)
    expect(rows.map((row) => row.dataset['accession'])).toEqual(['A26000130', 'A26000123'])
    expect(rows[0]!.textContent).toContain('STAT')
  })

  it('E3: a tube is received with one press, and rejected only with a reason after a second look', async () => {
    const end = host({ receiveSpecimens: () => done([]), rejectSpecimen: () => done({ accession: 'A26000131', patient: ada, orders: [] }) })
    show(<SamplesTab />)
    await press('Received: tube A26000130 is in the laboratory')
    await waitFor(() => expect(end.asksOf('receiveSpecimens')).toEqual([{ accessions: ['A26000130'] }]))
    await press('Reject tube A26000130…')
    const dialog = await screen.findByRole('dialog')
    expect(dialog.textContent).toContain('OKONKWO, Ada: Potassium')
    await press(/^Reject and take again/)
    expect(await within(dialog).findByText('Say why it is no good.')).toBeDefined()
    fireEvent.click(within(dialog).getByLabelText('Something else'))
    await press(/^Reject and take again/)
    expect(await within(dialog).findByText('Say what it is.')).toBeDefined()
    fireEvent.click(within(dialog).getByLabelText('Haemolysed'))
    await press(/^Reject and take again/)
    await waitFor(() => expect(end.asksOf('rejectSpecimen')).toEqual([{ accession: 'A26000130', reason: 'haemolysed', words: '' }]))
  })

  it('E3: a tube is collected, received and rejected with its reason by keyboard alone', async () => {
    const end = host({ collectSpecimens: () => done([]), receiveSpecimens: () => done([]), rejectSpecimen: () => done({ accession: 'A26000131', patient: ada, orders: [] }) })
    show(<SamplesTab />)
    const { push, choose, save } = hands()
    await push(/^Tube A26000123 .* was collected now/)
    await waitFor(() => expect(end.asksOf('collectSpecimens')).toMatchObject([{ accessions: ['A26000123'] }]))
    await push('Received: tube A26000130 is in the laboratory')
    await waitFor(() => expect(end.asksOf('receiveSpecimens')).toEqual([{ accessions: ['A26000130'] }]))
    await push('Reject tube A26000130…')
    const dialog = await screen.findByRole('dialog')
    await choose('Haemolysed', dialog)
    await save()
    await waitFor(() => expect(end.asksOf('rejectSpecimen')).toEqual([{ accession: 'A26000130', reason: 'haemolysed', words: '' }]))
  })

  it('E3: a number that is scanned leads to the tube, and to its orders', async () => {
    const end = host({ findByAccession: ({ accession }) => (accession === 'A26000130' ? done({ accession, patient: ada, orders: [order({ id: 'a', accession, test: 'Potassium' })] }) : refuse('accession-unknown', { accession })) })
    show(<SamplesTab />)
    const field = await screen.findByRole('textbox', { name: 'Number on the tube' })
    fireEvent.change(field, { target: { value: ' a26000130 ' } })
    fireEvent.submit(field.closest('form')!)
    const found = (await screen.findByRole('heading', { name: /Tube A26000130/ })).closest('section')!
    expect(found.textContent).toContain('OKONKWO, Ada')
    expect(await within(found).findByRole('button', { name: 'Reject tube A26000130…' })).toBeDefined()
    expect(end.asksOf('findByAccession')).toEqual([{ accession: 'A26000130' }])
  })
})

describe('a tube that was answered long ago', () => {
  it('still says what it was for, though the chart’s list shows only newer orders', async () => {
    host({ findByAccession: ({ accession }) => done({ accession, patient: ada, orders: [order({ id: 'old', accession, test: 'Widal test', status: 'completed' })] }) })
    show(<SamplesTab />)
    const field = await screen.findByRole('textbox', { name: 'Number on the tube' })
    fireEvent.change(field, { target: { value: 'A25000001' } })
    fireEvent.submit(field.closest('form')!)
    await screen.findByText('Widal test')
  })
})

describe('labels of tubes', () => {
  it('E3: are printed once, though the list refreshes while the print dialog is open', async () => {
    let prints = 0
    installBridge({ whoAmI: () => done({ practitioner: 'x', user: 't', name: 'Tom', role: 'lab-technician', actions: ['specimen.collect'], locked: false }) }, { print: () => new Promise<void>(() => void (prints += 1)) })
    const drawn = (test: string) => <ClientProvider><KeysProvider><LabelsButton patient={ada} orders={[order({ test })]} /></KeysProvider></ClientProvider>
    const { rerender } = render(drawn('Electrolytes'))
    await press('Print the label of tube A26000123')
    await waitFor(() => expect(prints).toBe(1))
    for (const test of ['One', 'Two', 'Three']) rerender(drawn(test))
    expect(prints).toBe(1)
  })

  it('E3: bear name, number, birth date, tests and a code for the scanner, one label for each tube', async () => {
    host()
    show(<LabelsButton patient={ada} orders={[order(), order({ id: 'b', test: 'Liver profile' }), order({ id: 'c', accession: 'A26000124', test: 'Urine dipstick', specimen: 'urine' })]} />)
    await press('Print 2 labels')
    await waitFor(() => expect(printed).toHaveLength(1))
    expect(printed[0]).toContain('OKONKWO, Ada')
    expect(printed[0]).toContain('A-000042 · born 06-May-1961')
    expect(printed[0]).toContain('Blood, serum · Electrolytes, Liver profile')
    expect(printed[0]).toContain('A26000124')
  })

  it('E3: carry the number as Code 128: start, data, its own check character and stop', async () => {
    const { box, bars } = await drawLineCode('A26000123')
    const [, , width] = box.split(' ').map(Number)
    // Each character is 11 modules, the stop character 13; here two units a module.
    expect((width! / 2 - 13) % 11).toBe(0)
    expect(bars.length).toBeGreaterThan(1)
    expect((await drawLineCode('A26000124')).bars).not.toEqual(bars)
  })
})
