import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CriticalEntry, DueObservation } from '../../../shared/contract'
import { publishedResponses } from '../../../shared/records/early-warning/response'
import { pregnancyWeeks } from '../../../shared/records/early-warning/scoredAs'
import { localDay } from '../../../shared/records/localDay'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { monitoringTask } from '../../../shared/records/task/monitoring'
import { must } from '../../../shared/testing/must'
import { openCriticals } from '../../critical'
import { openReplica, type Replica } from '../../replica'
import { type Actor, type Charting, openCharting, openScoreResponse } from '../index'

const hour = 3_600_000
const well = { 'respiratory-rate': 16, spo2: 97, 'inspired-oxygen': 0, 'bp-systolic': 120, 'bp-diastolic': 70, pulse: 70, avpu: 'A', temperature: 37 } as const
/** NEWS2 of 7: 2 + 1 + 1 + 2 + 1. */
const seven = { ...well, 'respiratory-rate': 24, spo2: 94, 'bp-systolic': 105, pulse: 115, temperature: 38.5 } as const

let folder: string
let replica: Replica
let charting: Charting
let response: Awaited<ReturnType<typeof openScoreResponse>>
let nurse: Actor
let doctor: Actor
let now: number
let patient: string
let acts = 0
const failures: unknown[] = []
const key = () => `act-${++acts}-key`
const register = async (birthDate: string | undefined, gender: 'female' | 'male' = 'female') =>
  must(await charting.registerPatient({ key: key(), family: `Okonkwo${acts}`, given: 'Adaeze', gender, ...(birthDate === undefined ? {} : { birthDate }) } as never, nurse)).id
const chart = async (values: Partial<Record<VitalCode, number | string>>, of = patient, at = now) => {
  const entries = must(await charting.recordVitals({ key: key(), patient: of, effective: new Date(at).toISOString(), values: Object.entries(values).map(([code, value]) => ({ code: code as VitalCode, value })) }, nurse))
  await response.settled()
  return entries
}
const due = async (of = patient): Promise<DueObservation> => must(await charting.earlyWarning.dueObservations([of]))[0]!
const startResponse = async () => openScoreResponse({ replica, due: charting.earlyWarning.due, failed: (reason) => failures.push(reason), now: () => now })
const alerts = () => replica.records.find('Communication', { where: { subject: patient } })

beforeEach(async () => {
  failures.length = 0
  folder = await mkdtemp(join(tmpdir(), 'outpost-warning-'))
  now = Date.parse('2026-11-21T10:00:00Z')
  replica = await openReplica({ folder, key: new Uint8Array(randomBytes(32)), practice: '01ARZ3NDEKTSV4RRFFQ69G5FAV', station: 'A', now: () => now })
  charting = openCharting({ replica, now: () => now, finder: { find: async () => [], candidatesFor: async () => [] } })
  nurse = { practitioner: (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Sister Amina' }] }, 'system')).id }
  doctor = { practitioner: (await replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Dr Ben' }] }, 'system')).id }
  response = await startResponse()
  patient = await register('1960-05-01')
})

afterEach(async () => {
  await response.close()
  await charting.close()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
  if (failures.length > 0) throw failures[0]
})

describe('E22: what a score asks for', () => {
  it('E22: NEWS2 of 7 makes a continuous-monitoring task, an alert by roster and a due time, and overdue is told in minutes', async () => {
    const announced: number[] = []
    const desk = await openCriticals({ replica, announce: (_name, { open }) => announced.push(open), audit: async () => undefined, failed: (reason) => failures.push(reason), scoreNow: charting.earlyWarning.scoreNow, now: () => now })
    must(await desk.roster.save(localDay(now), [{ practitioner: doctor.practitioner, from: '00:00', to: '00:00', rank: 1 }], 'admin'))
    await chart(seven)
    expect(await due()).toMatchObject({
      used: { chart: 'news2' },
      set: { score: { kind: 'score', total: 7, level: 'high' } },
      due: { kind: 'at', at: '2026-11-21T10:30:00.000Z', isContinuous: true, by: 'score', overdueMinutes: 0 },
      monitoring: { state: 'asked', since: '2026-11-21T10:00:00.000Z' },
    })
    await expect.poll(() => desk.count()).toBe(1)
    const [entry] = (await desk.list()) as [CriticalEntry]
    expect(entry).toMatchObject({ test: 'NEWS2', value: '7', unit: '', state: 'accepted', score: { chart: 'news2', level: 'high', isAtLeast: false }, steps: [{ name: 'Dr Ben' }] })
    // It goes on as every alarm does: to everybody after five minutes, and ends when a named person has told somebody who read it back.
    now += 5 * 60_000
    expect((await desk.list())[0]?.steps.map(({ name }) => name)).toEqual(['Dr Ben', undefined])
    expect(await desk.answer({ key: 'answer-key', patient, alert: entry.id, told: 'Dr Ben', readBack: '6', action: '' }, nurse.practitioner)).toMatchObject({ ok: false, problem: { kind: 'read-back-differs' } })
    must(await desk.answer({ key: 'answer-key', patient, alert: entry.id, told: 'Dr Ben', readBack: '7', action: 'coming' }, nurse.practitioner))
    await expect.poll(() => desk.count()).toBe(0)
    now += 40 * 60_000
    expect((await due()).due).toMatchObject({ overdueMinutes: 15 })
    await desk.close()
  })

  it('the alarm ends by itself only where the signs were charted wrong, and shows what the score is now', async () => {
    const desk = await openCriticals({ replica, announce: () => undefined, audit: async () => undefined, failed: (reason) => failures.push(reason), scoreNow: charting.earlyWarning.scoreNow, now: () => now })
    const entries = await chart({ ...seven, pulse: 140 })
    const pulse = entries.find(({ code }) => code === 'pulse')!
    await expect.poll(async () => (await desk.list())[0]?.value).toBe('8')
    const corrected = must(await charting.correctVital({ key: key(), patient, observation: pulse.id, value: 115 }, nurse))
    await expect.poll(async () => (await desk.list())[0]?.now).toBe('7')
    must(await charting.correctVital({ key: key(), patient, observation: corrected.id, value: 70 }, nurse))
    await expect.poll(() => desk.count()).toBe(0)
    await desk.close()
  })

  it('E22: a score that was answered sounds again where its set is corrected and asks for more, with a roster of its own, and once', async () => {
    const audited: string[] = []
    const desk = await openCriticals({ replica, announce: () => undefined, audit: async ({ action }) => void audited.push(action), failed: (reason) => failures.push(reason), scoreNow: charting.earlyWarning.scoreNow, now: () => now })
    must(await desk.roster.save(localDay(now), [{ practitioner: doctor.practitioner, from: '00:00', to: '00:00', rank: 1 }], 'admin'))
    const entries = await chart(seven)
    const of = (code: VitalCode) => entries.find((each) => each.code === code)!.id
    await expect.poll(() => desk.count()).toBe(1)
    const [{ id: alert }] = (await desk.list()) as [CriticalEntry]
    const answer = async (readBack: string) => desk.answer({ key: `answer ${readBack}`, patient, alert, told: 'Dr Ben', readBack, action: 'coming' }, nurse.practitioner)
    now += 60_000
    must(await answer('7'))
    await expect.poll(() => desk.count()).toBe(0)

    now += 20 * 60_000
    // Downward is silent.
    const lower = must(await charting.correctVital({ key: key(), patient, observation: of('temperature'), value: 38 }, nurse))
    await response.settled()
    await new Promise((later) => setTimeout(later, 80))
    expect(desk.count()).toBe(0)
    must(await charting.correctVital({ key: key(), patient, observation: lower.id, value: 38.5 }, nurse))
    const pulse = must(await charting.correctVital({ key: key(), patient, observation: of('pulse'), value: 135 }, nurse))
    await expect.poll(() => desk.count()).toBe(1)
    expect((await desk.list())[0]).toMatchObject({ id: alert, value: '7', now: '8', again: new Date(now).toISOString(), steps: [{ name: 'Dr Ben' }], answers: [{ readBack: '7' }] })
    expect(audited).toEqual(['critical-alarmed', 'critical-alarmed'])
    expect(await answer('7 ')).toMatchObject({ ok: false, problem: { kind: 'read-back-differs' } })
    must(await answer('8'))
    await expect.poll(() => desk.count()).toBe(0)

    // It was overtaken: the newer set has an alarm of its own, and the old one none.
    now += 30 * 60_000
    await chart(well)
    must(await charting.correctVital({ key: key(), patient, observation: pulse.id, value: 140 }, nurse))
    must(await charting.correctVital({ key: key(), patient, observation: of('respiratory-rate'), value: 30 }, nurse))
    await response.settled()
    await new Promise((later) => setTimeout(later, 80))
    expect(desk.count()).toBe(0)
    await desk.close()
  })

  it('E22: a score that was answered sounds again where somebody says since that another table counts, and that one asks for more', async () => {
    const desk = await openCriticals({ replica, announce: () => undefined, audit: async () => undefined, failed: (reason) => failures.push(reason), scoreNow: charting.earlyWarning.scoreNow, now: () => now })
    const answer = async (alert: string, of: string, readBack: string) => must(await desk.answer({ key: `answer ${of} ${readBack}`, patient: of, alert, told: 'Dr Ben', readBack, action: 'coming' }, nurse.practitioner))
    const { medium, ...others } = publishedResponses.news2
    must(await charting.earlyWarning.due.saveResponse({ chart: 'news2', table: { ...others, medium: { ...medium!, alerts: true } } }, doctor))
    await chart({ ...well, 'respiratory-rate': 24, pulse: 115, temperature: 38.6 })
    await expect.poll(() => desk.count()).toBe(1)
    const [{ id: alert }] = (await desk.list()) as [CriticalEntry]
    now += 60_000
    await answer(alert, patient, '5')
    await expect.poll(() => desk.count()).toBe(0)
    now += 60_000
    must(await charting.earlyWarning.scoredAs.recordPregnancy({ key: key(), patient, isPregnant: true }, nurse))
    await expect.poll(() => desk.count()).toBe(1)
    expect((await desk.list())[0]).toMatchObject({ id: alert, now: '3', again: new Date(now).toISOString(), score: { level: 'high' } })
    now += 60_000
    await answer(alert, patient, '3')
    await expect.poll(() => desk.count()).toBe(0)
    // Said once more it is nothing new.
    now += 60_000
    must(await charting.earlyWarning.scoredAs.recordPregnancy({ key: key(), patient, isPregnant: true }, nurse))
    await response.settled()
    await new Promise((later) => setTimeout(later, 80))
    expect(desk.count()).toBe(0)

    // The year of birth was a slip of the pen: a child.
    const child = await register('1975-03-01')
    await chart({ ...well, 'respiratory-rate': 24, pulse: 65, spo2: 90, 'bp-systolic': 95, 'capillary-refill': 4, 'respiratory-distress': 'severe' }, child)
    await expect.poll(() => desk.count()).toBe(1)
    const [{ id: ofChild, value, score }] = (await desk.list()) as [CriticalEntry]
    expect([value, score?.level]).toEqual(['7', 'high'])
    now += 60_000
    await answer(ofChild, child, '7')
    await expect.poll(() => desk.count()).toBe(0)
    now += 60_000
    const update = async (changed: { readonly birthDate?: string; readonly phone?: string }) => must(await charting.updatePatient({ patient: child, at: (await replica.records.get('Patient', child))!.at, ...changed }, nurse))
    await update({ birthDate: '2026-03-01' })
    await expect.poll(() => desk.count()).toBe(1)
    expect((await desk.list())[0]).toMatchObject({ id: ofChild, now: '16', again: new Date(now).toISOString(), score: { level: 'emergency' } })
    now += 60_000
    await answer(ofChild, child, '16')
    await expect.poll(() => desk.count()).toBe(0)
    // Another word on the person changes nothing of it.
    now += 60_000
    await update({ phone: '07700 900123' })
    await response.settled()
    await new Promise((later) => setTimeout(later, 80))
    expect(desk.count()).toBe(0)
    await desk.close()
  })

  it('nobody’s answer is taken from an alarm by a later one that was charted wrong', async () => {
    const desk = await openCriticals({ replica, announce: () => undefined, audit: async () => undefined, failed: (reason) => failures.push(reason), scoreNow: charting.earlyWarning.scoreNow, now: () => now })
    await chart(seven)
    await expect.poll(async () => (await desk.list()).map(({ value }) => value)).toEqual(['7'])
    now += 30 * 60_000
    const worse = await chart({ ...seven, pulse: 140 })
    await expect.poll(async () => (await desk.list()).map(({ value }) => value)).toEqual(['8'])
    must(await charting.correctVital({ key: key(), patient, observation: worse.find(({ code }) => code === 'pulse')!.id, value: 75 }, nurse))
    await expect.poll(async () => (await desk.list()).map(({ value }) => value)).toEqual(['7'])
    await desk.close()
  })

  it('is asked for as soon as the chart knows by which table the signs count', async () => {
    const red = { ...well, temperature: 38.6 }
    await chart(red)
    expect(await alerts()).toHaveLength(0)
    must(await charting.earlyWarning.scoredAs.recordPregnancy({ key: key(), patient, isPregnant: true }, nurse))
    await response.settled()
    expect((await alerts()).map(({ resource }) => resource.topic?.text)).toEqual(['MEOWS triggers'])
    const nameless = await register(undefined)
    await chart(seven, nameless)
    expect(await replica.records.find('Communication', { where: { subject: nameless } })).toEqual([])
    await replica.records.revise('Patient', nameless, (person) => ({ ...person, birthDate: '1960-05-01' }), nurse.practitioner)
    await response.settled()
    expect(await replica.records.find('Communication', { where: { subject: nameless } })).toHaveLength(1)
  })

  it('goes on whatever another program or a broken transfer made of one sign', async () => {
    const [whole] = await chart(well)
    const { id: _id, ...sign } = (await replica.records.get('Observation', whole!.id))!.resource
    for (const element of [{ category: {} }, { category: [null] }, { category: [{ coding: 'x' }] }, { valueQuantity: { value: {} } }, { valueQuantity: 'x' }, { performer: 'x' }, { extension: 'x' }, { valueQuantity: undefined, valueCodeableConcept: { coding: [null] } }]) {
      await replica.records.add('Observation', { ...sign, ...element } as never, nurse.practitioner)
    }
    await response.settled()
    now += 60_000
    await chart(seven)
    expect(await alerts()).toHaveLength(1)
    expect((await due()).set?.score).toMatchObject({ kind: 'score', total: 7 })
  })

  it('monitoring that was ended by mistake is asked for again; of several all end with a good set', async () => {
    const entries = await chart(seven)
    const correct = async (observation: string, value: number) => {
      const { id } = must(await charting.correctVital({ key: key(), patient, observation, value }, nurse))
      await response.settled()
      return id
    }
    const wrong = await correct(entries.find(({ code }) => code === 'pulse')!.id, 70)
    expect((await due()).monitoring).toBeUndefined()
    await correct(wrong, 115)
    expect((await due()).monitoring).toMatchObject({ state: 'asked' })
    await replica.records.add('Task', monitoringTask({ subject: patient, chart: 'news2', level: 'high', total: 8, isAtLeast: false, minute: 1, since: '2026-11-21T09:00:00.000Z' }), 'system')
    now += hour
    await chart(well)
    expect((await due()).monitoring).toBeUndefined()
  })

  it('one condition is one alarm: the same score again is silent, a worse one is not, and one after a good set begins anew', async () => {
    await chart(seven)
    now += 30 * 60_000
    await chart(seven)
    expect(await alerts()).toHaveLength(1)
    now += 30 * 60_000
    await chart({ ...seven, avpu: 'V' })
    expect(await alerts()).toHaveLength(2)
    now += hour
    await chart(well)
    now += hour
    await chart(seven)
    expect(await alerts()).toHaveLength(3)
  })

  it('who comes back weeks later as bad as then is told of anew; so is who is as bad as in a set that was charted wrong', async () => {
    await chart(seven)
    now += 21 * 24 * hour
    const entries = await chart(seven)
    expect(await alerts()).toHaveLength(2)
    must(await charting.correctVital({ key: key(), patient, observation: entries.find(({ code }) => code === 'pulse')!.id, value: 70 }, nurse))
    now += hour
    await chart(seven)
    expect(await alerts()).toHaveLength(3)
  })

  it('a named person sees to the monitoring, the first who did so; a whole set that asks for none ends it, half a set does not', async () => {
    await chart(seven)
    const task = (await due()).monitoring!
    must(await charting.earlyWarning.due.takeMonitoring({ patient, task: task.id }, nurse))
    expect(must(await charting.earlyWarning.due.takeMonitoring({ patient, task: task.id }, doctor)).monitoring).toMatchObject({ state: 'taken', takenBy: 'Sister Amina' })
    expect(await charting.earlyWarning.due.takeMonitoring({ patient: await register('1970-01-01'), task: task.id }, nurse)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    now += 30 * 60_000
    await chart({ pulse: 72, spo2: 98 })
    expect((await due()).monitoring).toMatchObject({ state: 'taken' })
    now += 5 * 60_000
    await chart(well)
    expect((await due()).monitoring).toBeUndefined()
    expect((await replica.records.find('Task', { where: { subject: patient } })).map(({ resource }) => resource.status)).toEqual(['completed'])
    expect(must(await charting.readBanner(patient)).reviewItems).toBe(0)
  })

  it('monitoring that half a set asked for goes on until a whole one says otherwise, and ends where its signs were charted wrong', async () => {
    await chart(well)
    now += 30 * 60_000
    await chart({ spo2: 85, 'respiratory-rate': 30, avpu: 'V' })
    expect((await due()).monitoring).toMatchObject({ state: 'asked' })
    now += 10 * 60_000
    await chart({ spo2: 97, 'respiratory-rate': 16, avpu: 'A' })
    expect((await due()).set?.score).toMatchObject({ kind: 'score', total: 0 })
    expect((await due()).monitoring).toMatchObject({ state: 'asked' })
    now += 10 * 60_000
    await chart(well)
    expect((await due()).monitoring).toBeUndefined()
    now += hour
    const entries = await chart({ ...well, avpu: 'V', pulse: 135, 'bp-systolic': 105 })
    expect((await due()).monitoring).toMatchObject({ state: 'asked' })
    must(await charting.correctVital({ key: key(), patient, observation: entries.find(({ code }) => code === 'pulse')!.id, value: 75 }, nurse))
    await response.settled()
    expect((await due()).monitoring).toBeUndefined()
  })

  it('is asked for though a sign is missing, where what is known is enough', async () => {
    const { temperature: _left, ...rest } = { ...seven, avpu: 'V' }
    await chart(rest)
    expect(await due()).toMatchObject({ set: { score: { kind: 'incomplete', atLeast: 9, level: 'high' } }, due: { kind: 'at', isContinuous: true }, monitoring: { state: 'asked' } })
    expect(await alerts()).toHaveLength(1)
  })

  it('is answered after a crash between the signs and the alarm, and not again for what was answered', async () => {
    await response.close()
    must(await charting.recordVitals({ key: key(), patient, effective: new Date(now).toISOString(), values: Object.entries(seven).map(([code, value]) => ({ code: code as VitalCode, value })) }, nurse))
    expect(await alerts()).toHaveLength(0)
    for (let start = 0; start < 2; start += 1) {
      response = await startResponse()
      await response.settled()
      expect(await alerts()).toHaveLength(1)
      await response.close()
    }
    expect((await replica.records.find('Task', { where: { subject: patient } }))).toHaveLength(1)
    response = await startResponse()
  })

  it('E22: a practice says for itself what a level asks for', async () => {
    const table = { ...publishedResponses.news2, medium: { everyMinutes: 15, isContinuous: true, alerts: true, calls: 'Call Dr Ben, 0700 1' }, high: { everyMinutes: 10, isContinuous: true, alerts: false, calls: '' } }
    must(await charting.earlyWarning.due.saveResponse({ chart: 'news2', table }, doctor))
    must(await charting.earlyWarning.due.saveResponse({ chart: 'news2', table }, doctor))
    expect(must(await charting.earlyWarning.readResponses())).toEqual({ ...publishedResponses, news2: table })
    await chart({ ...well, 'respiratory-rate': 22, spo2: 93, temperature: 38.5 })
    expect(await due()).toMatchObject({ set: { score: { total: 5, level: 'medium' } }, due: { at: '2026-11-21T10:15:00.000Z', isContinuous: true }, calls: 'Call Dr Ben, 0700 1' })
    expect(await alerts()).toHaveLength(1)
  })
})

describe('when the next set is due', () => {
  it('a clinician plans against the table with a reason; a worse score ends the plan, and so does the clinician', async () => {
    await chart({ ...well, temperature: 38.5 })
    expect((await due()).due).toMatchObject({ at: '2026-11-21T14:00:00.000Z', by: 'score' })
    const ask = { key: 'plan-one', patient, plan: { everyMinutes: 480, isContinuous: false }, reason: 'stable for a week' }
    must(await charting.earlyWarning.due.plan(ask, doctor))
    expect(must(await charting.earlyWarning.due.plan(ask, doctor))).toMatchObject({ due: { at: '2026-11-21T18:00:00.000Z', by: 'plan' }, plan: { reason: 'stable for a week', by: 'Dr Ben', level: 'low', isOver: false } })
    expect(await replica.records.count('Basic', { where: { subject: patient } })).toBe(1)
    now += hour
    await chart({ ...well, 'bp-systolic': 85 })
    expect(await due()).toMatchObject({ due: { at: '2026-11-21T12:00:00.000Z', by: 'score' }, plan: { isOver: true } })
    expect(must(await charting.earlyWarning.due.plan({ key: 'plan-none', patient, plan: null, reason: 'by the score' }, doctor)).plan).toBeUndefined()
    expect(await charting.earlyWarning.due.plan({ ...ask, patient: doctor.practitioner }, doctor)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('a plan that is made before anything was charted this time knows nothing of the score of weeks ago, and a high one ends it', async () => {
    await chart(seven)
    now += 21 * 24 * hour
    must(await charting.earlyWarning.due.plan({ key: key(), patient, plan: { everyMinutes: 240, isContinuous: false }, reason: 'for observation' }, doctor))
    await chart(seven)
    expect(await due()).toMatchObject({ due: { by: 'score', everyMinutes: 30 }, plan: { isOver: true } })
  })

  it('is told of many in their order, in words where nobody can say, and never of those whom nobody knows', async () => {
    const unknownAge = await register(undefined)
    const yesterday = await register('1955-01-01')
    const half = await register('1955-01-01')
    await chart(well, unknownAge)
    await chart(well, yesterday, now - 25 * hour)
    await chart({ pulse: 72 }, half)
    await chart(well)
    const found = must(await charting.earlyWarning.dueObservations([half, yesterday, doctor.practitioner, unknownAge, patient, await register('1950-01-01')]))
    expect(found.map((each) => [each.used?.chart, each.due.kind === 'at' ? each.due.at : each.due.why, each.lastAt?.slice(0, 16)])).toEqual([
      ['news2', 'incomplete', '2026-11-21T10:00'],
      ['news2', 'no-set', '2026-11-20T09:00'],
      [undefined, 'no-chart', '2026-11-21T10:00'],
      ['news2', '2026-11-21T22:00:00.000Z', '2026-11-21T10:00'],
      ['news2', 'no-set', undefined],
    ])
    expect(found[1]?.set?.score).toMatchObject({ kind: 'score', total: 0 })
  })

  it('E21: the age picks the chart by itself, and so does a pregnancy; each child is scored by the chart of its own age', async () => {
    const child = { 'respiratory-rate': 35, 'respiratory-distress': 'mild', spo2: 97, 'inspired-oxygen': 0, pulse: 115, 'bp-systolic': 85, 'capillary-refill': 2, avpu: 'A' }
    const [infant, toddler, schoolchild] = [await register('2026-03-01'), await register('2023-03-01'), await register('2018-03-01')]
    for (const each of [infant, toddler, schoolchild]) await chart(child, each)
    const found = must(await charting.earlyWarning.dueObservations([infant, toddler, schoolchild]))
    expect(found.map(({ used, set }) => [used, set?.score.kind === 'score' && set.score.total])).toEqual([
      [{ chart: 'pews', age: '0-11m' }, 1],
      [{ chart: 'pews', age: '1-4y' }, 1],
      [{ chart: 'pews', age: '5-12y' }, 3],
    ])
    await chart({ ...well, 'bp-systolic': 155, pulse: 104 })
    expect((await due()).set?.score).toMatchObject({ used: { chart: 'news2' }, total: 1 })
    must(await charting.earlyWarning.scoredAs.recordPregnancy({ key: key(), patient, isPregnant: true }, nurse))
    expect((await due()).set?.score).toMatchObject({ used: { chart: 'meows' }, total: 2, level: 'high' })
  })

  it('E21: a pregnancy that must be over is not scored as one while the program goes on', async () => {
    must(await charting.earlyWarning.scoredAs.recordPregnancy({ key: key(), patient, isPregnant: true }, nurse))
    now += pregnancyWeeks * 7 * 24 * hour
    await chart(well)
    expect(await due()).toMatchObject({ used: { chart: 'meows' }, set: { score: { used: { chart: 'meows' } } } })
    now += 1
    expect(await due()).toMatchObject({ used: { chart: 'news2' }, set: { score: { used: { chart: 'news2' } } } })
  })
})
