import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BluetoothState } from '../../../../shared/contract'
import { type Bus, BusProblem, Variant } from '../dbus'
import { hasBus, hasMock, startBus, type PrivateBus } from '../testing/privateBus'
import { openBluetoothDesk, type BluetoothDesk } from './bluez'

const until = async (desk: BluetoothDesk, is: (state: BluetoothState) => boolean): Promise<BluetoothState> => {
  for (let tries = 0; ; tries++) {
    const state = await desk.state()
    if (is(state)) return state
    if (tries > 300) throw new Error(`still ${JSON.stringify(state)}`)
    await new Promise((later) => setTimeout(later, 10))
  }
}
const oximeter = '00:1C:05:FF:12:34'

describe.skipIf(!hasMock)('Bluetooth over BlueZ (dbusmock on a bus of its own; skipped where there is none)', () => {
  let bus: PrivateBus
  let mock: Bus
  let desk: BluetoothDesk
  const inMock = (member: string, ...body: string[]) => mock.call({ to: 'org.bluez', path: '/', interface: 'org.bluez.Mock', member, signature: 's'.repeat(body.length), body })
  beforeAll(async () => {
    bus = await startBus()
    mock = await bus.mockBluez()
    desk = openBluetoothDesk(bus.address)
  })
  afterAll(async () => {
    await desk.close()
    await bus.close()
  })

  it('finds an oximeter, pairs it, trusts it, and forgets it', async () => {
    expect(await desk.state()).toEqual({ state: 'ready', isSearching: false, devices: [] })
    expect(await desk.find(true)).toMatchObject({ isSearching: true })
    await inMock('AddDevice', 'hci0', oximeter, 'Nonin_Medical_Inc._578452')
    const { devices } = await until(desk, ({ devices: found }) => found.length === 1)
    expect(devices[0]).toEqual({
      address: oximeter, name: 'Nonin_Medical_Inc._578452', isPaired: false, hasSerialPort: false, signalDbm: -79,
      path: `bluetooth://${oximeter}`, callsPath: `bluetooth-calls://${oximeter}`,
    })
    expect(await desk.pair(oximeter)).toMatchObject({ isSearching: false, pairing: { address: oximeter } })
    expect(await until(desk, ({ pairing }) => pairing?.state !== 'working')).toMatchObject({ pairing: { state: 'done' }, devices: [{ isPaired: true }] })
    const trusted = await mock.call({ to: 'org.bluez', path: `/org/bluez/hci0/dev_${oximeter.replaceAll(':', '_')}`, interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss', body: ['org.bluez.Device1', 'Trusted'] })
    expect(trusted).toEqual([true])
    expect(await desk.forget(oximeter)).not.toHaveProperty('pairing')
    await until(desk, ({ devices: left }) => left.length === 0)
  })

  it('cannot pair what is not there, and says so', async () => {
    await desk.pair('00:00:00:00:00:01')
    expect(await until(desk, ({ pairing }) => pairing?.state === 'failed')).toMatchObject({ pairing: { problem: 'gone' } })
  })
})

/** As much of BlueZ as a pairing that wants a person: what it asks of the agent, and what it makes of the answer. */
const askingBluez = async (bus: Bus, pairing: (ask: (member: string, signature: string, ...more: unknown[]) => Promise<readonly unknown[]>) => Promise<void>) => {
  const path = '/org/bluez/hci0/dev_1'
  let agent = { owner: '', path: '' }
  const properties = (paired: boolean) => new Map<string, Variant>([['Address', new Variant('s', oximeter)], ['Alias', new Variant('s', 'Cuff')], ['Paired', new Variant('b', paired)], ['UUIDs', new Variant('as', ['00001101-0000-1000-8000-00805F9B34FB'])]])
  const ask = (member: string, signature: string, ...more: unknown[]) =>
    bus.call({ to: agent.owner, path: agent.path, interface: 'org.bluez.Agent1', member, signature: `o${signature}`, body: [path, ...more] })
  bus.serve('/', () => Promise.resolve({ signature: 'a{oa{sa{sv}}}', body: [new Map([['/org/bluez/hci0', new Map([['org.bluez.Adapter1', new Map([['Powered', new Variant('b', true)]])]])], [path, new Map([['org.bluez.Device1', properties(false)]])]])] }))
  bus.serve('/org/bluez/hci0', () => Promise.resolve(undefined))
  bus.serve('/org/bluez', (member, [agentPath], { sender }) => {
    if (member === 'RegisterAgent') agent = { owner: sender, path: agentPath as string }
    return Promise.resolve(undefined)
  })
  bus.serve(path, async (member) => {
    if (member === 'Pair') {
      await pairing(ask)
      bus.signal({ path, interface: 'org.freedesktop.DBus.Properties', member: 'PropertiesChanged', signature: 'sa{sv}as', body: ['org.bluez.Device1', properties(true), []] })
    }
    return undefined
  })
  await bus.call({ to: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'RequestName', signature: 'su', body: ['org.bluez', 0] })
  return { ask, agent: () => agent }
}

describe.skipIf(!hasBus)('a pairing that wants a person (skipped where there is no dbus-daemon)', () => {
  let bus: PrivateBus
  let desk: BluetoothDesk
  afterEach(async () => {
    await desk.close()
    await bus.close()
  })
  const failed = () => Promise.reject(new BusProblem('org.bluez.Error.AuthenticationFailed'))
  const begin = async (pairing: Parameters<typeof askingBluez>[1]) => {
    bus = await startBus()
    const fake = await askingBluez(await bus.connect(), pairing)
    desk = openBluetoothDesk(bus.address)
    expect(await desk.state()).toMatchObject({ devices: [{ name: 'Cuff', isPaired: false, hasSerialPort: true }] })
    await desk.pair(oximeter)
    return fake
  }

  it('asks for the PIN of the type plate: the right one pairs, and a service that is no serial port is turned away', async () => {
    const { ask } = await begin(async (agent) => void ((await agent('RequestPinCode', ''))[0] === '39121440' || (await failed())))
    expect(await until(desk, ({ pairing }) => pairing?.question !== undefined)).toMatchObject({ pairing: { question: { kind: 'pin', name: 'Cuff', address: oximeter } } })
    await desk.answer(oximeter, true, '39121440')
    expect(await until(desk, ({ pairing }) => pairing?.state === 'done')).toMatchObject({ devices: [{ isPaired: true }] })
    await expect(ask('AuthorizeService', 's', '00001101-0000-1000-8000-00805f9b34fb')).resolves.toEqual([])
    await expect(ask('AuthorizeService', 's', '00001124-0000-1000-8000-00805f9b34fb')).rejects.toMatchObject({ errorName: 'org.bluez.Error.Rejected' })
  })

  it('says that the PIN was wrong', async () => {
    await begin(async (agent) => {
      await agent('RequestPinCode', '')
      await failed()
    })
    await until(desk, ({ pairing }) => pairing?.question !== undefined)
    await desk.answer(oximeter, true, '0000')
    expect(await until(desk, ({ pairing }) => pairing?.state === 'failed')).toMatchObject({ pairing: { problem: 'wrong-code' } })
  })

  it('shows both numbers for a person to compare, with the noughts in front; no is no', async () => {
    await begin(async (agent) => void (await agent('RequestConfirmation', 'u', 4711).catch(() => Promise.reject(new BusProblem('org.bluez.Error.AuthenticationRejected')))))
    expect(await until(desk, ({ pairing }) => pairing?.question !== undefined)).toMatchObject({ pairing: { question: { kind: 'compare', code: '004711' } } })
    await desk.answer(oximeter, false)
    expect(await until(desk, ({ pairing }) => pairing?.state === 'failed')).toMatchObject({ pairing: { problem: 'refused' } })
  })

  it('shows what is to be typed at the device', async () => {
    let typed: () => void = () => undefined
    const typing = new Promise<void>((done) => (typed = done))
    await begin(async (agent) => {
      await agent('DisplayPasskey', 'uq', 123456, 0)
      await typing
    })
    expect(await until(desk, ({ pairing }) => pairing?.question !== undefined)).toMatchObject({ pairing: { question: { kind: 'show', code: '123456' } } })
    typed()
    await until(desk, ({ pairing }) => pairing?.state === 'done')
  })

  it('answers nobody but BlueZ, and no pairing that nobody began here', async () => {
    const { agent, ask } = await begin(() => Promise.resolve())
    await until(desk, ({ pairing }) => pairing?.state === 'done')
    const stranger = await bus.connect()
    await expect(stranger.call({ to: agent().owner, path: agent().path, interface: 'org.bluez.Agent1', member: 'RequestAuthorization', signature: 'o', body: ['/org/bluez/hci0/dev_1'] })).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.AccessDenied' })
    await expect(ask('RequestAuthorization', '')).rejects.toMatchObject({ errorName: 'org.bluez.Error.Rejected' })
  })
})

describe('a computer without Bluetooth', () => {
  it('says so, whatever is asked', async () => {
    const desk = openBluetoothDesk('unix:path=/nothing/here')
    const none = { state: 'none', isSearching: false, devices: [] }
    expect(await desk.state()).toEqual(none)
    expect(await desk.find(true)).toEqual(none)
    expect(await desk.pair(oximeter)).toEqual(none)
    expect(await desk.answer(oximeter, true)).toEqual(none)
    expect(await desk.forget(oximeter)).toEqual(none)
    await desk.close()
  })
})
