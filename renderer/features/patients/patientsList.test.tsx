import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse } from '../../../shared/contract/answer'
import type { PatientSummary } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { draftAt, forgetDrafts, restoreDrafts } from '../../components'
import { press } from '../../components/press.test-parts'
import { PatientsScreen } from './PatientsScreen'

let practices = 0

/** A practice of so many, each test's of its own. */
const show = (count: number, answers: Answers = {}) => {
  practices += 1
  const of = practices
  const people = Array.from({ length: count }, (_, place): PatientSummary => ({
    id: `${of}-${place}`, family: `Family${String(place).padStart(3, '0')}`, given: 'Ada', gender: 'female', deceased: false, number: `${of}-${String(place).padStart(4, '0')}`, at: 'x',
  }))
  const onOpen = vi.fn()
  const end = installBridge({
    listPatients: ({ skip = 0, limit = 50, order }) => done({ patients: (order === 'descending' ? [...people].reverse() : people).slice(skip, skip + limit), total: count }),
    findPatients: ({ text }) => done(people.filter(({ family }) => family.toLowerCase().includes(text))),
    ...answers,
  })
  render(
    <ClientProvider key={of}>
      <Seat value={{ actions: ['patient.read', 'patient.register'] } as never}>
        <PatientsScreen onOpen={onOpen} onRegistering={vi.fn()} />
      </Seat>
    </ClientProvider>,
  )
  // Answers are kept for a while across screens.
  end.tell('recordsChanged', { types: ['Patient'], patients: [] })
  return { ...end, onOpen, lastAsk: () => end.asksOf('listPatients').at(-1) }
}
const numbers = () => within(screen.getByRole('listbox')).queryAllByRole('option').map((one) => /\d+-\d{4}/.exec(one.textContent ?? '')?.[0]?.split('-')[1])
const firstIs = (number: string, rows: number) => waitFor(() => expect([numbers()[0], numbers().length]).toEqual([number, rows]))
const search = () => screen.getByRole('combobox', { name: /Search by name/ })

beforeEach(forgetDrafts)
afterEach(cleanup)

describe('the list of patients', () => {
  it('A43: stands in pages of 25, 50 or 100 rows, and the size chosen is there after a restart', async () => {
    show(230)
    await firstIs('0000', 50)
    screen.getByText('1–50 of 230')
    fireEvent.change(screen.getByLabelText('Rows'), { target: { value: '100' } })
    await firstIs('0000', 100)
    await press('Next page')
    await firstIs('0100', 100)
    await press('Next page')
    await firstIs('0200', 30)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Next page' }).disabled).toBe(true)
    // The window ends; what it kept on disk comes back with the person.
    const kept = draftAt('patients.list')
    cleanup()
    forgetDrafts()
    restoreDrafts([{ key: 'patients.list', use: 'habit', value: JSON.parse(JSON.stringify(kept?.value)) as unknown, at: '2026-11-21T13:40:00.000Z' }])
    const { lastAsk } = show(230)
    await firstIs('0000', 100)
    expect(lastAsk()).toMatchObject({ limit: 100 })
  })

  it('A43: is sorted by name and by birth date, both ways, by pressing the head of the column', async () => {
    const { lastAsk } = show(60)
    await firstIs('0000', 50)
    expect(lastAsk()).toMatchObject({ sort: 'recent' })
    await press('Name')
    await waitFor(() => expect(lastAsk()).toMatchObject({ sort: 'name', order: 'ascending', skip: 0 }))
    await press(/^Name/)
    await waitFor(() => expect(lastAsk()).toMatchObject({ sort: 'name', order: 'descending' }))
    await firstIs('0059', 50)
    await press('Born')
    await waitFor(() => expect(lastAsk()).toMatchObject({ sort: 'born', order: 'ascending' }))
  })

  it('A43: goes on over the end of a page with the arrows alone, and opens with Enter', async () => {
    const { onOpen } = show(60)
    await firstIs('0000', 50)
    for (let key = 0; key < 5; key += 1) fireEvent.keyDown(search(), { key: 'PageDown' })
    fireEvent.keyDown(search(), { key: 'ArrowDown' })
    await firstIs('0050', 10)
    fireEvent.keyDown(search(), { key: 'ArrowUp' })
    await firstIs('0000', 50)
    fireEvent.keyDown(search(), { key: 'Enter' })
    expect(onOpen.mock.calls[0]?.[0]).toMatch(/-49$/)
  })

  it('A43: says that there is nobody yet, that nobody was found, and that the list could not be read', async () => {
    show(0)
    await screen.findByText('No patients yet')
    fireEvent.change(search(), { target: { value: 'zzz' } })
    await screen.findByText('Nobody found for “zzz”')
    cleanup()
    forgetDrafts()
    show(3, { listPatients: () => refuse('internal') })
    await screen.findByRole('alert')
  })

  it('A43: waits with its question until the answer to the last letter is there', async () => {
    const { asksOf } = show(3)
    await firstIs('0000', 3)
    fireEvent.change(search(), { target: { value: 'family001' } })
    await waitFor(() => expect(numbers()).toEqual(['0001']))
    expect(asksOf('findPatients').at(-1)).toMatchObject({ text: 'family001' })
  })
})
