import { conversionOf } from '../../standards/ucum'
import type { ResultLine } from './result'

/** A value from which on a life may be in danger, and somebody is told at once. Both ends are critical themselves. */
export interface CriticalLimits {
  readonly low?: number
  readonly high?: number
  /** Of an ion with one charge: a milliequivalent is a millimole. */
  readonly isMonovalent?: true
}

/** What holds of a test until the practice sets its own. */
interface UsualLimits extends CriticalLimits {
  /** UCUM. */
  readonly unit: string
  /** Under 16 years. */
  readonly child?: CriticalLimits
}

/** Why a result is critical. */
export interface Critical {
  /** Absent: the analyser calls it critical and does not say which way. */
  readonly side?: 'low' | 'high'
  /** In the unit of the result; absent: the analyser itself called it critical. */
  readonly limit?: number
}

/** From this age on, in years, the limits of adults hold. */
export const childBefore = 16

/**
 * By LOINC code. Chemistry: Royal College of Pathologists, G158 "The communication of critical and unexpected pathology results" (2017), the lists for adults and under
 * 16 years. Blood counts: the limits at which British and Australian hospitals telephone (haemoglobin under 70 g/L, platelets under 50, neutrophils under 1.0).
 * A practice sets its own in the rules of its laboratory.
 */
export const usualCriticalLimits: Readonly<Record<string, UsualLimits>> = {
  '2823-3': { unit: 'mmol/L', low: 2.5, high: 6.5, isMonovalent: true }, // potassium
  '2951-2': { unit: 'mmol/L', low: 120, high: 160, child: { low: 130, high: 160 }, isMonovalent: true }, // sodium
  '14749-6': { unit: 'mmol/L', low: 2.5, high: 25, child: { low: 2.5, high: 15 } }, // glucose, amount, serum or plasma
  '15074-8': { unit: 'mmol/L', low: 2.5, high: 25, child: { low: 2.5, high: 15 } }, // glucose, amount, blood
  '2345-7': { unit: 'mg/dL', low: 45, high: 450, child: { low: 45, high: 270 } }, // glucose, mass, serum or plasma
  '2339-0': { unit: 'mg/dL', low: 45, high: 450, child: { low: 45, high: 270 } }, // glucose, mass, blood
  '22664-7': { unit: 'mmol/L', high: 30, child: { high: 10 } }, // urea
  '14682-9': { unit: 'umol/L', high: 354, child: { high: 200 } }, // creatinine, amount
  '2160-0': { unit: 'mg/dL', high: 4, child: { high: 2.26 } }, // creatinine, mass
  '718-7': { unit: 'g/dL', low: 7 }, // haemoglobin, mass
  '777-3': { unit: '10*3/uL', low: 50 }, // platelets
  '751-8': { unit: '10*3/uL', low: 1 }, // neutrophils
}

/** The stricter of two ends: where the age is not known, somebody is told once too often rather than once too seldom. */
const stricter = (one: CriticalLimits, other: CriticalLimits): CriticalLimits => {
  const lows = [one.low, other.low].filter((low) => low !== undefined)
  const highs = [one.high, other.high].filter((high) => high !== undefined)
  return { ...(lows.length > 0 && { low: Math.max(...lows) }), ...(highs.length > 0 && { high: Math.min(...highs) }) }
}

/**
 * The limits of a test for a person of this age in whole years; undefined: none are known.
 * @param years undefined: not known, the stricter ones hold
 */
export const usualLimitsOf = (loinc: string | undefined, years: number | undefined): (CriticalLimits & { readonly unit: string }) | undefined => {
  const usual = loinc !== undefined && Object.hasOwn(usualCriticalLimits, loinc) ? usualCriticalLimits[loinc] : undefined
  if (!usual) return undefined
  const { unit, child = usual, low, high, isMonovalent } = usual
  const adult = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
  const limits = years === undefined ? stricter(adult, child) : years < childBefore ? stricter(child, {}) : adult
  return { unit, ...limits, ...(isMonovalent && { isMonovalent }) }
}

/** HL7 v2 table 0078 (FHIR ObservationInterpretation): beyond the panic limits of the analyser. */
const flagSides: Readonly<Record<string, Critical>> = { HH: { side: 'high' }, LL: { side: 'low' }, AA: {} }

const rounded = (value: number): number => Number(value.toPrecision(6))

/**
 * Whether somebody must be told of a result at once. A value with `<` or `>` counts where all that it may stand for is critical; a limit in a unit that does not become
 * the result's says nothing, and then the analyser's own flag does.
 */
export const criticalOf = (line: Pick<ResultLine, 'value' | 'comparator' | 'unit' | 'flag'>, limits: (CriticalLimits & { readonly unit?: string }) | undefined): Critical | undefined => {
  const { value, comparator, unit = '1', flag } = line
  const conversion = limits ? conversionOf(limits.unit ?? '1', limits.isMonovalent ? unit.replace(/^meq\b/, 'mmol') : unit) : undefined
  if (limits && conversion?.ok && value !== undefined) {
    const [low, high] = [limits.low, limits.high].map((limit) => (limit === undefined ? undefined : rounded(limit * conversion.factor)))
    const [isLess, isMore] = [comparator?.startsWith('<') ?? false, comparator?.startsWith('>') ?? false]
    if (low !== undefined && !isMore && value <= low) return { side: 'low', limit: low }
    if (high !== undefined && !isLess && value >= high) return { side: 'high', limit: high }
  }
  const called = flag?.trim().toUpperCase() ?? ''
  return Object.hasOwn(flagSides, called) ? flagSides[called] : undefined
}
