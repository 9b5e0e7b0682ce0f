import { conversionOf } from '../../standards/ucum'

/** From when on a change against the patient's last value is looked at by a person: where several are given, all are passed. */
export interface DeltaLimit {
  /** Change in percent of the earlier value. */
  readonly percent?: number
  /** Change in the unit of the result. */
  readonly absolute?: number
  /** An earlier value that is older than this many days says nothing. */
  readonly days: number
}

/** A result of the same test and the same patient, earlier. */
export interface EarlierResult {
  readonly value: number
  /** UCUM; absent for numbers without dimension. */
  readonly unit?: string
  /** When it was measured, ISO instant. */
  readonly at: string
}

/** How a result stands to the patient's last one. */
export interface Delta {
  readonly earlier: EarlierResult
  /** In the unit of the newer result, signed. */
  readonly change: number
  /** Signed; absent where the earlier value was 0. */
  readonly percent?: number
  readonly days: number
  readonly isExceeded: boolean
}

const dayMs = 86_400_000

const limit = (percent: number | undefined, absolute: number | undefined, days: number): DeltaLimit => ({
  ...(percent === undefined ? {} : { percent }), ...(absolute === undefined ? {} : { absolute }), days,
})

/**
 * Limits that hold until the practice sets its own, by LOINC code, in the units in which the product's profiles give them. Percentages are those
 * of common practice (CLSI EP33: what a patient rarely shows, and a mixed-up tube often does); the mean cell volume is the best of all at that.
 */
export const usualDeltaLimits: Readonly<Record<string, DeltaLimit>> = {
  '718-7': limit(25, undefined, 7), // haemoglobin
  '4544-3': limit(25, undefined, 7), // haematocrit
  '787-2': limit(undefined, 5, 30), // mean cell volume, fL
  '777-3': limit(60, undefined, 7), // platelets
  '6690-2': limit(80, undefined, 3), // white cells
  '2823-3': limit(25, undefined, 3), // potassium
  '2951-2': limit(6, undefined, 3), // sodium
  '14682-9': limit(60, undefined, 7), // creatinine, amount
  '2160-0': limit(60, undefined, 7), // creatinine, mass
  '4548-4': limit(25, undefined, 60), // HbA1c
}

/** See {@link usualDeltaLimits}. */
export const usualDeltaLimitOf = (loinc: string | undefined): DeltaLimit | undefined => (loinc !== undefined && Object.hasOwn(usualDeltaLimits, loinc) ? usualDeltaLimits[loinc] : undefined)

/**
 * How a number stands to the patient's last one of the same test; undefined where there is none to compare with: text, `> 300`, another kind of unit, an
 * earlier value that is newer.
 */
export const deltaOf = (
  result: { readonly value?: number; readonly comparator?: string; readonly unit?: string; readonly at: string },
  earlier: EarlierResult | undefined,
  limits: DeltaLimit | undefined,
): Delta | undefined => {
  if (result.value === undefined || result.comparator !== undefined || !earlier) return undefined
  const conversion = conversionOf(earlier.unit ?? '1', result.unit ?? '1')
  const days = (Date.parse(result.at) - Date.parse(earlier.at)) / dayMs
  if (!conversion.ok || !(days >= 0)) return undefined
  const before = earlier.value * conversion.factor
  const change = result.value - before
  const percent = before === 0 ? undefined : (change / Math.abs(before)) * 100
  const passed = (most: number | undefined, found: number | undefined): boolean => most === undefined || found === undefined || Math.abs(found) > most
  const isLimited = limits !== undefined && (limits.percent !== undefined || limits.absolute !== undefined)
  const isExceeded = isLimited && days <= limits.days && passed(limits.percent, percent) && passed(limits.absolute, change)
  return { earlier, change, ...(percent === undefined ? {} : { percent }), days, isExceeded }
}

/** Whether a doctor should be told of a change: past the limits of the test, doubled, or halved. */
export const isStriking = ({ isExceeded, percent }: Delta): boolean => isExceeded || (percent !== undefined && (percent >= 100 || percent <= -50))
