import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OutboxEntry, SyncState, Who } from '../../../shared/contract'
import { barLines } from './barLines'

const state: SyncState = { link: 'online', server: 'http://10.0.0.2:5984', lastSync: new Date(2020, 0, 2, 14, 2).toISOString(), waitingOut: 3, waitingIn: 0, refused: 1, reviewItems: 1 }
const outbox: OutboxEntry[] = [
  { id: '01BAD000000000000000000000', type: 'Patient', at: '2026-11-21T09:00:00.000Z', author: 'x', refused: 'Observation is append-only' },
  { id: '01OBS000000000000000000000', type: 'Observation', at: '2026-11-21T09:01:00.000Z', author: 'x' },
]
const asked: { name: string; ask: unknown }[] = []
let who: Pick<Who, 'actions'>

beforeEach(() => {
  asked.length = 0
  // Each test with a client that has heard nothing yet.
  vi.resetModules()
  who = { actions: ['sync.read', 'sync.configure', 'review.resolve'] }
  const answers: Record<string, () => unknown> = {
    syncState: () => state,
    whoAmI: () => who,
    listOutbox: () => outbox,
    configureSync: () => state,
    syncNow: () => state,
    practiceState: () => ({ state: 'open', practice: { id: 'p', name: 'Hill Clinic', training: false }, station: 'A', keystore: 'none' }),
  }
  const requests = new Proxy({}, { get: (_all, name: string) => (_practice: unknown, ask: unknown) => (asked.push({ name, ask }), Promise.resolve({ ok: true, value: answers[name]?.() ?? null })) })
  const on = new Proxy({}, { get: () => () => () => undefined })
  Object.assign(window, { outpost: { requests, on, shell: { painted: () => Promise.resolve() } } })
})
afterEach(cleanup)

const show = async (name: 'SyncBar' | 'SyncScreen') => {
  const { ClientProvider } = await import('../../client')
  const parts = await import('.')
  const Part = parts[name] as React.ComponentType<object>
  render(
    <ClientProvider>
      <Part />
    </ClientProvider>,
  )
}

describe('the bar', () => {
  test('says in words how things are, and what waits', async () => {
    await show('SyncBar')
    const bar = await screen.findByRole('link')
    expect(bar.textContent).toContain('Online · last sync 02-Jan-2020 14:02 · 3 to send · 1 refused · 1 to review')
    expect(bar.getAttribute('href')).toBe('#/sync')
  })

  test('without a server it does not speak of one', () => {
    expect(barLines({ link: 'none', waitingOut: 0, refused: 0, reviewItems: 0 })).toEqual({ link: 'This computer only', waits: '' })
    expect(barLines({ link: 'offline', waitingOut: 2, refused: 0, reviewItems: 0, problem: 'server-unreachable' })).toEqual({ link: 'Offline · not yet in step', waits: '2 to send' })
  })
})

describe('the screen', () => {
  test('lists what waits and why something was refused; a server needs address, user and password', async () => {
    await show('SyncScreen')
    expect(await screen.findByText(/Observation is append-only/)).toBeDefined()
    expect(await screen.findByText('waits for the line')).toBeDefined()
    expect((await screen.findByRole('link', { name: 'Open the review desk' })).getAttribute('href')).toBe('#/sync/review')
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    expect(await screen.findAllByText('This is needed.')).toHaveLength(2)
    expect(asked.some(({ name }) => name === 'configureSync')).toBe(false)
    fireEvent.change(screen.getByLabelText('User on the server'), { target: { value: 'clinic' } })
    fireEvent.change(screen.getByLabelText('Password on the server'), { target: { value: 'secret words' } })
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    await waitFor(() => expect(asked).toContainEqual({ name: 'configureSync', ask: { url: 'http://10.0.0.2:5984', user: 'clinic', password: 'secret words' } }))
  })
})
