import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serialTransport } from '../serial'
import { fakeRfcommOnPath, type FakeRfcomm } from '../testing/fakeRfcomm'
import { hasBus, startBus } from '../testing/privateBus'
import type { ClosedWhy, Line } from '../transport'
import { transportAt } from '../transportAt'
import { bluetoothPlace } from './address'
import { callDevice } from './rfcomm'
import { serialServer } from './server'

const hasSocat = spawnSync('socat', ['-V']).status === 0
const settings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const
const cuff = '00:A0:96:0F:12:34'
const scale = '00:A0:96:0F:56:78'

const until = async (is: () => boolean | Promise<boolean>) => {
  for (let tries = 0; !(await is()); tries++) {
    if (tries > 500) throw new Error(`still waiting for ${is.toString()}`)
    await new Promise((later) => setTimeout(later, 10))
  }
}

describe.skipIf(!hasSocat || process.platform !== 'linux')('a serial port over Bluetooth (a made-up rfcomm on the path)', () => {
  let radio: FakeRfcomm
  const lines: Line[] = []
  beforeEach(async () => {
    radio = await fakeRfcommOnPath()
  })
  afterEach(async () => {
    for (const line of lines.splice(0)) await line.close()
    await radio.close()
  })
  const farEnd = async (address: string) => {
    const heard: number[] = []
    const line = await serialTransport(radio.farEnd(address), settings).open({ bytes: (bytes) => heard.push(...bytes), closed: () => undefined })
    lines.push(line)
    return { line, heard, text: () => String.fromCharCode(...heard) }
  }

  it('calls an oximeter at the channel that it lists, and hears that it went out of reach', async () => {
    await radio.putNear(cuff)
    const heard: number[] = []
    let tell: (why: ClosedWhy) => void = () => undefined
    const why = new Promise<ClosedWhy>((resolve) => (tell = resolve))
    const line = await callDevice(cuff, undefined, `bluetooth://${cuff}`, settings, { bytes: (bytes) => heard.push(...bytes), closed: (reason) => tell(reason) }, radio.places)
    const far = await farEnd(cuff)
    await line.write(Buffer.from('D8'))
    await far.line.write(Uint8Array.of(0x80, 72, 98))
    await until(() => heard.length === 3 && far.text() === 'D8')
    expect(heard).toEqual([0x80, 72, 98])
    expect(await radio.said()).toContain(`connect ${radio.places.dev}/rfcomm0 ${cuff} 3`)
    await radio.hangUp(cuff)
    expect(['unplugged', 'path-gone']).toContain(await why)
    await expect(line.write(Uint8Array.of(1))).rejects.toMatchObject({ kind: 'port-failed' })
  })

  it('calls one that is switched off, and without the program that calls: each is told by its kind', async () => {
    const none = { bytes: () => undefined, closed: () => undefined }
    await expect(callDevice(cuff, 1, 'x', settings, none, radio.places)).rejects.toMatchObject({ kind: 'port-missing' })
    await rm(join(radio.folder, 'rfcomm'))
    process.env['PATH'] = '/nothing'
    await expect(callDevice(cuff, 1, 'x', settings, none, radio.places)).rejects.toMatchObject({ kind: expect.stringMatching(/^port-(denied|failed)$/) })
  })

  /** A bus with something on it that takes our entry as BlueZ does. */
  const startBluez = async () => {
    const bus = await startBus()
    const bluez = await bus.connect()
    const registered: unknown[] = []
    bluez.serve('/org/bluez', (member, body) => {
      if (member === 'RegisterProfile') registered.push(body)
      return Promise.resolve(undefined)
    })
    await bluez.call({ to: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'RequestName', signature: 'su', body: ['org.bluez', 0] })
    return { bus, registered }
  }

  it.skipIf(!hasBus)('says that a cuff is gone that called again while the old connection looked alive, and hung up at once', async () => {
    const { bus } = await startBluez()
    const said: string[] = []
    const line = await serialServer(radio.places, bus.address).expect(cuff, `bluetooth-calls://${cuff}`, settings, {
      bytes: () => undefined,
      joined: () => said.push('joined'),
      left: () => said.push('left'),
      closed: (why) => said.push(why),
    })
    await radio.call(cuff)
    await until(() => said.at(-1) === 'joined')
    await radio.breakTerminals()
    await radio.call(cuff)
    await until(() => said.at(-1) === 'left')
    await line.close()
    expect(said).toEqual(['joined', 'left', 'asked'])
    await bus.close()
  })

  it.skipIf(!hasBus)('is called by a cuff after each measurement, and by a scale: each is heard by its own, a stranger by nobody', async () => {
    const { bus, registered } = await startBluez()
    const server = serialServer(radio.places, bus.address)
    const said: string[] = []
    const expecting = async (address: string, name: string) => {
      const own: { line?: Line } = {}
      own.line = await server.expect(address, `bluetooth-calls://${address}`, settings, {
        bytes: (bytes) => {
          said.push(`${name} ${String.fromCharCode(...bytes)}`)
          void own.line?.write(Buffer.from('PWA1'))
        },
        joined: () => said.push(`${name} joined`),
        left: () => said.push(`${name} left`),
        closed: (why) => said.push(`${name} ${why}`),
      })
      return own.line
    }
    const line = await expecting(cuff, 'cuff')
    const other = await expecting(scale, 'scale')
    await expect(server.expect(cuff, 'x', settings, { bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-in-use' })
    expect(registered).toHaveLength(1)
    expect(String((registered[0] as [string, string, Map<string, unknown>])[2].get('ServiceRecord'))).toContain('<uint8 value="0x16" />')
    for (const measurement of ['first', 'second']) {
      await radio.call(cuff)
      await until(() => said.at(-1) === 'cuff joined')
      const far = await farEnd(cuff)
      await far.line.write(Buffer.from(measurement))
      await until(() => far.text() === 'PWA1')
      expect(said).toContain(`cuff ${measurement}`)
      await radio.hangUp(cuff)
      await until(() => said.at(-1) === 'cuff left')
      await far.line.close()
    }
    await radio.call('00:11:22:33:44:55')
    await radio.call(scale)
    await until(() => said.at(-1) === 'scale joined')
    await other.close()
    await line.close()
    expect(said.slice(-2)).toEqual(['scale asked', 'cuff asked'])
    await bus.close()
  })
})

describe('the path of a Bluetooth device', () => {
  it('says who calls whom', async () => {
    expect(bluetoothPlace('bluetooth://00:1c:05:ff:12:34')).toEqual({ kind: 'call', address: '00:1C:05:FF:12:34' })
    expect(bluetoothPlace('bluetooth-calls://00:1C:05:FF:12:34?channel=12')).toEqual({ kind: 'listen', address: '00:1C:05:FF:12:34', channel: 12 })
    for (const path of ['bluetooth://', 'bluetooth://00:1C:05:FF:12', 'bluetooth://00:1C:05:FF:12:34?channel=31', 'bluetooth://00:1C:05:FF:12:34;reboot']) {
      expect(bluetoothPlace(path)).toBeUndefined()
      await expect(transportAt(path, settings).open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-missing' })
    }
  })
})
