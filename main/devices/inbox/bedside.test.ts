import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { control, encodeFrame, framesOf } from '../../../shared/standards/astm'
import { bloodCount, linkOverProcess, runDeviceHost, serialTransport, virtualAnalyser, type ProcessEnd } from '..'
import { openBench, until, type Bench } from './testing/bench'
import { layCable, probe, serialSettings, type Cable } from '../testing/cable'

const { ENQ, EOT, ACK, NAK, STX } = control
const hasSocat = spawnSync('socat', ['-V']).status === 0

let bench: Bench
let cable: Cable
beforeEach(async () => {
  bench = await openBench()
  cable = await layCable(bench.folder)
})
afterEach(async () => {
  await cable.pull()
  await bench.close()
})

const pairAnalyser = async () => {
  const paired = await bench.desk.pair({ name: 'Blood counter', profile: 'sysmex-xn', path: cable.near, place: 'Laboratory' }, bench.by)
  if (!paired.ok) throw new Error(paired.problem.kind)
  return paired.value.id
}
const reports = () => bench.replica.records.count('DiagnosticReport')
const count = (accession: string) => bloodCount(accession, new Date(2026, 10, 21, 9, 0), () => 0.5)
const framesFor = (accession: string) => framesOf(count(accession), 'record-per-frame', 240).map(encodeFrame)

describe.skipIf(!hasSocat)('an analyser at a serial line (pseudo-terminals of socat; skipped where there is no socat)', () => {
  let host: ReturnType<typeof runDeviceHost>
  beforeEach(async () => {
    host = runDeviceHost()
    bench.desk.attach(host.link)
    await pairAnalyser()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
  })
  afterEach(() => host.close())

  const sendAll = async (analyser: Awaited<ReturnType<typeof probe>>, frames: Uint8Array[]) => {
    await analyser.send(ENQ)
    expect(await analyser.hear()).toEqual([ACK])
    for (const frame of frames) {
      await analyser.send(frame)
      expect(await analyser.hear()).toEqual([ACK])
    }
    await analyser.send(EOT)
  }

  it('does not hear one ACK and repeats the frame: the result is filed once and complete', async () => {
    await bench.order('A26000123')
    const analyser = await probe(cable.far)
    const frames = framesFor('A26000123')
    await sendAll(analyser, frames.flatMap((frame, index) => (index % 4 === 0 ? [frame, frame] : [frame])))
    await until(reports)
    expect(await bench.replica.records.count('Observation')).toBe(13)
    await analyser.close()
  })

  it('does not hear the last ACK and sends everything again: the result is filed once', async () => {
    await bench.order('A26000123')
    const analyser = await probe(cable.far)
    await sendAll(analyser, framesFor('A26000123'))
    await sendAll(analyser, framesFor('A26000123'))
    await bench.order('A26000124')
    await sendAll(analyser, framesFor('A26000124'))
    await until(async () => (await reports()) === 2)
    expect(await bench.replica.records.count('Observation')).toBe(26)
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
  })

  it('has noise on its line: the spoilt frame is asked for again, and no wrong number is filed', async () => {
    await bench.order('A26000123')
    const analyser = await probe(cable.far)
    const frames = framesFor('A26000123')
    const spoilt = frames.at(-3)!.slice()
    spoilt[20]! ^= 0x04
    await analyser.send(ENQ)
    await analyser.hear()
    for (const frame of frames) {
      if (frame === frames.at(-3)) {
        await analyser.send(spoilt)
        expect(await analyser.hear()).toEqual([NAK])
      }
      await analyser.send(frame)
      expect(await analyser.hear()).toEqual([ACK])
    }
    await until(reports)
    await analyser.close()
  })

  it('loses its cable in the middle of a record: nothing is filed, and all of it once the cable is back', async () => {
    await bench.order('A26000123')
    const frames = framesFor('A26000123')
    let analyser = await probe(cable.far)
    await analyser.send(ENQ)
    await analyser.hear()
    for (const frame of frames.slice(0, 8)) {
      await analyser.send(frame)
      expect(await analyser.hear()).toEqual([ACK])
    }
    await analyser.send(frames[8]!.slice(0, 10))
    await cable.pull()
    await until(() => bench.desk.listDevices()[0]?.state === 'waiting')
    expect(bench.desk.listDevices()[0]?.problem).toMatch(/^(unplugged|port-missing)$/)
    await analyser.close()
    await cable.plug()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    expect(await reports()).toBe(0)
    analyser = await probe(cable.far)
    await sendAll(analyser, frames)
    await until(reports)
    expect(await bench.replica.records.count('Observation')).toBe(13)
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
  })

  it('sends a frame that never ends: refused, and the next result comes through', async () => {
    await bench.order('A26000123')
    const analyser = await probe(cable.far)
    await analyser.send(ENQ)
    await analyser.hear()
    await analyser.send(STX, '1')
    const filler = new Uint8Array(65_536).fill(0x41)
    for (let sent = 0; sent < 1.2 * 1024 * 1024; sent += filler.length) await analyser.send(filler)
    await until(() => bench.desk.listDevices()[0]?.problem === 'endless-message')
    await analyser.send(control.ETX, '00\r\n')
    expect(await analyser.hear()).toEqual([NAK])
    await analyser.send(EOT)
    await sendAll(analyser, framesFor('A26000123'))
    await until(reports)
    expect(bench.desk.listDevices()[0]?.problem).toBeUndefined()
    await analyser.close()
  })

  it('ends its transfer without an end record: what it sent waits in the tray until the whole comes', async () => {
    await bench.order('A26000123')
    const analyser = await probe(cable.far)
    await sendAll(analyser, framesFor('A26000123').slice(0, -1))
    const [item] = await until(async () => {
      const waiting = await bench.desk.tray('waiting')
      return waiting.length > 0 ? waiting : undefined
    })
    expect(item).toMatchObject({ reason: 'unreadable', accession: 'A26000123', state: 'waiting' })
    expect(await reports()).toBe(0)
    await sendAll(analyser, framesFor('A26000123'))
    await until(reports)
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
  })
})

describe.skipIf(!hasSocat)('the device host dies (pseudo-terminals of socat; skipped where there is no socat)', () => {
  let bundle: string
  beforeAll(async () => {
    bundle = join(await mkdtemp(join(tmpdir(), 'outpost-host-')), 'device-host.cjs')
    await build({ entryPoints: [join(__dirname, 'testing/child.ts')], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['serialport'], logLevel: 'silent' })
  })
  afterAll(() => rm(resolve(bundle, '..'), { recursive: true, force: true }))

  const startHost = (): ChildProcess => {
    const child = fork(bundle, [], { serialization: 'advanced', env: { ...process.env, NODE_PATH: resolve(__dirname, '../../../node_modules') }, stdio: 'inherit' })
    bench.desk.attach(linkOverProcess(child as ProcessEnd))
    return child
  }
  const kill = async (child: ChildProcess) => {
    const gone = new Promise((done) => child.once('exit', done))
    child.kill('SIGKILL')
    await gone
  }

  it('by kill -9 again and again in the middle of an upload of 200 results: all 200 are filed, none twice', async () => {
    const accessions = Array.from({ length: 200 }, (_, index) => `A26${String(index + 1).padStart(6, '0')}`)
    for (const accession of accessions) await bench.order(accession)
    let host = startHost()
    await pairAnalyser()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const analyser = await virtualAnalyser(serialTransport(cable.far, serialSettings), { framing: 'message-in-frames', waits: { replyMs: 300, busyMs: 100 } })
    let acknowledged = 0
    const sending = Promise.all(accessions.map((accession) => analyser.send(count(accession)).then(() => acknowledged++)))
    for (const mark of [20, 75, 76, 140]) {
      await until(() => acknowledged >= mark, 20_000)
      await kill(host)
      host = startHost()
    }
    await sending
    await until(async () => (await reports()) >= 200, 20_000)
    const filed = await bench.replica.records.find('DiagnosticReport', { limit: 1000 })
    expect(filed).toHaveLength(200)
    expect(new Set(filed.map((report) => report.search.identifier)).size).toBe(200)
    expect(await bench.replica.records.count('Observation')).toBe(200 * 13)
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
    await kill(host)
  })

  it('and the practice host dies too: what was acknowledged is filed once both are back', async () => {
    await bench.order('A26000123')
    const first = startHost()
    await pairAnalyser()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    // The practice host goes first: the analyser is still acknowledged, from the journal.
    await bench.desk.close()
    const second = fork(bundle, [], { serialization: 'advanced', env: { ...process.env, NODE_PATH: resolve(__dirname, '../../../node_modules') } })
    await kill(first).catch(() => undefined)
    await kill(second)
    await bench.reopen()
    expect(bench.desk.listDevices()).toMatchObject([{ name: 'Blood counter', state: 'waiting', problem: 'device-host-restarting' }])
    const third = startHost()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const analyser = await virtualAnalyser(serialTransport(cable.far, serialSettings))
    await analyser.send(count('A26000123'))
    await kill(third)
    await analyser.close()
    await bench.reopen()
    const fourth = startHost()
    await until(async () => (await reports()) === 1)
    await kill(fourth)
  })
})
