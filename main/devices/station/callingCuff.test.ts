import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeAAndD } from '../framers'
import type { Link } from '../link'
import type { DeviceCondition, ToDesk, ToStation } from '../messages'
import { serialTransport } from '../transports'
import { serialServer } from '../transports/bluetooth/server'
import { fakeRfcommOnPath } from '../transports/testing/fakeRfcomm'
import { hasBus, startBus } from '../transports/testing/privateBus'
import { runDeviceHost } from './inProcess'

const canRun = hasBus && spawnSync('socat', ['-V']).status === 0
const cuff = '00:A0:96:0F:12:34'
const serial = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const

describe.skipIf(!canRun)('a blood pressure cuff that calls over Bluetooth (dbus-daemon, socat and a made-up rfcomm; skipped where they are not)', () => {
  it('calls after a measurement, is confirmed once that is on disk, calls again because it did not hear it, and is one reading', async () => {
    const [radio, bus, folder] = [await fakeRfcommOnPath(), await startBus(), await mkdtemp(join(tmpdir(), 'outpost-cuff-'))]
    const bluez = await bus.connect()
    bluez.serve('/org/bluez', () => Promise.resolve(undefined))
    await bluez.call({ to: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'RequestName', signature: 'su', body: ['org.bluez', 0] })
    const server = serialServer(radio.places, bus.address)
    const host = runDeviceHost({ busAddress: bus.address, transportOf: ({ path }) => ({ open: (events) => server.expect(cuff, path, serial, events) }) })
    const link = host.link as Link<ToStation, ToDesk>
    const conditions: DeviceCondition[] = []
    const readings: ToDesk[] = []
    link.onMessage((message) => {
      if (message.kind === 'condition') conditions.push(message.condition)
      if (message.kind === 'reading') readings.push(message)
    })
    link.send({ kind: 'open', folder, journalKey: new Uint8Array(32).fill(3), training: false, devices: [{ id: 'D1', name: 'Cuff', profile: 'a-and-d-cuff', path: `bluetooth-calls://${cuff}`, place: '', serial, simulated: false }] })
    const until = async (what: string, is: () => boolean) => {
      for (let tries = 0; !is(); tries++) {
        if (tries > 800) throw new Error(`no ${what}: ${JSON.stringify(conditions.at(-1))}`)
        await new Promise((later) => setTimeout(later, 10))
      }
    }
    await until('waiting', () => conditions.at(-1)?.problem === 'not-connected')
    const now = new Date()
    const at = { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate(), hour: now.getHours(), minute: now.getMinutes(), second: now.getSeconds() }
    const packet = encodeAAndD({ 'bp-systolic': 120, 'bp-diastolic': 73, pulse: 72 }, at, at, 'AD000001')
    for (let call = 0; call < 2; call++) {
      await radio.call(cuff)
      await until('connection', () => conditions.at(-1)?.state === 'open')
      let answer = ''
      const far = await serialTransport(radio.farEnd(cuff), serial).open({ bytes: (bytes) => (answer += String.fromCharCode(...bytes)), closed: () => undefined })
      await far.write(packet)
      await until('answer', () => answer === 'PWA1')
      await radio.hangUp(cuff)
      await far.close()
      await until('end', () => conditions.at(-1)?.problem === 'not-connected')
    }
    expect(readings).toMatchObject([{ reading: { values: [{ code: 'bp-systolic', value: 120 }, { code: 'bp-diastolic', value: 73 }, { code: 'pulse', value: 72 }] } }])
    await host.close()
    await bus.close()
    await radio.close()
    await rm(folder, { recursive: true, force: true })
  })
})
