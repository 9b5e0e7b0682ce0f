import { describe, expect, it } from 'vitest'
import type { VitalCode } from '../observation/vitals'
import type { Scored, SignSet } from './news2'
import { type PewsAge, pews, pewsAgeOf } from './pews'
import { chartFor, warningScore } from './score'

/** Sets that score nothing, one for each chart. */
const well: Readonly<Record<PewsAge, SignSet>> = {
  '0-11m': { 'respiratory-rate': 40, pulse: 130, 'bp-systolic': 80 },
  '1-4y': { 'respiratory-rate': 30, pulse: 110, 'bp-systolic': 90 },
  '5-12y': { 'respiratory-rate': 22, pulse: 100, 'bp-systolic': 100 },
  '13y': { 'respiratory-rate': 18, pulse: 80, 'bp-systolic': 110 },
}
const everyAge: SignSet = { 'respiratory-distress': 'none', spo2: 98, 'inspired-oxygen': 0, 'capillary-refill': 2, avpu: 'A' }
const wholeOf = (age: PewsAge, signs: SignSet = {}): SignSet => ({ ...everyAge, ...well[age], ...signs })

type Rows = readonly (readonly [number | string, number])[]
/** Both sides of every line that the charts of September 2023 print. */
const tables: Readonly<Record<PewsAge, Readonly<Partial<Record<VitalCode, Rows>>>>> = {
  '0-11m': {
    'respiratory-rate': [[1, 4], [9, 4], [10, 2], [19, 2], [20, 1], [29, 1], [30, 0], [49, 0], [50, 1], [59, 1], [60, 2], [69, 2], [70, 4], [120, 4]],
    pulse: [[20, 4], [79, 4], [80, 2], [89, 2], [90, 1], [109, 1], [110, 0], [149, 0], [150, 1], [169, 1], [170, 2], [179, 2], [180, 4], [350, 4]],
    'bp-systolic': [[30, 4], [49, 4], [50, 2], [59, 2], [60, 1], [69, 1], [70, 0], [89, 0], [90, 1], [99, 1], [100, 2], [109, 2], [110, 4], [300, 4]],
  },
  '1-4y': {
    'respiratory-rate': [[1, 4], [9, 4], [10, 2], [19, 2], [20, 0], [39, 0], [40, 1], [49, 1], [50, 2], [59, 2], [60, 4], [120, 4]],
    pulse: [[20, 4], [59, 4], [60, 2], [69, 2], [70, 1], [89, 1], [90, 0], [139, 0], [140, 1], [149, 1], [150, 2], [169, 2], [170, 4], [350, 4]],
    'bp-systolic': [[30, 4], [49, 4], [50, 2], [59, 2], [60, 1], [79, 1], [80, 0], [99, 0], [100, 1], [119, 1], [120, 2], [129, 2], [130, 4], [300, 4]],
  },
  '5-12y': {
    'respiratory-rate': [[1, 4], [9, 4], [10, 2], [14, 2], [15, 1], [19, 1], [20, 0], [24, 0], [25, 1], [39, 1], [40, 2], [49, 2], [50, 4], [120, 4]],
    pulse: [[20, 4], [59, 4], [60, 2], [69, 2], [70, 1], [79, 1], [80, 0], [119, 0], [120, 1], [139, 1], [140, 2], [159, 2], [160, 4], [350, 4]],
    'bp-systolic': [[30, 4], [69, 4], [70, 2], [79, 2], [80, 1], [89, 1], [90, 0], [109, 0], [110, 1], [119, 1], [120, 2], [129, 2], [130, 4], [300, 4]],
  },
  '13y': {
    'respiratory-rate': [[1, 4], [9, 4], [10, 1], [14, 1], [15, 0], [24, 0], [25, 1], [29, 1], [30, 2], [39, 2], [40, 4], [120, 4]],
    pulse: [[20, 4], [49, 4], [50, 2], [59, 2], [60, 1], [69, 1], [70, 0], [99, 0], [100, 1], [119, 1], [120, 2], [129, 2], [130, 4], [350, 4]],
    'bp-systolic': [[30, 4], [79, 4], [80, 2], [89, 2], [90, 1], [99, 1], [100, 0], [119, 0], [120, 1], [129, 1], [130, 2], [139, 2], [140, 4], [300, 4]],
  },
}
const sameAtEveryAge: Readonly<Partial<Record<VitalCode, Rows>>> = {
  spo2: [[20, 4], [91, 4], [92, 1], [94, 1], [95, 0], [100, 0]],
  'inspired-oxygen': [[0, 0], [0.01, 1], [0.1, 1], [1.9, 1], [2, 2], [5.9, 2], [6, 4], [15, 4]],
  'capillary-refill': [[0, 0], [2, 0], [3, 2], [30, 2]],
  'respiratory-distress': [['none', 0], ['mild', 1], ['moderate', 2], ['severe', 4]],
}

describe.each(Object.keys(tables) as PewsAge[])('E21: PEWS %s, every boundary of its chart', (age) => {
  const rows = Object.entries({ ...tables[age], ...sameAtEveryAge }).flatMap(([sign, values]) => values.map(([value, points]) => [sign as VitalCode, value, points] as const))
  it.each(rows)('%s %s gives %i', (sign, value, points) => {
    const found = pews(wholeOf(age, { [sign]: value }), age)
    expect(found.points[sign as keyof typeof found.points]).toBe(points)
    expect(found.total).toBe(points)
    expect(found.missing).toEqual([])
  })

  it('a child who is well scores nothing', () => expect(pews(wholeOf(age), age)).toMatchObject({ total: 0, level: 'none' }))
})

describe('PEWS, what the total and consciousness ask for', () => {
  /** Totals made of signs that give 1, 2 or 4 each. */
  const withTotal = (total: number): SignSet => {
    const gives: readonly (readonly [VitalCode, readonly (readonly [number, number | string])[]])[] = [
      ['spo2', [[4, 85], [1, 93]]], ['respiratory-distress', [[4, 'severe'], [2, 'moderate'], [1, 'mild']]], ['inspired-oxygen', [[4, 8], [2, 3], [1, 1]]], ['respiratory-rate', [[4, 60], [2, 45], [1, 30]]], ['pulse', [[4, 170], [2, 150], [1, 130]]],
    ]
    let left = total
    return Object.fromEntries(gives.flatMap(([sign, worth]) => {
      const fits = worth.find(([points]) => points <= left)
      left -= fits?.[0] ?? 0
      return fits ? [[sign, fits[1]]] : []
    }))
  }
  it.each([[0, 'none'], [1, 'low'], [4, 'low'], [5, 'medium'], [8, 'medium'], [9, 'high'], [12, 'high'], [13, 'emergency'], [20, 'emergency']] as const)('a total of %i is %s', (total, level) => {
    expect(pews(wholeOf('5-12y', withTotal(total)), '5-12y')).toMatchObject({ total, level })
  })

  it.each([['A', 'none'], ['C', 'high'], ['V', 'high'], ['P', 'emergency'], ['U', 'emergency']] as const)('consciousness %s alone is %s, without points', (avpu, level) => {
    expect(pews(wholeOf('1-4y', { avpu }), '1-4y')).toMatchObject({ total: 0, level })
  })

  it('the higher of the two counts', () => expect(pews(wholeOf('5-12y', { ...withTotal(13), avpu: 'V' }), '5-12y').level).toBe('emergency'))
})

it.each([[35.9, 35.9], [36, undefined], [37.9, undefined], [38, 38]])('PEWS at %s °C: think sepsis, without points', (temperature, thinkSepsis) => {
  const score = warningScore(wholeOf('1-4y', { temperature }), { birthDate: '2024-01-01', isPregnant: false, scale: 1 }, '2026-11-21')
  expect(score).toMatchObject({ kind: 'score', total: 0, level: 'none' })
  expect(score.kind === 'score' && score.thinkSepsis).toBe(thinkSepsis)
})

describe('E21: PEWS never makes a score of what it does not know', () => {
  it.each(['respiratory-rate', 'respiratory-distress', 'spo2', 'inspired-oxygen', 'pulse', 'bp-systolic', 'capillary-refill', 'avpu'] as const)('without %s it is incomplete and says so', (sign) => {
    const { [sign]: left, ...rest } = wholeOf('1-4y')
    expect(left).toBeDefined()
    const child: Scored = { birthDate: '2024-01-01', isPregnant: false, scale: 1 }
    expect(warningScore(rest, child, '2026-11-21')).toEqual(expect.objectContaining({ kind: 'incomplete', missing: [sign], atLeast: 0, level: 'none' }))
  })

  it('an answer that is none is not taken for one', () => expect(pews(wholeOf('1-4y', { 'respiratory-distress': 'toString' }), '1-4y').missing).toEqual(['respiratory-distress']))
})

describe('E21: the age picks the chart', () => {
  const on = '2026-11-21'
  const used = (birthDate: string | undefined, isPregnant = false) => chartFor({ isPregnant, ...(birthDate === undefined ? {} : { birthDate }) }, on)
  it.each([
    ['born today', '2026-11-21', '0-11m'],
    ['a day before the first birthday', '2025-11-22', '0-11m'],
    ['on the first birthday', '2025-11-21', '1-4y'],
    ['a day before the fifth', '2021-11-22', '1-4y'],
    ['on the fifth', '2021-11-21', '5-12y'],
    ['a day before the thirteenth', '2013-11-22', '5-12y'],
    ['on the thirteenth', '2013-11-21', '13y'],
    ['a day before the sixteenth', '2010-11-22', '13y'],
  ] as const)('%s', (_, birthDate, age) => expect(used(birthDate)).toEqual({ chart: 'pews', age }))

  it('NEWS2 is refused under 16 and in pregnancy, and used from the sixteenth birthday on', () => {
    expect(used('2010-11-21')).toEqual({ chart: 'news2' })
    expect(used('2010-11-22')).not.toEqual({ chart: 'news2' })
    expect(used('1990-01-01', true)).toEqual({ chart: 'meows' })
    expect(used('2011-01-01', true)).toEqual({ chart: 'meows' })
  })

  it('a birth date that leaves two charts open picks none', () => {
    expect(used(undefined)).toBeUndefined()
    expect(used('2021')).toBeUndefined()
    expect(used('2010')).toBeUndefined()
    expect(used('2030-01-01')).toBeUndefined()
    expect(used('2018')).toEqual({ chart: 'pews', age: '5-12y' })
    expect(used('2009')).toEqual({ chart: 'news2' })
  })

  it('each completed year has its chart', () => {
    expect(Array.from({ length: 16 }, (_, years) => pewsAgeOf(years))).toEqual([
      '0-11m', ...Array.from({ length: 4 }, () => '1-4y'), ...Array.from({ length: 8 }, () => '5-12y'), ...Array.from({ length: 3 }, () => '13y'),
    ])
  })

  it('E21: the same signs score 1 on the eve of the fifth birthday and 0 on the day: the example that the Royal College publishes with its chart', () => {
    const signs: SignSet = { 'respiratory-rate': 24, 'respiratory-distress': 'none', spo2: 97, 'inspired-oxygen': 0, pulse: 95, 'bp-systolic': 100, 'capillary-refill': 2, avpu: 'A', temperature: 37.4 }
    const child: Scored = { birthDate: '2020-01-11', isPregnant: false, scale: 1 }
    expect(warningScore(signs, child, '2025-01-10')).toMatchObject({ kind: 'score', used: { age: '1-4y' }, total: 1, level: 'low' })
    expect(warningScore(signs, child, '2025-01-11')).toMatchObject({ kind: 'score', used: { age: '5-12y' }, total: 0, level: 'none' })
  })
})
