import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bus, connectBus } from '../dbus'

/** Whether there is a message bus to test against; python3-dbusmock for one that has BlueZ's stand-in on it. */
export const hasBus = spawnSync('dbus-daemon', ['--version']).status === 0
export const hasMock = hasBus && spawnSync('/usr/bin/python3', ['-c', 'import dbusmock']).status === 0

/** A message bus of our own. */
export interface PrivateBus {
  readonly address: string
  connect(): Promise<Bus>
  /** Puts dbusmock's BlueZ on it, with an adapter. */
  mockBluez(): Promise<Bus>
  close(): Promise<void>
}

/** Starts a bus in a folder of its own. */
export const startBus = async (): Promise<PrivateBus> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-bus-'))
  const address = `unix:path=${join(folder, 'bus')}`
  const running: ChildProcess[] = [spawn('dbus-daemon', ['--session', '--nofork', `--address=${address}`], { stdio: 'ignore' })]
  const connections: Bus[] = []
  const connect = async (): Promise<Bus> => {
    for (let tries = 0; ; tries++) {
      try {
        const bus = await connectBus(address)
        connections.push(bus)
        return bus
      } catch (error) {
        if (tries > 250) throw error
        await new Promise((later) => setTimeout(later, 20))
      }
    }
  }
  return {
    address,
    connect,
    mockBluez: async () => {
      const bus = await connect()
      running.push(spawn('/usr/bin/python3', ['-m', 'dbusmock', '--template', 'bluez5'], { stdio: 'ignore', env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address } }))
      for (let tries = 0; ; tries++) {
        try {
          await bus.call({ to: 'org.bluez', path: '/', interface: 'org.bluez.Mock', member: 'AddAdapter', signature: 'ss', body: ['hci0', 'surgery'] })
          return bus
        } catch (error) {
          if (tries > 250) throw error
          await new Promise((later) => setTimeout(later, 40))
        }
      }
    },
    close: async () => {
      for (const bus of connections) bus.close()
      for (const child of running.reverse()) {
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await gone
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}
