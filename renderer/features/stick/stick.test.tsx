import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { common } from '../../../resources/locales/en/common'
import { problems } from '../../../resources/locales/en/problems'
import type { StickState } from '../../../shared/contract'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'

const ok = <Value,>(value: Value) => ({ ok: true as const, value })
const at = new Date(2020, 0, 2, 14, 2).toISOString()
let bridge: OtherEnd
let actions: string[]
beforeEach(() => {
  vi.resetModules()
  actions = ['stick.use']
})
afterEach(cleanup)

const show = async (state: StickState, answers: Answers = {}) => {
  bridge = installBridge({
    stickState: () => ok(state),
    whoAmI: () => ok({ practitioner: 'p', user: 'u', name: 'Ada', role: 'doctor', actions, locked: false } as never),
    writeStick: () => ok(state),
    ...answers,
  })
  Object.assign((window as unknown as { outpost: { shell: object } }).outpost.shell, { chooseFolder: async () => '/media/stick' })
  const { ClientProvider } = await import('../../client')
  const { teachProblemWording } = await import('../../components')
  teachProblemWording({ problems, otherwise: problems.internal, again: common.again, technical: common.technical })
  const { StickPanel } = await import('.')
  return render(
    <ClientProvider>
      <StickPanel />
    </ClientProvider>,
  )
}

describe('Carrying changes by stick', () => {
  test('writes what changed since the last stick, or everything with images', async () => {
    await show({ last: { at, number: 6 } })
    await screen.findByText('What changed since stick 6 of 02-Jan-2020 14:02')
    fireEvent.click(screen.getByRole('button', { name: 'Write a stick…' }))
    await waitFor(() => expect(bridge.asksOf('writeStick')).toEqual([{ folder: '/media/stick', all: false, images: false }]))
    fireEvent.click(screen.getByLabelText('Everything'))
    fireEvent.click(screen.getByLabelText('With images'))
    fireEvent.click(screen.getByRole('button', { name: 'Write a stick…' }))
    await waitFor(() => expect(bridge.asksOf('writeStick')).toHaveLength(2))
    expect(bridge.asksOf('writeStick')[1]).toEqual({ folder: '/media/stick', all: true, images: true })
  })

  test('shows how far it is, stops when asked, and says what came and what is missing', async () => {
    await show({ running: { does: 'read', records: 1200, files: 3 } }, { cancelStick: () => ok({}) })
    await screen.findByText(/1200 records · 3 images/)
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    await waitFor(() => expect(bridge.asksOf('cancelStick')).toHaveLength(1))
    bridge.tell('stickChanged', { report: { does: 'read', at, outcome: 'done', records: 1300, files: 3, added: 1200, changed: 40, clashes: 2, missing: [{ station: 'B', number: 4 }] } })
    await screen.findByText('Read: 1200 records new, 40 changed, 3 images new')
    expect(screen.getByText(/2 fields were given different values/)).toBeDefined()
    expect(screen.getByText(/Stick 4 of workstation B was never read here/)).toBeDefined()
  })

  test('names what could not be read and why, and the images that were left out', async () => {
    const unread = [{ station: 'B', number: 2, name: 'outpost-x-B-000002.stick', problem: 'stick-damaged' as const }]
    await show({ report: { does: 'read', at, outcome: 'done', records: 10, files: 1, added: 10, leftOut: 2, unread } })
    await screen.findByText('Read: 10 records new, 0 changed, 1 images new')
    expect(screen.getByText('outpost-x-B-000002.stick could not be read')).toBeDefined()
    expect(screen.getByText(/does not read back as it was written/)).toBeDefined()
    expect(screen.getByText(/2 images on it are not as they were taken/)).toBeDefined()
    bridge.tell('stickChanged', { report: { does: 'read', at, outcome: 'failed', problem: 'stick-damaged', records: 0, files: 0, unread } })
    await waitFor(() => expect(screen.queryByText(/records new/)).toBeNull())
    expect(screen.getByText('outpost-x-B-000002.stick could not be read')).toBeDefined()
    bridge.tell('stickChanged', { report: { does: 'write', at, outcome: 'done', records: 10, files: 1, leftOut: 3 } })
    await screen.findByText(/3 images do not read back on this computer/)
  })

  test('asks for the code when the stick needs one, and names the group with the slip', async () => {
    await show(
      { report: { does: 'read', at, outcome: 'failed', problem: 'stick-code-needed', records: 0, files: 0, unread: [{ station: 'B', number: 1, name: 'outpost-x-B-000001.stick', problem: 'stick-code-needed' }] } },
      { readStick: ({ code }) => (code === 'wrong' ? { ok: false, problem: { kind: 'stick-code-wrong', facts: { group: 3 } } } : ok({})) },
    )
    const code = await screen.findByLabelText('Code of the other workstation')
    fireEvent.change(code, { target: { value: 'wrong' } })
    fireEvent.click(screen.getByRole('button', { name: 'Read a stick…' }))
    await screen.findByText('Look at group 3 of the code again.')
    fireEvent.change(code, { target: { value: ' 7k2mx-11111 ' } })
    fireEvent.click(screen.getByRole('button', { name: 'Read a stick…' }))
    await waitFor(() => expect(bridge.asksOf('readStick')).toHaveLength(2))
    expect(bridge.asksOf('readStick')[1]).toEqual({ folder: '/media/stick', code: '7k2mx-11111' })
  })

  test('is not offered to whoever may not', async () => {
    actions = ['sync.read']
    const { container } = await show({})
    await waitFor(() => expect(bridge.asksOf('whoAmI')).toHaveLength(1))
    expect(container.textContent).toBe('')
    expect(bridge.asksOf('stickState')).toEqual([])
  })
})
