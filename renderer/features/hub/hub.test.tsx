import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HubState, PracticeState } from '../../../shared/contract'
import { done, refuse } from '../../../shared/contract/answer'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { press } from '../../components/press.test-parts'

const off: HubState = { state: 'off', addresses: [], members: [] }
const running: HubState = {
  state: 'running', addresses: ['192.168.1.20:6984', '10.0.0.4:6984'], fingerprint: 'ab'.repeat(32),
  members: [
    { user: 'workstation-b', station: 'B', joinedAt: '2020-01-02T10:00:00.000Z', isOnline: true, seenAt: '2020-01-02T10:00:00.000Z' },
    { user: 'workstation-c', station: 'C', joinedAt: '2020-01-02T10:00:00.000Z', isOnline: false },
  ],
}
const open: PracticeState = { state: 'open', practice: { id: 'p', name: 'Hill Clinic', training: false }, station: 'A', keystore: 'none' }

let bridge: OtherEnd
const show = async (answers: Answers, state: PracticeState = open) => {
  bridge = installBridge({
    practiceState: () => done(state),
    hubState: () => done(off),
    listServers: () => done([]),
    findHubs: () => done([]),
    ...answers,
  })
  const { ClientProvider } = await import('../../client')
  const { HubScreen } = await import('.')
  render(
    <ClientProvider>
      <HubScreen />
    </ClientProvider>,
  )
}
beforeEach(() => {
  // Each test with a client that has heard nothing yet.
  vi.resetModules()
})
afterEach(cleanup)

describe('being the hub', () => {
  test('one button makes this computer the hub; then its address and the others stand there', async () => {
    await show({ turnOnHub: () => done(running) })
    await press('Make this computer the hub')
    await waitFor(() => expect(bridge.asksOf('turnOnHub')).toHaveLength(1))
    bridge.tell('hubChanged', running)
    expect(await screen.findByText('This computer is the hub.')).toBeDefined()
    expect(screen.getByText(/192\.168\.1\.20:6984/)).toBeDefined()
    const [b, c] = screen.getAllByRole('row').slice(1)
    expect(b?.textContent).toContain('here now')
    expect(c?.textContent).toContain('not since the hub was started')
  })

  test('why it could not become the hub is said in words, and it can be tried again', async () => {
    await show({ hubState: () => done({ ...off, state: 'failed', problem: 'EADDRINUSE' }) })
    expect(await screen.findByText('Another program has the network port.')).toBeDefined()
    expect(screen.getByRole('button', { name: 'Make this computer the hub' })).toBeDefined()
  })

  test('a join code is shown large, with the time and the address, until it is hidden or used', async () => {
    const until = new Date(2020, 0, 2, 14, 17).toISOString()
    await show({ hubState: () => done(running), makeJoinCode: () => done({ code: '7K2M-X4QD-9TRB', until }), endJoinCode: () => done(running) })
    await press('Show a join code')
    await waitFor(() => expect(bridge.asksOf('makeJoinCode')).toHaveLength(1))
    bridge.tell('hubChanged', { ...running, codeUntil: until })
    expect((await screen.findByText('7K2M-X4QD-9TRB')).getAttribute('role')).toBe('status')
    expect(screen.getByText('Until 14:17, for one computer. On the other computer choose “Hill Clinic” or type the address 192.168.1.20:6984.')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Hide the code' }))
    bridge.tell('hubChanged', running)
    await waitFor(() => expect(screen.queryByText('7K2M-X4QD-9TRB')).toBeNull())
  })

  test('who stops it or shuts somebody out is asked once more, and told who is at work', async () => {
    await show({ hubState: () => done(running), turnOffHub: () => done(off), removeHubMember: () => done(running) })
    await press('Shut out: B')
    const remove = await screen.findByRole('dialog', { name: 'Shut out workstation B?' })
    expect(bridge.asksOf('removeHubMember')).toHaveLength(0)
    fireEvent.click(within(remove).getByRole('button', { name: 'Shut out' }))
    await waitFor(() => expect(bridge.asksOf('removeHubMember')).toEqual([{ user: 'workstation-b' }]))
    fireEvent.click(screen.getByRole('button', { name: 'Stop being the hub' }))
    const stop = await screen.findByRole('dialog', { name: 'Stop being the hub?' })
    expect(stop.textContent).toContain('At work now: B')
    fireEvent.click(within(stop).getByRole('button', { name: 'Stop being the hub' }))
    await waitFor(() => expect(bridge.asksOf('turnOffHub')).toHaveLength(1))
  })

  test('the centre: what is wrong with the line, what it does not take, and connecting another one', async () => {
    const centre = { server: 'https://centre.example.org', link: 'offline' as const, problem: 'server-unreachable', refused: 2, refusedHere: 0, reasons: ['the workstation is not known to the practice'] }
    await show({ hubState: () => done({ ...running, centre }), setHubCentre: () => refuse('server-refused') })
    expect(await screen.findByText('The centre does not take 2 records from the hub.')).toBeDefined()
    expect(screen.getByText('the workstation is not known to the practice')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Another centre' }))
    await press('Connect')
    expect(await screen.findAllByText('This is needed.')).toHaveLength(2)
    expect(bridge.asksOf('setHubCentre')).toHaveLength(0)
    fireEvent.change(screen.getByLabelText('Address of the centre'), { target: { value: ' https://other.example.org ' } })
    fireEvent.change(screen.getByLabelText('User at the centre'), { target: { value: 'clinic' } })
    fireEvent.change(screen.getByLabelText('Password at the centre'), { target: { value: 'secret words' } })
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    await waitFor(() => expect(bridge.asksOf('setHubCentre')).toEqual([{ url: 'https://other.example.org', user: 'clinic', password: 'secret words' }]))
    expect((await screen.findByRole('alert')).textContent).toContain('server-refused')
  })
})

describe('joining one', () => {
  const ours = { hub: 'ab'.repeat(16), name: 'Hill Clinic', address: '192.168.1.20:6984', isOurs: true }
  const other = { hub: 'cd'.repeat(16), name: 'Dentist upstairs', address: '192.168.1.77:6984', isOurs: false }

  test('the hub of this practice is chosen by itself; a slip in the code is told before anything is sent', async () => {
    await show({ findHubs: () => done([ours, other]), joinHub: () => done({ link: 'online', waitingOut: 0, refused: 0, reviewItems: 0 }) })
    const address = (await screen.findByLabelText('Address of the hub')) as HTMLInputElement
    await waitFor(() => expect(address.value).toBe(ours.address))
    fireEvent.change(screen.getByLabelText('Join code'), { target: { value: '7k2m-x4qd-9trb' } })
    fireEvent.click(screen.getByRole('button', { name: 'Join' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Perhaps a slip?')
    expect(bridge.asksOf('joinHub')).toHaveLength(0)
    const { joinCodeFrom } = await import('../../../shared/records/joinCode')
    const code = joinCodeFrom(new Uint8Array(11).fill(9))
    fireEvent.change(screen.getByLabelText('Join code'), { target: { value: code.toLowerCase() } })
    fireEvent.click(screen.getByRole('button', { name: 'Join' }))
    await waitFor(() => expect(bridge.asksOf('joinHub')).toEqual([{ address: ours.address, code }]))
    expect(await screen.findByText('Joined. This computer exchanges with the hub.')).toBeDefined()
  })

  test('where none is found the address can be typed, and one may look again', async () => {
    await show({})
    expect(await screen.findByText('None was found. Type the address that the hub shows.')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Look again' }))
    await waitFor(() => expect(bridge.asksOf('findHubs').length).toBeGreaterThan(1))
    fireEvent.click(screen.getByRole('button', { name: 'Join' }))
    expect(await screen.findAllByText('This is needed.')).toHaveLength(2)
  })

  test('a server that this computer had is one button away', async () => {
    await show({ listServers: () => done([{ id: 'x', kind: 'server', url: 'https://centre.example.org', isCurrent: false }, { id: 'y', kind: 'hub', url: 'https://192.168.1.20:6984', isCurrent: true }]), useServer: () => done({ link: 'connecting', waitingOut: 0, refused: 0, reviewItems: 0 }) })
    await press('Use: https://centre.example.org')
    await waitFor(() => expect(bridge.asksOf('useServer')).toEqual([{ id: 'x' }]))
    expect(screen.getByText('in use')).toBeDefined()
  })

  test('a training practice stays where it is', async () => {
    await show({}, { ...open, practice: { id: 'p', name: 'Training', training: true } } as PracticeState)
    expect(await screen.findByText(/A training practice stays on this computer/)).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Make this computer the hub' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Join' })).toBeNull()
  })
})
