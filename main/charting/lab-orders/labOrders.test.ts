import { beforeEach, describe, expect, it } from 'vitest'
import type { LabOrderEntry, LabOrdersAsk } from '../../../shared/contract'
import { diagnosticReportOf } from '../../../shared/records/diagnostic-report/report'
import { withVerification } from '../../../shared/records/diagnostic-report/verification'
import { observationOfResult } from '../../../shared/records/observation/result'
import { signOffRecord } from '../../../shared/records/result-sign-off/signOff'
import { orderOf } from '../../../shared/records/service-request/order'
import { specimenOf } from '../../../shared/records/specimen/specimen'
import { openReplica, type Replica } from '../../replica'
import { afterwards, clinic, folder, hubKey, login, openStation, startHub, until } from '../../sync/clinic.test-parts'
import { openImagingOrders } from '../imaging/orders'
import { openPersonNames } from '../names'
import { onePerKey } from '../onePerKey'
import type { ChartingParts } from '../parts'
import { openLabOrders, type LabOrders } from '.'

let clock = 0
const open = (replica: Replica): LabOrders => {
  const names = openPersonNames(replica)
  const parts: ChartingParts = { replica, names, now: () => clock, once: onePerKey() }
  const lab = openLabOrders(parts, openImagingOrders(parts))
  afterwards(() => {
    lab.close()
    names.close()
  })
  return lab
}
const at = (time: string) => {
  clock = Date.parse(`2026-11-21T${time}:00.000Z`)
  return new Date(clock).toISOString()
}

let replica: Replica
let lab: LabOrders
let ada = ''
let doctor = { practitioner: '' }
let nurse = { practitioner: '' }
let technician = { practitioner: '' }
const people = async (to: Replica) => {
  const add = async (name: string) => ({ practitioner: (await to.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: name }] }, 'system')).id })
  doctor = await add('Dora Doctor')
  nurse = await add('Nora Nurse')
  technician = await add('Tom Technician')
  ada = (await to.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Okonkwo', given: ['Ada'] }], identifier: [{ system: 'urn:outpost:patient-number', value: 'A-000001' }], birthDate: '1990-02-03', gender: 'female' }, 'system')).id
}
beforeEach(async () => {
  at('09:00')
  replica = await openReplica({ folder: folder(), key: hubKey, practice: clinic.id, station: 'A' })
  afterwards(() => replica.close())
  lab = open(replica)
  await people(replica)
})

const place = async (ask: Partial<LabOrdersAsk>, on = lab): Promise<readonly LabOrderEntry[]> => {
  const placed = await on.orders.place({ key: 'one press', patient: ada, orders: [], imaging: [], priority: 'routine', reason: '', ...ask }, doctor)
  if (!placed.ok) throw new Error(placed.problem.kind)
  return placed.value.orders
}
const set = async (code: string) => {
  const found = (await lab.catalogue.read()).sets.find((each) => each.code === code)!
  return { orders: found.orders.map((each) => ({ code: each })), imaging: [...found.imaging] }
}
const numbers = (orders: readonly LabOrderEntry[]) => orders.map(({ accession }) => accession)

/** Results of a tube as an analyser or a person files them. */
const report = async (to: Replica, order: LabOrderEntry, tests: readonly { readonly code: string; readonly loinc?: string | undefined; readonly text?: string }[], how: { readonly verified?: boolean } = {}): Promise<string> => {
  const now = new Date(clock).toISOString()
  const observations = await to.records.addAll(tests.map(({ code, loinc, text = '5' }) => {
    const resource = observationOfResult({ code, name: code, text, value: Number(text), status: how.verified === false ? 'preliminary' : 'final' }, { subject: order.patient, order: order.id, effective: now, origin: { kind: 'typed' }, loinc })
    return { type: 'Observation' as const, resource: how.verified === false ? resource : withVerification(resource, { state: 'accepted', by: technician.practitioner, at: now, holds: [] }) }
  }), technician.practitioner)
  const filed = await to.records.add('DiagnosticReport', diagnosticReportOf({ subject: order.patient, accession: order.accession, order: order.id, title: order.test, issued: now, origin: { kind: 'typed' }, results: observations.map(({ id }) => id) }, how.verified === false ? 'preliminary' : 'final'), technician.practitioner)
  return filed.id
}
const entry = async (id: string, on = lab): Promise<LabOrderEntry> => {
  const listed = await on.orders.list({ patient: ada, limit: 50 })
  return (listed.ok ? listed.value : []).find((each) => each.id === id)!
}
/** Two workstations of one clinic, each with its laboratory; what one did is with the other once they `meet`. */
const twoStations = async () => {
  const hub = await startHub()
  const [a, b] = [await openStation('A'), await openStation('B')]
  await people(a.replica)
  for (const station of [a, b]) expect((await station.sync.configure(login(hub.url))).ok).toBe(true)
  const meet = async () => {
    for (const station of [a, b, a, b]) await until('sent', async () => (await station.sync.pass()).ok && station.sync.state().waitingOut === 0)
  }
  return { a, b, here: open(a.replica), there: open(b.replica), meet }
}

describe('orders of one press', () => {
  it('E2: a fever set is four laboratory orders and one of images, saved at once, and ten clicks are one press', async () => {
    const asked = await set('FEVER')
    const ten = await Promise.all(Array.from({ length: 10 }, () => place(asked)))
    expect(ten[0]!.map(({ test }) => test).sort()).toEqual(['C-reactive protein', 'Full blood count', 'Malaria, rapid test', 'Urine dipstick'])
    expect(await replica.records.count('ServiceRequest', { where: { subject: ada } })).toBe(5)
    expect(await replica.records.count('ServiceRequest', { where: { code: 'DX' } })).toBe(1)
  })

  it('sent again after the power went, they have the numbers that were given', async () => {
    const asked = await set('FEVER')
    const before = await place(asked)
    const again = await place(asked, open(replica))
    expect(numbers(again)).toEqual(numbers(before))
    expect(await replica.records.count('ServiceRequest', { where: { subject: ada } })).toBe(5)
  })

  it('E2: sent again with more after an answer got lost, they have what was added too, in the tubes that there are, and nothing twice', async () => {
    const chest = { modality: 'DX', bodyPart: 'Chest PA' } as const
    const before = await place({ orders: [{ code: 'FBC' }, { words: 'Copper in hair' }], imaging: [chest] })
    const asked = { orders: [{ code: 'ESR' }, { code: 'CRP' }, { code: 'FBC' }, { words: 'Copper in hair' }, { code: 'CRP' }], imaging: [{ modality: 'US', bodyPart: 'Abdomen' } as const, chest] }
    for (const on of [lab, open(replica)]) {
      const again = await place(asked, on)
      const numberOf = (test: string) => again.find((each) => each.test === test)?.accession
      expect(again.map(({ test }) => test).sort()).toEqual(['C-reactive protein', 'Copper in hair', 'Erythrocyte sedimentation rate', 'Full blood count'])
      expect(before.every(({ id }) => again.some((each) => each.id === id))).toBe(true)
      expect(numberOf('Erythrocyte sedimentation rate')).toBe(numberOf('Full blood count'))
      expect(await replica.records.count('ServiceRequest', { where: { subject: ada } })).toBe(6)
    }
  })

  it('E3: tests that need the same specimen share one tube and its number; every other tube has its own, offline', async () => {
    const orders = await place(await set('FEVER'))
    const tube = (test: string) => orders.find((each) => each.test === test)!.accession
    expect(tube('Full blood count')).toBe(tube('Malaria, rapid test'))
    expect(new Set(numbers(orders)).size).toBe(3)
    expect(numbers(orders).every((number) => /^A26\d{6}$/.test(number))).toBe(true)
  })

  it('E1: a full blood count of twelve tests is one order, and an edit of the catalogue changes nothing of it', async () => {
    const [order] = await place({ orders: [{ code: 'FBC' }] })
    expect(order!.tests).toHaveLength(12)
    await lab.catalogue.saveTest({ code: 'HGB', name: 'Hb by another name', loinc: '20509-6', result: 'text', specimen: 'urine' }, technician)
    await lab.catalogue.savePanel({ code: 'FBC', name: 'Short count', tests: ['HGB'], isRetired: true }, technician)
    expect(await entry(order!.id)).toEqual(order)
    expect(await lab.orders.place({ key: 'second press', patient: ada, orders: [{ code: 'FBC' }], imaging: [], priority: 'routine', reason: '' }, doctor)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('a panel of blood and urine is an order for each, so that no test is without a tube', async () => {
    await lab.catalogue.savePanel({ code: 'BOTH', name: 'Blood and urine', tests: ['K', 'U-PRO', 'NA'] }, technician)
    const orders = await place({ orders: [{ code: 'BOTH' }] })
    expect(orders.map(({ specimen, tests }) => [specimen, tests.map(({ code }) => code)])).toEqual([['blood-serum', ['K', 'NA']], ['urine', ['U-PRO']]])
  })

  it('what is ordered in words is an order too, with a tube of its own', async () => {
    const orders = await place({ orders: [{ words: 'Copper in hair' }, { words: 'Zinc in hair' }] })
    expect(orders.map(({ test, tests }) => [test, tests.length])).toEqual([['Copper in hair', 0], ['Zinc in hair', 0]])
    expect(new Set(numbers(orders)).size).toBe(2)
  })
})

describe('tubes', () => {
  it('E3: a haemolysed tube is rejected with its reason, and its orders wait for another one under a new number', async () => {
    const [order] = await place({ orders: [{ code: 'RENAL' }] })
    await lab.specimens.collect({ patient: ada, accessions: [order!.accession] }, nurse)
    at('09:30')
    const rejected = await lab.specimens.reject({ accession: order!.accession, reason: 'haemolysed', words: 'Pink serum' }, technician)
    const again = await entry(order!.id)
    expect(rejected).toMatchObject({ ok: true, value: { accession: again.accession } })
    expect(again).toMatchObject({ stage: 'ordered', status: 'active', again: { rejected: order!.accession, reason: 'haemolysed', by: 'Tom Technician' } })
    expect(again.accession).not.toBe(order!.accession)
    const listed = await lab.specimens.worklist({ stage: 'to-collect', skip: 0, limit: 50 })
    expect(listed).toMatchObject({ ok: true, value: { entries: [{ order: { id: order!.id } }], counts: { 'to-collect': 1 } } })
    expect(await lab.specimens.sample(order!.accession)).toMatchObject({ ok: true, value: { rejected: { reason: 'haemolysed', words: 'Pink serum' }, orders: [{ id: order!.id }] } })
    expect(await lab.specimens.reject({ accession: order!.accession, reason: 'clotted', words: '' }, technician)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  it.each([1, 2])('E3: the power goes after %i of two orders of a rejected tube wait for another: said again, both wait for one tube, and the first one is rejected', async (written) => {
    const orders = await place({ orders: [{ code: 'RENAL' }, { code: 'LIVER' }] })
    const number = orders[0]!.accession
    expect(orders.map(({ accession }) => accession)).toEqual([number, number])
    await lab.specimens.collect({ patient: ada, accessions: [number] }, nurse)
    let left = written
    const revise: typeof replica.records.revise = (type, ...rest) => (type !== 'Observation' && left-- <= 0 ? Promise.reject(new Error('the power went')) : replica.records.revise(type, ...rest))
    const failing = open({ ...replica, records: { ...replica.records, revise } })
    const act = { accession: number, reason: 'clotted', words: 'A clot' } as const
    await expect(failing.specimens.reject(act, technician)).rejects.toThrow('the power went')
    // Nobody takes the tube for good meanwhile.
    expect(await lab.specimens.sample(number)).toMatchObject({ ok: true, value: written === 2 ? { rejected: { reason: 'clotted', by: 'Tom Technician' } } : {} })
    at('09:40')
    const again = await lab.specimens.reject(act, technician)
    const now = await Promise.all(orders.map(({ id }) => entry(id)))
    expect(new Set(now.map(({ accession }) => accession)).size).toBe(1)
    expect(now[0]!.accession).not.toBe(number)
    expect(again).toMatchObject({ ok: true, value: { accession: now[0]!.accession, orders: [{}, {}] } })
    expect(await lab.specimens.sample(number)).toMatchObject({ ok: true, value: { rejected: { reason: 'clotted', words: 'A clot', by: 'Tom Technician' } } })
    expect(await lab.specimens.reject(act, technician)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  it('are collected and received once; the first who said so stays', async () => {
    const [order] = await place({ orders: [{ code: 'FBC' }] })
    await lab.specimens.collect({ patient: ada, accessions: [order!.accession] }, nurse)
    at('10:00')
    await lab.specimens.collect({ patient: ada, accessions: [order!.accession] }, technician)
    await lab.specimens.receive({ accessions: [order!.accession] }, technician)
    at('10:10')
    await lab.specimens.receive({ accessions: [order!.accession] }, nurse)
    expect((await entry(order!.id)).steps.slice(0, 3)).toEqual([
      { step: 'ordered', at: '2026-11-21T09:00:00.000Z', by: 'Dora Doctor' },
      { step: 'collected', at: '2026-11-21T09:00:00.000Z', by: 'Nora Nurse' },
      { step: 'in-lab', at: '2026-11-21T10:00:00.000Z', by: 'Tom Technician' },
    ])
    expect(await replica.records.count('Specimen')).toBe(1)
  })

  it('are never collected for another patient, nor under a number that nobody gave', async () => {
    const [order] = await place({ orders: [{ code: 'FBC' }] })
    const other = await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Okonkwo' }] }, 'system')
    expect(await lab.specimens.collect({ patient: other.id, accessions: [order!.accession] }, nurse)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await lab.specimens.receive({ accessions: ['A26999999'] }, nurse)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await lab.specimens.sample('A26999999')).toMatchObject({ ok: false, problem: { kind: 'accession-unknown' } })
    expect(await replica.records.count('Specimen')).toBe(0)
  })
})

describe('a number that two patients’ orders claim', () => {
  const [number, at9] = ['A26000777', '2026-11-21T09:00:00.000Z']
  const claim = async (subject: string) =>
    (await replica.records.add('ServiceRequest', orderOf({ subject, test: 'Potassium', accession: number, requester: doctor.practitioner, authoredOn: at9 }), doctor.practitioner)).id

  it('is nobody’s: no chart opens, and no tube is received, rejected or collected under it', async () => {
    const other = await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Okonkwo' }] }, 'system')
    await claim(ada)
    expect(await lab.specimens.receive({ accessions: [number] }, technician)).toMatchObject({ ok: true, value: [{ patient: { id: ada } }] })
    await claim(other.id)
    expect(await lab.specimens.sample(number)).toMatchObject({ ok: false, problem: { kind: 'accession-unknown' } })
    expect(await lab.specimens.receive({ accessions: [number] }, technician)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await lab.specimens.collect({ patient: other.id, accessions: [number] }, nurse)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await lab.specimens.reject({ accession: number, reason: 'clotted', words: '' }, technician)).toMatchObject({ ok: false, problem: { kind: 'accession-unknown' } })
  })

  it('E4: brings no tube and no result of the one to the order of the other', async () => {
    const other = await replica.records.add('Patient', { resourceType: 'Patient', name: [{ family: 'Okonkwo' }] }, 'system')
    const [mine, theirs] = [await claim(ada), await claim(other.id)]
    await replica.records.add('Specimen', specimenOf({ accession: number, subject: other.id, kind: 'blood-serum', orders: [theirs], collected: { at: at9, by: nurse.practitioner } }), nurse.practitioner)
    await report(replica, { ...(await entry(mine)), id: theirs, patient: other.id }, [{ code: 'K', loinc: '2823-3' }])
    expect(await entry(mine)).toMatchObject({ stage: 'ordered', steps: expect.arrayContaining([{ step: 'resulted' }]) })
    expect(await lab.orders.list({ patient: other.id, limit: 10 })).toMatchObject({ value: [{ stage: 'verified' }] })
  })
})

describe('the laboratory’s list', () => {
  it('E2: has what is STAT on top, then urgent, then what has waited longest', async () => {
    await place({ key: 'press 1 of 4', orders: [{ code: 'LIPID' }] })
    at('09:10')
    await place({ key: 'press 2 of 4', orders: [{ code: 'FBC' }], priority: 'urgent' })
    at('09:20')
    await place({ key: 'press 3 of 4', orders: [{ code: 'LIVER' }] })
    at('09:30')
    await place({ key: 'press 4 of 4', orders: [{ code: 'K' }], priority: 'stat' })
    const listed = await lab.specimens.worklist({ skip: 0, limit: 3 })
    if (!listed.ok) throw new Error(listed.problem.kind)
    expect(listed.value.entries.map(({ order }) => [order.test, order.priority])).toEqual([['Potassium', 'stat'], ['Full blood count', 'urgent'], ['Lipid profile', 'routine']])
    expect(listed.value).toMatchObject({ total: 4, counts: { 'to-collect': 4 }, isCut: false })
  })

  it('has every open order once, also of more than are read at once while somebody orders', async () => {
    const order = (place: number) => ({ type: 'ServiceRequest' as const, resource: orderOf({ subject: ada, test: 'Potassium', accession: `A26${100_000 + place}`, requester: doctor.practitioner, authoredOn: new Date(clock + place).toISOString() }) })
    const added = await replica.records.addAll(Array.from({ length: 112 }, (_, place) => order(place)), doctor.practitioner)
    const [listed] = await Promise.all([lab.specimens.worklist({ skip: 0, limit: 500 }), replica.records.addAll([order(200), order(201)], doctor.practitioner)])
    if (!listed.ok) throw new Error(listed.problem.kind)
    const ids = listed.value.entries.map(({ order: { id } }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.slice(0, 112)).toEqual(added.map(({ id }) => id))
    expect(listed.value.isCut).toBe(false)
  })

  it('keeps an order of which a part has no result, and says which; it leaves when a person closes it with a reason', async () => {
    const [order] = await place({ orders: [{ code: 'ELEC' }] })
    await report(replica, order!, [{ code: 'NA', loinc: '2951-2' }, { code: 'K', loinc: '2823-3' }])
    const part = await entry(order!.id)
    expect(part).toMatchObject({ stage: 'resulted', resulted: 2, missing: ['Chloride', 'Bicarbonate'], status: 'active' })
    expect(await lab.specimens.worklist({ stage: 'resulted', skip: 0, limit: 10 })).toMatchObject({ value: { total: 1 } })
    await lab.orders.close({ patient: ada, order: order!.id, why: 'No reagent' }, technician)
    expect(await entry(order!.id)).toMatchObject({ status: 'completed', missing: [], stage: 'verified', closed: { why: 'No reagent', by: 'Tom Technician' } })
    expect(await lab.specimens.worklist({ skip: 0, limit: 10 })).toMatchObject({ value: { total: 0 } })
    expect(await lab.orders.withdraw({ patient: ada, order: order!.id, why: 'x' }, doctor)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })
})

describe('the way of an order', () => {
  it('E4: has its time at every step, and is the same on two workstations after they met', async () => {
    const { a, b, here, there, meet } = await twoStations()
    at('09:00')
    const placed = await place({ orders: [{ code: 'ELEC' }], priority: 'stat' }, here)
    const [order] = placed
    await meet()
    at('09:05')
    await there.specimens.collect({ patient: ada, accessions: [order!.accession] }, nurse)
    await meet()
    at('09:20')
    await here.specimens.receive({ accessions: [order!.accession] }, technician)
    at('09:40')
    const tests = [{ code: 'NA', loinc: '2951-2' }, { code: 'K', loinc: '2823-3' }, { code: 'CL', loinc: '2075-0' }, { code: 'HCO3', loinc: '1963-8' }]
    const filed = await report(a.replica, order!, tests)
    await meet()
    at('10:00')
    await b.replica.records.add('Communication', signOffRecord({ report: filed, subject: ada, by: doctor.practitioner, at: at('10:00'), action: 'none', comment: '' }), doctor.practitioner)
    await meet()
    const [one, other] = [await entry(order!.id, here), await entry(order!.id, there)]
    expect(other).toEqual(one)
    expect(one.steps).toEqual([
      { step: 'ordered', at: '2026-11-21T09:00:00.000Z', by: 'Dora Doctor' },
      { step: 'collected', at: '2026-11-21T09:05:00.000Z', by: 'Nora Nurse' },
      { step: 'in-lab', at: '2026-11-21T09:20:00.000Z', by: 'Tom Technician' },
      { step: 'resulted', at: '2026-11-21T09:40:00.000Z' },
      { step: 'verified', at: '2026-11-21T09:40:00.000Z', by: 'Tom Technician' },
      { step: 'seen', at: '2026-11-21T10:00:00.000Z', by: 'Dora Doctor' },
    ])
    const lists = await Promise.all([here, there].map((each) => each.specimens.worklist({ skip: 0, limit: 10 })))
    expect(lists[1]).toEqual(lists[0])
  })

  it('E3: a tube that two workstations reject apart has one new number for both, and nobody is asked', async () => {
    const { a, here, there, meet } = await twoStations()
    const [order] = await place({ orders: [{ code: 'RENAL' }] }, here)
    await here.specimens.collect({ patient: ada, accessions: [order!.accession] }, nurse)
    await meet()
    at('09:30')
    await here.specimens.reject({ accession: order!.accession, reason: 'haemolysed', words: '' }, technician)
    at('09:31')
    const elsewhere = await there.specimens.reject({ accession: order!.accession, reason: 'clotted', words: '' }, nurse)
    await meet()
    const [one, other] = [await entry(order!.id, here), await entry(order!.id, there)]
    expect(other).toEqual(one)
    expect(one).toMatchObject({ accession: expect.stringMatching(/^A26/), again: { reason: 'haemolysed', by: 'Tom Technician' } })
    // The label that was printed with the other number is no dead one: it opens the order, and the tube that bears it is the order's.
    const printed = elsewhere.ok ? elsewhere.value.accession : ''
    expect(printed).toMatch(/^B26/)
    expect(await here.specimens.sample(printed)).toMatchObject({ ok: true, value: { patient: { id: ada }, orders: [{ id: order!.id }] } })
    expect(await here.specimens.collect({ patient: '01HV00000000000000000N0NE0', accessions: [printed] }, nurse)).toMatchObject({ ok: false })
    expect((await entry(order!.id, here)).accession).toBe(one.accession)
    expect(await here.specimens.collect({ patient: ada, accessions: [printed] }, nurse)).toMatchObject({ ok: true, value: [{ accession: printed, orders: [{ stage: 'collected', accession: printed }] }] })
    await meet()
    expect(await entry(order!.id, there)).toMatchObject({ accession: printed, stage: 'collected' })
    // A tube that was taken under one of the two numbers leaves the other to nobody.
    expect(await here.specimens.sample(one.accession)).toMatchObject({ ok: false, problem: { kind: 'accession-unknown' } })
    expect(await a.replica.records.count('Task')).toBe(0)
  })
})
