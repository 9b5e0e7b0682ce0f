import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Answer, OlderRecords, StorageState, Who } from '../../../shared/contract'
import { common } from '../../../resources/locales/en/common'
import { problems } from '../../../resources/locales/en/problems'
import { press } from '../../components/press.test-parts'
import { sizeWords } from './words'

const patient = '01PAT000000000000000000000'
const roomy: StorageState = { disk: { free: 20e9, total: 100e9, isLow: false }, purged: { records: 0, patients: 0 }, job: { state: 'none' } }
let state: StorageState
let who: Pick<Who, 'actions'>
let older: OlderRecords | null
let fetchAnswer: Answer<unknown>
const asked: [name: string, ask: unknown][] = []
const listeners = new Map<string, (value: unknown) => void>()

beforeEach(() => {
  asked.length = 0
  listeners.clear()
  vi.resetModules()
  state = roomy
  who = { actions: ['storage.manage', 'chart.read'] }
  older = { before: new Date(2024, 10, 21).toISOString(), count: 412 }
  fetchAnswer = { ok: true, value: { records: 412, missing: 0 } }
  const answers: Record<string, () => unknown> = {
    whoAmI: () => who,
    storageState: () => state,
    storageSizes: () => [{ part: 'archive', bytes: 4.2e9 }, { part: 'replica', bytes: 210e6 }, { part: 'other', bytes: 0 }],
    planPurge: () => ({ before: new Date(2021, 10, 21).toISOString(), visits: 37, records: 412, patients: 30, bytes: 3.1e6 }),
    purge: () => state,
    olderRecords: () => older,
  }
  const requests = new Proxy({}, {
    get: (_all, name: string) => (_practice: unknown, ask: unknown) => {
      asked.push([name, ask])
      return Promise.resolve(name === 'fetchOlder' ? fetchAnswer : { ok: true, value: answers[name]?.() ?? null })
    },
  })
  const on = new Proxy({}, { get: (_all, name: string) => (tell: (value: unknown) => void) => (listeners.set(name, tell), () => undefined) })
  Object.assign(window, { outpost: { requests, on, shell: { painted: () => Promise.resolve() } } })
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.open = true
  }
})
afterEach(cleanup)

const show = async (name: 'StorageScreen' | 'DiskWarning' | 'OlderRecords', props: object = {}) => {
  const { ClientProvider } = await import('../../client')
  const parts = await import('.')
  const { teachProblemWording } = await import('../../components')
  teachProblemWording({ problems, otherwise: problems.internal, again: common.again, technical: common.technical })
  const Part = parts[name] as React.ComponentType<object>
  render(
    <ClientProvider>
      <Part {...props} />
    </ClientProvider>,
  )
}

describe('The disk of this computer', () => {
  test('is not spoken of in the bar while there is room, and named with what is left when there is not', async () => {
    await show('DiskWarning')
    await waitFor(() => expect(asked).toContainEqual(['storageState', undefined]))
    expect(screen.queryByRole('status')).toBeNull()
    act(() => listeners.get('storageChanged')?.({ ...roomy, disk: { free: 812e6, total: 100e9, isLow: true } }))
    expect((await screen.findByRole('status')).textContent).toContain('812 MB left on this disk')
    expect(screen.getByRole('link').getAttribute('href')).toBe('#/storage')
  })

  test('is shown with a picture, what takes it up, and what to do when it is nearly full', async () => {
    state = { ...roomy, disk: { free: 812e6, total: 100e9, isLow: true } }
    await show('StorageScreen')
    expect(await screen.findByRole('img', { name: '99.2 GB of 100 GB used, 812 MB free' })).toBeDefined()
    expect(screen.getByText('The disk is nearly full: 812 MB left.')).toBeDefined()
    expect((await screen.findByRole('row', { name: /Images/ })).textContent).toBe('Images4.2 GB')
    expect(screen.getByRole('row', { name: /Together/ }).textContent).toBe('Together4.4 GB')
  })

  test('has sizes as people read them', () => {
    expect([0, 999, 1000, 1_440_000, 99_600, 1.5e12].map(sizeWords)).toEqual(['0 bytes', '999 bytes', '1 kB', '1.4 MB', '100 kB', '1.5 TB'])
  })
})

describe('Old visits', () => {
  test('are counted first, and go only after a second look', async () => {
    await show('StorageScreen')
    fireEvent.change(await screen.findByLabelText('Visits older than'), { target: { value: '5' } })
    fireEvent.click(screen.getByRole('button', { name: 'Look what would go' }))
    expect(await screen.findByText('412 records of 30 patients, 37 visits among them, from before 21-Nov-2021: about 3.1 MB.')).toBeDefined()
    expect(asked).toContainEqual(['planPurge', { years: 5 }])
    fireEvent.click(screen.getByRole('button', { name: 'Remove from this computer' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog.textContent).toContain('412 records of 30 patients from before 21-Nov-2021 leave this computer.')
    expect(asked.some(([name]) => name === 'purge')).toBe(false)
    const remove = [...dialog.querySelectorAll('button')].find((button) => button.textContent?.startsWith('Remove'))
    if (remove) fireEvent.click(remove)
    await waitFor(() => expect(asked).toContainEqual(['purge', { years: 5 }]))
  })

  test('tell how far they are, what stayed and why', async () => {
    await show('StorageScreen')
    await screen.findByText('Every record of this practice is on this computer.')
    act(() => listeners.get('storageChanged')?.({ ...roomy, job: { state: 'running', does: 'purge', done: 200, of: 412 } }))
    expect((await screen.findByRole('progressbar')).getAttribute('aria-valuenow')).toBe('200')
    const asksForSizes = () => asked.filter(([name]) => name === 'storageSizes').length
    const before = asksForSizes()
    act(() => listeners.get('storageChanged')?.({ ...roomy, purged: { records: 410, patients: 30 }, job: { state: 'done', does: 'purge', records: 410, left: 2 } }))
    expect(await screen.findByText('2 stayed: the server does not have them as they are here.')).toBeDefined()
    expect(screen.getByText('410 records of 30 patients are on the server only.')).toBeDefined()
    expect(asksForSizes()).toBe(before + 1)
    act(() => listeners.get('storageChanged')?.({ ...roomy, job: { state: 'failed', does: 'purge', problem: 'no-server', records: 0, left: 412 } }))
    expect(await screen.findByText('No server is set up.')).toBeDefined()
  })

  test('are named on the chart that misses them, and fetched; nothing is said of a whole chart', async () => {
    await show('OlderRecords', { patient })
    expect(await screen.findByText('Records from before 21-Nov-2024 are on the server only (412).')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Fetch them' }))
    expect(await screen.findByText('The older records are here again.')).toBeDefined()
    expect(asked).toContainEqual(['fetchOlder', { patient }])
    cleanup()
    vi.resetModules()
    older = null
    await show('OlderRecords', { patient })
    await waitFor(() => expect(asked.filter(([name]) => name === 'olderRecords').length).toBeGreaterThan(1))
    expect(screen.queryByText(/on the server only/)).toBeNull()
  })

  test('stay named, with the reason, when there is no line', async () => {
    fetchAnswer = { ok: false, problem: { kind: 'server-unreachable', facts: {} } }
    await show('OlderRecords', { patient })
    await press('Fetch them')
    expect(await screen.findByText(/server does not answer/i)).toBeDefined()
    expect(screen.getByText(/on the server only/)).toBeDefined()
  })
})
