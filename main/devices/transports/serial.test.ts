import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layCable, serialSettings, type Cable } from '../testing/cable'
import { problemOf, serialTransport, simulatedLine, type ClosedWhy } from '.'
import type { SerialWatch } from './serial'

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

  /** Nothing but the port itself tells: the path stays as it is. */
  const blind: SerialWatch = { identityOf: () => Promise.resolve('the same'), everyMs: 10_000, writeMs: 150 }
  const opened = async (path: string, watch = blind) => {
    let tell: (why: ClosedWhy) => void = () => undefined
    const closed = new Promise<ClosedWhy>((resolve) => (tell = resolve))
    return { line: await serialTransport(path, serialSettings, watch).open({ bytes: () => undefined, closed: (why) => tell(why) }), closed }
  }

  it('trap: is read all the time, though nobody has asked for bytes, so that its end is told', async () => {
    const { closed } = await opened(cable.near)
    await cable.pull()
    expect(await closed).toBe('unplugged')
  })

  it('trap: the line is hung up at the moment of the first read, again and again: it ends, and no core is busy', async () => {
    for (let times = 0; times < 6; times++) {
      const port = opened(cable.near).catch(() => undefined)
      // Somewhere between opening and reading.
      await new Promise((later) => setTimeout(later, times % 3))
      await cable.pull()
      const begun = process.cpuUsage()
      const one = await port
      if (one) expect(await one.closed).toBe('unplugged')
      await new Promise((later) => setTimeout(later, 40))
      const { user, system } = process.cpuUsage(begun)
      expect((user + system) / 1_000).toBeLessThan(400)
      await one?.line.close()
      await cable.plug()
    }
  })

  it('trap: a write to a closed port is refused at once, and one that is never taken closes the port', async () => {
    const { line, closed } = await opened(cable.near)
    await line.write(Uint8Array.of(1))
    await line.close()
    await expect(line.write(Uint8Array.of(1))).rejects.toMatchObject({ kind: 'port-failed' })
    expect(await closed).toBe('asked')
    // Nobody reads at the far end.
    const full = await opened(cable.near)
    await expect(full.line.write(new Uint8Array(512 * 1024))).rejects.toMatchObject({ kind: 'port-failed' })
    expect(await full.closed).toBe('failed')
  })

  it('trap: a port that is locked by another program is told from one that is not there, and opens once it is free', async () => {
    const { line } = await opened(cable.near)
    await expect(opened(cable.near)).rejects.toMatchObject({ kind: 'port-in-use' })
    await line.close()
    await (await opened(cable.near)).line.close()
  })

  it('is gone without a word of its own: the watchdog sees it by the path, and a look that fails is no sign', async () => {
    const looks = ['the port', 'the port', new Error('the list cannot be read'), 'the port', undefined]
    const identityOf = () => {
      const seen = looks.length > 1 ? looks.shift() : looks[0]
      return seen instanceof Error ? Promise.reject(seen) : Promise.resolve(seen)
    }
    const { closed } = await opened(cable.near, { identityOf, everyMs: 5, writeMs: 150 })
    expect(await closed).toBe('path-gone')
    expect(looks).toEqual([undefined])
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
  })
})

describe('what the system says of a port', () => {
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
