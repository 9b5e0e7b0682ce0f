import { describe, expect, it } from 'vitest'
import { criticalOf, usualCriticalLimits, usualLimitsOf } from './criticalValue'

const potassium = '2823-3'

describe('E7: results of which somebody is told at once', () => {
  it('knows potassium 6.8 mmol/L for one, and 6.4 for none', () => {
    const limits = usualLimitsOf(potassium, 40)
    expect(criticalOf({ value: 6.8, unit: 'mmol/L' }, limits)).toEqual({ side: 'high', limit: 6.5 })
    expect(criticalOf({ value: 6.4, unit: 'mmol/L' }, limits)).toBeUndefined()
  })

  it('holds every limit of the table at both ends, for adults, children and people whose age is not known', () => {
    for (const [loinc, { unit, child }] of Object.entries(usualCriticalLimits)) {
      for (const years of [0, 15, 16, 90, undefined]) {
        const limits = usualLimitsOf(loinc, years)!
        for (const [side, step] of [['low', 0.01], ['high', -0.01]] as const) {
          const limit = limits[side]
          if (limit === undefined) continue
          expect(criticalOf({ value: limit, unit }, limits), `${loinc} at ${limit}`).toEqual({ side, limit })
          expect(criticalOf({ value: limit + step, unit }, limits), `${loinc} beside ${limit}`).toBeUndefined()
        }
      }
      if (child) expect(usualLimitsOf(loinc, undefined)).toEqual(usualLimitsOf(loinc, 15))
    }
    expect(usualLimitsOf('2951-2', 15)).toMatchObject({ low: 130 })
    expect(usualLimitsOf('2951-2', 16)).toMatchObject({ low: 120 })
  })

  it('takes a limit in another unit of the same kind, and none in a unit that does not become the result’s', () => {
    const haemoglobin = usualLimitsOf('718-7', 30)
    expect(criticalOf({ value: 69, unit: 'g/L' }, haemoglobin)).toEqual({ side: 'low', limit: 70 })
    expect(criticalOf({ value: 71, unit: 'g/L' }, haemoglobin)).toBeUndefined()
    expect(criticalOf({ value: 4, unit: 'mmol/L' }, haemoglobin)).toBeUndefined()
  })

  it('takes the analyser’s word where there is no limit, and beside one', () => {
    expect(criticalOf({ value: 3, flag: 'HH' }, undefined)).toEqual({ side: 'high' })
    expect(criticalOf({ value: 3, unit: 'mmol/L', flag: ' ll ' }, usualLimitsOf(potassium, 40))).toEqual({ side: 'low' })
    expect(criticalOf({ flag: 'AA' }, undefined)).toEqual({})
    for (const flag of ['H', 'L', 'A', 'N', '', 'constructor']) expect(criticalOf({ value: 3, flag }, undefined)).toBeUndefined()
  })

  it('counts “less than” and “more than” only where all that they may stand for is critical', () => {
    const limits = usualLimitsOf('14749-6', 40)
    expect(criticalOf({ value: 33.3, comparator: '>', unit: 'mmol/L' }, limits)).toEqual({ side: 'high', limit: 25 })
    expect(criticalOf({ value: 1.1, comparator: '<', unit: 'mmol/L' }, limits)).toEqual({ side: 'low', limit: 2.5 })
    expect(criticalOf({ value: 5, comparator: '<', unit: 'mmol/L' }, limits)).toBeUndefined()
    expect(criticalOf({ value: 20, comparator: '>', unit: 'mmol/L' }, limits)).toBeUndefined()
    expect(criticalOf({ value: 30, comparator: '<', unit: 'mmol/L' }, limits)).toBeUndefined()
  })

  it('knows no limits of a test that it does not know', () => {
    expect(usualLimitsOf('0000-0', 40)).toBeUndefined()
    expect(usualLimitsOf('constructor', 40)).toBeUndefined()
    expect(usualLimitsOf(undefined, 40)).toBeUndefined()
  })

  it('tells of a creatinine whether it is measured as an amount or as a mass', () => {
    for (const [loinc, unit, told, quiet] of [['14682-9', 'umol/L', 360, 340], ['2160-0', 'mg/dL', 4.1, 3.8]] as const) {
      expect([told, quiet].map((value) => criticalOf({ value, unit }, usualLimitsOf(loinc, 40))?.side)).toEqual(['high', undefined])
    }
  })

  it('tells of potassium and sodium in milliequivalents, which are millimoles of them', () => {
    for (const [loinc, value] of [['2823-3', 6.8], ['2951-2', 165]] as const) expect(criticalOf({ value, unit: 'meq/L' }, usualLimitsOf(loinc, 40))?.side).toBe('high')
    expect(criticalOf({ value: 35, unit: 'meq/L' }, usualLimitsOf('22664-7', 40))).toBeUndefined()
  })
})
