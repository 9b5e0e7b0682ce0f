import { describe, expect, it } from 'vitest'
import type { VitalCode } from '../observation/vitals'
import type { Scored } from './news2'
import { currentSet, scoredSets, type ChartedSign } from './sets'

const adult: Scored = { birthDate: '1960-01-01', isPregnant: false, scale: 1 }
let made = 0
const sign = (at: string, code: VitalCode, value: number | string, corrects?: ChartedSign): ChartedSign => ({
  // Ids are made from keys: they say nothing of what came first.
  id: String(999_999 - ++made), written: String(made).padStart(6, '0'), code, value, effective: `2026-11-21T${at}:00.000Z`, ...(corrects ? { corrects: { id: corrects.id } } : {}),
})
const well = { 'respiratory-rate': 16, spo2: 97, 'inspired-oxygen': 0, 'bp-systolic': 120, pulse: 70, avpu: 'A', temperature: 37 } as const
const wholeSet = (at: string, more: Partial<Record<VitalCode, number | string>> = {}) => Object.entries({ ...well, ...more }).map(([code, value]) => sign(at, code as VitalCode, value))
const now = Date.parse('2026-11-21T15:00:00.000Z')

describe('the sets of a chart', () => {
  it('are what was taken in one minute, newest first, each with its own score', () => {
    const sets = scoredSets([...wholeSet('08:00'), ...wholeSet('14:00', { pulse: 115 })], adult)
    expect(sets.map(({ at, score }) => [at.slice(11, 16), score.kind === 'score' && score.total])).toEqual([['14:00', 2], ['08:00', 0]])
  })

  it('a value that was corrected no longer counts, nor one that was charted over in the same minute', () => {
    const wrong = sign('14:00', 'pulse', 150)
    const others = wholeSet('14:00').filter(({ code }) => code !== 'pulse')
    expect(scoredSets([...others, sign('14:00', 'pulse', 75, wrong), wrong], adult)[0]?.score).toMatchObject({ total: 0 })
    expect(scoredSets([sign('14:00', 'pulse', 95), ...others, sign('14:00', 'pulse', 115)].reverse(), adult)[0]?.score).toMatchObject({ total: 2 })
  })

  it('what a monitor charted by itself counts only where nobody has looked', () => {
    const others = wholeSet('14:00').filter(({ code }) => code !== 'pulse')
    const unseen = (value: number): ChartedSign => ({ ...sign('14:00', 'pulse', value), isUnverified: true })
    expect(scoredSets([sign('14:00', 'pulse', 70), ...others, unseen(115)], adult)[0]?.score).toMatchObject({ total: 0 })
    expect(scoredSets([unseen(95), ...others, unseen(115)], adult)[0]?.score).toMatchObject({ total: 2 })
  })

  it('a newer set in which something is missing counts all the same where it is worse already', () => {
    const worse = scoredSets([...wholeSet('08:00'), sign('14:00', 'spo2', 85), sign('14:00', 'respiratory-rate', 30)], adult)
    expect(currentSet(worse, now)).toBe(worse[0])
    expect(currentSet(worse, now)?.score).toMatchObject({ kind: 'incomplete', atLeast: 6 })
    const again = scoredSets([...wholeSet('08:00'), sign('14:00', 'spo2', 85), sign('14:00', 'respiratory-rate', 30), sign('14:05', 'spo2', 97), sign('14:05', 'respiratory-rate', 16)], adult)
    expect(currentSet(again, now)?.score).toMatchObject({ kind: 'score', total: 0 })
    const better = scoredSets([sign('14:00', 'spo2', 85), ...wholeSet('14:30')], adult)
    expect(currentSet(better, now)?.score).toMatchObject({ kind: 'score', total: 0 })
  })

  it('half a set with more points but a lesser level does not take the place of the whole one that asks for more', () => {
    const sets = scoredSets([...wholeSet('14:00', { 'bp-systolic': 85 }), ...Object.entries({ 'bp-systolic': 105, pulse: 100, spo2: 95, temperature: 38.5 }).map(([code, value]) => sign('14:20', code as VitalCode, value))], adult)
    expect(sets.map(({ score }) => score)).toMatchObject([{ kind: 'incomplete', atLeast: 4, level: 'low' }, { kind: 'score', total: 3, level: 'low-medium' }])
    expect(currentSet(sets, now)).toBe(sets[1])
  })

  it('a child who answers to the voice alone counts at once, though no sign gives points, until somebody has looked again', () => {
    const child: Scored = { birthDate: '2020-01-01', isPregnant: false, scale: 1 }
    const wholeChild = Object.entries({ 'respiratory-rate': 22, 'respiratory-distress': 'none', spo2: 98, 'inspired-oxygen': 0, pulse: 100, 'bp-systolic': 100, 'capillary-refill': 2, avpu: 'A' }).map(([code, value]) => sign('14:00', code as VitalCode, value))
    const worse = scoredSets([...wholeChild, sign('14:40', 'avpu', 'V')], child)
    expect(currentSet(worse, now)?.score).toMatchObject({ kind: 'incomplete', atLeast: 0, level: 'high' })
    expect(currentSet(scoredSets([...wholeChild, sign('14:40', 'avpu', 'V'), sign('14:45', 'pulse', 100)], child), now)?.score).toMatchObject({ level: 'high' })
    expect(currentSet(scoredSets([...wholeChild, sign('14:40', 'avpu', 'V'), sign('14:50', 'avpu', 'A')], child), now)?.score).toMatchObject({ kind: 'score', total: 0 })
  })

  it('a reading of one sign in between takes nothing from the score of the set before, for a day', () => {
    const sets = scoredSets([...wholeSet('14:00', { pulse: 115 }), sign('14:40', 'spo2', 96)], adult)
    expect(sets[0]?.score.kind).toBe('incomplete')
    expect(currentSet(sets, now)?.score).toMatchObject({ kind: 'score', total: 2 })
    expect(currentSet(sets, now + 24 * 3_600_000)?.score.kind).toBe('incomplete')
    expect(currentSet([], now)).toBeUndefined()
  })
})
