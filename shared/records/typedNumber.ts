import { withWesternDigits } from './searchParts'

/**
 * A number as somebody typed it. `unclear`: it is grouped, or its comma may group thousands or stand before decimals; `readings` says how each of its
 * meanings is written (`1200`, `1.2`).
 */
export type TypedNumber =
  | {
      readonly kind: 'number'
      readonly value: number
      /** As it is written on a chart: `4,20` is `4.20`, `.5` is `0.5`. */
      readonly text: string
    }
  | { readonly kind: 'unclear'; readonly readings: readonly [whole: string, decimal?: string] }
  | { readonly kind: 'none' }

const none: TypedNumber = { kind: 'none' }

const decimal = /^(-?)(?:(\d+)(?:[.,](\d*))?|[.,](\d+))$/
/** Groups of three behind one comma, point, space or apostrophe, again and again the same; then perhaps decimals. */
const grouped = /^(-?[1-9]\d{0,2})([,.\u066c '’])(\d{3}(?:\2\d{3})*)(?:[.,](\d+))?$/

/** The digits of any script as 0 to 9; the Arabic decimal sign is a point and the Arabic comma a comma; spaces are plain and marks of direction are gone. */
const plain = (text: string): string =>
  withWesternDigits(text.replace(/[\u061c\u200e\u200f\u2066-\u2069]/g, '')).replaceAll('\u066b', '.').replaceAll('\u060c', ',').replaceAll('\u2212', '-').trim()

/**
 * Reads a number as people type it: with a decimal point or, as in French and Arabic, a comma; with the digits of any script.
 * `1,200` is refused: twelve hundred to one reader, one and two tenths to another. So is every number in groups. `0,125` and
 * `12,50` cannot be thousands and are read.
 */
export const readTypedNumber = (text: string): TypedNumber => {
  // A raised, lowered, circled or broken figure is no digit: `6²`, one key too far on a French keyboard, is not 62.
  if (/\p{No}/u.test(text)) return none
  const typed = plain(text)
  const groups = grouped.exec(typed)
  // One point and nothing else is always the decimal point.
  if (groups && !/^-?\d+\.\d+$/.test(typed)) {
    const [, first = '', sign = '', rest = '', behind] = groups
    const whole = `${first}${rest.replace(/\D/g, '')}${behind === undefined ? '' : `.${behind}`}`
    return { kind: 'unclear', readings: sign === ',' && rest.length === 3 && behind === undefined ? [whole, String(Number(`${first}.${rest}`))] : [whole] }
  }
  const [, sign, whole, behind, onlyBehind] = decimal.exec(typed) ?? []
  if (sign === undefined) return none
  const digits = `${sign}${whole ?? '0'}${(behind ?? onlyBehind ?? '') === '' ? '' : `.${behind ?? onlyBehind}`}`
  const value = Number(digits)
  return Number.isFinite(value) ? { kind: 'number', value, text: digits } : none
}
