import { readUnit, type ReducedUnit } from './unit'

/** Why a value cannot be given in another unit. */
export type ConversionFault =
  /** One of the units is none that is known. */
  | 'unknown-unit'
  /** They measure different things. */
  | 'other-quantity'
  /** One counts molecules and the other weighs them, and nobody said of what. */
  | 'molar-mass'

/** How values get from one unit into another: times `factor`. */
export type Conversion = { readonly ok: true; readonly factor: number } | { readonly ok: false; readonly fault: ConversionFault }

const no = (fault: ConversionFault): Conversion => ({ ok: false, fault })

/** Part of a whole by volume is what `%` means of cells; parts by mass or by amount are other things. */
const isRatioAlike = (one: ReducedUnit, other: ReducedUnit): boolean =>
  one.ratio === other.ratio || (['', 'volume'].includes(one.ratio) && ['', 'volume'].includes(other.ratio))

/**
 * The factor from one UCUM unit to another.
 * @param gramsPerMole molar mass of what is measured; without it mass and amount never become each other
 */
export const conversionOf = (from: string, to: string, gramsPerMole?: number): Conversion => {
  if (from === to) return { ok: true, factor: 1 }
  const [source, target] = [readUnit(from), readUnit(to)]
  if (!source || !target) return no('unknown-unit')
  if (source.counted !== target.counted) return no('other-quantity')
  const names = new Set([...Object.keys(source.dimensions), ...Object.keys(target.dimensions)])
  const difference = (name: string) => (target.dimensions[name] ?? 0) - (source.dimensions[name] ?? 0)
  const moles = difference('mol')
  const others = [...names].filter((name) => name !== 'mol' && name !== 'g')
  if (others.some((name) => difference(name) !== 0)) return no('other-quantity')
  if (moles === 0 && difference('g') === 0) {
    const isRatio = names.size === 0 || (Object.keys(source.dimensions).length === 0 && Object.keys(target.dimensions).length === 0)
    if (isRatio && !isRatioAlike(source, target)) return no('other-quantity')
    return { ok: true, factor: source.factor / target.factor }
  }
  if (Math.abs(moles) !== 1 || difference('g') !== -moles) return no('other-quantity')
  // Enzyme activity is an amount in a time; no mass stands for it.
  if (source.dimensions['s'] !== undefined) return no('other-quantity')
  if (gramsPerMole === undefined || !(gramsPerMole > 0)) return no('molar-mass')
  return { ok: true, factor: (source.factor / target.factor) * gramsPerMole ** -moles }
}

const significant = (digits: string): number => digits.replace(/^-?0*\.?0*/, '').replace('.', '').length

/** A converted number is not written less exactly than this: 1 mg/dL of creatinine is 88.4 µmol/L. */
const leastDigits = 3
const mostDigits = 8

/** A number, converted, with as many significant digits as it was sent with. */
export const convertedNumber = (sent: string, factor: number): { readonly text: string; readonly value: number } => {
  const value = Number(sent) * factor
  if (value === 0) return { text: '0', value: 0 }
  const digits = Math.min(mostDigits, Math.max(leastDigits, significant(sent)))
  const rounded = Number(value.toPrecision(digits))
  const decimals = Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)))))
  const text = rounded.toFixed(decimals)
  return { text, value: Number(text) }
}

/** A range of expected values, converted; undefined where it says more than numbers, so that nobody reads it in the wrong unit. */
export const convertedRange = (sent: string, factor: number): string | undefined => {
  const between = /^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|\^)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(sent)
  if (between) return `${convertedNumber(between[1]!, factor).text} - ${convertedNumber(between[2]!, factor).text}`
  const open = /^\s*(<=?|>=?)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(sent)
  return open ? `${open[1]} ${convertedNumber(open[2]!, factor).text}` : undefined
}
