import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { adapterTransport } from './adapter'
import { listPorts, portsIn } from './listPorts'
import type { ListedPort } from './systemPorts'

const listed = (ports: readonly (Partial<ListedPort> & { path: string })[]) => ports as ListedPort[]
const settings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const

/** As node-serialport lists a laboratory's Windows computer. */
const windows = listed([
  { path: 'COM1', manufacturer: '(Standard port types)', pnpId: 'ACPI\\PNP0501\\1', friendlyName: 'Communications Port (COM1)' },
  { path: 'COM18', manufacturer: 'Microsoft', pnpId: 'BTHENUM\\{00001101-0000-1000-8000-00805F9B34FB}_VID&00010047_PID&F000\\9&972A090&0&B0F1ECE31BAA_C00000000', friendlyName: 'Standard Serial over Bluetooth link (COM18)' },
  { path: 'COM19', manufacturer: 'Microsoft', pnpId: 'BTHENUM\\{00001101-0000-1000-8000-00805F9B34FB}_LOCALMFG&0000\\9&972A090&0&000000000000_00000000', friendlyName: 'Standard Serial over Bluetooth link (COM19)' },
  { path: 'COM6', manufacturer: 'FTDI', serialNumber: 'A600ARJHA', pnpId: 'FTDIBUS\\VID_0403+PID_6001+A600ARJHA\\0000', vendorId: '0403', productId: '6001', friendlyName: 'USB Serial Port (COM6)' },
  { path: 'COM7', manufacturer: 'wch.cn', serialNumber: '5&2A0E8D1C&0&3', pnpId: 'USB\\VID_1A86&PID_7523\\5&2A0E8D1C&0&3', vendorId: '1A86', productId: '7523', friendlyName: 'USB-SERIAL CH340 (COM7)' },
])

/** As it lists a Mac. */
const mac = listed([
  { path: '/dev/tty.Bluetooth-Incoming-Port' },
  { path: '/dev/tty.BLTH' },
  { path: '/dev/tty.debug-console' },
  { path: '/dev/tty.Nonin_Medical_Inc_578452' },
  { path: '/dev/tty.SLAB_USBtoUART', manufacturer: 'Silicon Labs', serialNumber: '0001', locationId: '14200000', vendorId: '10c4', productId: 'ea60' },
  { path: '/dev/tty.usbserial-A50285BI', manufacturer: 'FTDI', serialNumber: 'A50285BI', locationId: '14300000', vendorId: '0403', productId: '6001' },
])

const quad = (port: number, path: string) => ({ path, manufacturer: 'FTDI', serialNumber: 'FT4ABC12', pnpId: `usb-FTDI_Quad_RS232-HS_FT4ABC12-if0${port}-port0`, vendorId: '0403', productId: '6011' })
/** As it lists a Linux computer with an adapter of several ports and two clones that carry one number. */
const linux = listed([
  { path: '/dev/ttyS0' },
  quad(0, '/dev/ttyUSB0'),
  quad(1, '/dev/ttyUSB1'),
  { path: '/dev/ttyUSB4', manufacturer: 'Prolific', serialNumber: 'CLONE77', pnpId: 'usb-Prolific_CLONE77-if00-port0', vendorId: '067b', productId: '2303' },
  { path: '/dev/ttyUSB5', manufacturer: 'Prolific', serialNumber: 'CLONE77', pnpId: 'usb-Prolific_CLONE77-if00-port0', vendorId: '067b', productId: '2303' },
  { path: '/dev/rfcomm0' },
])

describe('the ports of a recorded list', () => {
  it('of Windows: Bluetooth by its address, the port where devices call, adapters by their numbers', () => {
    expect(portsIn(windows)).toEqual([
      { path: 'COM1', name: 'Communications Port (COM1)', kind: 'serial' },
      { path: 'COM18', name: 'Standard Serial over Bluetooth link (COM18) · B0:F1:EC:E3:1B:AA', kind: 'bluetooth-spp' },
      { path: 'COM19', name: 'Standard Serial over Bluetooth link (COM19)', kind: 'bluetooth-spp', isIncoming: true },
      { path: 'COM6', name: 'USB Serial Port (COM6) · A600ARJHA', kind: 'serial', adapter: 'usb:0403-6001-A600ARJHA' },
      { path: 'COM7', name: 'USB-SERIAL CH340 (COM7)', kind: 'serial' },
    ])
  })

  it('of macOS: the call-out name, Bluetooth by the name of the device, none of its own ports', () => {
    expect(portsIn(mac)).toEqual([
      { path: '/dev/cu.Nonin_Medical_Inc_578452', name: 'Nonin_Medical_Inc_578452', kind: 'bluetooth-spp' },
      { path: '/dev/cu.SLAB_USBtoUART', name: 'Silicon Labs · 0001', kind: 'serial' },
      { path: '/dev/cu.usbserial-A50285BI', name: 'FTDI · A50285BI', kind: 'serial', adapter: 'usb:0403-6001-A50285BI' },
    ])
  })

  it('of Linux: each port of an adapter is its own, and two adapters of one number are nobody', () => {
    expect(portsIn(linux).map(({ path, kind, adapter }) => [path, kind, adapter])).toEqual([
      ['/dev/ttyS0', 'serial', undefined],
      ['/dev/ttyUSB0', 'serial', 'usb:0403-6011-FT4ABC12'],
      ['/dev/ttyUSB1', 'serial', 'usb:0403-6011-FT4ABC12-01'],
      ['/dev/ttyUSB4', 'serial', undefined],
      ['/dev/ttyUSB5', 'serial', undefined],
      ['/dev/rfcomm0', 'bluetooth-spp', undefined],
    ])
  })
})

describe('an adapter that moved to another socket', () => {
  const closed = { bytes: () => undefined, closed: () => undefined }

  it('is opened where it is now, whatever has its old path', async () => {
    const path = '/dev/outpost-no-such-port'
    const opening = adapterTransport('usb:0403-6011-FT4ABC12', settings, () => Promise.resolve(listed([{ path: '/dev/ttyUSB0', vendorId: '1a86', productId: '7523' }, quad(0, path)]))).open(closed)
    await expect(opening).rejects.toMatchObject({ kind: 'port-missing', message: expect.stringContaining(path) })
  })

  it('is not there while it is unplugged, and not while two claim to be it', async () => {
    for (const now of [listed([]), listed([quad(0, '/dev/ttyUSB0'), quad(0, '/dev/ttyUSB1')])]) {
      await expect(adapterTransport('usb:0403-6011-FT4ABC12', settings, () => Promise.resolve(now)).open(closed)).rejects.toMatchObject({ kind: 'port-missing', message: 'the adapter is not plugged in' })
    }
  })
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
    expect(await listPorts()).toEqual([{ path: '/dev/ttyUSB0', name: 'Moxa · TX5551', kind: 'serial', adapter: 'usb:110a-1150-TX5551' }])
    await rm(folder, { recursive: true, force: true })
  })

  it('works without udev too', async () => {
    process.env['PATH'] = ''
    expect(Array.isArray(await listPorts())).toBe(true)
  })
})
