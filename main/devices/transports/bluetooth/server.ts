import { setTimeout as later } from 'node:timers/promises'
import type { SerialSettings } from '../../../../shared/contract'
import { type Bus, connectBus, Variant } from '../dbus'
import { type Line, type LineEvents, TransportProblem } from '../transport'
import { holdTerminal, lineOn, type RfcommPlaces, type Terminal, usualPlaces } from './rfcomm'

/** Where we listen: high enough to leave the usual ones to others. */
const ourChannel = 22
/** A name for our entry with BlueZ; it is not that of the Serial Port Profile, for which BlueZ would listen itself and keep the connection. */
const ourProfile = '3f4a5e1c-8a0b-4d0e-9c39-6f7574706f73'
const profilePath = '/org/outpost/serial'
const againMs = 2_000
/** A program that is going to fail has failed by then. */
const settleMs = 300

/** The entry in this computer's list of services that a cuff looks for: a serial port at this channel. */
const serviceRecord = (channel: number): string => `<?xml version="1.0" encoding="UTF-8" ?>
<record>
  <attribute id="0x0001"><sequence><uuid value="0x1101" /></sequence></attribute>
  <attribute id="0x0004"><sequence><sequence><uuid value="0x0100" /></sequence><sequence><uuid value="0x0003" /><uint8 value="0x${channel.toString(16).padStart(2, '0')}" /></sequence></sequence></attribute>
  <attribute id="0x0005"><sequence><uuid value="0x1002" /></sequence></attribute>
  <attribute id="0x0009"><sequence><sequence><uuid value="0x1101" /><uint16 value="0x0102" /></sequence></sequence></attribute>
  <attribute id="0x0100"><text value="Outpost serial port" /></attribute>
</record>`

/** A paired device that calls us. */
interface Expected {
  readonly settings: SerialSettings
  readonly events: LineEvents
  line?: Line
}

/** The serial port that this computer offers to Bluetooth devices: one for all of them, told apart by their addresses. */
export interface SerialServer {
  /** Waits for one device's calls; rejects with {@link TransportProblem}. */
  expect(address: string, path: string, settings: SerialSettings, events: LineEvents): Promise<Line>
}

/** Nothing is offered before the first device is expected, nor after the last. */
export const serialServer = (places: RfcommPlaces = usualPlaces, busAddress?: string): SerialServer => {
  const expected = new Map<string, Expected>()
  let offered: { readonly bus: Bus; readonly stop: AbortController } | undefined
  let offering: Promise<void> | undefined

  const offer = async (): Promise<void> => {
    const bus = await connectBus(busAddress).catch(() => {
      throw new TransportProblem('port-missing', 'this computer has no Bluetooth')
    })
    try {
      bus.serve(profilePath, () => Promise.resolve(undefined))
      const options = new Map([
        ['Name', new Variant('s', 'Outpost serial port')],
        ['Role', new Variant('s', 'server')],
        ['ServiceRecord', new Variant('s', serviceRecord(ourChannel))],
      ])
      await bus.call({ to: 'org.bluez', path: '/org/bluez', interface: 'org.bluez.ProfileManager1', member: 'RegisterProfile', signature: 'osa{sv}', body: [profilePath, ourProfile, options] })
    } catch {
      bus.close()
      throw new TransportProblem('port-missing', 'Bluetooth does not offer our serial port')
    }
    const stop = new AbortController()
    const first = hold(stop.signal)
    try {
      // What cannot listen says so at once: the program is not there, or the channel is taken.
      await Promise.race([first, later(settleMs)])
    } catch (problem) {
      bus.close()
      throw problem
    }
    offered = { bus, stop }
    bus.onClose(() => giveUp('failed'))
    void listen(stop.signal, first)
  }
  /** `-A`: only devices that are paired. */
  const hold = (signal: AbortSignal) => holdTerminal((name) => ['-r', '-A', 'listen', name, String(ourChannel)], places, { signal })
  /** BlueZ is gone, or was started again: whoever is expected hears that, and comes back. */
  const giveUp = (why: 'failed') => {
    if (!offered) return
    offered.stop.abort()
    offered = undefined
    const all = [...expected.values()]
    expected.clear()
    for (const one of all) {
      void one.line?.close()
      delete one.line
      one.events.closed(why)
    }
  }
  /** One call after the other; while one is talking, the next may come. */
  const listen = async (signal: AbortSignal, first: Promise<Terminal>): Promise<void> => {
    let next = first
    while (!signal.aborted) {
      try {
        const terminal = await next
        if (signal.aborted) return void terminal.end()
        void answerCall(terminal)
      } catch {
        if (!signal.aborted) await later(againMs)
      }
      if (!signal.aborted) next = hold(signal)
    }
  }
  const answerCall = async (terminal: Terminal): Promise<void> => {
    const one = expected.get(terminal.address ?? '')
    // Nobody is paired with it here: what it says would be nobody's.
    if (!one) return terminal.end()
    // It calls again while the old connection still looks alive: after a power cut, or out of reach.
    const before = one.line
    delete one.line
    if (before) one.events.left?.()
    await before?.close()
    const own: { line?: Line; isOver?: boolean } = {}
    /** What it says before whoever expects it has the line. */
    const early: Uint8Array[] = []
    try {
      own.line = await lineOn(terminal, terminal.path, one.settings, {
        bytes: (bytes) => {
          if (!own.line) early.push(bytes)
          else if (one.line === own.line) one.events.bytes(bytes)
        },
        closed: () => {
          own.isOver = true
          if (!own.line || one.line !== own.line) return
          delete one.line
          one.events.left?.()
        },
      })
    } catch {
      // It hung up, or its terminal cannot be opened: it calls again.
      return
    }
    if (own.isOver || expected.get(terminal.address ?? '') !== one) return own.line.close()
    one.line = own.line
    one.events.joined?.()
    for (const bytes of early) one.events.bytes(bytes)
  }
  return {
    expect: async (address, path, settings, events) => {
      if (expected.has(address)) throw new TransportProblem('port-in-use', 'this device is expected already')
      if (!offered) {
        offering ??= offer().finally(() => (offering = undefined))
        await offering
      }
      const one: Expected = { settings, events }
      expected.set(address, one)
      return {
        path,
        isListening: true,
        write: (bytes) => one.line?.write(bytes) ?? Promise.reject(new TransportProblem('port-failed', 'nobody is connected')),
        close: async () => {
          if (expected.get(address) !== one) return
          expected.delete(address)
          const last = one.line
          delete one.line
          await last?.close()
          if (expected.size === 0 && offered) {
            offered.stop.abort()
            const { bus } = offered
            offered = undefined
            bus.close()
          }
          events.closed('asked')
        },
      }
    },
  }
}
