import { describe, expect, it } from 'vitest'
import { news2, type News2, type News2Sign, type Scored, type SignSet } from './news2'

const adult: Scored = { birthDate: '1960-01-01', isPregnant: false, scale: 1 }
const hypercapnic: Scored = { ...adult, scale: 2 }
const today = '2026-11-21'
/** A set that scores nothing. */
const well: SignSet = { 'respiratory-rate': 16, spo2: 97, 'inspired-oxygen': 0, 'bp-systolic': 120, pulse: 70, avpu: 'A', temperature: 37 }

const scoreOf = (signs: SignSet, who = adult) => {
  const found = news2({ ...well, ...signs }, who, today)
  if (found.kind !== 'score') throw new Error(found.kind)
  return found
}

describe('E20: NEWS2, every boundary of its chart', () => {
  const rows: readonly (readonly [News2Sign, readonly (readonly [number | string, number])[]])[] = [
    ['respiratory-rate', [[1, 3], [8, 3], [9, 1], [11, 1], [12, 0], [20, 0], [21, 2], [24, 2], [25, 3], [120, 3]]],
    ['bp-systolic', [[30, 3], [90, 3], [91, 2], [100, 2], [101, 1], [110, 1], [111, 0], [219, 0], [220, 3], [300, 3]]],
    ['pulse', [[20, 3], [40, 3], [41, 1], [50, 1], [51, 0], [90, 0], [91, 1], [110, 1], [111, 2], [130, 2], [131, 3], [350, 3]]],
    ['temperature', [[25, 3], [35, 3], [35.1, 1], [36, 1], [36.1, 0], [38, 0], [38.1, 1], [39, 1], [39.1, 2], [45, 2]]],
    ['avpu', [['A', 0], ['C', 3], ['V', 3], ['P', 3], ['U', 3]]],
    ['inspired-oxygen', [[0, 0], [0.5, 2], [15, 2]]],
    ['spo2', [[20, 3], [91, 3], [92, 2], [93, 2], [94, 1], [95, 1], [96, 0], [100, 0]]],
  ]
  for (const [sign, values] of rows) {
    it.each(values)(`${sign} %s gives %i`, (value, points) => {
      const { points: each, total } = scoreOf({ [sign]: value })
      expect(each[sign]).toBe(points)
      expect(total).toBe(points)
    })
  }

  it.each([[83, 3], [84, 2], [85, 2], [86, 1], [87, 1], [88, 0], [92, 0], [93, 0], [100, 0]])('SpO₂ %i on air by scale 2 gives %i', (value, points) => {
    expect(scoreOf({ spo2: value }, hypercapnic).points.spo2).toBe(points)
  })

  it.each([[83, 3], [84, 2], [85, 2], [86, 1], [87, 1], [88, 0], [92, 0], [93, 1], [94, 1], [95, 2], [96, 2], [97, 3], [100, 3]])('SpO₂ %i under oxygen by scale 2 gives %i', (value, points) => {
    const { points: each, total } = scoreOf({ spo2: value, 'inspired-oxygen': 2 }, hypercapnic)
    expect(each.spo2).toBe(points)
    expect(total).toBe(points + 2)
  })

  it('the same saturation is an alarm for one patient and well for another', () => {
    expect(scoreOf({ spo2: 90 }).total).toBe(3)
    expect(scoreOf({ spo2: 90 }, hypercapnic).total).toBe(0)
  })
})

describe('NEWS2, the clinical risk', () => {
  it.each([
    ['nothing out of order', {}, 0, 'low'],
    ['one point', { temperature: 38.5 }, 1, 'low'],
    ['four points in four signs', { temperature: 38.5, pulse: 100, 'bp-systolic': 105, spo2: 95 }, 4, 'low'],
    ['three in one sign alone', { 'bp-systolic': 85 }, 3, 'low-medium'],
    ['three in one sign and one more', { avpu: 'C', temperature: 38.5 }, 4, 'low-medium'],
    ['five', { 'respiratory-rate': 22, spo2: 93, temperature: 38.5 }, 5, 'medium'],
    ['six', { 'respiratory-rate': 22, spo2: 93, pulse: 115 }, 6, 'medium'],
    ['seven: short of breath, feverish, low in pressure', { 'respiratory-rate': 24, spo2: 94, 'bp-systolic': 105, pulse: 115, temperature: 38.5 }, 7, 'high'],
    ['the most that there is', { 'respiratory-rate': 30, spo2: 80, 'inspired-oxygen': 15, 'bp-systolic': 70, pulse: 150, avpu: 'U', temperature: 34 }, 20, 'high'],
  ] as const)('%s', (_, signs, total, risk) => {
    expect(scoreOf(signs)).toMatchObject({ total, risk })
  })
})

describe('E20: NEWS2 never makes a score of what it does not know', () => {
  it.each(['respiratory-rate', 'spo2', 'inspired-oxygen', 'bp-systolic', 'pulse', 'avpu', 'temperature'] as const)('without %s the score is incomplete and says so', (sign) => {
    const { [sign]: left, ...rest } = { ...well, pulse: sign === 'pulse' ? 70 : 140 }
    const found = news2(rest, adult, today)
    expect(left).toBeDefined()
    expect(found).toMatchObject({ kind: 'incomplete', missing: [sign], atLeast: sign === 'pulse' ? 0 : 3 })
  })

  it('nothing measured at all misses everything', () => {
    expect(news2({}, adult, today)).toMatchObject({ kind: 'incomplete', atLeast: 0, points: {} })
    expect((news2({}, adult, today) as Extract<News2, { kind: 'incomplete' }>).missing).toHaveLength(7)
  })

  it('by scale 2 a saturation of 96 says nothing until it is known whether oxygen is given; one of 85 does', () => {
    const { 'inspired-oxygen': _, ...rest } = well
    expect(news2({ ...rest, spo2: 96 }, hypercapnic, today)).toMatchObject({ kind: 'incomplete', missing: ['inspired-oxygen'], atLeast: 0 })
    expect(news2({ ...rest, spo2: 85 }, hypercapnic, today)).toMatchObject({ kind: 'incomplete', missing: ['inspired-oxygen'], atLeast: 2 })
  })

  it('E21: is refused under 16, in pregnancy, and where the age is not known', () => {
    expect(news2(well, { ...adult, birthDate: '2010-11-22' }, today)).toEqual({ kind: 'not-used', why: 'under-16' })
    expect(news2(well, { ...adult, birthDate: '2010-11-21' }, today)).toMatchObject({ kind: 'score' })
    expect(news2(well, { ...adult, isPregnant: true }, today)).toEqual({ kind: 'not-used', why: 'pregnant' })
    expect(news2(well, { isPregnant: false, scale: 1 }, today)).toEqual({ kind: 'not-used', why: 'age-unknown' })
    expect(news2(well, { ...adult, birthDate: '2010' }, today)).toEqual({ kind: 'not-used', why: 'age-unknown' })
    expect(news2(well, { ...adult, birthDate: '2009' }, today)).toMatchObject({ kind: 'score' })
    expect(news2(well, { ...adult, birthDate: '2030-01-01' }, today)).toEqual({ kind: 'not-used', why: 'age-unknown' })
  })
})
