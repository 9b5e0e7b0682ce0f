import { describe, expect, it } from 'vitest'
import type { VitalCode } from '../observation/vitals'
import { meows } from './meows'
import type { Scored, SignSet } from './news2'
import { warningScore } from './score'

const well: SignSet = { 'respiratory-rate': 16, spo2: 98, 'bp-systolic': 118, 'bp-diastolic': 70, pulse: 84, avpu: 'A', temperature: 37 }
const [white, yellow, red] = [0, 1, 2]

describe('E21: MEOWS, every boundary of its triggers (Singh 2012)', () => {
  const rows: readonly (readonly [VitalCode, readonly (readonly [number | string, number])[]])[] = [
    ['respiratory-rate', [[1, red], [9, red], [10, white], [20, white], [21, yellow], [30, yellow], [31, red], [120, red]]],
    ['spo2', [[20, red], [94, red], [95, white], [100, white]]],
    ['temperature', [[25, red], [34.9, red], [35, yellow], [36, yellow], [36.1, white], [38, white], [38.1, red], [45, red]]],
    ['bp-systolic', [[30, red], [89, red], [90, yellow], [100, yellow], [101, white], [149, white], [150, yellow], [160, yellow], [161, red], [300, red]]],
    ['bp-diastolic', [[10, white], [89, white], [90, yellow], [100, yellow], [101, red], [200, red]]],
    ['pulse', [[20, red], [39, red], [40, yellow], [50, yellow], [51, white], [99, white], [100, yellow], [120, yellow], [121, red], [350, red]]],
    ['avpu', [['A', white], ['C', yellow], ['V', yellow], ['P', red], ['U', red]]],
  ]
  it.each(rows.flatMap(([sign, values]) => values.map(([value, colour]) => [sign, value, colour] as const)))('%s %s gives %i', (sign, value, colour) => {
    const found = meows({ ...well, [sign]: value })
    expect(found.points[sign as keyof typeof found.points]).toBe(colour)
    expect(found.total).toBe(colour)
  })
})

describe('MEOWS triggers with one red or two yellow', () => {
  it.each([
    ['nothing', {}, 'none'],
    ['one yellow', { pulse: 104 }, 'low'],
    ['two yellow', { pulse: 104, 'bp-systolic': 152 }, 'high'],
    ['one red', { 'bp-diastolic': 104 }, 'high'],
  ] as const)('%s', (_, signs, level) => expect(meows({ ...well, ...signs }).level).toBe(level))

  it('a missing sign makes it incomplete; what triggered already stays so', () => {
    const pregnant: Scored = { birthDate: '1996-01-01', isPregnant: true, scale: 2 }
    const { temperature: _left, ...rest } = well
    expect(warningScore(rest, pregnant, '2026-11-21')).toMatchObject({ kind: 'incomplete', used: { chart: 'meows' }, missing: ['temperature'], atLeast: 0, level: 'none' })
    expect(warningScore({ ...rest, spo2: 92 }, pregnant, '2026-11-21')).toMatchObject({ kind: 'incomplete', atLeast: 2, level: 'high' })
    expect(meows({}).missing).toHaveLength(7)
  })
})
