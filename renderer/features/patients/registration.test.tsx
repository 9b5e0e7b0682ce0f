import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done } from '../../../shared/contract/answer'
import type { Answer, PatientSummary, SamePerson } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { RegisterDialog } from './RegisterDialog'
import { askOf, faultsOf, type Registration } from './registration'

const today = new Date(2026, 10, 21)
const form = (more: Partial<Registration> = {}): Registration => ({ key: 'k2345678', family: 'Bello', given: '', gender: 'female', birth: '', phone: '', ...more })

describe('what a registration needs', () => {
  it('a name and a sex are enough; everything else may wait', () => {
    expect(askOf(form(), today)).toEqual({ key: 'k2345678', family: 'Bello', given: '', gender: 'female' })
    expect(faultsOf(form({ family: ' ', gender: undefined }), today)).toEqual(['family', 'gender'])
  })

  it('a year or an age stands for a birth date that nobody knows', () => {
    expect(askOf(form({ birth: '1962' }), today)).toMatchObject({ birthDate: '1962' })
    expect(askOf(form({ birth: '61y' }), today)).toMatchObject({ birthDate: '1965' })
  })

  it('a birth date that cannot be is refused, not left out', () => {
    expect(askOf(form({ birth: '31/2/1990' }), today)).toBeNull()
    expect(faultsOf(form({ birth: '31/2/1990' }), today)).toEqual(['birth'])
  })
})

const patient: PatientSummary = { id: '01HZZZZZZZZZZZZZZZZZZZZZZ1', family: 'Bello', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' }

const show = (answers: Answers = {}) => {
  const end = installBridge({ findPatients: () => done([]), registerPatient: () => done(patient), ...answers })
  const on = { onClose: vi.fn(), onRegistered: vi.fn(), onExisting: vi.fn() }
  const shown = render(
    <ClientProvider>
      <RegisterDialog {...on} />
    </ClientProvider>,
  )
  return { ...end, ...on, ...shown }
}
const field = (name: RegExp) => screen.getByLabelText<HTMLInputElement>(name)

describe('registering at the front desk', () => {
  beforeEach(forgetDrafts)
  afterEach(cleanup)

  it('goes on with Enter, picks the sex by its first letter, and saves with Ctrl+Enter', async () => {
    const { asksOf, onRegistered } = show()
    expect(document.activeElement).toBe(field(/Family name/))
    fireEvent.change(field(/Family name/), { target: { value: 'Bello' } })
    fireEvent.keyDown(field(/Family name/), { key: 'Enter' })
    expect(document.activeElement).toBe(field(/Given name/))
    fireEvent.keyDown(field(/Given name/), { key: 'Enter' })
    fireEvent.keyDown(document.activeElement as Element, { key: 'm' })
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Male' }).checked).toBe(true)
    fireEvent.keyDown(document.activeElement as Element, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(onRegistered).toHaveBeenCalledWith(patient))
    expect(asksOf('registerPatient')[0]).toMatchObject({ family: 'Bello', gender: 'male' })
  })

  it('says what is missing at the field, and goes there', () => {
    const { asksOf } = show()
    fireEvent.keyDown(field(/Family name/), { key: 'Enter', ctrlKey: true })
    expect(screen.getAllByRole('alert').map((one) => one.textContent)).toEqual(['A name is needed to find the patient again.', 'Choose one; “Not known” is an answer.'])
    expect(document.activeElement).toBe(field(/Family name/))
    expect(asksOf('registerPatient')).toHaveLength(0)
  })

  it('keeps the draft when the dialog is closed half way', () => {
    const { unmount } = show()
    fireEvent.change(field(/Family name/), { target: { value: 'Bello' } })
    unmount()
    show()
    expect(field(/Family name/).value).toBe('Bello')
  })

  it('reads the birth date back in words before it is saved', () => {
    show()
    fireEvent.change(field(/Born/), { target: { value: '3/2/1980' } })
    expect(screen.getByText(/Read as 03-Feb-1980 \(\d+y\)/)).toBeTruthy()
  })

  it('A4: shows who may be the same person beside the form, with what is alike in words, and opens that chart', async () => {
    const { onExisting, asksOf } = show({ findSamePeople: () => done([{ patient, alike: ['name-alike', 'birth-swapped'], isLikely: false }]) })
    expect(screen.getByText(/shown here while you type/)).toBeTruthy()
    fireEvent.change(field(/Family name/), { target: { value: 'Belo' } })
    fireEvent.change(field(/Born/), { target: { value: '3/2/1980' } })
    const same = await screen.findByRole('button', { name: 'Use this patient: open BELLO, Ada, A-000123' })
    expect(within(screen.getByRole('complementary', { name: 'Already here?' })).getAllByRole('listitem').map((one) => one.textContent)).toEqual([
      expect.stringContaining('BELLO, Ada'),
      'Name sounds or is spelt alike',
      'Birth date with day and month swapped',
    ])
    expect(asksOf('findSamePeople').at(-1)).toEqual({ family: 'Belo', given: '', birthDate: '1980-02-03' })
    fireEvent.click(same)
    expect(onExisting).toHaveBeenCalledWith(patient)
    cleanup()
    show()
    expect(field(/Family name/).value).toBe('')
  })

  it('saves nobody who is most likely here already before that was looked at, however fast the keys', async () => {
    const { onRegistered, asksOf } = show({ findSamePeople: () => done([{ patient, alike: ['name-alike', 'birth-same'], isLikely: true }]) })
    fireEvent.change(field(/Family name/), { target: { value: 'Belo' } })
    fireEvent.change(field(/Identity document/), { target: { value: 'AB 123' } })
    fireEvent.click(screen.getByRole('radio', { name: 'Female' }))
    fireEvent.keyDown(field(/Family name/), { key: 'Enter', ctrlKey: true })
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing is saved yet')
    expect(screen.getByRole('button', { name: /Use this patient: open BELLO, Ada/ })).toBeTruthy()
    expect(asksOf('registerPatient')).toEqual([])
    // Having looked, the person at the desk knows better.
    fireEvent.click(screen.getByRole('button', { name: /Register as somebody new/ }))
    await waitFor(() => expect(onRegistered).toHaveBeenCalledWith(patient))
    expect(asksOf('registerPatient')).toMatchObject([{ family: 'Belo', document: 'AB 123' }])
  })

  it('A4: who may be here already is looked at, and opened or not, by keyboard alone', async () => {
    const { onExisting, asksOf } = show({ findSamePeople: () => done([{ patient, alike: ['name-alike', 'birth-same'], isLikely: true }]) })
    const { fill, choose, save, push } = hands()
    await fill(/Family name/, 'Belo')
    await choose('Female')
    await save()
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing is saved yet')
    await push('Use this patient: open BELLO, Ada, A-000123')
    expect(onExisting).toHaveBeenCalledWith(patient)
    expect(asksOf('registerPatient')).toEqual([])
  })

  it('A16: registers once, however often Save is pressed', async () => {
    const { onRegistered, asksOf } = show({ findSamePeople: () => done([]) })
    fireEvent.change(field(/Family name/), { target: { value: 'Belo' } })
    fireEvent.click(screen.getByRole('radio', { name: 'Female' }))
    for (let press = 0; press < 5; press += 1) fireEvent.keyDown(field(/Family name/), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(onRegistered).toHaveBeenCalledWith(patient))
    expect(asksOf('registerPatient')).toHaveLength(1)
    expect(onRegistered).toHaveBeenCalledTimes(1)
  })

  it('registers all the same when the question about others cannot be answered', async () => {
    const { onRegistered } = show()
    fireEvent.change(field(/Family name/), { target: { value: 'Belo' } })
    fireEvent.click(screen.getByRole('radio', { name: 'Female' }))
    fireEvent.keyDown(field(/Family name/), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(onRegistered).toHaveBeenCalledWith(patient))
  })

  it('never shows people of an earlier form over those of a later one', async () => {
    const waiting = new Map<string, (people: Answer<SamePerson[]>) => void>()
    show({ findSamePeople: ({ family = '' }) => new Promise((answer) => waiting.set(family, answer)) })
    const other = { ...patient, id: '01HZZZZZZZZZZZZZZZZZZZZZZ2', family: 'Belo', number: 'A-000124' }
    fireEvent.change(field(/Family name/), { target: { value: 'Bel' } })
    await waitFor(() => expect(waiting.has('Bel')).toBe(true))
    fireEvent.change(field(/Family name/), { target: { value: 'Belo' } })
    await waitFor(() => expect(waiting.has('Belo')).toBe(true))
    waiting.get('Belo')?.(done([{ patient: other, alike: ['name-same'], isLikely: false }]))
    await screen.findByRole('button', { name: /A-000124/ })
    waiting.get('Bel')?.(done([{ patient, alike: ['name-same'], isLikely: false }]))
    await new Promise((later) => setTimeout(later, 50))
    expect(screen.getByRole('button', { name: /A-000124/ })).toBeTruthy()
    expect(screen.queryByRole('button', { name: /A-000123/ })).toBeNull()
  })
})
