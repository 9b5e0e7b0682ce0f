import { type VitalAnswer, vitalAnswers, vitals, type VitalCode, type VitalDefinition } from '../../../shared/records/observation/vitals'
import { shownValue, storedValue } from '../../../shared/records/observation/shownVital'
import { readTypedNumber } from '../../../shared/records/typedNumber'
import { unitsNow } from '../language'

/** What is typed in the form, sign by sign. */
export type Typed = Readonly<Partial<Record<VitalCode, string>>>

/** What was made of one field. */
export type Entry =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly value: number | VitalAnswer }
  | { readonly kind: 'not-a-number' }
  | { readonly kind: 'implausible'; readonly min: number; readonly max: number }

/** The signs in the order of the paper form. */
export const formOrder = Object.keys(vitals) as VitalCode[]

/** Reads one field, typed in the practice's unit: empty, a value that can be, as it is stored, or why it cannot be (its limits in the practice's unit). */
export const readEntry = (code: VitalCode, text: string): Entry => {
  const typed = text.trim()
  if (!typed) return { kind: 'empty' }
  const definition: VitalDefinition = vitals[code]
  if (definition.answers) {
    const answer = vitalAnswers.find((one) => one.toLowerCase() === typed.toLowerCase() && Object.hasOwn(definition.answers ?? {}, one))
    return answer ? { kind: 'value', value: answer } : { kind: 'not-a-number' }
  }
  const number = readTypedNumber(typed)
  if (number.kind !== 'number') return { kind: 'not-a-number' }
  const units = unitsNow()
  const value = storedValue(code, number.value, units)
  const range = definition.plausible
  if (!range || (value >= range.min && value <= range.max)) return { kind: 'value', value }
  return { kind: 'implausible', min: Number(shownValue(code, range.min, units)), max: Number(shownValue(code, range.max, units)) }
}

/** Systolic at or below diastolic: one of the two is wrong. */
export const pressuresSwapped = (typed: Typed): boolean => {
  const upper = readEntry('bp-systolic', typed['bp-systolic'] ?? '')
  const lower = readEntry('bp-diastolic', typed['bp-diastolic'] ?? '')
  return upper.kind === 'value' && lower.kind === 'value' && upper.value <= lower.value
}

/** The set to save in the order of the form, or the first field that keeps it from being saved. */
export const readSet = (
  typed: Typed,
): { readonly ok: true; readonly values: { code: VitalCode; value: number | VitalAnswer }[] } | { readonly ok: false; readonly first: VitalCode } => {
  const values = []
  for (const code of formOrder) {
    const entry = readEntry(code, typed[code] ?? '')
    if (entry.kind === 'value') values.push({ code, value: entry.value })
    else if (entry.kind !== 'empty') return { ok: false, first: code }
  }
  return pressuresSwapped(typed) ? { ok: false, first: 'bp-diastolic' } : { ok: true, values }
}

/** What is typed and can be, sign by sign. */
export const signsOf = (typed: Typed): Partial<Record<VitalCode, number | string>> =>
  Object.fromEntries(
    formOrder.flatMap((code) => {
      const entry = readEntry(code, typed[code] ?? '')
      return entry.kind === 'value' ? [[code, entry.value]] : []
    }),
  )

/** `13:40` of today as an instant; null when it is none or lies ahead. */
export const readTimeToday = (text: string, now: Date): string | null => {
  const found = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(text.trim())
  if (!found) return null
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate(), Number(found[1]), Number(found[2]))
  return at.getTime() > now.getTime() ? null : at.toISOString()
}
