import { type ConversionFault, conversionOf, convertedNumber, convertedRange } from '../../standards/ucum'
import type { ResultLine } from './result'

/** A line in another unit, or why it cannot be given in that. */
export type Converted = { readonly ok: true; readonly line: ResultLine } | { readonly ok: false; readonly fault: ConversionFault }

/**
 * A result line in the unit of the chart. What was sent stays with it as text; a range that says more than numbers is left behind, so that
 * nobody reads it in the wrong unit.
 * @param from UCUM unit that the analyser measures in
 * @param to UCUM unit of the chart
 */
export const convertedLine = (line: ResultLine, from: string, to: string, gramsPerMole?: number): Converted => {
  const conversion = conversionOf(from, to, gramsPerMole)
  if (!conversion.ok) return conversion
  const { value, range, unit: _asSent, ...rest } = line
  const unit = to === '1' ? {} : { unit: to }
  if (conversion.factor === 1) return { ok: true, line: { ...rest, ...(value === undefined ? {} : { value }), ...(range === undefined ? {} : { range }), ...unit } }
  const sent = [line.text, line.unit, range === undefined ? '' : `(${range})`].filter(Boolean).join(' ')
  if (value === undefined) return { ok: true, line: { ...rest, ...unit, sent } }
  const digits = /\d+(?:\.\d+)?/.exec(line.text)?.[0]
  const number = convertedNumber(digits === undefined || Math.abs(value) !== Number(digits) ? String(value) : line.text.includes('-') ? `-${digits}` : digits, conversion.factor)
  const text = line.comparator === undefined ? number.text : `${line.comparator} ${number.text}`
  const newRange = range === undefined ? undefined : convertedRange(range, conversion.factor)
  return { ok: true, line: { ...rest, text, value: number.value, ...unit, ...(newRange === undefined ? {} : { range: newRange }), sent } }
}
