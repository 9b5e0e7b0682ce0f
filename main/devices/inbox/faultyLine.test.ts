import { afterEach, describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { bloodCount, createDeviceStation, memoryLinks, simulatedLine, virtualAnalyser, type Link, type Transport } from '..'
import { openBench, until, type Bench } from './testing/bench'

const seed = 20261121
let bench: Bench
afterEach(() => bench.close())

/** A line that spoils some of what the device sends and loses some of what we answer. */
const faulty = (transport: Transport, random: () => number): Transport => ({
  open: async (events) => {
    const line = await transport.open({
      ...events,
      bytes: (bytes) => {
        const heard = bytes.slice()
        if (heard.length > 1 && random() < 0.04) heard[Math.floor(random() * heard.length)]! ^= 1 << Math.floor(random() * 8)
        const cut = Math.floor(random() * heard.length)
        events.bytes(heard.slice(0, cut))
        events.bytes(heard.slice(cut))
      },
    })
    return { ...line, write: (bytes) => (random() < 0.04 ? Promise.resolve() : line.write(bytes)) }
  },
})

describe('a bad cable', () => {
  it(`spoils frames and loses answers, while the practice host is restarted twice: 200 results are filed, none twice (seed ${seed})`, async () => {
    const random = randomFrom(seed)
    bench = await openBench()
    const accessions = Array.from({ length: 200 }, (_, index) => `A26${String(index + 1).padStart(6, '0')}`)
    for (const accession of accessions) await bench.order(accession)
    const line = simulatedLine()
    const station = createDeviceStation({ transportOf: () => faulty(line.near, random), replyMs: 30 })
    const join = () => {
      const [near, far] = memoryLinks()
      station.attach(far as Link)
      bench.desk.attach(near as Link)
    }
    join()
    await bench.desk.pair({ name: 'Blood counter', profile: 'sysmex-xn', path: 'a bad cable', place: '' }, bench.by)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const analyser = await virtualAnalyser(line.far, { framing: 'message-in-frames', waits: { replyMs: 60, busyMs: 10 } })
    let acknowledged = 0
    const sending = Promise.all(accessions.map((accession) => analyser.send(bloodCount(accession, new Date(2026, 10, 21, 9, 0), random)).then(() => acknowledged++)))
    for (const mark of [30, 120]) {
      await until(() => acknowledged >= mark, 40_000)
      await bench.reopen()
      join()
    }
    await sending
    await until(async () => (await bench.replica.records.count('DiagnosticReport')) >= 200, 40_000)
    const reports = await bench.replica.records.find('DiagnosticReport', { limit: 1000 })
    expect(reports).toHaveLength(200)
    expect(new Set(reports.map((report) => report.search.identifier)).size).toBe(200)
    expect(await bench.replica.records.count('Observation')).toBe(2_600)
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
    await station.close()
  })
})
