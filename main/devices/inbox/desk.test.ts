import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDeviceHost } from '..'
import { openBench, until, type Bench } from './testing/bench'

let bench: Bench
let host: ReturnType<typeof runDeviceHost>

beforeEach(async () => {
  bench = await openBench()
  host = runDeviceHost()
  bench.desk.attach(host.link)
})
afterEach(async () => {
  await bench.close()
  await host.close()
})

describe('a training practice with a simulated analyser and oximeter', () => {
  it('files a simulated blood count on the patient whose order it is, and completes the order', async () => {
    const patient = await bench.order('A26000123')
    const attached = await bench.desk.attachSimulator('sysmex-xn', bench.by)
    if (!attached.ok) throw new Error(attached.problem.kind)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    expect(await bench.desk.simulateResult(attached.value.id, 'A26000123')).toMatchObject({ ok: true })
    const report = await until(async () => (await bench.replica.records.find('DiagnosticReport'))[0])
    expect(report.search.subject).toBe(patient)
    expect(report.author).toBe(`device:${attached.value.id}`)
    expect(report.resource.result).toHaveLength(13)
    const order = await until(async () => (await bench.replica.records.find('ServiceRequest', { where: { status: 'completed' } }))[0])
    expect(order.search.identifier).toBe('A26000123')
  })

  it('shows the oximeter live, takes a reading and files it once, on the patient who was named', async () => {
    const patient = await bench.order('A26000124')
    const other = await bench.order('A26000125', 'Mbeki')
    const attached = await bench.desk.attachSimulator('contec-cms50', bench.by)
    if (!attached.ok) throw new Error(attached.problem.kind)
    const device = attached.value.id
    expect(await bench.desk.takeReading(device)).toMatchObject({ ok: false, problem: { kind: 'no-reading' } })
    const reading = await until(async () => {
      const taken = await bench.desk.takeReading(device)
      return taken.ok ? taken.value : undefined
    })
    expect(reading.values.find(({ code }) => code === 'spo2')?.value).toBeGreaterThan(90)
    const ask = { key: 'a press of the button', patient, reading: reading.id }
    const filed = await bench.desk.confirmReading(ask, bench.by)
    expect(filed).toMatchObject({ ok: true, value: [{ code: 'spo2', by: 'Lena Technician', origin: { kind: 'device' } }, { code: 'pulse' }] })
    expect(await bench.desk.confirmReading(ask, bench.by)).toEqual(filed)
    expect(await bench.desk.confirmReading({ ...ask, key: 'another press' }, bench.by)).toMatchObject({ problem: { kind: 'already-filed' } })
    expect(await bench.desk.confirmReading({ ...ask, patient: other }, bench.by)).toMatchObject({ problem: { kind: 'already-filed' } })
    expect(await bench.replica.records.count('Observation')).toBe(2)
    const [spo2] = await bench.replica.records.find('Observation', { where: { code: '59408-5' } })
    expect(spo2).toMatchObject({ author: bench.by.practitioner, search: { subject: patient } })
  })
})
