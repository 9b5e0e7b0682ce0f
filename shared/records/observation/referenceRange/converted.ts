import { conversionOf, convertedNumber } from '../../../standards/ucum'
import type { QualifiedRange } from './range'

/**
 * A range in another unit, its limits rounded as results are; undefined where the units do not become each other: then none holds.
 * @param gramsPerMole molar mass of what is measured
 */
export const rangeInUnit = (range: QualifiedRange, from: string, to: string, gramsPerMole?: number): QualifiedRange | undefined => {
  const conversion = conversionOf(from, to, gramsPerMole)
  if (!conversion.ok) return undefined
  if (conversion.factor === 1) return range
  const { low, high, ...whom } = range
  const converted = (limit: number) => convertedNumber(String(limit), conversion.factor).value
  return { ...whom, ...(low !== undefined && { low: converted(low) }), ...(high !== undefined && { high: converted(high) }) }
}
