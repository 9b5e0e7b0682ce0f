import { completedYears } from '../patient/age'
import type { VitalCode } from './vitals'

/** How far from expected a value is. */
export type VitalFlag = 'low' | 'high' | 'critical-low' | 'critical-high' | 'abnormal'

/** Bounds of one vital sign in an adult: at or beyond. */
interface AdultRange {
  readonly criticalLow?: number
  readonly low?: number
  readonly high?: number
  readonly criticalHigh?: number
}

/**
 * The bands of NEWS2 (Royal College of Physicians, 2017): 1 or 2 points give `low`/`high`, 3 points
 * `critical`. Three departures: temperature from 39.1 °C is critical although NEWS2 gives it 2;
 * systolic from 180 and diastolic from 110 mmHg are high (grade 3 hypertension, which NEWS2 leaves
 * out); glucose by the ADA's hypoglycaemia levels 1 and 2 and the diabetic range. Pain: severe from 7.
 */
const adultRanges: Partial<Record<VitalCode, AdultRange>> = {
  'respiratory-rate': { criticalLow: 8, low: 11, high: 21, criticalHigh: 25 },
  spo2: { criticalLow: 91, low: 95 },
  'bp-systolic': { criticalLow: 90, low: 110, high: 180, criticalHigh: 220 },
  'bp-diastolic': { low: 50, high: 110, criticalHigh: 120 },
  pulse: { criticalLow: 40, low: 50, high: 91, criticalHigh: 131 },
  temperature: { criticalLow: 35, low: 36, high: 38.1, criticalHigh: 39.1 },
  glucose: { criticalLow: 2.9, low: 3.8, high: 11.1, criticalHigh: 20 },
  pain: { high: 7 },
}

/** From this age on the adult bands hold (NEWS2: 16 years). */
const adultFromYears = 16

/**
 * How far from expected a vital sign is, or undefined: within the band, or **not known** because there
 * is no band for this patient (a child, or nobody knows the age) or this sign. Unknown is not normal.
 * @param on the calendar date when it was measured, YYYY-MM-DD
 */
export const flagVital = (code: VitalCode, value: number | string, birthDate: string | undefined, on: string): VitalFlag | undefined => {
  const years = birthDate === undefined ? undefined : completedYears(birthDate, on)
  if (!years || years.atLeast < adultFromYears) return undefined
  if (typeof value === 'string') return value === 'A' || value === 'none' ? undefined : 'abnormal'
  const range = adultRanges[code]
  if (!range) return undefined
  if (range.criticalLow !== undefined && value <= range.criticalLow) return 'critical-low'
  if (range.criticalHigh !== undefined && value >= range.criticalHigh) return 'critical-high'
  if (range.low !== undefined && value <= range.low) return 'low'
  if (range.high !== undefined && value >= range.high) return 'high'
  return undefined
}

/**
 * The open interval in which an adult's value carries no flag, for shading behind a trend: a value is
 * expected when it lies above `above` and below `below`. Undefined where there is no band (see {@link flagVital}).
 * @param on the calendar date, YYYY-MM-DD
 */
export const expectedBand = (code: VitalCode, birthDate: string | undefined, on: string): { readonly above?: number; readonly below?: number } | undefined => {
  const years = birthDate === undefined ? undefined : completedYears(birthDate, on)
  const range = adultRanges[code]
  if (!years || years.atLeast < adultFromYears || !range) return undefined
  const above = range.low ?? range.criticalLow
  const below = range.high ?? range.criticalHigh
  return { ...(above === undefined ? {} : { above }), ...(below === undefined ? {} : { below }) }
}
