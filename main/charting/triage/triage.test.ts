import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minutesWaited } from '../../../shared/records/triage/queue'
import { arrival } from '../../../shared/records/triage/triageRecord'
import { must } from '../../../shared/testing/must'
import type { Replica } from '../../replica'
import type { Actor, Charting } from '..'
import { openTestCharting, type TestCharting } from '../charting.test-parts'

let bench: TestCharting
let replica: Replica
let charting: Charting
const nurse: Actor = { practitioner: '01HV000000000000000000NRSE' }
let now = Date.parse('2026-11-21T10:00:00Z')
const minute = 60_000

beforeAll(async () => {
  bench = await openTestCharting(() => now)
  ;({ replica, charting } = bench)
})
afterAll(() => bench.close())
let people = 0
const walksIn = async (family: string, birthDate = '1980-05-01') => {
  now += 1_000
  const { id } = must(await charting.registerPatient({ key: `register-${++people}`, family, given: 'Adaeze', gender: 'female', birthDate } as never, nurse))
  return must(await charting.triage.arrive({ key: `arrive-${people}`, patient: id, reason: 'Cough' }, nurse))
}
const look = (entry: { readonly patient: { readonly id: string }; readonly encounter: string }, found: Partial<Parameters<Charting['triage']['record']>[0]> = {}) =>
  charting.triage.record({ key: `look-${entry.encounter}`, patient: entry.patient.id, encounter: entry.encounter, signs: [], isPregnant: false, values: [], ...found }, nurse)
const queue = async () => (await charting.triage.read()).waiting.map(({ patient, triage }) => `${patient.family} ${triage?.colour ?? '?'}`)
const emptied = async () => {
  for (const { patient, encounter } of (await charting.triage.read()).waiting) await charting.triage.leave(patient.id, encounter, 'went home', nurse)
}

describe('A20: triage of walk-ins', () => {
  it('A20: scoring a walk-in sets a colour, the queue re-orders, and the minutes are counted from arrival', async () => {
    const early = await walksIn('Early')
    now += 12 * minute
    const late = await walksIn('Late')
    now += 3 * minute
    expect(await queue()).toEqual(['Early ?', 'Late ?'])
    must(await look(early))
    expect(await queue()).toEqual(['Late ?', 'Early green'])
    expect(must(await look(late, { signs: ['stridor'], values: [{ code: 'spo2', value: 88 }] })).triage).toMatchObject({ colour: 'red', reasons: ['stridor'] })
    expect(await queue()).toEqual(['Late red', 'Early green'])
    const [first, second] = (await charting.triage.read()).waiting
    expect([first, second].map((entry) => minutesWaited(entry!.arrivedAt, now))).toEqual([3, 15])
    // The numbers went onto the chart, too.
    expect(must(await charting.listVitals({ patient: late.patient.id, limit: 10 }))).toMatchObject([{ code: 'spo2', value: 88 }])

    // Looked at again, and worse: the newest word holds.
    now += minute
    must(await look(early, { key: 'again', signs: ['wheezing'] }))
    expect(await queue()).toEqual(['Late red', 'Early yellow'])
    await emptied()
  })

  it('A20: pressing ten times arrives once, and triages once', async () => {
    const { id } = must(await charting.registerPatient({ key: 'register-ten', family: 'Ten', given: 'A', gender: 'female', birthDate: '1990-01-01' } as never, nurse))
    const presses = await Promise.all(Array.from({ length: 10 }, () => charting.triage.arrive({ key: 'arrive-ten', patient: id, reason: 'Fever' }, nurse)))
    expect(new Set(presses.map((answer) => must(answer).encounter)).size).toBe(1)
    const [entry] = (await charting.triage.read()).waiting
    await Promise.all(Array.from({ length: 10 }, () => look(entry!, { key: 'one look', signs: ['severe-pain'] })))
    expect(await replica.records.count('Observation', { where: { subject: id } })).toBe(1)
    await emptied()
  })

  it('A16: an arrival that is saved again with another reason, because the first answer got lost, stands as it was typed last; what another desk says is added', async () => {
    const { id } = must(await charting.registerPatient({ key: 'register-reasons', family: 'Reasons', given: 'A', gender: 'female', birthDate: '1990-01-01' } as never, nurse))
    const arrive = async (key: string, reason: string) => must(await charting.triage.arrive({ key, patient: id, reason }, nurse))
    const first = await arrive('arrive-here', 'Cough')
    expect(await arrive('arrive-here', 'Cough and fits')).toEqual({ ...first, reason: 'Cough and fits' })
    const other = await arrive('arrive-there', 'Fever')
    expect(other).toEqual({ ...first, reason: 'Cough and fits; Fever' })
    expect(await arrive('arrive-there', 'Fever')).toEqual(other)
    expect((await replica.records.get('Encounter', first.encounter))?.prior).toHaveLength(2)
    await emptied()
  })

  it('A16: saved again under the same key with one sign more, because the first answer got lost, it counts as it was ticked last', async () => {
    const one = await walksIn('Again')
    expect(must(await look(one, { key: 'one look', signs: [] })).triage?.colour).toBe('green')
    now += minute
    for (let presses = 0; presses < 2; presses += 1) expect(must(await look(one, { key: 'one look', signs: ['snake-bite'] })).triage?.colour).toBe('red')
    await emptied()
  })

  it('A20: a person may raise what the tool says, and never lower it', async () => {
    const one = await walksIn('Raised')
    expect(must(await look(one, { raisedTo: 'yellow' })).triage).toMatchObject({ computed: 'green', colour: 'yellow' })
    expect(must(await look(one, { key: 'lower', signs: ['snake-bite'], raisedTo: 'green' })).triage).toMatchObject({ computed: 'red', colour: 'red' })
    await emptied()
  })

  it('A20: asks for the chart where nobody knows the age, and takes the chart of the age where somebody does', async () => {
    const unknown = await walksIn('Unknown', '2014')
    expect(await look(unknown)).toMatchObject({ ok: false, problem: { kind: 'bad-shape', facts: { field: 'chart' } } })
    expect(must(await look(unknown, { chart: 'child', signs: ['cold-extremities'] })).triage).toMatchObject({ colour: 'red' })
    const infant = await walksIn('Infant', '2026-11-18')
    expect(must(await look(infant, { chart: 'adult' })).triage).toMatchObject({ colour: 'red', reasons: ['under-8-days'] })
    await emptied()
  })

  it('A20: who is seen leaves the queue with a visit that has begun; who goes away leaves it with the reason', async () => {
    const [seen, gone] = [await walksIn('Seen'), await walksIn('Gone')]
    must(await charting.triage.see(seen.patient.id, seen.encounter, nurse))
    expect(await charting.triage.see(seen.patient.id, seen.encounter, nurse)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    must(await charting.triage.leave(gone.patient.id, gone.encounter, 'could not wait', nurse))
    expect(await queue()).toEqual([])
    expect(must(await charting.listEncounters({ patient: seen.patient.id, skip: 0, limit: 5 }))).toMatchObject([{ id: seen.encounter, status: 'in-progress', reason: 'Cough' }])
    expect(must(await charting.listEncounters({ patient: gone.patient.id, skip: 0, limit: 5 }))).toMatchObject([{ id: gone.encounter, status: 'finished' }])
  })

  it('A20: who arrives now is in the queue, however many visits of other days were never closed', async () => {
    const { id } = must(await charting.registerPatient({ key: 'register-left', family: 'Left', given: 'A', gender: 'female', birthDate: '1990-01-01' } as never, nurse))
    const left = Array.from({ length: 201 }, (_, place) => ({ type: 'Encounter' as const, resource: arrival({ subject: id, at: new Date(now - (place + 1) * 60 * minute).toISOString(), reason: 'x', practitioner: nurse.practitioner }) }))
    await walksIn('Now')
    // They come by sync, after that.
    await replica.records.addAll(left, 'system')
    const { waiting, more } = await charting.triage.read()
    expect([waiting.some(({ patient }) => patient.family === 'Now'), waiting.length, more]).toEqual([true, 200, 2])
    for (let round = 0; round < 2; round++) await emptied()
  })

  it('A8: never triages one patient on the visit of another, and charts nothing of numbers that cannot be', async () => {
    const [ada, ben] = [await walksIn('Ada'), await walksIn('Ben')]
    expect(await look({ patient: ben.patient, encounter: ada.encounter }, { signs: ['stridor'] })).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await look(ada, { values: [{ code: 'pulse', value: 900 }] })).toMatchObject({ ok: false, problem: { kind: 'implausible-value' } })
    expect(await queue()).toEqual(['Ada ?', 'Ben ?'])
    await emptied()
  })
})
