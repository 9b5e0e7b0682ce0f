import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OutboxEntry, RecordDifference, SyncState, Who } from '../../../shared/contract'
import { press } from '../../components/press.test-parts'
import { barLines } from './barLines'
import { spanWords } from './exchangeWords'

const at = new Date(2020, 0, 2, 14, 2).toISOString()
const online: SyncState = { link: 'online', server: 'http://10.0.0.2:5984', lastSync: at, waitingOut: 0, waitingIn: 0, refused: 0, reviewItems: 0 }
const agreed: SyncState['agreement'] = { outcome: 'agrees', at, records: 12_345, differing: 0 }
const patient = { id: '01PAT000000000000000000000', name: 'ACHEBE, Amina' }
const held: OutboxEntry[] = [
  { id: '01NOTE00000000000000000000', type: 'Composition', at, author: 'Ada Eze', patient, refused: 'Composition is append-only', kind: 'forbidden', since: at, tries: 3 },
  { id: '01BIG000000000000000000000', type: 'Composition', at, author: 'system', refused: 'the record has more than 8 MB', kind: 'too-large', since: at, tries: 1 },
]
const waiting: OutboxEntry = { id: '01OBS000000000000000000000', type: 'Observation', at, author: 'x', patient }
let state: SyncState
let outbox: readonly OutboxEntry[]
let differences: readonly RecordDifference[]
let who: Pick<Who, 'actions'>
let asked: { name: string; ask: unknown }[]

beforeEach(() => {
  // Each test with a client that has heard nothing yet.
  vi.resetModules()
  asked = []
  state = { ...online, refused: 2, waitingOut: 1 }
  outbox = [...held, waiting]
  differences = []
  who = { actions: ['sync.read', 'sync.configure', 'review.resolve'] }
  const answers: Record<string, () => unknown> = {
    syncState: () => state,
    whoAmI: () => who,
    listReviewItems: () => [],
    listOutbox: () => outbox,
    listDifferences: () => differences,
    resendRefused: () => ({ ...state, refused: 1 }),
    takeServersVersion: () => state,
    syncNow: () => state,
    compareWithServer: () => ({ ...state, agreement: agreed }),
    joinServerAgain: () => state,
    practiceState: () => ({ state: 'open', practice: { id: 'p', name: 'Hill Clinic', training: false }, station: 'A', keystore: 'none' }),
  }
  const requests = new Proxy({}, { get: (_all, name: string) => (_practice: unknown, ask: unknown) => (asked.push({ name, ask }), Promise.resolve({ ok: true, value: answers[name]?.() ?? null })) })
  const on = new Proxy({}, { get: () => () => () => undefined })
  Object.assign(window, { outpost: { requests, on, shell: { painted: () => Promise.resolve() } } })
})
afterEach(cleanup)

const show = async () => {
  const { ClientProvider } = await import('../../client')
  const { SyncScreen } = await import('./SyncScreen')
  render(
    <ClientProvider>
      <SyncScreen />
    </ClientProvider>,
  )
}
const sent = (name: string) => asked.filter((each) => each.name === name).map(({ ask }) => ask)

describe('the bar', () => {
  test('says that this computer agrees with the server, as long as that is how things are', () => {
    expect(barLines({ ...online, agreement: agreed })).toEqual({ link: 'Online · agrees up to 02-Jan-2020 14:02', waits: '' })
    expect(barLines({ ...online, agreement: agreed, waitingOut: 12 })).toEqual({ link: 'Online · last sync 02-Jan-2020 14:02', waits: '12 to send' })
    expect(barLines({ ...online, link: 'offline', agreement: agreed }).link).toBe('Offline · last sync 02-Jan-2020 14:02')
    expect(barLines({ ...online, agreement: { outcome: 'differs', at, records: 9, differing: 3 } }).waits).toBe('3 not as on the server')
  })

  test('counts down a fetch, and says when the clock of this computer is wrong', () => {
    expect(barLines({ ...online, waitingIn: 9_000, progress: { phase: 'today', left: 9_000 } }).waits).toBe('fetching today’s records')
    expect(barLines({ ...online, waitingIn: 9_000, progress: { phase: 'history', left: 9_000, minutesLeft: 4.2 } }).waits).toBe('9,000 to fetch, about 4 min')
    expect(barLines({ ...online, progress: { phase: 'history', left: 90_000, minutesLeft: 240 } }).waits).toBe('90,000 to fetch, about 4 h')
    expect(barLines({ ...online, progress: { phase: 'history', left: 7 } }).waits).toBe('7 to fetch')
    expect(barLines({ ...online, skewMs: 3 * 3_600_000 }).waits).toBe('clock 3 h 0 min fast')
    expect([spanWords(-90_000), spanWords(5 * 86_400_000)]).toEqual(['2 min', '5 days'])
  })
})

describe('records that the server does not take', () => {
  test('are listed with whose they are, the reason in words, what to do, and what the server said', async () => {
    await show()
    const note = await screen.findByRole('article', { name: 'Note: The rules of the server do not allow this change' })
    for (const words of ['ACHEBE, Amina', 'Written 02-Jan-2020 14:02 by Ada Eze', 'sent 3 times', 'Composition is append-only', 'Put the record right in the chart']) expect(note.textContent).toContain(words)
    expect(within(note).getByRole('link', { name: 'Open chart' }).getAttribute('href')).toBe(`#/patients/${patient.id}`)
    const big = screen.getByRole('article', { name: 'Note: This record is larger than the server takes' })
    expect(big.textContent).toContain('Shorten it')
    // Nothing of a patient in what is copied for somebody else.
    expect(within(note).getByText(/append-only/).textContent).not.toContain('ACHEBE')
    // What only waits stands by itself.
    expect((await screen.findByRole('cell', { name: 'waits for the line' })).closest('tr')?.textContent).toContain('ACHEBE, Amina')
  })

  test('are sent again, one or all; what is refused once more stays', async () => {
    await show()
    const note = await screen.findByRole('article', { name: /rules of the server/ })
    fireEvent.click(within(note).getByRole('button', { name: 'Send again' }))
    await screen.findByText(/what is still listed was refused once more/)
    fireEvent.click(screen.getByRole('button', { name: 'Send all again' }))
    await waitFor(() => expect(sent('resendRefused')).toEqual([{ records: [held[0]?.id] }, {}]))
  })

  test('are given up for what the server has only after a second look, and only by who may decide', async () => {
    await show()
    const note = await screen.findByRole('article', { name: /rules of the server/ })
    fireEvent.click(within(note).getByRole('button', { name: 'Use what the server has' }))
    const dialog = await screen.findByRole('dialog')
    for (const words of ['ACHEBE, Amina', '02-Jan-2020 14:02 by Ada Eze', 'readable in the history']) expect(dialog.textContent).toContain(words)
    expect(sent('takeServersVersion')).toEqual([])
    fireEvent.click(within(dialog).getByRole('button', { name: 'Use the server’s version' }))
    await waitFor(() => expect(sent('takeServersVersion')).toEqual([{ record: held[0]?.id }]))
    cleanup()
    who = { actions: ['sync.read'] }
    vi.resetModules()
    await show()
    await screen.findByRole('article', { name: /rules of the server/ })
    expect(screen.queryByRole('button', { name: 'Use what the server has' })).toBeNull()
  })
})

describe('the comparison with the server', () => {
  test('is made on demand, and says what it came to', async () => {
    await show()
    await press('Compare now')
    await screen.findByText('Compared: everything here is on the server, word for word, but for 1 waiting and 2 refused.')
    expect(sent('compareWithServer')).toHaveLength(1)
  })

  test.each([
    [online, 'Sent and fetched everything.', 'Compared: everything here is on the server, word for word.'],
    [{ ...online, waitingOut: 1, waitingIn: 4, refused: 2 }, 'Sent and fetched everything, but for 5 waiting and 2 refused.', 'Compared: everything here is on the server, word for word, but for 5 waiting and 2 refused.'],
  ])('and a pass say what is not on both sides yet, %#', async (how, passed, compared) => {
    state = how
    await show()
    await press('Sync now')
    await screen.findByText(passed)
    await press('Compare now')
    await screen.findByText(compared)
  })

  test('names what differs', async () => {
    state = { ...online, agreement: { outcome: 'differs', at, records: 9, differing: 2 } }
    differences = [
      { id: '01NOTE00000000000000000000', type: 'Composition', at, found: 'differs', patient },
      { id: '01LOST00000000000000000000', type: '', at: '', found: 'gone' },
    ]
    await show()
    expect((await screen.findByRole('link', { name: 'ACHEBE, Amina' })).closest('tr')?.textContent).toContain('says something else on the server')
    expect(screen.getByText('only the server kept it, and has lost it').closest('tr')?.textContent).toContain('01LOST')
    expect(screen.getByText(/2 records differ/)).toBeDefined()
  })
})

describe('a database that was made anew', () => {
  test('is filled from here only when an administrator says so, twice', async () => {
    state = { ...online, link: 'offline', problem: 'server-made-anew' }
    outbox = []
    await show()
    await press('Join it again')
    const dialog = await screen.findByRole('dialog')
    expect(sent('joinServerAgain')).toEqual([])
    fireEvent.click(within(dialog).getByRole('button', { name: 'Join and send' }))
    await waitFor(() => expect(sent('joinServerAgain')).toHaveLength(1))
    cleanup()
    who = { actions: ['sync.read'] }
    vi.resetModules()
    await show()
    await screen.findByText(/An administrator decides/)
    expect(screen.queryByRole('button', { name: 'Join it again' })).toBeNull()
  })
})
