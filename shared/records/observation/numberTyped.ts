import { readTypedNumber, type TypedNumber } from '../typedNumber'
import type { ResultLine } from './result'

const sign = /^\s*(<=|>=|<|>|≤|≥)\s*/

/** A number as a person types it for a result, with a sign before it or none, and how it is written on the chart: `4,2` is `4.2`, `<5` is `< 5`. */
export interface NumberTyped {
  readonly text: string
  readonly value: number
  readonly comparator?: NonNullable<ResultLine['comparator']>
}

const comparatorIn = (text: string): ResultLine['comparator'] => sign.exec(text)?.[1]?.replace('≤', '<=').replace('≥', '>=') as ResultLine['comparator']
const behind = (comparator: ResultLine['comparator'], number: string): string => (comparator === undefined ? number : `${comparator} ${number}`)

/** What is typed behind the sign of a result, read as a number or as why it is none; how it may be meant is said with its sign. */
export const readBehindSign = (text: string): TypedNumber => {
  const number = readTypedNumber(text.replace(sign, ''))
  if (number.kind !== 'unclear') return number
  const [whole, decimal] = number.readings
  const signed = (reading: string): string => behind(comparatorIn(text), reading)
  return { ...number, readings: decimal === undefined ? [signed(whole)] : [signed(whole), signed(decimal)] }
}

/** A number as a person types it for a result: `6.8`, `6,8`, `> 300`. Undefined for everything else, and for what can be read in two ways. */
export const numberTyped = (text: string): NumberTyped | undefined => {
  const number = readBehindSign(text)
  if (number.kind !== 'number') return undefined
  const comparator = comparatorIn(text)
  return { text: behind(comparator, number.text), value: number.value, ...(comparator === undefined ? {} : { comparator }) }
}
