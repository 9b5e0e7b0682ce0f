import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WavePiece } from '../../../shared/contract'
import { vitalFacts } from '../../../shared/records/observation/vitalObservation'
import { profileOf, runDeviceHost, simulatedLine, virtualCentralStation, virtualVitals, type VirtualCentralStation } from '..'
import { openBench, until, type Bench } from '../inbox/testing/bench'
import { openMonitors, type Monitors } from '.'

type VitalsProfile = Parameters<typeof virtualVitals>[1]
type StationProfile = Parameters<typeof virtualCentralStation>[1]

/** The whole way from a device's bytes to the chart: device host, journal, desk, monitors. */
describe('at the bedside, with the device host', () => {
  let bench: Bench
  let monitors: Monitors
  let host: ReturnType<typeof runDeviceHost>
  let line: ReturnType<typeof simulatedLine>
  let ahead = 0
  let waves: WavePiece[] = []
  const closing: (() => Promise<void>)[] = []

  const openBedside = async () => {
    monitors = await openMonitors({ replica: bench.replica, devices: () => bench.desk.listDevices(), announce: () => undefined, now: () => Date.now() + ahead })
    bench.desk.attach(host.link)
  }
  beforeEach(async () => {
    ahead = 0
    waves = []
    line = simulatedLine()
    host = runDeviceHost({ transportOf: () => line.near })
    bench = await openBench({
      readingChanged: (reading) => monitors.heard(reading),
      storeVitals: (capture) => monitors.store(capture),
      waveChanged: (piece) => waves.push(piece),
      servesAnother: (device, patient) => monitors.servesAnother(device, patient),
    })
    await openBedside()
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
    await monitors.close()
    await host.close()
    await bench.close()
  })
  const pair = async (profile: string) => {
    const paired = await bench.desk.pair({ name: 'Monitor', profile, path: 'simulated', place: 'Ward' }, bench.by)
    if (!paired.ok) throw new Error(paired.problem.kind)
    await until(() => bench.desk.listDevices()[0])
    return paired.value.id
  }
  const chart = async (patient: string) => {
    const found = await bench.replica.records.find('Observation', { where: { subject: patient }, limit: 50 })
    return found.map(({ resource }) => vitalFacts(resource)!)
  }

  it('a press of "read" takes blood pressure, pulse and oxygen of the paired monitor in under five seconds, and files them with one more', async () => {
    const virtual = await virtualVitals(line.far, profileOf('intellivue-mib') as VitalsProfile, { random: () => 0.5, numbers: { spo2: 96, pulse: 71, 'bp-systolic': 118, 'bp-diastolic': 76 } })
    closing.push(() => virtual.close())
    const device = await pair('intellivue-mib')
    const [ada, ben] = [await bench.order('A26000123'), await bench.order('A26000124', 'Diallo')]
    await until(async () => (await bench.desk.takeReading(device)).ok)
    const pressed = performance.now()
    const reading = await bench.desk.takeReading(device)
    if (!reading.ok) throw new Error(reading.problem.kind)
    expect(await bench.desk.confirmReading({ key: 'one press', patient: ada, reading: reading.value.id }, bench.by)).toMatchObject({ ok: true })
    expect(performance.now() - pressed).toBeLessThan(5_000)
    const filed = new Map((await chart(ada)).map(({ code, value }) => [code, value]))
    expect([filed.get('spo2'), filed.get('pulse'), filed.get('bp-systolic'), filed.get('bp-diastolic')]).toEqual([96, 71, 118, 76])

    // Bound to another patient, it is not read onto this chart.
    await until(async () => (await monitors.ward()).loose[0]?.latest)
    await monitors.confirm(device, ben, bench.by)
    expect(await bench.desk.takeReading(device, ada)).toMatchObject({ ok: false, problem: { kind: 'serves-another' } })
    const again = await bench.desk.takeReading(device, ben)
    if (!again.ok) throw new Error(again.problem.kind)
    expect(await bench.desk.confirmReading({ key: 'another press', patient: ada, reading: again.value.id }, bench.by)).toMatchObject({ ok: false, problem: { kind: 'serves-another' } })
    expect(await bench.desk.confirmReading({ key: 'third press', patient: ben, reading: again.value.id }, bench.by)).toMatchObject({ ok: true })
  })

  it('curves come as long as somebody looks, and not before', async () => {
    const virtual = await virtualVitals(line.far, profileOf('contec-cms50') as VitalsProfile, { random: () => 0.5 })
    closing.push(() => virtual.close())
    const device = await pair('contec-cms50')
    await until(async () => (await monitors.ward()).loose[0]?.latest)
    expect(waves).toEqual([])
    bench.desk.watchWaves([device])
    const piece = await until(() => waves[3])
    expect(piece).toMatchObject({ device, code: 'pleth', perSecond: 60 })
    expect(piece.samples.every((sample) => sample >= 0 && sample <= 1)).toBe(true)
  })

  describe('a central station', () => {
    let station: VirtualCentralStation
    const start = async () => {
      const device = await pair('mindray-egateway')
      station = virtualCentralStation(line.far, profileOf('mindray-egateway') as StationProfile, { beds: ['ICU/1', 'ICU/2', 'ICU/9'], random: () => 0.5, replyMs: 500, reconnectMs: 20 })
      closing.push(() => station.close())
      return device
    }
    const seat = async (name: string, patient: string) => {
      const bed = await monitors.addBed(`key of ${name}`, name, bench.by)
      if (bed.ok) await monitors.seat(bed.value.id, patient, bench.by)
    }

    it('reports its beds: each to the patient who lies there, an unknown one to the tray, and every message is answered', async () => {
      const [ada, ben] = [await bench.order('A26000123'), await bench.order('A26000124', 'Diallo')]
      await seat('ICU/1', ada)
      await seat('ICU/2', ben)
      await start()
      await station.report({ spo2: 96, pulse: 71 })
      await until(async () => (await monitors.ward()).beds.every(({ feeds }) => feeds.length === 1))
      ahead = 6 * 60_000
      await monitors.chartDue()
      expect((await chart(ada)).map(({ code, value }) => [code, value]).sort()).toEqual([['pulse', 71], ['spo2', 96]])
      expect((await chart(ben)).map(({ isUnverified }) => isUnverified)).toEqual([true, true])
      expect(await monitors.unknownBeds()).toMatchObject([{ label: 'ICU/9', rows: [{}] }])
    })

    it('is not asked again for what it was told is kept: the practice host dies before the row is charted, and the journal brings it back', async () => {
      const ada = await bench.order('A26000123')
      await seat('ICU/1', ada)
      await start()
      await station.report({ spo2: 96 })
      await until(async () => (await monitors.ward()).beds[0]?.feeds.length === 1)
      await monitors.close()
      await host.close()
      await bench.reopen()
      expect(await chart(ada)).toEqual([])
      host = runDeviceHost({ transportOf: () => line.near })
      await openBedside()
      await until(async () => (await monitors.ward()).beds[0]?.feeds.length === 1)
      await until(async () => {
        ahead = 6 * 60_000
        await monitors.chartDue()
        return (await chart(ada)).length > 0
      })
      expect(await chart(ada)).toHaveLength(1)
    })
  })
})
