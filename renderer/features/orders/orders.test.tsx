import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, type Catalogue, type LabOrderEntry, type PatientSummary } from '../../../shared/contract'
import { specimenKinds } from '../../../shared/records/lab-catalogue/catalogue'
import { shippedCatalogue } from '../../../shared/records/lab-catalogue/shipped'
import { ClientProvider } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { OrderList, PlaceOrderDialog } from '.'

const catalogue: Catalogue = { specimens: specimenKinds, ...shippedCatalogue }
const order = (told: Partial<LabOrderEntry> = {}): LabOrderEntry => ({
  id: '01JD00000000000000000RDER1', patient: '', accession: 'A26000123', test: 'Electrolytes', code: 'ELEC', specimen: 'blood-serum', priority: 'stat', reason: 'Vomiting', status: 'active', by: 'Dr Ben',
  at: new Date().toISOString(), stage: 'ordered', missing: ['Sodium', 'Potassium'], resulted: 0,
  tests: [{ code: 'NA', name: 'Sodium', loinc: '2951-2' }, { code: 'K', name: 'Potassium', loinc: '2823-3' }],
  steps: [{ step: 'ordered', at: '2026-11-21T09:00:00.000Z', by: 'Dr Ben' }, { step: 'collected' }, { step: 'in-lab' }, { step: 'resulted' }, { step: 'verified' }, { step: 'seen' }],
  ...told,
})

let patients = 0
/** A patient of one test: answers are kept between tests. */
const ada = (): PatientSummary => ({ id: `01JD0000000000000000000P${String(++patients).padStart(2, '0')}`, family: 'Okonkwo', given: 'Ada', number: 'A-000042', birthDate: '1961-05-06', gender: 'female', deceased: false, at: '' })
const host = (answers: Answers = {}) =>
  installBridge({
    whoAmI: () => done({ practitioner: 'x', user: 'd', name: 'Dr Ben', role: 'doctor', actions: ['chart.read', 'order.write', 'specimen.collect', 'specimen.receive', 'result.verify'], locked: false }),
    readCatalogue: () => done(catalogue),
    listLabOrders: () => done([]),
    placeLabOrders: (ask) => done({ orders: (ask as { orders: readonly unknown[] }).orders.map((_each, place) => order({ id: `order-${place}`, accession: `A2600012${place}` })), imaging: 1 }),
    ...answers,
  })
const show = (part: React.ReactElement) => render(<ClientProvider><KeysProvider>{part}</KeysProvider></ClientProvider>)
afterEach(() => {
  cleanup()
  forgetDrafts()
})
const basket = () => within(screen.getByRole('region', { name: 'To be ordered' })).queryAllByRole('listitem').map((each) => each.firstElementChild?.textContent)

describe('ordering tests', () => {
  it('E2: one press on a set adds its four tests and its images, and one save orders them all', async () => {
    const end = host()
    show(<PlaceOrderDialog patient={ada()} onClose={() => undefined} />)
    await press('Fever set')
    expect(basket()).toEqual(['Full blood count', 'Malaria, rapid test', 'C-reactive protein', 'Urine dipstick', 'Images: DX Chest PA'])
    await press('Fever set')
    expect(basket()).toHaveLength(5)
    fireEvent.click(screen.getByLabelText('STAT'))
    await press(/^Order 5 things/)
    expect(await screen.findByText('A26000120')).toBeDefined()
    expect(end.asksOf('placeLabOrders')).toHaveLength(1)
    expect(end.asksOf('placeLabOrders')[0]).toMatchObject({ priority: 'stat', orders: [{ code: 'FBC' }, { code: 'MALARIA-RDT' }, { code: 'CRP' }, { code: 'URINE' }], imaging: [{ modality: 'DX', bodyPart: 'Chest PA' }] })
  })

  it('E1: a full blood count of twelve tests is one press', async () => {
    const end = host()
    show(<PlaceOrderDialog patient={ada()} onClose={() => undefined} />)
    await press('Full blood count')
    await press(/^Order/)
    await waitFor(() => expect(end.asksOf('placeLabOrders')).toMatchObject([{ orders: [{ code: 'FBC' }], imaging: [] }]))
  })

  it('E2: is done with the keyboard alone: a few letters, an arrow, Enter, Ctrl+Enter', async () => {
    const end = host()
    show(<PlaceOrderDialog patient={ada()} onClose={() => undefined} />)
    const field = await screen.findByRole('combobox', { name: /Test, panel or set/ })
    await waitFor(() => expect(screen.getByRole('button', { name: 'Fever set' })).toBeDefined())
    fireEvent.change(field, { target: { value: 'potas' } })
    expect((await screen.findAllByRole('option')).map((each) => each.textContent)).toEqual(['PotassiumTest', 'Order “potas” in words'])
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(basket()).toEqual(['Potassium'])
    fireEvent.change(field, { target: { value: 'hair copper' } })
    fireEvent.keyDown(field, { key: 'ArrowDown' })
    fireEvent.keyDown(field, { key: 'Enter' })
    fireEvent.change(field, { target: { value: 'lipid' } })
    fireEvent.keyDown(field, { key: 'Escape' })
    expect((field as HTMLInputElement).value).toBe('')
    expect(basket()).toEqual(['Potassium', 'hair copper'])
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(end.asksOf('placeLabOrders')).toMatchObject([{ orders: [{ code: 'K' }, { words: 'hair copper' }] }]))
  })

  it('E2: a set is ordered as urgent by keyboard alone', async () => {
    const end = host()
    show(<PlaceOrderDialog patient={ada()} onClose={() => undefined} />)
    const { push, choose, save } = hands()
    await push('Fever set')
    await choose('STAT')
    await save()
    await waitFor(() => expect(end.asksOf('placeLabOrders')).toMatchObject([{ priority: 'stat', orders: [{ code: 'FBC' }, { code: 'MALARIA-RDT' }, { code: 'CRP' }, { code: 'URINE' }] }]))
  })

  it('E2: says what was ordered today already, and what was withdrawn does not count', async () => {
    const patient = ada()
    host({ listLabOrders: () => done([order(), order({ id: 'x', status: 'revoked', tests: [{ code: 'UREA', name: 'Urea' }] })]) })
    show(<PlaceOrderDialog patient={patient} onClose={() => undefined} />)
    await press('Renal profile')
    expect(await screen.findByText(/Renal profile was ordered today at .* already, within Electrolytes/)).toBeDefined()
    await press('Take out Renal profile')
    await waitFor(() => expect(screen.queryByText(/was ordered today/)).toBeNull())
  })

  it('keeps what was chosen when the dialog is closed, and orders nothing where nothing was chosen', async () => {
    const patient = ada()
    const end = host()
    show(<PlaceOrderDialog patient={patient} onClose={() => undefined} />)
    await screen.findByRole('button', { name: 'Fever set' })
    await press(/^Order/)
    expect(await screen.findByText('Add a test, a panel or a set.')).toBeDefined()
    await press('Glucose')
    cleanup()
    show(<PlaceOrderDialog patient={patient} onClose={() => undefined} />)
    await waitFor(() => expect(basket()).toEqual(['Glucose']))
    expect(end.asksOf('placeLabOrders')).toEqual([])
  })
})

describe('orders on a chart', () => {
  it('E4: show every step with its time, what nobody noted, and what has not come about', async () => {
    const steps = order().steps.map((step) => (step.step === 'resulted' ? { ...step, at: '2026-11-21T10:00:00.000Z' } : step))
    host({ listLabOrders: () => done([order({ stage: 'resulted', resulted: 1, missing: ['Potassium'], steps })]) })
    show(<OrderList patient={ada()} />)
    const track = await screen.findByRole('list', { name: 'How far Electrolytes is' })
    expect(within(track).getAllByRole('listitem').map((each) => each.textContent)).toEqual([
      expect.stringMatching(/^Ordered21-Nov-2026 .*Dr Ben$/), 'Collectednot noted', 'In the labnot noted', expect.stringMatching(/^Resulted21-Nov-2026/), 'Verifiednot yet', 'Seennot yet',
    ])
    expect(screen.getByText(/1 of 2 tests have a result/).textContent).toContain('Waits for Potassium')
  })

  it('are collected with one press, and withdrawn only with a reason', async () => {
    const end = host({ listLabOrders: () => done([order()]), collectSpecimens: () => done([]), withdrawLabOrder: () => done(order()) })
    show(<OrderList patient={ada()} />)
    await press('Tube A26000123 of OKONKWO, Ada was collected now')
    await waitFor(() => expect(end.asksOf('collectSpecimens')).toMatchObject([{ accessions: ['A26000123'] }]))
    await press('Withdraw Electrolytes…')
    await press(/^Withdraw the order/)
    expect(await screen.findByText('Say why.')).toBeDefined()
    fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'Ordered twice' } })
    await press(/^Withdraw the order/)
    await waitFor(() => expect(end.asksOf('withdrawLabOrder')).toMatchObject([{ why: 'Ordered twice' }]))
  })
})
