import { afterEach, describe, expect, it } from 'vitest'
import { profileOf, runDeviceHost, simulatedLine, virtualVitals } from '..'
import { vitalFacts } from '../../../shared/records/observation/vitalObservation'
import { openBench, until, type Bench } from './testing/bench'

type VitalsProfile = Parameters<typeof virtualVitals>[1]

describe('a device that measures once', () => {
  let bench: Bench
  let close: () => Promise<void> = () => Promise.resolve()
  afterEach(async () => {
    await close()
    await bench.close()
  })
  const numbers = { spo2: 96, pulse: 71, 'bp-systolic': 118, 'bp-diastolic': 76, temperature: 37.2, glucose: 6.1, weight: 70.5, height: 171.5 } as const

  const open = async (profile: string) => {
    bench = await openBench()
    const line = simulatedLine()
    const host = runDeviceHost({ transportOf: () => line.near })
    bench.desk.attach(host.link)
    const virtual = await virtualVitals(line.far, profileOf(profile) as VitalsProfile, { random: () => 0.5, numbers })
    close = async () => {
      await virtual.close()
      await host.close()
    }
    const paired = await bench.desk.pair({ name: 'Device', profile, path: 'simulated', place: 'Triage' }, bench.by)
    if (!paired.ok) throw new Error(paired.problem.kind)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const take = () => bench.desk.takeReading(paired.value.id)
    const taken = () => until(async () => {
      const reading = await take()
      return reading.ok ? reading.value : undefined
    }, 8_000)
    return { virtual, take, taken }
  }
  const chart = async (patient: string) => {
    const found = await bench.replica.records.find('Observation', { where: { subject: patient }, limit: 20 })
    return found.flatMap(({ resource }) => {
      const facts = vitalFacts(resource)
      return facts ? [[facts.code, facts.value, resource.valueQuantity?.code]] : []
    }).sort()
  }

  it.each([
    ['nonin-13', [['pulse', 71, '/min'], ['spo2', 96, '%']]],
    ['a-and-d-cuff', [['bp-diastolic', 76, 'mm[Hg]'], ['bp-systolic', 118, 'mm[Hg]'], ['pulse', 71, '/min']]],
    ['thermometer-lines', [['temperature', 37.2, 'Cel']]],
    ['taidoc-glucometer', [['glucose', 6.1, 'mmol/L']]],
    ['a-and-d-scale', [['weight', 70.5, 'kg']]],
    ['height-rod-lines', [['height', 171.5, 'cm']]],
  ] as const)('%s: files the right vital sign with its unit, and never offers it for the next patient', async (profile, expected) => {
    const { virtual, take, taken } = await open(profile)
    expect(await take()).toMatchObject({ ok: false, problem: { kind: 'no-reading' } })
    virtual.measure()
    const reading = await taken()
    const first = await bench.order('A26000123')
    const next = await bench.order('A26000124', 'Diallo')
    expect(await bench.desk.confirmReading({ key: 'first press', patient: first, reading: reading.id }, bench.by)).toMatchObject({ ok: true })
    expect(await chart(first)).toEqual(expected)
    expect(await take()).toMatchObject({ ok: false, problem: { kind: 'no-reading' } })
    expect(await bench.desk.confirmReading({ key: 'second press', patient: next, reading: reading.id }, bench.by)).toMatchObject({ ok: false, problem: { kind: 'already-filed' } })
    expect(await chart(next)).toEqual([])
  })

  it('that speaks for several beds is offered for none, and the device list says why', async () => {
    bench = await openBench()
    const line = simulatedLine()
    const host = runDeviceHost({ transportOf: () => line.near })
    bench.desk.attach(host.link)
    const gateway = await line.far.open({ bytes: () => undefined, closed: () => undefined })
    close = async () => {
      await gateway.close()
      await host.close()
    }
    const paired = await bench.desk.pair({ name: 'Gateway', profile: 'mindray-egateway', path: 'simulated', place: 'ICU' }, bench.by)
    if (!paired.ok) throw new Error(paired.problem.kind)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const say = (bed: string) =>
      gateway.write(new TextEncoder().encode([`\x0bMSH|^~\\&|GATEWAY||||20261121091530||ORU^R01^ORU_R01|${bed}|P|2.6|||AL|NE`, 'PID|||', `PV1||I|ICU^^${bed}`, 'OBR|1|||182777000|||20261121091530', 'OBX|1|NM|150456||97|262688|||||R', '\x1c\r'].join('\r')))
    await say('5')
    expect(await until(async () => {
      const reading = await bench.desk.takeReading(paired.value.id)
      return reading.ok ? reading.value : undefined
    })).toMatchObject({ bed: 'ICU/5' })
    await say('6')
    await until(() => bench.desk.listDevices()[0]?.problem === 'several-beds')
    expect(await bench.desk.takeReading(paired.value.id)).toMatchObject({ ok: false, problem: { kind: 'several-beds' } })
  })
})
