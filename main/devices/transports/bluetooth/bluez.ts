import type { BluetoothDevice, BluetoothPairing, BluetoothState } from '../../../../shared/contract'
import { type Bus, type BusMessage, BusProblem, connectBus, Variant } from '../dbus'
import { agentFor, agentPath } from './agent'
import { bluetoothPaths } from './address'

/** The bus itself, and BlueZ's names on it. */
const daemon = 'org.freedesktop.DBus'
const bluez = 'org.bluez'
const adapterInterface = 'org.bluez.Adapter1'
const deviceInterface = 'org.bluez.Device1'
const propertiesInterface = 'org.freedesktop.DBus.Properties'
const objectsInterface = 'org.freedesktop.DBus.ObjectManager'
/** Serial Port Profile. */
const serialPort = '00001101-0000-1000-8000-00805f9b34fb'

/** How long devices are looked for. */
const searchMs = 30_000
/** How long a pairing may take: a person reads a code from a type plate. */
const pairMs = 90_000

/** Finding and pairing devices over BlueZ. */
export interface BluetoothDesk {
  state(): Promise<BluetoothState>
  find(on: boolean): Promise<BluetoothState>
  pair(address: string): Promise<BluetoothState>
  answer(address: string, accept: boolean, code?: string): Promise<BluetoothState>
  forget(address: string): Promise<BluetoothState>
  close(): Promise<void>
}

type Properties = ReadonlyMap<string, unknown>

/** A connection to BlueZ that keeps what its objects look like. */
interface Bluez {
  readonly bus: Bus
  /** Its own name on the bus: nobody else's words count. */
  readonly owner: string
  /** Path of an object, interface of it, its properties. */
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, Properties>>
}

const text = (properties: Properties | undefined, name: string): string | undefined => {
  const value = properties?.get(name)
  return typeof value === 'string' ? value : undefined
}

const openBluez = async (address?: string): Promise<Bluez> => {
  const bus = await connectBus(address)
  const objects = new Map<string, Map<string, Properties>>()
  const add = (path: string, interfaces: ReadonlyMap<string, Properties>) => objects.set(path, new Map([...(objects.get(path) ?? []), ...interfaces]))
  let owner: unknown
  bus.onSignal(({ member, path = '', interface: from, sender, body }: BusMessage) => {
    // BlueZ was started again: what is known of its objects is of the one before.
    if (sender === daemon && member === 'NameOwnerChanged' && body[0] === bluez) return bus.close()
    if (sender !== owner) return
    if (from === objectsInterface && member === 'InterfacesAdded') add(body[0] as string, body[1] as ReadonlyMap<string, Properties>)
    if (from === objectsInterface && member === 'InterfacesRemoved') {
      const left = objects.get(body[0] as string)
      for (const gone of body[1] as string[]) left?.delete(gone)
      if (left?.size === 0) objects.delete(body[0] as string)
    }
    if (from === propertiesInterface && member === 'PropertiesChanged') {
      const [which, changed, invalidated] = body as [string, Properties, string[]]
      const properties = new Map([...(objects.get(path)?.get(which) ?? []), ...changed])
      for (const name of invalidated) properties.delete(name)
      add(path, new Map([[which, properties]]))
    }
  })
  try {
    const ofBus = (member: string, what: string) => bus.call({ to: daemon, path: '/org/freedesktop/DBus', interface: daemon, member, signature: 's', body: [what] })
    await ofBus('AddMatch', `type='signal',sender='${bluez}'`)
    await ofBus('AddMatch', `type='signal',sender='${daemon}',member='NameOwnerChanged',arg0='${bluez}'`)
    ;[owner] = await ofBus('GetNameOwner', bluez)
    const [found] = await bus.call({ to: bluez, path: '/', interface: objectsInterface, member: 'GetManagedObjects' })
    for (const [path, interfaces] of found as ReadonlyMap<string, ReadonlyMap<string, Properties>>) add(path, interfaces)
  } catch (error) {
    bus.close()
    throw error
  }
  return { bus, objects, owner: owner as string }
}

/** What BlueZ says a pairing failed of. */
const problemOf = (error: unknown): NonNullable<BluetoothPairing['problem']> => {
  const name = error instanceof BusProblem ? error.errorName : ''
  if (/AuthenticationFailed/.test(name)) return 'wrong-code'
  if (/AuthenticationRejected|AuthenticationCanceled|NotAuthorized|AccessDenied/.test(name)) return 'refused'
  if (/AuthenticationTimeout|NoReply/.test(name)) return 'too-late'
  if (/InProgress|Busy/.test(name)) return 'busy'
  if (/ConnectionAttemptFailed|NotAvailable|NotReady|Host.*down/i.test(name)) return 'not-near'
  if (/UnknownObject|DoesNotExist|Disconnected|UnknownMethod/.test(name)) return 'gone'
  return 'failed'
}

const deviceOf = (properties: Properties): BluetoothDevice | undefined => {
  const address = text(properties, 'Address')?.toUpperCase()
  // Devices of Bluetooth Low Energy alone have no serial port of this kind.
  if (address === undefined || text(properties, 'AddressType') === 'random') return undefined
  const services = (properties.get('UUIDs') ?? []) as readonly string[]
  const signal = properties.get('RSSI')
  return {
    address,
    name: text(properties, 'Alias') ?? text(properties, 'Name') ?? address,
    isPaired: properties.get('Paired') === true,
    hasSerialPort: services.some((service) => service.toLowerCase() === serialPort),
    ...(typeof signal === 'number' ? { signalDbm: signal } : {}),
    ...bluetoothPaths(address),
  }
}

/** Opens nothing yet: the bus is connected when something is asked. */
export const openBluetoothDesk = (busAddress?: string): BluetoothDesk => {
  let connected: Promise<Bluez> | undefined
  let pairing: BluetoothPairing | undefined
  let searching: NodeJS.Timeout | undefined
  /** Answers the question that stands in `pairing`. */
  let settle: ((accept: boolean, code?: string) => void) | undefined

  const connect = (): Promise<Bluez> => {
    connected ??= openBluez(busAddress).then(
      (opened) => {
        opened.bus.onClose(() => (connected = undefined))
        return opened
      },
      (error: unknown) => {
        connected = undefined
        throw error
      },
    )
    return connected
  }
  const adapterOf = ({ objects }: Bluez): { readonly path: string; readonly properties: Properties } | undefined => {
    const adapters = [...objects].flatMap(([path, interfaces]) => (interfaces.has(adapterInterface) ? [{ path, properties: interfaces.get(adapterInterface)! }] : []))
    return adapters.find(({ properties }) => properties.get('Powered') === true) ?? adapters[0]
  }
  const pathOf = ({ objects }: Bluez, address: string): string | undefined =>
    [...objects].find(([, interfaces]) => text(interfaces.get(deviceInterface), 'Address')?.toUpperCase() === address)?.[0]
  const stateNow = async (): Promise<BluetoothState> => {
    const found = await connect().catch(() => undefined)
    const adapter = found && adapterOf(found)
    if (!found || !adapter) return { state: 'none', isSearching: false, devices: [] }
    const devices = [...found.objects.values()].flatMap((interfaces) => deviceOf(interfaces.get(deviceInterface) ?? new Map()) ?? [])
    devices.sort((one, other) => Number(other.isPaired) - Number(one.isPaired) || (other.signalDbm ?? -200) - (one.signalDbm ?? -200) || one.name.localeCompare(other.name))
    return {
      state: adapter.properties.get('Powered') === true ? 'ready' : 'off',
      isSearching: searching !== undefined,
      devices,
      ...(pairing ? { pairing } : {}),
    }
  }
  const call = async ({ bus }: Bluez, path: string, from: string, member: string, signature = '', body: readonly unknown[] = [], limitMs?: number) =>
    bus.call({ to: bluez, path, interface: from, member, signature, body, ...(limitMs === undefined ? {} : { limitMs }) })
  const set = (opened: Bluez, path: string, from: string, name: string, value: Variant) => call(opened, path, propertiesInterface, 'Set', 'ssv', [from, name, value])

  const stopSearching = async () => {
    if (searching === undefined) return
    clearTimeout(searching)
    searching = undefined
    const found = await connect().catch(() => undefined)
    const adapter = found && adapterOf(found)
    if (found && adapter) await call(found, adapter.path, adapterInterface, 'StopDiscovery').catch(() => undefined)
  }

  /** One pairing, from the agent to the device's trust. Never rejects. */
  const runPairing = async (found: Bluez, address: string): Promise<void> => {
    const path = pathOf(found, address)
    const ours = (state: Omit<BluetoothPairing, 'address'>) => (pairing = { address, ...state })
    if (path === undefined) return void ours({ state: 'failed', problem: 'gone' })
    const name = deviceOf(found.objects.get(path)?.get(deviceInterface) ?? new Map())?.name ?? address
    found.bus.serve(
      agentPath,
      agentFor({
        owner: found.owner,
        isOurs: (device) => device === path && pairing?.address === address && pairing.state === 'working',
        isPaired: (device) => found.objects.get(device)?.get(deviceInterface)?.get('Paired') === true,
        ask: (question) =>
          new Promise((answer) => {
            settle = (accept, code) => {
              settle = undefined
              ours({ state: 'working' })
              answer(accept ? (code ?? '') : undefined)
            }
            ours({ state: 'working', question: { address, name, ...question } })
          }),
        show: (code) => void ours({ state: 'working', question: { address, name, kind: 'show', code } }),
        cancel: () => settle?.(false),
      }),
    )
    try {
      await call(found, '/org/bluez', 'org.bluez.AgentManager1', 'RegisterAgent', 'os', [agentPath, 'KeyboardDisplay']).catch((error: unknown) => {
        if (!(error instanceof BusProblem) || !/AlreadyExists/.test(error.errorName)) throw error
      })
      await call(found, '/org/bluez', 'org.bluez.AgentManager1', 'RequestDefaultAgent', 'o', [agentPath])
      await call(found, path, deviceInterface, 'Pair', '', [], pairMs).catch((error: unknown) => {
        if (!(error instanceof BusProblem) || !/AlreadyExists/.test(error.errorName)) throw error
      })
      // Trusted devices may connect by themselves: cuffs call after each measurement.
      await set(found, path, deviceInterface, 'Trusted', new Variant('b', true))
      ours({ state: 'done' })
    } catch (error) {
      const refused = settle === undefined ? problemOf(error) : 'too-late'
      settle = undefined
      ours({ state: 'failed', problem: refused })
      await call(found, path, deviceInterface, 'CancelPairing').catch(() => undefined)
    }
  }

  return {
    state: stateNow,
    find: async (on) => {
      await stopSearching()
      const found = on ? await connect().catch(() => undefined) : undefined
      const adapter = found && adapterOf(found)
      if (found && adapter) {
        if (adapter.properties.get('Powered') !== true) await set(found, adapter.path, adapterInterface, 'Powered', new Variant('b', true)).catch(() => undefined)
        // Classic Bluetooth only. The filter comes first: an earlier search keeps its own.
        await call(found, adapter.path, adapterInterface, 'SetDiscoveryFilter', 'a{sv}', [new Map([['Transport', new Variant('s', 'bredr')]])]).catch(() => undefined)
        const isSearching = await call(found, adapter.path, adapterInterface, 'StartDiscovery').then(() => true, (error: unknown) => error instanceof BusProblem && /InProgress/.test(error.errorName))
        if (isSearching) searching = setTimeout(() => void stopSearching(), searchMs).unref()
      }
      return stateNow()
    },
    pair: async (address) => {
      if (pairing?.state === 'working') return stateNow()
      const found = await connect().catch(() => undefined)
      if (found) {
        pairing = { address, state: 'working' }
        // Looking for devices and pairing one at the same time is what adapters fail at.
        await stopSearching()
        void runPairing(found, address)
      }
      return stateNow()
    },
    answer: async (address, accept, code) => {
      if (pairing?.address === address && pairing.state === 'working') {
        if (settle) settle(accept, code)
        else if (!accept) {
          const found = await connect().catch(() => undefined)
          const path = found && pathOf(found, address)
          if (found && path) await call(found, path, deviceInterface, 'CancelPairing').catch(() => undefined)
        }
      }
      return stateNow()
    },
    forget: async (address) => {
      const found = await connect().catch(() => undefined)
      const path = found && pathOf(found, address)
      const adapter = found && adapterOf(found)
      if (found && path && adapter) await call(found, adapter.path, adapterInterface, 'RemoveDevice', 'o', [path]).catch(() => undefined)
      if (pairing?.address === address && pairing.state !== 'working') pairing = undefined
      return stateNow()
    },
    close: async () => {
      settle?.(false)
      await stopSearching()
      const last = connected
      connected = undefined
      ;(await last?.catch(() => undefined))?.bus.close()
    },
  }
}
