import { spawnSync } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { block, fields, parseMessage, writeBlock } from '../../../shared/standards/hl7'
import { mindrayCount, networkTransport, runDeviceHost, virtualHl7Analyser, type VirtualHl7Analyser } from '..'
import { openBench, until, type Bench } from './testing/bench'

const at = new Date(2026, 10, 21, 9, 0)
const count = (accession: string, options: Parameters<typeof mindrayCount>[3] = {}) => mindrayCount(accession, at, () => 0.5, options)

const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })

let bench: Bench
let host: ReturnType<typeof runDeviceHost>
let port: number
let analyser: VirtualHl7Analyser
beforeEach(async () => {
  bench = await openBench()
  host = runDeviceHost()
  bench.desk.attach(host.link)
  port = await freePort()
})
afterEach(async () => {
  await analyser.close()
  await host.close()
  await bench.close()
})

const pair = async (path: string, profile = 'mindray-bc') => {
  const paired = await bench.desk.pair({ name: 'Blood counter', profile, path, place: 'Laboratory' }, bench.by)
  if (!paired.ok) throw new Error(paired.problem.kind)
}
const state = () => bench.desk.listDevices()[0]
const reports = () => bench.replica.records.count('DiagnosticReport')
const tray = async () => (await bench.desk.tray('waiting')).map(({ reason, accession }) => [reason, accession])

describe('an analyser in the network that calls us (HL7 over MLLP, real sockets)', () => {
  beforeEach(async () => {
    await pair(`listen://127.0.0.1:${port}`)
    await until(() => state()?.problem === 'not-connected')
    analyser = virtualHl7Analyser(networkTransport(`tcp://127.0.0.1:${port}`), { replyMs: 500 })
    await until(() => state()?.state === 'open')
  })

  it('sends a blood count: acknowledged within a second, filed on the patient of its order, once', async () => {
    await bench.order('A26000123')
    const before = performance.now()
    expect(await analyser.send(count('A26000123', { controlId: 'C1' }))).toMatchObject({ code: 'AA', controlId: 'C1' })
    expect(performance.now() - before).toBeLessThan(1_000)
    await until(reports)
    expect(await bench.replica.records.count('Observation')).toBe(14)
    const answer = parseMessage(analyser.answers[0]!)
    expect(answer.problems).toEqual([])
    expect([answer.type, answer.text('MSH-5'), answer.text('MSH-12'), answer.segment('MSH')!.text(fields.header.charset)]).toEqual([{ code: 'ACK', event: 'R01' }, 'BC-5380', '2.3.1', 'UNICODE'])
    // It did not hear the answer, and sends the same again.
    await analyser.send(count('A26000123', { controlId: 'C2' }))
    await bench.order('A26000124')
    await analyser.send(count('A26000124', { controlId: 'C3' }))
    await until(async () => (await reports()) === 2)
    expect(await bench.replica.records.count('Observation')).toBe(28)
    expect(await tray()).toEqual([])
  })

  it('sends what no order claims, controls and damaged messages: each is acknowledged and waits in the tray, none is on a patient', async () => {
    await bench.order('A26000123')
    await analyser.send(count('A99', { controlId: 'C1' }))
    await analyser.send(count('A26000123', { controlId: 'C2', isControl: true }))
    const damaged = new TextEncoder().encode(new TextDecoder().decode(count('A26000123', { controlId: 'C3' })).replace('\rOBX|5|', '\rO#|5|'))
    await analyser.send(damaged)
    const withdrawn = new TextEncoder().encode(new TextDecoder().decode(count('A26000123', { controlId: 'C4' })).replace('|N|||F', '|N|||W'))
    await analyser.send(withdrawn)
    await until(async () => (await tray()).length === 4)
    expect((await tray()).sort()).toEqual([['accession-unknown', 'A99'], ['quality-control', 'A26000123'], ['unreadable', 'A26000123'], ['withdrawn', 'A26000123']])
    expect(await reports()).toBe(0)
  })

  it('asks for the accept acknowledgement only (MSH-15 AL, MSH-16 NE), or for both', async () => {
    const asking = (id: string, accept: string, application: string) => new TextEncoder().encode(new TextDecoder().decode(count('A1', { controlId: id })).replace('|2.3.1||||||', `|2.3.1|||${accept}|${application}||`))
    expect(await analyser.send(asking('C1', 'AL', 'NE'))).toMatchObject({ code: 'CA', controlId: 'C1' })
    await analyser.send(asking('C2', 'AL', 'AL'))
    await until(() => analyser.answers.length === 3)
    expect(analyser.answers.map((answer) => parseMessage(answer).text('MSA-1'))).toEqual(['CA', 'CA', 'AA'])
  })

  it('asks what to measure: it hears at once that there is nothing, and nothing lands in the tray', async () => {
    const query = 'MSH|^~\\&|BC-5380|Mindray|||20261121090000||QRY^Q02|7|P|2.3.1||||||UNICODE\rQRD|20261121090000|R|D|7|||RD|A26000123|OTH|||T\rQRF|BC-5380|||||RCT|COR|ALL\r'
    await analyser.sendRaw(writeBlock(new TextEncoder().encode(query)))
    await until(() => analyser.answers.length === 1)
    const answer = parseMessage(analyser.answers[0]!)
    expect([answer.type.code, answer.text('MSA-1'), answer.text('MSA-2'), answer.text('QAK-2')]).toEqual(['QCK', 'AA', '7', 'NF'])
    expect(await tray()).toEqual([])
  })

  it('sends an endless message, noise and one without its header: nothing hangs, and the next count is filed', async () => {
    await bench.order('A26000123')
    await analyser.sendRaw(Uint8Array.from([2, 2, 0, block.start, ...new TextEncoder().encode('MSH|^~\\&|')]))
    for (let sent = 0; sent < 20; sent++) await analyser.sendRaw(new Uint8Array(1024 * 1024).fill(0x41))
    await until(() => state()?.problem === 'endless-message')
    await analyser.sendRaw(Uint8Array.of(block.end, block.CR))
    await analyser.sendRaw(writeBlock(new TextEncoder().encode('OBX|1|NM|WBC||5\r')))
    await until(() => analyser.answers.length === 1)
    expect(parseMessage(analyser.answers[0]!).text('MSA-1')).toBe('AR')
    await analyser.send(count('A26000123'))
    await until(reports)
    expect(state()?.problem).toBeUndefined()
  })

  it('loses power in the middle of a message and calls again while the old connection still looks alive', async () => {
    await bench.order('A26000123')
    const message = count('A26000123')
    await analyser.sendRaw(writeBlock(message).slice(0, 300))
    const again = virtualHl7Analyser(networkTransport(`tcp://127.0.0.1:${port}`))
    await again.send(message)
    await until(reports)
    expect(await tray()).toEqual([])
    await again.close()
  })

  it('goes away and comes back: the list says so', async () => {
    await analyser.close()
    await until(() => state()?.problem === 'not-connected')
    analyser = virtualHl7Analyser(networkTransport(`tcp://127.0.0.1:${port}`))
    await until(() => state()?.state === 'open')
  })
})

describe('an analyser in the network that we call', () => {
  it('is not there yet, then answers: its count is filed', async () => {
    await pair(`tcp://127.0.0.1:${port}`)
    await until(() => state()?.problem === 'port-missing')
    analyser = virtualHl7Analyser(networkTransport(`listen://127.0.0.1:${port}?from=127.0.0.1`))
    await until(() => state()?.state === 'open')
    await bench.order('A26000123')
    await analyser.send(count('A26000123'))
    await until(reports)
  })

  it('is refused a port that something else listens at, and one that only another address may use', async () => {
    await pair(`listen://127.0.0.1:${port}?from=10.9.8.7`)
    await until(() => state()?.problem === 'not-connected')
    await expect(networkTransport(`listen://127.0.0.1:${port}`).open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-in-use' })
    analyser = virtualHl7Analyser(networkTransport(`tcp://127.0.0.1:${port}`))
    let isTaken = false
    void analyser.send(count('A1')).then(() => (isTaken = true))
    await new Promise((later) => setTimeout(later, 700))
    expect(isTaken).toBe(false)
    await expect(networkTransport('tcp://nowhere').open({ bytes: () => undefined, closed: () => undefined })).rejects.toMatchObject({ kind: 'port-missing' })
  })

  it('speaks ASTM through a serial converter in the same way', async () => {
    await pair(`tcp://127.0.0.1:${port}`, 'sysmex-xn')
    const { bloodCount, virtualAnalyser } = await import('..')
    const line = networkTransport(`listen://127.0.0.1:${port}`)
    const astm = await virtualAnalyser(line)
    analyser = virtualHl7Analyser({ open: () => Promise.reject(new Error('none here')) })
    await bench.order('A26000123')
    await until(() => state()?.state === 'open')
    await astm.send(bloodCount('A26000123', at, () => 0.5))
    await until(reports)
    await astm.close()
  })
})

describe('a recorded file of an analyser that speaks HL7', () => {
  it('goes the same way, framed or bare, and twice the same is one result', async () => {
    analyser = virtualHl7Analyser({ open: () => Promise.reject(new Error('none here')) })
    await bench.order('A26000123')
    const framed = new Uint8Array(readFileSync(join(__dirname, '../profiles/mindray-bc/captures/two-counts.hl7')))
    const bare = new TextEncoder().encode(new TextDecoder().decode(framed).replaceAll(/[\x02\x0b\x1c]/g, '').replaceAll('\r\r', '\r').replaceAll('\r', '\n'))
    const first = await bench.desk.replay('mindray-bc', framed)
    const again = await bench.desk.replay('mindray-bc', bare)
    const samples = (outcome: typeof first) => (outcome.ok ? outcome.value.samples.map(({ accession, state: became, reason, results }) => [accession, became, reason, results]) : outcome.problem)
    expect(samples(first)).toEqual([['A26000123', 'matched', undefined, 14], ['A26000124', 'waiting', 'accession-unknown', 14]])
    expect(samples(again)).toEqual([['A26000123', 'repeat', undefined, 14], ['A26000124', 'repeat', 'accession-unknown', 14]])
  })
})

describe('the training analyser that speaks HL7', () => {
  it('sends a count for an order when it is asked to', async () => {
    analyser = virtualHl7Analyser({ open: () => Promise.reject(new Error('none here')) })
    await bench.order('A26000123')
    const attached = await bench.desk.attachSimulator('mindray-bc', bench.by)
    if (!attached.ok) throw new Error(attached.problem.kind)
    await until(() => state()?.state === 'open')
    expect(await bench.desk.simulateResult(attached.value.id, 'A26000123')).toMatchObject({ ok: true })
    await until(reports)
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!hasOpenssl)('an analyser behind an encrypted connection (certificate made with openssl; skipped where there is none)', () => {
  const certificate = (name: string) => {
    const [key, cert, pem] = ['key', 'crt', 'pem'].map((end) => join(bench.folder, `${name}.${end}`)) as [string, string, string]
    const made = spawnSync('sh', ['-c', `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost && cat ${key} ${cert} > ${pem}`])
    expect(made.status).toBe(0)
    return { cert, pem }
  }

  it('is heard when it trusts our certificate and shows one that we trust; in the clear, or with another one, it is not', async () => {
    const [ours, its, stranger] = [certificate('ours'), certificate('its'), certificate('stranger')]
    await pair(`listen+tls://localhost:${port}?pem=${ours.pem}&ca=${its.cert}`)
    await until(() => state()?.problem === 'not-connected')
    await bench.order('A26000123')
    let heard = 0
    for (const path of [`tcp://localhost:${port}`, `tls://localhost:${port}?pem=${its.pem}&ca=${stranger.cert}`, `tls://localhost:${port}?pem=${stranger.pem}&ca=${ours.cert}`]) {
      const other = virtualHl7Analyser(networkTransport(path), { reconnectMs: 100 })
      void other.send(count('A26000123')).then(() => heard++)
      await new Promise((later) => setTimeout(later, 400))
      await other.close()
    }
    expect([heard, await reports()]).toEqual([0, 0])
    analyser = virtualHl7Analyser(networkTransport(`tls://localhost:${port}?pem=${its.pem}&ca=${ours.cert}`))
    await analyser.send(count('A26000123'))
    await until(reports)
  })

  it('is not served without a certificate, or with one that cannot be read', async () => {
    analyser = virtualHl7Analyser({ open: () => Promise.reject(new Error('none here')) })
    const open = (path: string) => networkTransport(path).open({ bytes: () => undefined, closed: () => undefined })
    await expect(open(`listen+tls://localhost:${port}`)).rejects.toMatchObject({ kind: 'port-missing' })
    await expect(open(`listen+tls://localhost:${port}?pem=/nowhere`)).rejects.toMatchObject({ kind: 'port-denied' })
  })
})
