import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, type Catalogue, type Who } from '../../../shared/contract'
import { specimenKinds } from '../../../shared/records/lab-catalogue/catalogue'
import { shippedCatalogue } from '../../../shared/records/lab-catalogue/shipped'
import { ClientProvider, Seat } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { CatalogueTab } from '.'
import { draftOf, readPanel, readSet, readTest } from './entry'

const catalogue: Catalogue = {
  specimens: specimenKinds,
  tests: shippedCatalogue.tests.filter(({ code }) => ['HGB', 'K', 'U-PRO', 'LDL'].includes(code)),
  panels: [{ code: 'ANAEMIA', name: 'Anaemia panel', tests: ['HGB'] }, { code: 'OLD', name: 'Old panel', tests: ['K'], isRetired: true }],
  sets: shippedCatalogue.sets,
}
const show = (actions: readonly string[] = ['chart.read', 'lab.configure']) => {
  const end = installBridge({
    readCatalogue: () => done(catalogue),
    saveCatalogueTest: () => done(catalogue),
    saveCataloguePanel: () => done(catalogue),
  })
  const who = { practitioner: 'x', user: 't', name: 'Tom', role: 'lab-technician', actions, locked: false } as unknown as Who
  render(<ClientProvider><Seat value={who}><KeysProvider><CatalogueTab /></KeysProvider></Seat></ClientProvider>)
  return end
}
afterEach(() => {
  cleanup()
  forgetDrafts()
})
const codes = () => screen.getAllByRole('row').slice(1).map((row) => row.dataset['code'])

describe('the catalogue on the screen', () => {
  it('E1: shows tests with specimen, unit, method and price, and a change of one is one save', async () => {
    const end = show()
    await screen.findByRole('button', { name: 'Change Haemoglobin…' })
    expect(codes()).toEqual(['HGB', 'K', 'LDL', 'U-PRO'])
    await press('Change Haemoglobin…')
    fireEvent.change(screen.getByLabelText(/^Price/), { target: { value: '3,50' } })
    fireEvent.change(screen.getByLabelText(/^Unit/), { target: { value: 'g/spoon' } })
    await press(/^Save/)
    expect(await screen.findByText('Outpost does not know this unit.')).toBeDefined()
    expect(end.asksOf('saveCatalogueTest')).toEqual([])
    fireEvent.change(screen.getByLabelText(/^Unit/), { target: { value: 'g/L' } })
    await press(/^Save/)
    await waitFor(() => expect(end.asksOf('saveCatalogueTest')).toMatchObject([{ code: 'HGB', name: 'Haemoglobin', loinc: '718-7', unit: 'g/L', price: 3.5, specimen: 'blood-edta' }]))
  })

  it('E1: a price is changed by keyboard alone', async () => {
    const end = show()
    const { push, fill, save } = hands()
    await push('Change Haemoglobin…')
    const dialog = await screen.findByRole('dialog')
    await fill(/^Price/, '4.5', dialog)
    await save()
    await waitFor(() => expect(end.asksOf('saveCatalogueTest')).toMatchObject([{ code: 'HGB', price: 4.5 }]))
  })

  it('finds by any name, hides what is retired, and makes a panel of codes', async () => {
    const end = show()
    fireEvent.change(await screen.findByLabelText('Find'), { target: { value: 'hb' } })
    await waitFor(() => expect(codes()).toEqual(['HGB']))
    fireEvent.change(screen.getByLabelText('Find'), { target: { value: '' } })
    fireEvent.click(screen.getByLabelText(/^Panels/))
    await waitFor(() => expect(codes()).toEqual(['ANAEMIA']))
    await press('Show retired')
    expect(codes()).toEqual(['ANAEMIA', 'OLD'])
    await press('New panel…')
    fireEvent.change(screen.getByLabelText('Code'), { target: { value: 'OURS' } })
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Our panel' } })
    fireEvent.change(screen.getByLabelText('Tests'), { target: { value: 'hgb, k' } })
    await press(/^Save/)
    await waitFor(() => expect(end.asksOf('saveCataloguePanel')).toMatchObject([{ code: 'OURS', tests: ['HGB', 'K'] }]))
  })

  it('can only be looked at by those who may not change it', async () => {
    show(['chart.read'])
    await waitFor(() => expect(codes()).toHaveLength(4))
    expect(screen.queryByRole('button', { name: /Change|New/ })).toBeNull()
  })
})

describe('an entry as it is typed', () => {
  it('E1: is refused field by field', () => {
    expect(readTest({ ...draftOf(), code: 'a b', loinc: '718', price: '-1', decimals: '9' }, [])).toMatchObject({
      faults: { code: { id: 'code.fault' }, name: { id: 'name.fault' }, loinc: { id: 'loinc.fault' }, price: { id: 'price.fault' }, decimals: { id: 'decimals.fault' } },
    })
    expect(readTest({ ...draftOf(), code: 'K', name: 'x', price: '1,200' }, [])).toMatchObject({ faults: { price: { id: 'price.fault' } } })
    expect(readTest({ ...draftOf(), code: 'K', name: 'x', result: 'coded' }, ['K'])).toMatchObject({ faults: { code: { id: 'code.taken' }, answers: { id: 'answers.fault' } } })
    expect(readPanel({ ...draftOf(), code: 'P', name: 'x', holds: 'HGB, NOBODY' }, [], catalogue)).toMatchObject({ faults: { holds: { facts: { codes: 'NOBODY' } } } })
    expect(readPanel({ ...draftOf(), code: 'P', name: 'x' }, [], catalogue)).toMatchObject({ faults: { holds: { id: 'tests.none' } } })
    expect(readSet({ ...draftOf(), code: 'S', name: 'x', imaging: 'Chest' }, [], catalogue)).toMatchObject({ faults: { imaging: { facts: { lines: 'Chest' } } } })
  })

  it('reads back what the catalogue has', () => {
    for (const test of shippedCatalogue.tests) {
      const { isCalculated: _worked, intervals: _ranges, ...told } = test
      expect(readTest(draftOf(test), [])).toEqual({ ask: told })
    }
    for (const set of shippedCatalogue.sets) expect(readSet(draftOf(set), [], { ...catalogue, ...shippedCatalogue })).toEqual({ ask: set })
  })
})
