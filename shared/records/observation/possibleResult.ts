import { conversionOf, substanceOf } from '../../standards/ucum'

/** What a living person can have: beyond it, tube, dilution, unit or line is wrong. */
interface Possible {
  /** UCUM. */
  readonly unit: string
  readonly least: number
  readonly most: number
}

const between = (least: number, most: number, unit: string): Possible => ({ least, most, unit })

/** By LOINC code; wider than any published survival, so that a true value is never called impossible. */
const possible: Readonly<Record<string, Possible>> = {
  '718-7': between(0.5, 30, 'g/dL'), // haemoglobin
  '4544-3': between(2, 85, '%'), // haematocrit
  '789-8': between(0.1, 12, '10*6/uL'), // red cells
  '787-2': between(30, 180, 'fL'), // mean cell volume
  '785-6': between(5, 70, 'pg'), // mean cell haemoglobin
  '786-4': between(10, 55, 'g/dL'), // mean cell haemoglobin concentration
  '777-3': between(0, 6000, '10*3/uL'), // platelets
  '6690-2': between(0, 1500, '10*3/uL'), // white cells
  '770-8': between(0, 100, '%'), // neutrophils
  '736-9': between(0, 100, '%'), // lymphocytes
  '5905-5': between(0, 100, '%'), // monocytes
  '713-8': between(0, 100, '%'), // eosinophils
  '706-2': between(0, 100, '%'), // basophils
  '2823-3': between(0.8, 20, 'mmol/L'), // potassium
  '2951-2': between(80, 220, 'mmol/L'), // sodium
  '2075-0': between(40, 200, 'mmol/L'), // chloride
  '14749-6': between(0, 120, 'mmol/L'), // glucose
  '2345-7': between(0, 2200, 'mg/dL'), // glucose
  '14682-9': between(1, 8000, 'umol/L'), // creatinine
  '2160-0': between(0.01, 90, 'mg/dL'), // creatinine
  '2744-1': between(6.2, 8.2, '[pH]'), // pH of arterial blood
  '4548-4': between(2, 25, '%'), // HbA1c
  '17861-6': between(2, 30, 'mg/dL'), // calcium
  '2000-8': between(0.5, 7.5, 'mmol/L'), // calcium
}

/** Tests whose results may lie below zero. */
const maybeNegative = /base excess|anion gap|\bBE\b/i

/**
 * Whether nobody can have this value. A test without bounds here may be anything but negative; that it is not called impossible
 * does not mean that it is right.
 */
export const isImpossible = ({ name, value, unit, loinc }: { readonly name: string; readonly value?: number; readonly unit?: string; readonly loinc?: string }): boolean => {
  if (value === undefined) return false
  if (!Number.isFinite(value)) return true
  if (value < 0 && !maybeNegative.test(name)) return true
  const bounds = loinc !== undefined && Object.hasOwn(possible, loinc) ? possible[loinc] : undefined
  if (!bounds || unit === undefined) return false
  const conversion = conversionOf(unit, bounds.unit, substanceOf(loinc)?.gramsPerMole)
  return conversion.ok && (value * conversion.factor < bounds.least || value * conversion.factor > bounds.most)
}
