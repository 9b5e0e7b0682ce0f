import type { ResultLine } from './result'

const typed = /^(<=|>=|<|>|≤|≥)?\s*(-?\d+(?:[.,]\d+)?)$/

/** A number as a person types it for a result: `6.8`, `6,8`, `> 300`. Undefined for everything else. */
export const numberTyped = (text: string): { readonly value: number; readonly comparator?: NonNullable<ResultLine['comparator']> } | undefined => {
  const found = typed.exec(text.trim())
  const value = Number(found?.[2]?.replace(',', '.'))
  if (!found || !Number.isFinite(value)) return undefined
  const sign = found[1]?.replace('≤', '<=').replace('≥', '>=') as ResultLine['comparator']
  return { value, ...(sign === undefined ? {} : { comparator: sign }) }
}
