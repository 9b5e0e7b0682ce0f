import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../../shared/contract'
import { profileOf, runDeviceHost, serialTransport, virtualOximeter } from '..'
import { openBench, until, type Bench } from './testing/bench'
import { layCable, type Cable } from '../testing/cable'

const hasSocat = spawnSync('socat', ['-V']).status === 0
const profile = profileOf('contec-cms50')!

describe.skipIf(!hasSocat)('an oximeter at a serial line (pseudo-terminals of socat; skipped where there is no socat)', () => {
  let bench: Bench
  let cable: Cable
  let host: ReturnType<typeof runDeviceHost>
  let device: string
  let skewMs = 0
  const live: Reading[] = []
  const entry = () => bench.desk.listDevices()[0]

  beforeEach(async () => {
    live.length = 0
    bench = await openBench({ readingChanged: (reading) => live.push(reading) })
    cable = await layCable(bench.folder)
    skewMs = 0
    host = runDeviceHost({ now: () => Date.now() + skewMs })
    bench.desk.attach(host.link)
    const paired = await bench.desk.pair({ name: 'Oximeter', profile: 'contec-cms50', path: cable.near, place: 'Bed 2' }, bench.by)
    if (!paired.ok) throw new Error(paired.problem.kind)
    device = paired.value.id
  })
  afterEach(async () => {
    await host.close()
    await cable.pull()
    await bench.close()
  })
  const meter = (options = {}) => virtualOximeter(serialTransport(cable.far, profile.serial), { spo2: 94, pulse: 88, random: () => 0.5, ...options })

  it('is read within five seconds of the first finger, and says the meter’s own numbers', async () => {
    const oximeter = await meter()
    const reading = await until(async () => {
      const taken = await bench.desk.takeReading(device)
      return taken.ok ? taken.value : undefined
    }, 5_000)
    expect(reading).toMatchObject({ deviceName: 'Oximeter', usable: true })
    const spo2 = reading.values.find(({ code }) => code === 'spo2')!.value
    const pulse = reading.values.find(({ code }) => code === 'pulse')!.value
    expect(Math.abs(spo2 - 94)).toBeLessThanOrEqual(1)
    expect(Math.abs(pulse - 88)).toBeLessThanOrEqual(3)
    await oximeter.close()
  })

  it('shows no number once the finger is out, and files none that is older than ten seconds', async () => {
    const oximeter = await meter()
    await until(() => live.some(({ usable }) => usable))
    oximeter.setProbe(false)
    await until(() => live.at(-1)?.usable === false && live.at(-1)?.values.length === 0)
    const last = await bench.desk.takeReading(device)
    expect(last.ok).toBe(true)
    skewMs = 10_500
    expect(await bench.desk.takeReading(device)).toMatchObject({ problem: { kind: 'reading-stale' } })
    await oximeter.close()
  })

  it('is shown as waiting when it falls silent, and comes back by itself', async () => {
    const oximeter = await meter()
    await until(() => entry()?.state === 'open')
    await oximeter.close()
    await until(() => entry()?.state === 'waiting' && entry()?.problem === 'silent', 12_000)
    expect(await bench.desk.takeReading(device)).toMatchObject({ ok: false })
    const back = await meter()
    await until(() => entry()?.state === 'open', 15_000)
    await back.close()
  })

  it('comes back after its cable was pulled and put into the same place', async () => {
    let oximeter = await meter()
    await until(() => entry()?.state === 'open')
    await cable.pull()
    await until(() => entry()?.state === 'waiting')
    await oximeter.close()
    await cable.plug()
    oximeter = await meter()
    await until(() => entry()?.state === 'open', 15_000)
    await oximeter.close()
  })

  it('is refused a second pairing of its port, and let go when it is unpaired', async () => {
    const again = await bench.desk.pair({ name: 'Another', profile: 'contec-cms50', path: cable.near, place: '' }, bench.by)
    expect(again).toMatchObject({ ok: false, problem: { kind: 'port-in-use' } })
    expect(await bench.desk.unpair(device, bench.by)).toMatchObject({ ok: true })
    expect(bench.desk.listDevices()).toEqual([])
    expect((await bench.replica.records.get('Device', device))?.resource.status).toBe('inactive')
    const line = await until(() => serialTransport(cable.near, profile.serial).open({ bytes: () => undefined, closed: () => undefined }).catch(() => undefined))
    await line.close()
  })
})
