import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDeviceHost } from '..'
import { layCable, type Cable } from '../testing/cable'
import { openBench, until, type Bench } from './testing/bench'

const canRun = process.platform === 'linux' && spawnSync('socat', ['-V']).status === 0

describe.skipIf(!canRun)('an analyser on a USB adapter (pseudo-terminals of socat, listed by a made-up udevadm)', () => {
  let bench: Bench
  let folder: string
  const searched = process.env['PATH']
  const cables: Cable[] = []
  beforeEach(async () => {
    bench = await openBench()
    folder = await mkdtemp(join(tmpdir(), 'outpost-sockets-'))
    await writeFile(join(folder, 'udevadm'), `#!/bin/sh\ncat '${folder}/list'\n`)
    await chmod(join(folder, 'udevadm'), 0o755)
    process.env['PATH'] = `${folder}:${searched}`
  })
  afterEach(async () => {
    process.env['PATH'] = searched
    for (const cable of cables.splice(0)) await cable.pull()
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })
  const socket = async (name: string) => {
    await mkdir(join(folder, name))
    const cable = await layCable(join(folder, name))
    cables.push(cable)
    return cable
  }
  /** What is plugged in: serial number and path. */
  const plugged = (...adapters: readonly (readonly [number: string, path: string])[]) =>
    writeFile(
      join(folder, 'list'),
      adapters.map(([number, path], at) => `P: /devices/usb/${at}\nN: ttyUSB${at}\nE: DEVNAME=${path}\nE: ID_VENDOR_ENC=FTDI\nE: ID_SERIAL_SHORT=${number}\nE: ID_VENDOR_ID=0403\nE: ID_MODEL_ID=6001\n\n`).join(''),
    )

  it('is plugged into another socket: it is the same analyser there, and the adapter that has its old port is not', async () => {
    const [left, right] = [await socket('left'), await socket('right')]
    await plugged(['A50285BI', left.near])
    const host = runDeviceHost()
    bench.desk.attach(host.link)
    expect(await bench.desk.listPorts()).toMatchObject({ value: [{ path: left.near, adapter: 'usb:0403-6001-A50285BI' }] })
    await bench.desk.pair({ name: 'Analyser 1', profile: 'sysmex-xn', path: left.near, place: 'Lab' }, bench.by)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    expect(bench.desk.listDevices()[0]).toMatchObject({ name: 'Analyser 1', path: left.near })
    expect(await bench.desk.listPorts()).toMatchObject({ value: [{ usedBy: 'Analyser 1' }] })
    expect(await bench.desk.pair({ name: 'Again', profile: 'sysmex-xn', path: left.near, place: 'Lab' }, bench.by)).toMatchObject({ problem: { kind: 'port-in-use' } })

    await left.pull()
    await plugged()
    await until(() => bench.desk.listDevices()[0]?.problem === 'port-missing')
    // Somebody plugs another adapter into the old socket, and the analyser's own into the next.
    await left.plug()
    await plugged(['FTOTHER9', left.near], ['A50285BI', right.near])
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    expect(bench.desk.listDevices()[0]).toMatchObject({ name: 'Analyser 1', path: right.near })
    await host.close()
  })
})
