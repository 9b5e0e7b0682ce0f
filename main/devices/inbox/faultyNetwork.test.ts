import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { randomFrom } from '../../../shared/standards/astm/testing/session'
import { createDeviceStation, memoryLinks, mindrayCount, networkTransport, virtualHl7Analyser, type Link } from '..'
import { openBench, until, type Bench } from './testing/bench'

const seed = 20261125
let bench: Bench
let proxy: Server
afterEach(async () => {
  proxy.close()
  await bench.close()
})

const listening = (server: Server) => new Promise<number>((opened) => server.listen(0, '127.0.0.1', () => opened((server.address() as AddressInfo).port)))

/** A network that cuts pieces where it likes, swallows answers, and breaks connections in the middle of a message. */
const badNetwork = (target: number, random: () => number): Server =>
  createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const end = () => {
      near.destroy()
      far.destroy()
    }
    const carry = (from: Socket, to: Socket, loss: number) => {
      from.on('data', (bytes: Buffer) => {
        if (random() < loss) return random() < 0.5 ? undefined : end()
        const cut = Math.floor(random() * bytes.length)
        to.write(bytes.subarray(0, cut))
        if (random() < loss) return end()
        setImmediate(() => to.writable && to.write(bytes.subarray(cut)))
      })
      from.on('error', end)
      from.on('close', end)
    }
    carry(near, far, 0.04)
    carry(far, near, 0.05)
  })

describe('a bad network', () => {
  it(`breaks connections and loses answers, while the practice host is restarted: 80 results over HL7 are filed, each once, each on its own patient (seed ${seed})`, async () => {
    const random = randomFrom(seed)
    bench = await openBench()
    const owners = new Map<string, string>()
    for (let number = 1; number <= 80; number++) {
      const accession = `A26${String(number).padStart(6, '0')}`
      owners.set(accession, await bench.order(accession))
    }
    const port = await (async () => {
      const free = createServer()
      const found = await listening(free)
      await new Promise((closed) => free.close(closed))
      return found
    })()
    const station = createDeviceStation()
    const join = () => {
      const [near, far] = memoryLinks()
      station.attach(far as Link)
      bench.desk.attach(near as Link)
    }
    join()
    await bench.desk.pair({ name: 'Blood counter', profile: 'mindray-bc', path: `listen://127.0.0.1:${port}`, place: '' }, bench.by)
    await until(() => bench.desk.listDevices()[0]?.problem === 'not-connected')
    proxy = badNetwork(port, random)
    const analyser = virtualHl7Analyser(networkTransport(`tcp://127.0.0.1:${await listening(proxy)}`), { replyMs: 250, reconnectMs: 20 })
    let acknowledged = 0
    const sending = Promise.all([...owners.keys()].map((accession) => analyser.send(mindrayCount(accession, new Date(2026, 10, 21, 9, 0), random)).then(() => acknowledged++)))
    await until(() => acknowledged >= 30, 60_000)
    await bench.reopen()
    join()
    await sending
    await until(async () => (await bench.replica.records.count('DiagnosticReport')) >= 80, 60_000)
    const reports = await bench.replica.records.find('DiagnosticReport', { limit: 1000 })
    expect(reports).toHaveLength(80)
    for (const report of reports) expect([report.search.identifier, report.resource.subject?.reference]).toEqual([report.search.identifier, `Patient/${owners.get(report.search.identifier as string)}`])
    expect(await bench.replica.records.count('Observation')).toBe(80 * 14)
    expect(await bench.desk.tray('waiting')).toEqual([])
    await analyser.close()
    await station.close()
  }, 150_000)
})
