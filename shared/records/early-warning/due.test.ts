import type { Basic } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import type { Envelope, RecordType, ResourceOf } from '../envelope'
import { mergeRecords } from '../merge'
import { endedMonitoring, monitoringOf, monitoringTask, takenMonitoring } from '../task/monitoring'
import { dueOf, isPlanHeld } from './due'
import type { Scored, SignSet } from './news2'
import { type ObservationPlan, planIn, planRecord } from './plan'
import { publishedResponses, responseIn, responseRecord } from './response'
import { levelsOfChart, warningCharts } from './score'
import { type ScoredSet, scoredSets } from './sets'

const adult: Scored = { birthDate: '1960-01-01', isPregnant: false, scale: 1 }
const child: Scored = { birthDate: '2020-01-01', isPregnant: false, scale: 1 }
const now = Date.parse('2026-11-21T15:00:00.000Z')
const well: SignSet = { 'respiratory-rate': 16, spo2: 97, 'inspired-oxygen': 0, 'bp-systolic': 120, 'bp-diastolic': 70, pulse: 70, avpu: 'A', temperature: 37 }
const wellChild: SignSet = { 'respiratory-rate': 22, 'respiratory-distress': 'none', spo2: 98, 'inspired-oxygen': 0, pulse: 100, 'bp-systolic': 100, 'capillary-refill': 2, avpu: 'A' }
const setOf = (signs: SignSet, scored = adult, at = '2026-11-21T14:00:00.000Z'): ScoredSet =>
  scoredSets(Object.entries(signs).map(([code, value], place) => ({ id: `${place}`, written: `${place}`, code, value, effective: at }) as never), scored)[0]!

describe('when the next set is due by the score', () => {
  it.each([
    ['NEWS2 0: 12 hours', setOf(well), '2026-11-22T02:00:00.000Z', false],
    ['NEWS2 1: 4 hours', setOf({ ...well, temperature: 38.5 }), '2026-11-21T18:00:00.000Z', false],
    ['NEWS2 3 in one sign: an hour', setOf({ ...well, 'bp-systolic': 85 }), '2026-11-21T15:00:00.000Z', false],
    ['NEWS2 5: an hour', setOf({ ...well, 'respiratory-rate': 22, spo2: 93, temperature: 38.5 }), '2026-11-21T15:00:00.000Z', false],
    ['NEWS2 7: without a break', setOf({ ...well, avpu: 'V', 'bp-systolic': 85, pulse: 95 }), '2026-11-21T14:30:00.000Z', true],
    ['PEWS 0', setOf(wellChild, child), '2026-11-21T18:00:00.000Z', false],
    ['PEWS 1 to 4: an hour', setOf({ ...wellChild, spo2: 93 }, child), '2026-11-21T15:00:00.000Z', false],
    ['PEWS 5 to 8: half an hour, the saturation without a break', setOf({ ...wellChild, spo2: 90, pulse: 130 }, child), '2026-11-21T14:30:00.000Z', true],
    ['PEWS, unresponsive: a quarter of an hour', setOf({ ...wellChild, avpu: 'U' }, child), '2026-11-21T14:15:00.000Z', true],
    ['MEOWS triggered', setOf({ ...well, pulse: 124 }, { ...adult, isPregnant: true }), '2026-11-21T14:30:00.000Z', false],
  ])('E22: %s', (_, set, at, isContinuous) => expect(dueOf(set, undefined, publishedResponses, now)).toMatchObject({ kind: 'at', at, isContinuous, by: 'score' }))

  it('tells the minutes since it was due, from the minute itself on', () => {
    const late = (nowMs: number) => dueOf(setOf({ ...well, 'bp-systolic': 85 }), undefined, publishedResponses, nowMs)
    expect([late(now - 1), late(now), late(now + 59_999), late(now + 60_000)].map((due) => due.kind === 'at' && due.overdueMinutes)).toEqual([0, 0, 0, 1])
  })

  it('says why it cannot be told, and never takes what is missing for well', () => {
    expect(dueOf(undefined, undefined, publishedResponses, now)).toEqual({ kind: 'unknown', why: 'no-set' })
    expect(dueOf(setOf(well, adult, '2026-11-20T15:00:00.000Z'), undefined, publishedResponses, now)).toEqual({ kind: 'unknown', why: 'no-set' })
    expect(dueOf(setOf(well, { isPregnant: false, scale: 1 }), undefined, publishedResponses, now)).toEqual({ kind: 'unknown', why: 'no-chart' })
    expect(dueOf(setOf({ pulse: 70 }), undefined, publishedResponses, now)).toEqual({ kind: 'unknown', why: 'incomplete' })
    expect(dueOf(setOf({ spo2: 85 }), undefined, publishedResponses, now)).toMatchObject({ kind: 'at', at: '2026-11-21T15:00:00.000Z' })
  })
})

describe('a plan against the table', () => {
  const plan: ObservationPlan = { everyMinutes: 360, isContinuous: false, reason: 'palliative', level: 'low', by: 'ben', at: '2026-11-21T13:00:00.000Z' }

  it('holds for the level that it was made for and below, and ends with a worse one', () => {
    expect(isPlanHeld(plan, setOf(well), now)).toBe(true)
    expect(isPlanHeld(plan, setOf({ ...well, temperature: 38.5 }), now)).toBe(true)
    expect(isPlanHeld(plan, setOf({ ...well, 'bp-systolic': 85 }), now)).toBe(false)
    expect(isPlanHeld({ at: plan.at }, setOf({ ...well, temperature: 38.5 }), now)).toBe(true)
    expect(isPlanHeld({ at: plan.at }, setOf({ ...well, 'bp-systolic': 85 }), now)).toBe(false)
    expect(dueOf(setOf({ ...well, temperature: 38.5 }), plan, publishedResponses, now)).toMatchObject({ at: '2026-11-21T20:00:00.000Z', by: 'plan' })
    expect(dueOf(setOf({ ...well, 'bp-systolic': 85 }), plan, publishedResponses, now)).toMatchObject({ at: '2026-11-21T15:00:00.000Z', by: 'score' })
  })

  it('counts from its own moment where nothing was charted, and from the last set however old that is', () => {
    expect(dueOf(undefined, plan, publishedResponses, now)).toMatchObject({ at: '2026-11-21T19:00:00.000Z' })
    expect(dueOf(setOf(well, adult, '2026-11-19T14:00:00.000Z'), plan, publishedResponses, now)).toMatchObject({ at: '2026-11-19T20:00:00.000Z', overdueMinutes: 43 * 60 })
  })

  it('ends after three days: the next stay is not observed by the plan of the last one', () => {
    const made = Date.parse(plan.at)
    expect(isPlanHeld(plan, undefined, made + 72 * 3_600_000)).toBe(true)
    expect(isPlanHeld(plan, undefined, made + 72 * 3_600_000 + 1)).toBe(false)
    expect(dueOf(setOf({ ...well, temperature: 38.5 }, adult, new Date(made + 90 * 86_400_000).toISOString()), plan, publishedResponses, made + 90 * 86_400_000)).toMatchObject({ by: 'score' })
  })

  it('reads back as it was decided; what is no plan is none', () => {
    const told = { subject: 'p', by: 'ben', at: plan.at, reason: 'palliative' }
    expect(planIn(planRecord(told, plan))).toEqual(plan)
    expect(planIn(planRecord(told, undefined))).toBeUndefined()
    expect(planIn({ ...planRecord(told, plan), created: 'yesterday' })).toBeUndefined()
    expect(planIn({ ...planRecord(told, plan), code: { coding: [{ code: 'other' }] } })).toBeUndefined()
  })
})

let stamps = 0
const envelope = <Type extends RecordType>(type: Type, resource: ResourceOf[Type], station: string, before?: Envelope<Type>): Envelope<Type> => ({
  id: 'same', type, practice: 'practice', resource, search: {}, author: `at-${station}`, station, at: `2026-11-21T10:00:0${(stamps += 1)}.000Z-0000-${station}`,
  prior: before ? [...before.prior, { resource: before.resource, author: before.author, station: before.station, at: before.at }] : [],
  ...(before ? { after: [before.at] } : {}),
})

describe('the table of a practice', () => {
  it('has a step for every level of every chart, and reads back as it was saved', () => {
    for (const chart of warningCharts) {
      expect(Object.keys(publishedResponses[chart])).toEqual([...levelsOfChart[chart]])
      expect(responseIn(responseRecord(chart, publishedResponses[chart], '2026-11-21T10:00:00.000Z'))).toEqual({ chart, table: publishedResponses[chart] })
    }
  })

  it('that is not whole is as published', () => {
    const record = responseRecord('news2', publishedResponses.news2, '2026-11-21T10:00:00.000Z')
    const parts = record.extension?.[0]?.extension ?? []
    const broken: Basic = { ...record, extension: [{ url: record.extension![0]!.url, extension: parts.map((part) => (part.url === 'high.every' ? { ...part, valueString: '-1' } : part)).filter(({ url }) => !url.startsWith('low.')) }] }
    expect(responseIn(broken)).toEqual({ chart: 'news2', table: publishedResponses.news2 })
    expect(responseIn({ ...record, code: { coding: [{ code: 'x' }] } })).toBeUndefined()
  })

  it('that two workstations changed apart keeps both changes', () => {
    const table = publishedResponses.news2
    const record = (own: typeof table) => responseRecord('news2', own, '2026-11-21T10:00:00.000Z')
    const first = envelope('Basic', record(table), 'A')
    const one = envelope('Basic', record({ ...table, high: { ...table.high!, everyMinutes: 10 } }), 'A', first)
    const other = envelope('Basic', record({ ...table, low: { ...table.low!, calls: 'the nurse' } }), 'B', first)
    const { record: merged, clashes } = mergeRecords({ master: one, mine: other })
    expect(clashes).toEqual([])
    expect(responseIn(merged.resource as Basic)?.table).toEqual({ ...table, high: { ...table.high!, everyMinutes: 10 }, low: { ...table.low!, calls: 'the nurse' } })
  })
})

describe('a task to monitor', () => {
  const facts = { subject: 'p', chart: 'news2', level: 'high', total: 7, isAtLeast: false, minute: 29_700_000, since: '2026-11-21T10:00:00.000Z' } as const
  it('reads back as it was made, taken and ended; what is no such task is none', () => {
    const task = monitoringTask(facts)
    expect(monitoringOf(task)).toEqual({ ...facts, state: 'asked' })
    const taken = takenMonitoring(task, 'amina', '2026-11-21T10:02:00.000Z')
    expect(monitoringOf(taken)).toEqual({ ...facts, state: 'taken', takenBy: 'amina', takenAt: '2026-11-21T10:02:00.000Z' })
    expect(monitoringOf(endedMonitoring(taken, '2026-11-21T12:00:00.000Z'))).toMatchObject({ state: 'over', overAt: '2026-11-21T12:00:00.000Z' })
    expect(monitoringOf({ ...task, code: { text: 'review' } })).toBeUndefined()
    expect(monitoringOf({ ...task, authoredOn: 'soon' })).toBeUndefined()
    expect(monitoringOf(monitoringTask({ ...facts, isAtLeast: true }))).toMatchObject({ total: 7, isAtLeast: true })
  })

  it('that one workstation took and another ended apart is over; two who took it are not asked about, the first stays', () => {
    const first = envelope('Task', { ...monitoringTask(facts), id: 'same' }, 'A')
    const taken = envelope('Task', takenMonitoring(first.resource, 'amina', '2026-11-21T10:02:00.000Z'), 'A', first)
    const ended = envelope('Task', endedMonitoring(first.resource, '2026-11-21T10:03:00.000Z'), 'B', first)
    const takenToo = envelope('Task', takenMonitoring(first.resource, 'ben', '2026-11-21T10:03:00.000Z'), 'B', first)
    for (const [master, mine] of [[taken, ended], [ended, taken]] as const) {
      const { record, clashes } = mergeRecords({ master, mine })
      expect([monitoringOf(record.resource as never)?.state, clashes]).toEqual(['over', []])
    }
    for (const [master, mine] of [[taken, takenToo], [takenToo, taken]] as const) {
      const { record, clashes } = mergeRecords({ master, mine })
      expect([monitoringOf(record.resource as never)?.takenBy, clashes]).toEqual(['amina', []])
    }
  })
})
