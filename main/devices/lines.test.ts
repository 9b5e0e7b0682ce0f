import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layCable, serialSettings, type Cable } from './testing/cable'
import { listPorts, portOf, problemOf, serialTransport, simulatedLine, type ClosedWhy } from './transports'

const hasSocat = spawnSync('socat', ['-V']).status === 0

describe.skipIf(!hasSocat)('a serial port (pseudo-terminals of socat; skipped where there is no socat)', () => {
  let folder: string
  let cable: Cable
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outpost-serial-'))
    cable = await layCable(folder)
  })
  afterEach(async () => {
    await cable.pull()
    await rm(folder, { recursive: true, force: true })
  })

  it('tells when its cable is pulled, and writes to it fail instead of hanging', async () => {
    const why = new Promise<ClosedWhy>((closed) => {
      void serialTransport(cable.near, serialSettings)
        .open({ bytes: () => undefined, closed })
        .then(async (line) => {
          await cable.pull()
          await expect(why.then(() => line.write(Uint8Array.of(6)))).rejects.toMatchObject({ kind: 'port-failed' })
        })
    })
    expect(['unplugged', 'path-gone']).toContain(await why)
  })

  it('notices within two seconds that the path now leads to another device', async () => {
    let tell: (why: ClosedWhy) => void = () => undefined
    const closed = new Promise<ClosedWhy>((resolve) => (tell = resolve))
    await serialTransport(cable.near, serialSettings).open({ bytes: () => undefined, closed: (why) => tell(why) })
    await cable.pull()
    await cable.plug()
    expect(['unplugged', 'path-gone']).toContain(await closed)
  })

  it('is refused while another program holds it, and where there is none', async () => {
    const line = await serialTransport(cable.near, serialSettings).open({ bytes: () => undefined, closed: () => undefined })
    await expect(serialTransport(cable.near, serialSettings).open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-in-use' })
    await line.close()
    await expect(serialTransport(join(folder, 'nothing'), serialSettings).open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-missing' })
  })

  it('bears a dozen cables pulled while bytes come in: each time it is told, and the port opens again', async () => {
    for (let times = 0; times < 12; times++) {
      let tell: (why: ClosedWhy) => void = () => undefined
      const closed = new Promise<ClosedWhy>((resolve) => (tell = resolve))
      await serialTransport(cable.near, serialSettings).open({ bytes: () => undefined, closed: (why) => tell(why) })
      const far = await serialTransport(cable.far, serialSettings).open({ bytes: () => undefined, closed: () => undefined })
      void far.write(new Uint8Array(3_000).fill(0x41)).catch(() => undefined)
      await cable.pull()
      expect(['unplugged', 'path-gone']).toContain(await closed)
      await far.close()
      await cable.plug()
    }
  }, 30_000)
})

describe('the list of ports', () => {
  const searched = process.env['PATH']
  afterEach(() => {
    process.env['PATH'] = searched
  })

  it.skipIf(process.platform !== 'linux')('names a USB adapter by its maker and serial number (a made-up udevadm on the path)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outpost-udev-'))
    const lines = ['P: /devices/usb/ttyUSB0', 'N: ttyUSB0', 'E: DEVNAME=/dev/ttyUSB0', 'E: ID_VENDOR_ENC=Moxa', 'E: ID_SERIAL_SHORT=TX5551', 'E: ID_VENDOR_ID=110a', 'E: ID_MODEL_ID=1150', 'E: DEVLINKS=/dev/serial/by-id/usb-Moxa', '']
    await writeFile(join(folder, 'udevadm'), `#!/bin/sh\ncat <<'END'\n${lines.join('\n')}\nEND\n`)
    await chmod(join(folder, 'udevadm'), 0o755)
    process.env['PATH'] = `${folder}:${searched}`
    const [port] = await listPorts()
    expect(port).toMatchObject({ path: '/dev/ttyUSB0', kind: 'serial' })
    expect(port!.name).toContain('Moxa')
    expect(port!.name).toContain('TX5551')
    await rm(folder, { recursive: true, force: true })
  })

  it('works without udev too', async () => {
    process.env['PATH'] = ''
    expect(Array.isArray(await listPorts())).toBe(true)
  })

  const found = (path: string, more: object = {}) => portOf({ path, ...more } as Parameters<typeof portOf>[0])

  it('knows Bluetooth ports and leaves out those that no device can be at', () => {
    expect(found('COM18', { friendlyName: 'Standard Serial over Bluetooth link (COM18)', pnpId: 'BTHENUM\\{00001101-0000-1000-8000-00805F9B34FB}_VID&00010047\\9&972A090&0&B0F1ECE31BAA_C00000000' })).toEqual({
      path: 'COM18', name: 'Standard Serial over Bluetooth link (COM18)', kind: 'bluetooth-spp',
    })
    expect(found('COM19', { pnpId: 'BTHENUM\\{00001101-0000-1000-8000-00805F9B34FB}_LOCALMFG&0000\\9&972A090&0&000000000000_00000000' })).toBeUndefined()
    expect(found('/dev/tty.Bluetooth-Incoming-Port')).toBeUndefined()
    expect(found('/dev/tty.usbserial-A1', { manufacturer: 'FTDI' })).toEqual({ path: '/dev/cu.usbserial-A1', name: 'FTDI', kind: 'serial' })
    expect(found('/dev/rfcomm0')).toEqual({ path: '/dev/rfcomm0', name: 'rfcomm0', kind: 'bluetooth-spp' })
  })

  it.each([
    ['Error Resource temporarily unavailable Cannot lock port', 'port-in-use'],
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'port-denied'],
    ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'port-missing'],
    ['Opening COM9: File not found', 'port-missing'],
    ['something else', 'port-failed'],
  ])('understands %j', (said, kind) => expect(problemOf(new Error(said)).kind).toBe(kind))
})

describe('a line without hardware', () => {
  it('carries bytes both ways and closes at both ends when it is pulled', async () => {
    const line = simulatedLine()
    const heard: number[] = []
    const closed: string[] = []
    const near = await line.near.open({ bytes: (bytes) => heard.push(...bytes), closed: (why) => closed.push(`near ${why}`) })
    const far = await line.far.open({ bytes: (bytes) => heard.push(...bytes), closed: (why) => closed.push(`far ${why}`) })
    await near.write(Uint8Array.of(1))
    await far.write(Uint8Array.of(2))
    await new Promise((later) => setTimeout(later, 10))
    expect(heard.toSorted()).toEqual([1, 2])
    await expect(line.near.open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-in-use' })
    line.unplug()
    expect(closed).toEqual(['near unplugged', 'far unplugged'])
    await expect(near.write(Uint8Array.of(3))).rejects.toMatchObject({ kind: 'port-failed' })
  })
})
