import { describe, expect, it } from 'vitest'
import { publishedResponses } from '../early-warning/response'
import type { WarningScore } from '../early-warning/score'
import type { ScoredSet } from '../early-warning/sets'
import { criticalAlertOf } from './criticalAlert'
import { alertFigure, asksForMore, isAlertDue, scoreAlert, type ScoreAlertFacts, scoreAlertOf, type ScoreAsNow } from './scoreAlert'

const facts: ScoreAlertFacts = { subject: 'p', chart: 'news2', level: 'high', total: 7, isAtLeast: false, minute: 100, at: '2026-11-21T10:00:00.000Z', signs: ['o1', 'o2'] }
const score = (total: number, level: 'none' | 'medium' | 'high' = 'high', kind: 'score' | 'incomplete' = 'score'): WarningScore =>
  kind === 'score' ? { kind, used: { chart: 'news2' }, points: {}, total, level } : { kind, used: { chart: 'news2' }, points: {}, missing: ['temperature'], atLeast: total, level }
const set = (minute: number, of: WarningScore): ScoredSet => ({ minute, at: new Date(minute * 60_000).toISOString(), score: of })
const isDue = (now: ScoredSet, last?: ScoreAlertFacts, between: readonly ScoredSet[] = []) => isAlertDue(now, last, [now, ...between], publishedResponses)

describe('the alert of a score', () => {
  it('reads back as it was written, and is no critical result', () => {
    expect(scoreAlertOf(scoreAlert(facts))).toEqual(facts)
    expect(scoreAlertOf(scoreAlert({ ...facts, isAtLeast: true }))).toEqual({ ...facts, isAtLeast: true })
    expect(criticalAlertOf(scoreAlert(facts))).toBeUndefined()
  })

  it.each([
    ['another topic', { topic: { coding: [{ code: 'critical-value' }] } }],
    ['no time', { sent: 'now' }],
    ['nobody', { subject: { reference: 'Group/1' } }],
    ['no payload', { payload: [] }],
    ['a level that there is not', { payload: [{ id: 'chart', contentString: 'news2' }, { id: 'level', contentString: 'doom' }, { id: 'total', contentString: '7' }, { id: 'minute', contentString: '1' }] }],
  ])('is none with %s', (_, broken) => expect(scoreAlertOf({ ...scoreAlert(facts), ...broken } as never)).toBeUndefined())

  it('reads out how many signs trigger in MEOWS', () => {
    expect(alertFigure({ kind: 'score', used: { chart: 'meows' }, points: { pulse: 2, spo2: 1, temperature: 0 }, total: 3, level: 'high' })).toBe(2)
    expect(alertFigure(score(9, 'high', 'incomplete') as never)).toBe(9)
  })
})

describe('E22: one condition, one alarm', () => {
  it.each([
    ['the first high score', isDue(set(100, score(7))), true],
    ['a score that asks for no alarm', isDue(set(100, score(5, 'medium'))), false],
    ['a score that nobody can make', isDue(set(100, { kind: 'not-used', why: 'age-unknown' })), false],
    ['the same set again', isDue(set(100, score(7)), facts), false],
    ['an older set that was charted late', isDue(set(90, score(9)), facts), false],
    ['as bad as before', isDue(set(130, score(7)), facts), false],
    ['worse', isDue(set(130, score(8)), facts), true],
    ['again after a good set', isDue(set(130, score(7)), facts, [set(115, score(1, 'none'))]), true],
    ['again after half a good set', isDue(set(130, score(7)), facts, [set(115, score(1, 'none', 'incomplete'))]), false],
    ['again where the set of the alarm was charted wrong and asks for none', isDue(set(130, score(7)), facts, [set(100, score(2, 'none'))]), true],
    ['again where that set, half of it, asks for none', isDue(set(130, score(7)), facts, [set(100, score(2, 'none', 'incomplete'))]), true],
    ['again where that set was taken off the chart', isDue(set(130, score(7)), facts, [set(50, score(1, 'none'))]), true],
    ['as bad as before, while the set of the alarm stands', isDue(set(130, score(7)), facts, [set(100, score(7)), set(50, score(1, 'none'))]), false],
    ['as bad as a day ago, with nothing in between', isDue(set(100 + 24 * 60, score(7)), facts), true],
    ['as bad as just under a day ago', isDue(set(99 + 24 * 60, score(7)), facts), false],
    ['as bad all the day long', isDue(set(100 + 24 * 60, score(7)), facts, [set(80 + 24 * 60, score(7))]), false],
    ['incomplete, and high already', isDue(set(130, score(8, 'high', 'incomplete')), facts), true],
  ])('%s', (_, found, expected) => expect(found).toBe(expected))
})

describe('an alert that was answered', () => {
  const now: ScoreAsNow = { chart: 'news2', level: 'high', figure: 8, isOfNow: true, chartedAt: '2026-11-21T10:30:00.000Z' }
  const said = (readBack: string, minute = 5) => ({ readBack, at: `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z` })
  const medium: ScoreAlertFacts = { ...facts, level: 'medium', total: 5 }
  it.each<readonly [string, ScoreAlertFacts, ScoreAsNow, readonly { readBack: string; at: string }[], boolean]>([
    ['one point more than was read back', facts, now, [said('7')], true],
    ['as much as was read back', facts, { ...now, figure: 7 }, [said('7')], false],
    ['less than was read back', facts, { ...now, figure: 6 }, [said('7')], false],
    ['more than the alert, but no more than what was read back last', facts, now, [said('7'), said('8', 31)], false],
    ['answered when it was less than the alert, and as much again', facts, { ...now, figure: 7 }, [said('6')], true],
    ['nobody has answered yet: it waits as it is', facts, now, [], false],
    ['overtaken by a later set', facts, { ...now, isOfNow: false }, [said('7')], false],
    ['scored by another chart: the figures say nothing to each other', facts, { ...now, chart: 'meows' }, [said('7')], false],
    ['a worse level with the same figure, since it was answered', medium, { ...now, figure: 5 }, [said('5')], true],
    ['a worse level that was there when it was answered', medium, { ...now, figure: 5 }, [said('5', 31)], false],
    ['words that are no number: the alert’s own figure counts', facts, { ...now, figure: 7 }, [said('yes')], false],
  ])('%s', (_, alert, asNow, answers, expected) => expect(asksForMore(alert, asNow, answers)).toBe(expected))
})
