import type { QualifiedRange } from '../../../shared/contract'
import { readTypedNumber } from '../../../shared/records/typedNumber'
import { type AgeBound, rangeFault, type RangeFault } from '../../../shared/records/observation/referenceRange'

/** A range as it is typed. */
export interface RangeDraft {
  readonly sex: '' | 'male' | 'female'
  readonly isPregnant: boolean
  readonly from: string
  readonly fromUnit: AgeBound['unit']
  readonly to: string
  readonly toUnit: AgeBound['unit']
  readonly low: string
  readonly high: string
  readonly source: string
}

/** A new range, of everybody. */
export const emptyRange: RangeDraft = { sex: '', isPregnant: false, from: '', fromUnit: 'a', to: '', toUnit: 'a', low: '', high: '', source: '' }

/** A range, ready to be changed. */
export const rangeDraft = ({ sex, pregnancy, from, to, low, high, source }: QualifiedRange): RangeDraft => ({
  sex: sex ?? '', isPregnant: pregnancy !== undefined,
  from: from ? String(from.value) : '', fromUnit: from?.unit ?? 'a', to: to ? String(to.value) : '', toUnit: to?.unit ?? 'a',
  low: low === undefined ? '' : String(low), high: high === undefined ? '' : String(high), source: source ?? '',
})

/** What is wrong in a draft, by the place of the range. `number` and `age`: not typed as one. */
export interface DraftFault {
  readonly at: number
  readonly fault: RangeFault | 'number' | 'age'
}

const numberIn = (text: string): number | undefined | 'wrong' => {
  if (text.trim() === '') return undefined
  const number = readTypedNumber(text)
  return number.kind === 'number' && /^-?\d{1,9}(\.\d{1,9})?$/.test(number.text) ? number.value : 'wrong'
}
const ageIn = (text: string, unit: AgeBound['unit']): AgeBound | undefined | 'wrong' => {
  const digits = text.trim()
  return digits === '' ? undefined : /^\d{1,5}$/.test(digits) ? { value: Number(digits), unit } : 'wrong'
}

/** Reads what was typed; a fault says which range and why. */
export const readRanges = (drafts: readonly RangeDraft[]): { readonly ranges: QualifiedRange[] } | DraftFault => {
  const ranges: QualifiedRange[] = []
  for (const [at, draft] of drafts.entries()) {
    const [low, high, from, to] = [numberIn(draft.low), numberIn(draft.high), ageIn(draft.from, draft.fromUnit), ageIn(draft.to, draft.toUnit)]
    if (low === 'wrong' || high === 'wrong') return { at, fault: 'number' }
    if (from === 'wrong' || to === 'wrong') return { at, fault: 'age' }
    const source = draft.source.trim()
    ranges.push({
      ...(draft.sex !== '' && { sex: draft.sex }), ...(from && { from }), ...(to && { to }), ...(draft.isPregnant && { pregnancy: 'pregnant' as const }),
      ...(low !== undefined && { low }), ...(high !== undefined && { high }), ...(source !== '' && { source }),
    })
  }
  return rangeFault(ranges) ?? { ranges }
}
