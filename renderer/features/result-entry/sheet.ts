import type { EntrySheet, EntryTest } from '../../../shared/contract'
import { calculatedOf, type CalculatedResults, type FormulaPerson, type Measured } from '../../../shared/records/observation/calculated'
import { isImpossible } from '../../../shared/records/observation/possibleResult'
import { rangeText } from '../../../shared/records/observation/referenceRange'
import { numberTyped } from '../../../shared/records/observation/numberTyped'
import { sideOfRange } from '../../../shared/records/observation/verdict'
import { completedYears } from '../../../shared/records/patient/age'

/** What is typed on a sheet: results and remarks, by the code of the test. */
export interface SheetDraft {
  readonly key: string
  readonly values: Readonly<Record<string, string>>
  readonly remarks: Readonly<Record<string, string>>
}

/** How one typed line reads. `words`: filed without a number. `not-a-number`: it can be neither. */
export type LineReading =
  | { readonly kind: 'empty' | 'answer' | 'words' | 'not-a-number' }
  | { readonly kind: 'number'; readonly value: number; readonly comparator?: string; readonly text: string; readonly side?: 'low' | 'high'; readonly isHeld: boolean; readonly isImpossible: boolean }

/** Reads a line as the practice host will. */
export const readLine = (test: EntryTest, typed: string): LineReading => {
  const text = typed.trim()
  if (text === '') return { kind: 'empty' }
  if (test.result === 'coded') return { kind: 'answer' }
  if (test.result === 'text') return { kind: 'words' }
  const number = numberTyped(text)
  if (!number) return { kind: /\p{L}{3}/u.test(text) ? 'words' : 'not-a-number' }
  const { range } = test.expected
  const side = range && sideOfRange({ ...number, range: rangeText(range) })
  return {
    kind: 'number', ...number, ...(side && { side }), isHeld: range !== undefined,
    isImpossible: isImpossible({ name: test.name, value: number.value, ...(test.unit !== undefined && { unit: test.unit }), ...(test.loinc !== undefined && { loinc: test.loinc }) }),
  }
}

/** Whether a line may be typed: what was decided about can only be corrected. */
export const isOpen = ({ standing }: EntryTest): boolean => standing?.state !== 'accepted'

/** What follows from what is typed now. */
export const followingFrom = (sheet: EntrySheet, values: SheetDraft['values']): CalculatedResults => {
  const measured = sheet.tests.filter(isOpen).flatMap((test): Measured[] => {
    const read = readLine(test, values[test.code] ?? '')
    if (read.kind === 'empty') return []
    return [{
      text: read.kind === 'number' ? read.text : (values[test.code] ?? '').trim(),
      ...(test.loinc !== undefined && { loinc: test.loinc }), ...(test.unit !== undefined && test.unit !== '1' && { unit: test.unit }),
      ...(read.kind === 'number' && { value: read.value, ...(read.comparator !== undefined && { comparator: read.comparator }) }),
    }]
  })
  const { gender, birthDate, on } = sheet.person
  const years = birthDate === undefined ? undefined : completedYears(birthDate, on)
  const person: FormulaPerson = { ...((gender === 'male' || gender === 'female') && { sex: gender }), ...(years && { years }) }
  return calculatedOf(measured, person, sheet.tests)
}
