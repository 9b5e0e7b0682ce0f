import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HistoryVersion, Who } from '../../../shared/contract'
import { press } from '../../components/press.test-parts'

const changedAt = new Date(2026, 10, 21, 14, 5)
const versions: HistoryVersion[] = [
  {
    record: 'p', act: 'revised', at: changedAt.toISOString(), station: 'B', by: { kind: 'person', name: 'Dr Ben' },
    changes: [
      { field: 'birthDate', before: { kind: 'date', text: '1980-05-01' }, after: { kind: 'date', text: '1981-05-01' } },
      { field: 'phone', before: { kind: 'text', text: '07700 900123' } },
      { field: 'gender', before: { kind: 'word', text: 'gender.unknown' }, after: { kind: 'word', text: 'gender.female' } },
      { field: 'other:maritalStatus.text', after: { kind: 'text', text: 'widowed' } },
    ],
  },
  { record: 'p', act: 'first', at: new Date(2026, 10, 20, 9, 0).toISOString(), station: 'A', by: { kind: 'device', name: '' }, changes: [{ field: 'family', after: { kind: 'text', text: 'Okonkwo' } }] },
]
let who: Pick<Who, 'actions'>
const asked: unknown[] = []

beforeEach(() => {
  asked.length = 0
  vi.resetModules()
  who = { actions: ['chart.read'] }
  const answers: Record<string, () => unknown> = { whoAmI: () => who, recordHistory: () => versions }
  const requests = new Proxy({}, { get: (_all, name: string) => (_practice: unknown, ask: unknown) => (asked.push([name, ask]), Promise.resolve({ ok: true, value: answers[name]?.() ?? null })) })
  const on = new Proxy({}, { get: () => () => () => undefined })
  Object.assign(window, { outpost: { requests, on, shell: { painted: () => Promise.resolve() } } })
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.open = true
  }
})
afterEach(cleanup)

const show = async () => {
  const { ClientProvider } = await import('../../client')
  const { HistoryButton } = await import('.')
  render(
    <ClientProvider>
      <HistoryButton patient="01PAT000000000000000000000" type="Patient" record="01PAT000000000000000000000" what="Details" />
    </ClientProvider>,
  )
}

describe('The history of a record on the screen', () => {
  test('names person, day, time and workstation, and each field before and after in the words of the ward', async () => {
    await show()
    await press('History of Details')
    const [changed, first] = await screen.findAllByRole('article')
    if (!changed || !first) throw new Error('two versions are wanted')
    expect(changed.querySelector('header')?.textContent).toBe('ChangedDr Ben21-Nov-2026 14:05workstation Bstands now')
    expect(within(changed).getAllByRole('row').slice(1).map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
      ['Date of birth', '01-May-1980', '01-May-1981'],
      ['Phone', '07700 900123', 'nothing'],
      ['Sex', 'not known', 'female'],
      ['Other: maritalStatus.text', 'nothing', 'widowed'],
    ])
    expect(first.textContent).toContain('a device')
    expect(within(first).queryByText('Before')).toBeNull()
    expect(asked).toContainEqual(['recordHistory', { patient: '01PAT000000000000000000000', type: 'Patient', record: '01PAT000000000000000000000' }])
  })

  test('is not offered to those who may not read charts, and asks nothing', async () => {
    who = { actions: ['patient.read'] }
    await show()
    await vi.waitFor(() => expect(asked).toContainEqual(['whoAmI', undefined]))
    expect(screen.queryByRole('button')).toBeNull()
    expect(asked.some((each) => (each as string[])[0] === 'recordHistory')).toBe(false)
  })
})
