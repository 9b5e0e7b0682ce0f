import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handoverGiven, handoverIn, handoverTaken, takenIn } from '../../../shared/records/handover/handover'
import { must } from '../../../shared/testing/must'
import type { Replica } from '../../replica'
import type { Actor, Charting } from '..'
import { openTestCharting, type TestCharting } from '../charting.test-parts'

let bench: TestCharting
let replica: Replica
let charting: Charting
let nurse: Actor
let night: Actor
let now = Date.parse('2026-11-21T10:00:00Z')
const minute = 60_000

beforeAll(async () => {
  bench = await openTestCharting(() => now)
  ;({ replica, charting } = bench)
  nurse = await bench.person('Sister Amina')
  night = await bench.person('Brother Ben')
})
afterAll(() => bench.close())
const signs = (pulse: number) =>
  [['respiratory-rate', 16], ['spo2', 97], ['inspired-oxygen', 0], ['bp-systolic', 120], ['bp-diastolic', 80], ['pulse', pulse], ['avpu', 'A'], ['temperature', 37]].map(([code, value]) => ({ code, value })) as never

describe('A37: the handover', () => {
  it('A37: tells of each patient in a bed the situation, the score trend, pending results, what is due and what changed since the last handover', async () => {
    const { id } = must(await charting.registerPatient({ key: 'register-ada', family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-01' } as never, nurse))
    const beds = [{ name: 'Bed 2', patient: { id }, since: '2026-11-21T08:00:00.000Z' }, { name: 'Bed 3' }]
    const visit = must(await charting.startEncounter({ key: 'visit-one', patient: id, reason: 'Pneumonia' }, nurse))
    must(await charting.addNote({ key: 'note-one', patient: id, encounter: visit.id, text: '', soap: { subjective: 'Cough', assessment: 'Getting better', plan: 'Antibiotic by mouth' } }, nurse))
    for (const pulse of [132, 95]) {
      now += 30 * minute
      must(await charting.recordVitals({ key: `vitals-${pulse}`, patient: id, effective: new Date(now).toISOString(), values: signs(pulse) }, nurse))
    }
    must(await charting.problems.add({ key: 'problem-one', patient: id, concept: { system: 'urn:x', code: 'A15', display: 'Tuberculosis' }, certainty: 'provisional' }, nurse))
    must(await charting.placeOrder({ key: 'order-one', patient: id, test: 'Malaria film' }, nurse))
    const first = await charting.handover.read(beds)
    expect(first.patients).toHaveLength(1)
    expect(first.patients[0]).toMatchObject({
      bed: 'Bed 2', patient: { id }, situation: { reason: 'Pneumonia', problems: [{ name: 'Tuberculosis', isSuspected: true }], note: { by: 'Sister Amina' } }, pending: [{ what: 'Malaria film' }], due: { due: { kind: 'at' } },
      changes: { notes: 1, vitals: 16, orders: 1 },
    })
    expect(first.patients[0]!.situation.note?.text).toContain('Antibiotic by mouth')
    expect(first.patients[0]!.scores.map(({ score }) => (score.kind === 'score' ? score.total : undefined))).toEqual([1, 3])
    expect(first).toMatchObject({ since: '2026-11-20T23:00:00.000Z', handovers: [] })

    now += minute
    const given = must(await charting.handover.give({ key: 'handover-one', note: 'Watch bed 2' }, beds, nurse))
    expect(given).toMatchObject({ givenBy: 'Sister Amina', patients: 1, note: 'Watch bed 2' })
    expect(given.takenAt).toBeUndefined()
    now += minute
    // Nothing has changed since, and what changes next is counted from here.
    expect((await charting.handover.read(beds)).patients[0]).toMatchObject({ changes: { notes: 0, vitals: 0, reports: 0, orders: 0 } })
    expect(must(await charting.handover.take({ key: 'take-it-now', handover: given.id }, night))).toMatchObject({ takenBy: 'Brother Ben' })
    must(await charting.recordVitals({ key: 'vitals-later', patient: id, effective: new Date(now).toISOString(), values: [{ code: 'pulse', value: 88 }] }, night))
    expect(await charting.handover.read(beds)).toMatchObject({ since: given.givenAt, patients: [{ changes: { vitals: 1 } }], handovers: [{ takenBy: 'Brother Ben' }] })
  })

  it('A37: ten presses hand over once, and take over once; a second person is told that somebody has it', async () => {
    const before = await replica.records.count('Communication')
    now += minute
    const presses = await Promise.all(Array.from({ length: 10 }, () => charting.handover.give({ key: 'ten presses', note: '' }, [], nurse)))
    const [given] = presses.map(must)
    for (let press = 0; press < 10; press++) must(await charting.handover.take({ key: 'ten presses', handover: given!.id }, night))
    expect((await replica.records.count('Communication')) - before).toBe(2)
    expect(await charting.handover.take({ key: 'another press', handover: given!.id }, nurse)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(await charting.handover.take({ key: 'another press', handover: '01BX5ZZKBKACTAV9WEVGEMMVRZ' }, nurse)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('A37: is taken, though the clock of the workstation that takes it is behind', async () => {
    now += minute
    const given = must(await charting.handover.give({ key: 'clock behind', note: '' }, [], nurse))
    now -= 5 * minute
    expect(must(await charting.handover.take({ key: 'clock behind', handover: given.id }, night))).toMatchObject({ takenBy: 'Brother Ben', takenAt: given.givenAt })
    now += 6 * minute
    expect((await charting.handover.read([])).handovers[0]).toMatchObject({ id: given.id, takenBy: 'Brother Ben' })
    expect(await charting.handover.take({ key: 'clock right', handover: given.id }, nurse)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
  })

  it('A37: reads its own records and no others', () => {
    const facts = { by: '01HV000000000000000000NRSE', at: '2026-11-21T10:00:00.000Z', patients: ['01HV000000000000000000ADAA'], note: 'x' }
    expect(handoverIn(handoverGiven(facts))).toEqual(facts)
    expect(takenIn(handoverTaken('01HV0000000000000000HAND01', facts))).toEqual({ handover: '01HV0000000000000000HAND01', by: facts.by, at: facts.at })
    expect([handoverIn(handoverTaken('x', facts)), takenIn(handoverGiven(facts)), handoverIn({ resourceType: 'Communication', status: 'completed' })]).toEqual([undefined, undefined, undefined])
  })
})
