import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceEntry, FeedNumbers } from '../../../shared/contract'
import { bedCode, bedOf, bedRecord, type BedFacts } from '../../../shared/records/bed/bed'
import { patientOf } from '../../../shared/records/patient/patient'
import { vitalFacts } from '../../../shared/records/observation/vitalObservation'
import { openReplica, type Replica } from '../../replica'
import { openMonitors, type Monitors } from '.'

/** Every test has a day of its own: they share a replica, and a row of the same minute would be the same row. */
let start = Date.parse('2026-11-21T10:00:00.000Z')
const dayMs = 24 * 3_600_000
const by = { practitioner: '01HV000000000000000000NRSE', name: 'Nadia Nurse' }
const monitor: DeviceEntry = { id: '01HV000000000000000000MNTR', name: 'Monitor 3', profile: 'intellivue-mib', category: 'vitals', path: '/dev/ttyUSB0', place: '', state: 'open', simulated: false }
const station: DeviceEntry = { ...monitor, id: '01HV00000000000000000STATN', name: 'Central station', profile: 'mindray-egateway' }
const numbers = { spo2: 97, pulse: 74, 'respiratory-rate': 16 } as const

let folder: string
let replica: Replica
let monitors: Monitors
let clock = start
/** Observations of the tests before. */
let earlier = 0
let place = ''
let told: FeedNumbers[] = []

const open = async (workstation = 'A') => {
  monitors = await openMonitors({
    replica: { ...replica, station: workstation },
    devices: () => [{ ...monitor, place }, station],
    now: () => clock,
    announce: (name, value) => void (name === 'numbersChanged' && told.push(value as FeedNumbers)),
  })
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-monitors-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(1), practice: '01HV000000000000000000TEST', station: 'A' })
})
beforeEach(async () => {
  start += dayMs
  clock = start
  earlier = await replica.records.count('Observation')
  place = ''
  told = []
  await open()
})
afterEach(async () => {
  await monitors.close()
  for (const { id } of await replica.records.find('Basic', { where: { code: bedCode } })) {
    await replica.records.revise('Basic', id, (bed) => bedRecord({ name: bedOf(bed)!.name, made: bedOf(bed)!.made, isRemoved: true }, ''), 'system')
  }
  for (const kind of ['bedside-feed', 'feed-rules', 'unknown-bed']) for (const { id } of await replica.local.list(kind)) await replica.local.remove(kind, id)
})
afterAll(async () => {
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

const charted = async () => (await replica.records.count('Observation')) - earlier

const register = async (family: string) => (await replica.records.add('Patient', patientOf({ family, given: 'Ada', gender: 'female', birthDate: '1980-05-04' }, `A-${family}`), 'system')).id
const bed = async (name: string) => {
  const added = await monitors.addBed(`key of ${name}`, name, by)
  if (!added.ok) throw new Error(added.problem.kind)
  return added.value.id
}
/** The monitor says something once a second, for so many seconds; null: the leads are off. */
const feed = (seconds: number, values: Readonly<Record<string, number>> | null = numbers) => {
  for (let second = 0; second < seconds; second++) {
    clock += 1_000
    monitors.heard({ device: monitor.id, at: new Date(clock).toISOString(), usable: values !== null, values: Object.entries(values ?? {}).map(([code, value]) => ({ code: code as 'pulse', value })) })
  }
}
const settle = async () => {
  clock += 2_500
  await monitors.chartDue()
}
const chart = async (patient: string) => {
  const found = await replica.records.find('Observation', { where: { subject: patient }, sort: { by: 'date', order: 'ascending' }, limit: 5_000 })
  return found.map(({ resource }) => ({ ...vitalFacts(resource)!, status: resource.status }))
}
const rowTimes = async (patient: string) => [...new Set((await chart(patient)).map(({ effective }) => effective.slice(11, 16)))]
const stateOf = async (id = monitor.id) => {
  const ward = await monitors.ward()
  return [...ward.loose, ...ward.beds.flatMap(({ feeds }) => feeds)].find((each) => each.id === id)
}
const serve = async (patient: string, name = 'Bed 2') => {
  const id = await bed(name)
  await monitors.place(monitor.id, id)
  await monitors.seat(id, patient, by)
  return id
}

describe('a monitor at a bed', () => {
  it('at one number a second charts one row of medians in five minutes, by itself and unverified', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    feed(600)
    await settle()
    expect(await rowTimes(ada)).toEqual(['10:05', '10:10'])
    const rows = await chart(ada)
    expect(rows).toHaveLength(6)
    expect(rows[0]).toMatchObject({ origin: { kind: 'device', device: 'Monitor 3', deviceId: monitor.id }, by: '', isUnverified: true, status: 'preliminary' })
    expect(Object.fromEntries(rows.slice(0, 3).map(({ code, value }) => [code, value]))).toEqual(numbers)
    expect(await stateOf()).toMatchObject({ state: 'charting', confirmedBy: 'Nadia Nurse', chartedAt: new Date(start + 600_000).toISOString() })
  })

  it('charts nothing while the leads are off, and nothing that nobody can have', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    feed(290, null)
    feed(10)
    await settle()
    expect(await chart(ada)).toEqual([])
    feed(299, { spo2: 97, pulse: 900 })
    await settle()
    expect((await chart(ada)).map(({ code }) => code)).toEqual(['spo2'])
  })

  it('serves nobody until somebody says whom: what it says is shown and filed nowhere', async () => {
    const ada = await register('Okonkwo')
    feed(400)
    await settle()
    expect(await stateOf()).toMatchObject({ state: 'nobody', latest: { values: [{ code: 'spo2', value: 97 }, { code: 'pulse', value: 74 }, { code: 'respiratory-rate', value: 16 }] } })
    expect(await charted()).toBe(0)
    expect(await monitors.confirm(monitor.id, ada, by)).toMatchObject({ ok: true, value: { state: 'charting', patient: { name: 'OKONKWO, Ada' } } })
    feed(300)
    await settle()
    // Only what came since: the minutes before are nobody's.
    expect(await rowTimes(ada)).toEqual(['10:10'])
  })

  it('is moved from bed 2 to bed 5: it asks whom it serves, and files nothing between the moves', async () => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    await serve(ada, 'Bed 2')
    const five = await bed('Bed 5')
    await monitors.seat(five, ben, by)
    feed(200)
    expect(await monitors.place(monitor.id, five)).toMatchObject({ ok: true, value: { state: 'asking', reason: 'moved', bed: five } })
    feed(300)
    await settle()
    expect([await chart(ada), await chart(ben)]).toEqual([[], []])
    expect(await monitors.confirm(monitor.id, ada, by)).toMatchObject({ ok: false, problem: { kind: 'bed-of-another' } })
    expect(await monitors.confirm(monitor.id, ben, by)).toMatchObject({ ok: true, value: { state: 'charting' } })
    feed(400)
    await settle()
    expect(await chart(ada)).toEqual([])
    expect(await rowTimes(ben)).toEqual(['10:10', '10:15'])
  })

  it('was silent for longer than two minutes: it may be at another bed, so it asks, and the pause is not bridged', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    feed(100)
    clock += 121_000
    await monitors.chartDue()
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'silent' })
    feed(600, { spo2: 80 })
    await settle()
    expect(await chart(ada)).toEqual((await chart(ada)).filter(({ value }) => value !== 80))
    await monitors.confirm(monitor.id, ada, by)
    feed(600, { spo2: 94 })
    await settle()
    expect((await chart(ada)).filter(({ value }) => value === 94).length).toBeGreaterThan(0)
  })

  it('asks after ten minutes without a finger in its probe, and once a shift in any case', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    feed(10)
    feed(601, null)
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'probe-off' })
    await monitors.confirm(monitor.id, ada, by)
    clock += 1_000
    for (let minute = 0; minute < 12 * 60 + 1; minute++) {
      clock += 59_000
      feed(1)
    }
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'too-long' })
  })

  it('asks when the clock of the computer was set back behind its confirmation, and charts again once somebody confirms', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    feed(10)
    clock -= 3_600_000
    feed(10)
    await monitors.chartDue()
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'clock' })
    await monitors.confirm(monitor.id, ada, by)
    feed(400)
    await settle()
    expect(await rowTimes(ada)).toEqual(['09:05'])
  })

  it('stops charting for a patient who leaves the bed, and begins anew for the next one', async () => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    const two = await serve(ada)
    feed(290)
    await monitors.empty(two, by)
    feed(300)
    await monitors.seat(two, ben, by)
    feed(330)
    await settle()
    expect(await chart(ada)).toEqual([])
    expect(await rowTimes(ben)).toEqual(['10:15'])
    expect(monitors.servesAnother(monitor.id, ada)).toBe(true)
    expect(monitors.servesAnother(monitor.id, ben)).toBe(false)
  })

  it.each(['seat', 'empty', 'elsewhere'] as const)('charts nothing more for who left its bed (%s), though the power went before it heard of that', async (how) => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    const two = await serve(ada)
    const five = await bed('Bed 5')
    const { put } = replica.local
    replica.local.put = ((kind: string, ...rest: [string, unknown]) => (kind === 'bedside-feed' ? Promise.reject(new Error('the power is gone')) : put(kind, ...rest))) as typeof put
    await (how === 'seat' ? monitors.seat(two, ben, by) : how === 'empty' ? monitors.empty(two, by) : monitors.seat(five, ada, by)).catch(() => undefined)
    replica.local.put = put
    await monitors.close()
    await open()
    feed(330)
    await settle()
    expect(await chart(ada)).toEqual([])
    expect(await rowTimes(ben)).toEqual(how === 'seat' ? ['10:05'] : [])
  })

  it('goes on after a restart of the practice host, each row once', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    for (let minute = 0; minute < 5; minute++) {
      feed(60)
      await monitors.chartDue()
    }
    await settle()
    await monitors.close()
    await open()
    await monitors.chartDue()
    feed(300)
    await settle()
    expect(await stateOf()).toMatchObject({ state: 'charting' })
    expect(await chart(ada)).toHaveLength(6)
    await monitors.close()
    clock += 30 * 60_000
    await open()
    feed(1)
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'silent' })
  })

  it('charts a cuff’s pressure when it has measured, not every five minutes again', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    feed(100, { ...numbers, 'bp-systolic': 118, 'bp-diastolic': 76 })
    feed(1_100, { ...numbers, 'bp-systolic': 131, 'bp-diastolic': 84 })
    await settle()
    const pressures = (await chart(ada)).filter(({ code }) => code.startsWith('bp'))
    expect(pressures.map(({ effective, code, value }) => [effective.slice(11, 16), code, value]).sort()).toEqual([['10:05', 'bp-diastolic', 84], ['10:05', 'bp-systolic', 131]])
  })

  it('tells each number once, and none of an older moment', async () => {
    feed(3)
    monitors.heard({ device: monitor.id, at: new Date(clock - 1_000).toISOString(), usable: true, values: [{ code: 'pulse', value: 30 }] })
    expect(told.map(({ at }) => at)).toEqual([1, 2, 3].map((second) => new Date(start + second * 1_000).toISOString()))
  })

  it('that was paired with a bed as its place stands there, and asks whom it serves', async () => {
    const two = await bed('Bed 2')
    place = 'Bed 2'
    await monitors.close()
    await open()
    expect(await stateOf()).toMatchObject({ bed: two, state: 'asking' })
  })

  it('charts at the interval that somebody sets', async () => {
    const ada = await register('Okonkwo')
    await serve(ada)
    await monitors.setRules({ everyMinutes: 1, silentMinutes: 2, offMinutes: 10, confirmHours: 12 })
    feed(180)
    await settle()
    expect(await rowTimes(ada)).toEqual(['10:01', '10:02', '10:03'])
  })
})

describe('beds', () => {
  it('have names of their own, keep their patient over a restart, and one patient lies in one bed', async () => {
    const ada = await register('Okonkwo')
    const [two, five] = [await bed('Bed 2'), await bed('Bed 5')]
    expect(await monitors.addBed('another key', 'bed 2', by)).toMatchObject({ ok: false, problem: { kind: 'bed-there' } })
    expect(await monitors.addBed('key of Bed 2', 'Bed 2', by)).toMatchObject({ ok: true, value: { id: two } })
    await monitors.seat(two, ada, by)
    await monitors.seat(five, ada, by)
    await monitors.close()
    await open()
    expect((await monitors.ward()).beds.map(({ name, patient }) => [name, patient?.name])).toEqual([['Bed 2', undefined], ['Bed 5', 'OKONKWO, Ada']])
    expect(await monitors.removeBed(five, by)).toMatchObject({ ok: false, problem: { kind: 'bed-in-use' } })
    expect(await monitors.removeBed(two, by)).toMatchObject({ ok: true })
  })
})

describe('beds that other workstations know too', () => {
  /** What another workstation said of a bed, as it comes by sync. */
  const saidElsewhere = async (id: string, seat: BedFacts['seat']) => {
    await replica.records.revise('Basic', id, (record) => bedRecord({ name: bedOf(record)!.name, made: bedOf(record)!.made, isRemoved: false, ...(seat ? { seat } : {}) }, ''), 'system')
    await expect.poll(async () => (await monitors.ward()).beds.find((each) => each.id === id)?.patient?.id).toBe(seat?.patient)
  }
  const seatOf = (patient: string) => ({ patient, since: new Date(clock).toISOString(), by: by.practitioner, byName: by.name })

  it('A8: a monitor charts for nobody more once another workstation puts a second patient into its bed, and asks', async () => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    const two = await serve(ada)
    feed(290)
    await saidElsewhere(two, seatOf(ben))
    feed(330)
    await settle()
    expect([await chart(ada), await chart(ben)]).toEqual([[], []])
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'elsewhere', patient: { id: ada } })
    expect(await monitors.confirm(monitor.id, ada, by)).toMatchObject({ ok: false, problem: { kind: 'bed-of-another' } })
    expect(await monitors.confirm(monitor.id, ben, by)).toMatchObject({ ok: true, value: { state: 'charting' } })
  })

  it('A8: a monitor charts nothing more once another workstation says that its patient lies in another bed, and one move ends both', async () => {
    const ada = await register('Okonkwo')
    const [two, three, four] = [await serve(ada), await bed('Bed 3'), await bed('Bed 4')]
    feed(290)
    await saidElsewhere(three, seatOf(ada))
    feed(330)
    await settle()
    expect(await chart(ada)).toEqual([])
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'elsewhere', patient: { id: ada } })
    expect(await monitors.seat(four, ada, by)).toMatchObject({ ok: true })
    expect((await monitors.ward()).beds.map(({ id, patient }) => [id, patient?.id])).toEqual([[two, undefined], [three, undefined], [four, ada]])
  })

  it('A8: a monitor asks, too, where this workstation’s patient stands and another workstation put a second one into the bed, not knowing; one word settles it', async () => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    const two = await serve(ada)
    feed(290)
    const stands = bedOf((await replica.records.get('Basic', two))!.resource)!
    // As the two versions lie in the record once they have met: the later one stands.
    await replica.records.revise('Basic', two, () => bedRecord({ ...stands, seat: seatOf(ben), instead: [] }, ''), 'system')
    await replica.records.revise('Basic', two, () => bedRecord(stands, ''), 'system')
    await expect.poll(async () => (await monitors.ward()).beds[0]).toMatchObject({ patient: { id: ada }, beside: [{ patient: { id: ben }, by: 'Nadia Nurse' }] })
    feed(330)
    await settle()
    expect([await chart(ada), await chart(ben)]).toEqual([[], []])
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'elsewhere' })
    expect(await monitors.seat(two, ada, by)).toMatchObject({ ok: true, value: { patient: { id: ada }, feeds: [{ state: 'charting' }] } })
    expect((await monitors.ward()).beds[0]).not.toHaveProperty('beside')
    await monitors.close()
    await open()
    expect((await monitors.ward()).beds[0]).not.toHaveProperty('beside')
  })

  it('A8: a patient whom two workstations put into one bed is out of it when the bed is emptied', async () => {
    const ada = await register('Okonkwo')
    const two = await serve(ada)
    const stands = bedOf((await replica.records.get('Basic', two))!.resource)!
    // As the two versions lie in the record once they have met.
    await replica.records.revise('Basic', two, () => bedRecord({ ...stands, seat: { ...seatOf(ada), since: '2026-11-21T09:00:00.000Z' }, instead: [] }, ''), 'system')
    await replica.records.revise('Basic', two, () => bedRecord(stands, ''), 'system')
    await settle()
    expect(await monitors.empty(two, by)).toMatchObject({ ok: true })
    await monitors.close()
    await open()
    const [there] = (await monitors.ward()).beds
    expect(there).toMatchObject({ name: 'Bed 2' })
    for (const named of ['patient', 'beside']) expect(there).not.toHaveProperty(named)
  })

  it('serves nobody when the bed was emptied elsewhere, and asks when somebody was put into it', async () => {
    const ada = await register('Okonkwo')
    const two = await serve(ada)
    await saidElsewhere(two, undefined)
    expect(await stateOf()).toMatchObject({ state: 'nobody' })
    await saidElsewhere(two, seatOf(ada))
    expect(await stateOf()).toMatchObject({ state: 'asking', reason: 'elsewhere' })
  })

  it('goes on for the patient whom this workstation put into the bed last, however fast it was done', async () => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    const two = await serve(ada)
    await Promise.all([monitors.seat(two, ben, by), monitors.seat(two, ada, by), monitors.seat(two, ben, by)])
    feed(330)
    await settle()
    expect(await stateOf()).toMatchObject({ state: 'charting', patient: { id: ben } })
    expect(await chart(ada)).toEqual([])
  })

  it('takes over the beds of an earlier Outpost, with their patients and the monitors that stand there', async () => {
    const ada = await register('Okonkwo')
    const [old, confirmedAt] = ['01HV00000000000000000000B1', new Date(clock).toISOString()]
    await monitors.close()
    await replica.local.put('bed', old, { name: 'Old bed', patient: ada, since: confirmedAt, by })
    await replica.local.put('bedside-feed', monitor.id, { device: monitor.id, bed: old, patient: ada, confirmedBy: by, confirmedAt })
    await open()
    const [found] = (await monitors.ward()).beds
    expect(found).toMatchObject({ name: 'Old bed', patient: { id: ada }, feeds: [{ state: 'charting' }] })
    await monitors.close()
    await open()
    expect((await monitors.ward()).beds).toMatchObject([{ id: found!.id, name: 'Old bed', feeds: [{ state: 'charting' }] }])
    expect(await replica.local.list('bed')).toEqual([])
  })
})

describe('a central station', () => {
  let sent = 0
  const message = (label: string, { spo2 = 97, processing = 'P', demo = '' } = {}) =>
    new TextEncoder().encode(
      [`MSH|^~\\&|GATEWAY||||20261121100000||ORU^R01^ORU_R01|${++sent}|${processing}|2.6`, `PID|||${demo}`, `PV1||I|ICU^^${label}`, 'OBR|1|||182777000', `OBX|1|NM|150456||${spo2}|262688|||||R`].join('\r'),
    )
  const say = (label: string, more: Parameters<typeof message>[1] = {}, id = `C${sent}`) => {
    const stored = { done: false }
    void monitors
      .store({ id, device: station.id, profile: station.profile, at: new Date(clock).toISOString(), text: message(label, more), complete: true })
      .then(() => (stored.done = true))
    return stored
  }
  const minutes = async (count: number, labels: readonly string[], more: Parameters<typeof message>[1] = {}) => {
    const all = []
    for (let minute = 0; minute < count; minute++) {
      clock += 60_000
      for (const label of labels) all.push(say(label, more))
      await new Promise((later) => setImmediate(later))
    }
    return all
  }

  it('reports each bed every minute: rows go to who lies there, one in five minutes, and an unknown bed to the tray', async () => {
    const [ada, ben] = [await register('Okonkwo'), await register('Diallo')]
    await monitors.seat(await bed('ICU/1'), ada, by)
    await monitors.seat(await bed('ICU/2'), ben, by)
    await bed('ICU/3')
    const stored = await minutes(10, ['1', '2', '3', '9'])
    await settle()
    expect([await rowTimes(ada), await rowTimes(ben)]).toEqual([['10:05', '10:10'], ['10:05', '10:10']])
    expect(await charted()).toBe(4)
    const [item, ...others] = await monitors.unknownBeds()
    expect(item).toMatchObject({ label: 'ICU/9', deviceName: 'Central station', rows: [{ values: [{ code: 'spo2', value: 97 }] }, {}] })
    expect(others).toEqual([])
    await new Promise((later) => setImmediate(later))
    expect(stored.every(({ done }) => done)).toBe(true)
    const [row] = await replica.records.find('Observation', { where: { subject: ada }, limit: 1 })
    expect(row?.resource.identifier).toHaveLength(5)
    expect(row?.author).toBe(`device:${station.id}`)
  })

  it('A8: a bed that it reports for the first time asks, when another workstation said who lies there', async () => {
    const ada = await register('Okonkwo')
    const one = await bed('ICU/1')
    await monitors.seat(one, ada, by)
    await monitors.close()
    await open('B')
    await minutes(6, ['1'])
    await settle()
    expect(await chart(ada)).toEqual([])
    expect((await monitors.ward()).beds.find(({ id }) => id === one)?.feeds).toMatchObject([{ state: 'asking', reason: 'elsewhere' }])
  })

  it('is asked for a message again only until its row is on the chart, so that a crash in between loses none and files none twice', async () => {
    const ada = await register('Okonkwo')
    await monitors.seat(await bed('ICU/1'), ada, by)
    const before = await minutes(4, ['1'])
    await monitors.chartDue()
    expect(before.map(({ done }) => done)).toEqual([false, false, false, false])
    await monitors.close()
    await open()
    // The journal sends them again.
    for (let minute = 1; minute <= 4; minute++) {
      void monitors.store({ id: `C${minute}`, device: station.id, profile: station.profile, at: new Date(start + minute * 60_000).toISOString(), text: message('1', { spo2: 90 + minute }), complete: true })
    }
    await minutes(2, ['1'])
    await settle()
    expect((await chart(ada)).map(({ value }) => value)).toHaveLength(1)
    await settle()
    expect(await chart(ada)).toHaveLength(1)
  })

  it.each([['in training (MSH-11 T)', { processing: 'T' }], ['that is being tested (MSH-11 D)', { processing: 'D' }], ['that demonstrates itself', { demo: 'DEMO' }]])('%s charts nothing on anybody', async (_, more) => {
    const ada = await register('Okonkwo')
    await monitors.seat(await bed('ICU/1'), ada, by)
    const stored = await minutes(6, ['1', '9'], more)
    await settle()
    expect(await charted()).toBe(0)
    expect(await monitors.unknownBeds()).toEqual([])
    expect(stored.every(({ done }) => done)).toBe(true)
    expect(await chart(ada)).toEqual([])
  })

  it('that reports beds without end fills neither the memory nor the tray', async () => {
    clock += 60_000
    const stored = Array.from({ length: 300 }, (_, index) => say(`${'9'.repeat(300)}${index}`.slice(-250), {}, `many ${index}`))
    clock += 300_000
    await settle()
    await new Promise((later) => setImmediate(later))
    expect(stored.every(({ done }) => done)).toBe(true)
    expect((await monitors.unknownBeds()).length).toBeLessThanOrEqual(200)
  })

  it('names a bed that nobody knows: a named person files its rows on a patient, once, or turns them away', async () => {
    const ada = await register('Okonkwo')
    await minutes(5, ['9', '10'])
    await settle()
    const items = await monitors.unknownBeds()
    const [nine, ten] = ['ICU/9', 'ICU/10'].map((label) => items.find((each) => each.label === label)!)
    expect(await monitors.fileUnknownBed(nine!.id, ada, by)).toMatchObject({ ok: true })
    expect(await monitors.fileUnknownBed(nine!.id, ada, by)).toMatchObject({ ok: false, problem: { kind: 'already-filed' } })
    expect(await monitors.dismissUnknownBed(ten!.id, 'a test of the network', by)).toMatchObject({ ok: true })
    expect(await monitors.unknownBeds()).toEqual([])
    expect(await chart(ada)).toMatchObject([{ code: 'spo2', value: 97, by: by.practitioner, status: 'final' }])
  })
})
