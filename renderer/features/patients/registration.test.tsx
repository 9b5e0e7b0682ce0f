import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done } from '../../../shared/contract/answer'
import type { PatientSummary } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
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

  it('shows who may be the same person beside the form', async () => {
    const { onExisting } = show({ findPatients: () => done([patient]) })
    fireEvent.change(field(/Family name/), { target: { value: 'Belo' } })
    const same = await screen.findByRole('button', { name: /Open BELLO, Ada, A-000123/ })
    fireEvent.click(same)
    expect(onExisting).toHaveBeenCalledWith(patient)
  })
})
