import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ReviewItem, Who } from '../../../shared/contract'
import { press } from '../../components/press.test-parts'
import { linesIn, pathWords, valueOf, whatWords } from './words'

const born: ReviewItem = {
  id: '01REVIEWITEM00000000000001', record: '01PAT000000000000000000000', type: 'Patient', patient: '01PAT000000000000000000000', patientName: 'ACHEBE, Ngozi', patientNumber: 'A-000017', about: 'clash', field: 'birthDate', before: '1980-01-01',
  mine: { value: '1981-02-03', by: 'Ada Eze', station: 'A', at: '2020-11-21T10:00:00.000Z' },
  theirs: { value: '1979-12-31', by: 'Bola Ojo', station: 'B', at: '2020-11-21T10:05:00.000Z' },
  lines: [{ field: 'birthDate', before: { kind: 'date', text: '1980-01-01' }, mine: { kind: 'date', text: '1981-02-03' }, theirs: { kind: 'date', text: '1979-12-31' } }],
  stands: 'mine', choices: ['mine', 'theirs', 'typed'], typed: 'date', present: '1981-02-03', state: 'open',
}
const phone: ReviewItem = {
  ...born, id: '01REVIEWITEM00000000000002', field: 'telecom[phone].value', before: '0800', choices: ['mine', 'theirs', 'both', 'present', 'typed'], typed: 'text', present: '0803', stands: undefined,
  mine: { ...born.mine, value: '0801' }, theirs: { ...born.theirs, value: '0802' },
  lines: [{ field: 'phone', before: { kind: 'text', text: '0800' }, mine: { kind: 'text', text: '0801' }, theirs: { kind: 'text', text: '0802' }, now: { kind: 'text', text: '0803' } }],
}
const result: ReviewItem = {
  ...born, id: '01REVIEWITEM00000000000003', type: 'Observation', about: 'fixed', field: '*', before: '', choices: ['both', 'present'], typed: undefined, title: { kind: 'text', text: 'Haemoglobin' },
  lines: [{ field: 'value', mine: { kind: 'number', text: '7.1 g/dL' }, theirs: { kind: 'number', text: '12.4 g/dL' } }],
}
const gone: ReviewItem = { ...born, id: '01REVIEWITEM00000000000004', about: 'taken-away', field: '-', before: '', lines: [], choices: ['seen'], typed: undefined, stands: undefined }
const severity: ReviewItem = {
  ...born, type: 'AllergyIntolerance', title: { kind: 'text', text: 'Penicillin' }, field: 'criticality', before: 'low', choices: ['mine', 'theirs'], typed: undefined,
  lines: [{ field: 'criticality', before: { kind: 'word', text: 'criticality.low' }, mine: { kind: 'word', text: 'criticality.high' }, theirs: { kind: 'word', text: 'criticality.unable-to-assess' } }],
}
const asked: { name: string; ask: unknown }[] = []
const heard = new Map<string, (value: never) => void>()
let who: Pick<Who, 'actions'>
let open: ReviewItem[]
let resolved: ReviewItem[]

beforeEach(() => {
  asked.length = 0
  // Each test with a client that has heard nothing yet.
  vi.resetModules()
  who = { actions: ['sync.read', 'review.resolve'] }
  open = [born]
  resolved = []
  const answers: Record<string, (ask: never) => unknown> = {
    whoAmI: () => who,
    listReviewItems: ({ state }: { state: string }) => (state === 'resolved' ? resolved : open),
    resolveReviewItem: ({ item, keep }: { item: string; keep: ReviewItem['decision'] }) => {
      const found = open.find(({ id }) => id === item) as ReviewItem
      open = open.filter(({ id }) => id !== item)
      return { ...found, state: 'resolved', decision: keep }
    },
    reopenReviewItem: () => {
      open = [born]
      return born
    },
    practiceState: () => ({ state: 'open', practice: { id: 'p', name: 'Hill Clinic', training: false }, station: 'A', keystore: 'none' }),
  }
  const requests = new Proxy({}, { get: (_all, name: string) => (_practice: unknown, ask: unknown) => (asked.push({ name, ask }), Promise.resolve({ ok: true, value: answers[name]?.(ask as never) ?? null })) })
  const on = new Proxy({}, { get: (_all, event: string) => (tell: (value: never) => void) => (heard.set(event, tell), () => undefined) })
  Object.assign(window, { outpost: { requests, on, shell: { painted: () => Promise.resolve() } } })
})
afterEach(cleanup)

const show = async (name: 'ReviewItems' | 'ReviewScreen', props: object = {}) => {
  const { ClientProvider } = await import('../../client')
  const parts = await import('.')
  const Part = parts[name] as React.ComponentType<object>
  render(
    <ClientProvider>
      <Part {...props} />
    </ClientProvider>,
  )
}

describe('the desk', () => {
  test('shows both values side by side with who, where, when and what it was before; choosing sends the choice, and can be taken back', async () => {
    await show('ReviewItems')
    const article = await screen.findByRole('article', { name: 'Patient · Date of birth: two values' })
    const cells = within(article).getAllByRole('cell').map(({ textContent }) => textContent)
    expect(cells).toEqual(['01-Jan-1980', '03-Feb-1981', '31-Dec-1979'])
    const heads = within(article).getAllByRole('columnheader').map(({ textContent }) => textContent)
    expect(heads[2]).toMatch(/^Ada Eze, workstation A21-Nov-2020 \d\d:\d\dstands now$/)
    expect(heads[3]).toMatch(/^Bola Ojo, workstation B21-Nov-2020 \d\d:\d\d$/)
    const link = within(article).getByRole('link')
    expect([link.getAttribute('href'), link.textContent]).toEqual([`#/patients/${born.patient}`, 'ACHEBE, Ngozi · A-000017'])
    await press('Keep “31-Dec-1979”', article)
    await waitFor(() => expect(asked).toContainEqual({ name: 'resolveReviewItem', ask: { item: born.id, keep: 'theirs' } }))
    expect(await screen.findByText('Decided: Patient · Date of birth is “31-Dec-1979”. The other value stays in the history.')).toBeDefined()
    expect(screen.queryByRole('article')).toBeNull()
    const undo = await screen.findByRole('button', { name: 'Undo' })
    await waitFor(() => expect(document.activeElement).toBe(undo))
    fireEvent.click(undo)
    await waitFor(() => expect(asked).toContainEqual({ name: 'reopenReviewItem', ask: { item: born.id } }))
    expect(await screen.findByRole('article')).toBeDefined()
  })

  test('what was decided and is open again, because somebody elsewhere decided otherwise, is asked again', async () => {
    await show('ReviewItems')
    await press('Keep “31-Dec-1979”')
    await screen.findByRole('button', { name: 'Undo' })
    await waitFor(() => expect(screen.queryByRole('article')).toBeNull())
    open = [born]
    heard.get('recordsChanged')?.({ types: ['Task'], patients: [born.patient] } as never)
    expect(await screen.findByRole('article')).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
  })

  test('neither is right: a third date is typed as people type it, and a future one is not taken', async () => {
    await show('ReviewItems')
    await press('Neither …')
    const field = await screen.findByLabelText('What is right: Patient · Date of birth')
    fireEvent.change(field, { target: { value: '3/2/2999' } })
    await press('Save this')
    expect(await screen.findByText('This is not a date of the past.')).toBeDefined()
    fireEvent.change(field, { target: { value: '2-Mar-1981' } })
    await press('Save this')
    await waitFor(() => expect(asked).toContainEqual({ name: 'resolveReviewItem', ask: { item: born.id, keep: 'typed', text: '1981-03-02' } }))
  })

  test('A15: what is typed there is kept until it is decided, through Esc and the end of the window', async () => {
    await show('ReviewItems')
    await press('Neither …')
    const label = 'What is right: Patient · Date of birth'
    fireEvent.change(await screen.findByLabelText(label), { target: { value: '2-Mar-1981' } })
    fireEvent.keyDown(screen.getByLabelText(label), { key: 'Escape' })
    await screen.findByRole('button', { name: 'Neither …' })
    cleanup()
    await show('ReviewItems')
    expect((await screen.findByLabelText<HTMLInputElement>(label)).value).toBe('2-Mar-1981')
    await press('Save this')
    await waitFor(() => expect(asked).toContainEqual({ name: 'resolveReviewItem', ask: { item: born.id, keep: 'typed', text: '1981-03-02' } }))
    const { hasDraft } = await import('../../components')
    await waitFor(() => expect(hasDraft(`review:${born.id}`)).toBe(false))
  })

  test('Esc gives up typing without a decision', async () => {
    await show('ReviewItems')
    await press('Neither …')
    fireEvent.keyDown(await screen.findByRole('textbox'), { key: 'Escape' })
    expect(await screen.findByRole('button', { name: 'Keep “03-Feb-1981”' })).toBeDefined()
    expect(asked.some(({ name }) => name === 'resolveReviewItem')).toBe(false)
  })

  test('two phones may both be kept; what somebody has written since may stay', async () => {
    open = [phone]
    await show('ReviewItems')
    const names = (await screen.findAllByRole('button')).map(({ textContent }) => textContent)
    expect(names).toEqual(['Keep “0801”', 'Keep “0802”', 'Keep both', 'Leave “0803” as it is now', 'Neither …'])
    await press('Keep both')
    await waitFor(() => expect(asked).toContainEqual({ name: 'resolveReviewItem', ask: { item: phone.id, keep: 'both' } }))
  })

  test('two results that nobody may change, and a record that was deleted on the server, are told of in words', async () => {
    open = [result, gone]
    await show('ReviewItems')
    const fixed = await screen.findByRole('article', { name: 'Observation · Haemoglobin: two versions' })
    expect(within(fixed).getAllByRole('cell').map(({ textContent }) => textContent)).toEqual(['7.1 g/dL', '12.4 g/dL'])
    expect(within(fixed).getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['Keep both, the other as a record of its own', 'Keep the one that stands'])
    const away = screen.getByRole('article', { name: 'Patient: deleted on the server' })
    await press('Understood', away)
    await waitFor(() => expect(asked).toContainEqual({ name: 'resolveReviewItem', ask: { item: gone.id, keep: 'seen' } }))
  })

  test('who may not decide sees both and no button', async () => {
    who = { actions: ['sync.read'] }
    await show('ReviewItems')
    await screen.findByText(/A doctor or an administrator decides/)
    expect(screen.queryAllByRole('button')).toEqual([])
  })

  test('what was decided stays listed with who, when and what, and can be taken back', async () => {
    open = []
    resolved = [{ ...severity, state: 'resolved', decision: 'mine', decidedBy: 'Dr Eze', decidedAt: '2026-11-21T12:00:00.000Z' }]
    await show('ReviewScreen')
    expect(await screen.findByText('Nothing to review')).toBeDefined()
    const row = (await screen.findByRole('rowheader', { name: 'Allergy · Penicillin · Severity' })).closest('tr') as HTMLElement
    expect(row.textContent).toContain('“severe”')
    expect(row.textContent).toContain('Dr Eze')
    await press('Take back: Allergy · Penicillin · Severity', row)
    await waitFor(() => expect(asked).toContainEqual({ name: 'reopenReviewItem', ask: { item: severity.id } }))
  })
})

test('fields and values read as the ward says them, on a chart or not', () => {
  expect(['name[official].family', 'telecom[phone].value', 'telecom[phone]', 'address[home].text', 'criticality', 'somethingElse'].map(pathWords)).toEqual(['Family name', 'Phone', 'Phone', 'Address', 'Severity', 'somethingElse'])
  expect([valueOf('gender', 'female'), valueOf('birthDate', '1980-05'), valueOf('telecom[phone].value', '')]).toEqual(['female', 'May-1980', 'nothing'])
  expect([valueOf('subject', 'ACHEBE, Ngozi · A-000017 · 1980-05-01')]).toEqual(['ACHEBE, Ngozi · A-000017 · 01-May-1980'])
  const married: ReviewItem = { ...born, field: 'maritalStatus', before: '', mine: { ...born.mine, value: 'widowed' }, theirs: { ...born.theirs, value: 'married' }, lines: [{ field: 'other:maritalStatus.text' }] }
  expect(linesIn(married)).toEqual([{ field: 'Marital status', before: 'nothing', mine: 'widowed', theirs: 'married' }])
  expect(whatWords(married)).toBe('Patient · Marital status')
})
