import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, refuse } from '../../../shared/contract/answer'
import type { PatientSummary, VitalEntry } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge, type Answers } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { VitalsForm } from './VitalsForm'

const patient: PatientSummary = {
  id: '01HZZZZZZZZZZZZZZZZZZZZZZ1',
  family: 'Bello',
  given: 'Ada',
  gender: 'female',
  birthDate: '1980-02-03',
  deceased: false,
  number: 'A-000001',
  at: 'x',
}

const show = (answers: Answers = {}) => {
  const end = installBridge({
    recordVitals: (ask) =>
      done(ask.values.map(({ code, value }, index): VitalEntry => ({ id: String(index), code, value, effective: ask.effective, written: String(index), origin: { kind: 'typed' }, by: 'Amina' }))),
    ...answers,
  })
  const shown = render(
    <ClientProvider>
      <VitalsForm patient={patient} latest={new Map()} scoredAs={undefined} />
    </ClientProvider>,
  )
  return { ...end, ...shown }
}

const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })
/** Types into the field that has the focus, then presses a key, as fingers do. */
const type = (text: string, key = 'Enter', more: object = {}) => {
  const focused = document.activeElement as HTMLInputElement
  if (text) fireEvent.change(focused, { target: { value: text } })
  fireEvent.keyDown(focused, { key, ...more })
}

beforeEach(forgetDrafts)
afterEach(cleanup)

describe('charting vital signs by keyboard alone', () => {
  it('A17: goes through the paper form with Enter and saves the whole set with Ctrl+Enter', async () => {
    const { asksOf } = show()
    field('Respiratory rate').focus()
    type('18')
    type('97')
    type('')
    type('120', '/')
    type('80')
    type('72')
    fireEvent.keyDown(document.activeElement as Element, { key: 'a' })
    type('')
    type('37,2')
    type('', 'Enter', { ctrlKey: true })
    await waitFor(() => expect(asksOf('recordVitals')).toHaveLength(1))
    expect(asksOf('recordVitals')[0]).toMatchObject({
      patient: patient.id,
      values: [
        { code: 'respiratory-rate', value: 18 },
        { code: 'spo2', value: 97 },
        { code: 'bp-systolic', value: 120 },
        { code: 'bp-diastolic', value: 80 },
        { code: 'pulse', value: 72 },
        { code: 'avpu', value: 'A' },
        { code: 'temperature', value: 37.2 },
      ],
    })
    await waitFor(() => expect(screen.getByRole('status').textContent).toMatch(/Saved on this computer at \d\d:\d\d: 7 values/))
    expect(field('Respiratory rate').value).toBe('')
    expect(document.activeElement).toBe(field('Respiratory rate'))
  })

  it('refuses a pulse of 720 in place: says why, keeps the focus, saves nothing', () => {
    const { asksOf } = show()
    field('Pulse').focus()
    type('720')
    expect(document.activeElement).toBe(field('Pulse'))
    expect(field('Pulse').getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByRole('alert').textContent).toContain('720 cannot be right: 20 to 350')
    type('', 'Enter', { ctrlKey: true })
    expect(asksOf('recordVitals')).toHaveLength(0)
    type('72')
    expect(document.activeElement).not.toBe(field('Pulse'))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('A17: takes every sign of the paper form by keyboard alone: pressure, pulse, breathing, saturation, oxygen, temperature, ACVPU, pain, glucose, weight, height and arm', async () => {
    const { asksOf } = show()
    field('Respiratory rate').focus()
    for (const [text, key] of [['18'], ['97'], ['2'], ['128', '/'], ['82'], ['74']] as const) type(text, key)
    fireEvent.keyDown(document.activeElement as Element, { key: 'a' })
    for (const text of ['', '37.2', '3', '5.6', '68.5', '172']) type(text)
    type('27.5', 'Enter', { ctrlKey: true })
    await waitFor(() => expect(asksOf('recordVitals')).toHaveLength(1))
    expect(Object.fromEntries(asksOf('recordVitals')[0]!.values.map(({ code, value }) => [code, value]))).toEqual({
      'respiratory-rate': 18, spo2: 97, 'inspired-oxygen': 2, 'bp-systolic': 128, 'bp-diastolic': 82, pulse: 74, avpu: 'A', temperature: 37.2, pain: 3, glucose: 5.6, weight: 68.5, height: 172, muac: 27.5,
    })
  })

  it('A17: flags what is abnormal as it is typed, without one more click', () => {
    show()
    fireEvent.change(field('SpO₂'), { target: { value: '88' } })
    expect(screen.getByText('critically low')).toBeTruthy()
  })

  it('keeps what was typed through a refusal and a closed form, and sends the same act again', async () => {
    let refusals = 0
    const { asksOf, unmount } = show({ recordVitals: () => (++refusals === 1 ? refuse('host-restarting') : done([])) })
    fireEvent.change(field('Pulse'), { target: { value: '88' } })
    fireEvent.keyDown(field('Pulse'), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(asksOf('recordVitals')).toHaveLength(1))
    await waitFor(() => expect(screen.getByRole('alert')).toBeTruthy())
    unmount()
    render(
      <ClientProvider>
        <VitalsForm patient={patient} latest={new Map()} scoredAs={undefined} />
      </ClientProvider>,
    )
    expect(field('Pulse').value).toBe('88')
    fireEvent.keyDown(field('Pulse'), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(asksOf('recordVitals')).toHaveLength(2))
    const [first, second] = asksOf('recordVitals')
    expect(second?.key).toBe(first?.key)
  })

  it('another patient’s form starts empty, and the first one’s draft waits', () => {
    const { rerender } = show()
    fireEvent.change(field('Pulse'), { target: { value: '88' } })
    const form = (who: PatientSummary) => (
      <ClientProvider>
        <VitalsForm patient={who} latest={new Map()} scoredAs={undefined} />
      </ClientProvider>
    )
    rerender(form({ ...patient, id: '01HZZZZZZZZZZZZZZZZZZZZZZ2' }))
    expect(field('Pulse').value).toBe('')
    rerender(form(patient))
    expect(field('Pulse').value).toBe('88')
  })
})
