import { describe, expect, it } from 'vitest'
import type { ShownUnits } from '../basic/preferences'
import { shownValue, shownVitalOf, storedValue } from './shownVital'
import { roundedVital } from './vitalObservation'
import type { VitalCode } from './vitals'

const american: ShownUnits = { temperature: '[degF]', weight: '[lb_av]', glucose: 'mg/dL' }
const usual: ShownUnits = { temperature: 'Cel', weight: 'kg', glucose: 'mmol/L' }

const tenths = (from: number, to: number) => Array.from({ length: Math.round((to - from) * 10) + 1 }, (_none, index) => Number((from + index / 10).toFixed(1)))
const throughTheChart = (code: VitalCode, typed: number) => shownValue(code, roundedVital(code, storedValue(code, typed, american), true), american)

describe('values in the units that a practice reads', () => {
  it('A45: a temperature typed as 98.6 °F is stored as 37 °C and shown as 98.6 °F or 37 °C', () => {
    const stored = roundedVital('temperature', storedValue('temperature', 98.6, american))
    expect(stored).toBe(37)
    expect([shownValue('temperature', stored, american), shownVitalOf('temperature', american).unitText]).toEqual([98.6, '°F'])
    expect([shownValue('temperature', stored, usual), shownVitalOf('temperature', usual).unitText]).toEqual([37, '°C'])
  })

  it('A45: every tenth of a degree Fahrenheit, every tenth of a pound and every mg/dL is shown again as it was typed', () => {
    for (const typed of tenths(77, 113)) expect(throughTheChart('temperature', typed), `${typed} °F`).toBe(typed)
    for (const typed of tenths(1, 400)) expect(throughTheChart('weight', typed), `${typed} lb`).toBe(typed)
    for (let typed = 10; typed <= 1000; typed += 1) expect(throughTheChart('glucose', typed), `${typed} mg/dL`).toBe(typed)
  })

  it.each([
    ['temperature', 100.4, 38],
    ['temperature', 95, 35],
    ['temperature', 102.2, 39],
    ['glucose', 70, 3.89],
    ['glucose', 126, 6.99],
    ['weight', 220.5, 100.02],
  ] as const)('%s: %d is stored as %d, on the same side of every limit', (code, typed, stored) => {
    expect(storedValue(code, typed, american)).toBe(stored)
  })

  it('what has one unit only is shown as it is stored', () => {
    expect([shownValue('pulse', 80, american), shownValue('avpu', 'A', american), shownVitalOf('spo2', american).unitText]).toEqual([80, 'A', '%'])
  })
})
