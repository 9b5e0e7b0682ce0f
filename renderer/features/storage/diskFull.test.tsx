import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { common } from '../../../resources/locales/en/common'
import { problems } from '../../../resources/locales/en/problems'
import type { EncounterEntry, PatientSummary } from '../../../shared/contract'

const patient: PatientSummary = { id: '01PAT000000000000000000000', family: 'Okonkwo', given: 'Ada', gender: 'female', deceased: false, number: 'A-1', at: 'x' }
const visit: EncounterEntry = { id: '01ENC000000000000000000000', start: '2026-11-21T08:00:00.000Z', reason: 'Cough', status: 'in-progress', by: 'Dr Ben', notes: [] }
let isFull: boolean
const sent: unknown[] = []

beforeEach(() => {
  isFull = true
  sent.length = 0
  vi.resetModules()
  const answers: Record<string, () => unknown> = { whoAmI: () => ({ actions: ['encounter.write', 'chart.read'] }), listEncounters: () => [visit] }
  const requests = new Proxy({}, {
    get: (_all, name: string) => (_practice: unknown, ask: unknown) => {
      if (name !== 'addNote') return Promise.resolve({ ok: true, value: answers[name]?.() ?? null })
      sent.push(ask)
      return Promise.resolve(isFull ? { ok: false, problem: { kind: 'disk-full', facts: {} } } : { ok: true, value: { id: 'n', text: '', by: '', at: '' } })
    },
  })
  const on = new Proxy({}, { get: () => () => () => undefined })
  Object.assign(window, { outpost: { requests, on, shell: { painted: () => Promise.resolve() } } })
})
afterEach(cleanup)

test('a note that cannot be saved on a full disk stays on the screen, with words, and is saved once there is room', async () => {
  const { ClientProvider } = await import('../../client')
  const { EncountersTab } = await import('../encounters')
  const { teachProblemWording } = await import('../../components')
  teachProblemWording({ problems, otherwise: problems.internal, again: common.again, technical: common.technical })
  render(
    <ClientProvider>
      <EncountersTab patient={patient} />
    </ClientProvider>,
  )
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox')
  fireEvent.change(field, { target: { value: 'Chest clear, review on Monday' } })
  fireEvent.click(screen.getByRole('button', { name: /Add/ }))
  expect(await screen.findByText('The disk of this computer is full, so this was not saved.')).toBeDefined()
  expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('Chest clear, review on Monday')
  isFull = false
  fireEvent.click(screen.getByRole('button', { name: /Add/ }))
  await vi.waitFor(() => expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe(''))
  // The same act: were the first one saved after all, it is not there twice.
  expect((sent as { key: string }[])[0]?.key).toBe((sent as { key: string }[])[1]?.key)
})
