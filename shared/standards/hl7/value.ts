import { parseValue, type ResultValue } from '../astm/value'
import * as fields from './fields'
import type { Hl7Segment } from './segment'

/** A picture, curve or document inside a result (type ED, or RP that points to one). */
export interface Encapsulated {
  /** Type and subtype as sent, e.g. `Application/Octer-stream`, `image/PNG`. */
  readonly type: string
  readonly encoding: string
  /** As encoded; Base64 in nearly every case. */
  readonly data: string
}

/** OBX-5 by the type that OBX-2 names. */
export interface ObservationValue extends ResultValue {
  readonly encapsulated?: Encapsulated
  /** OBX-2 promises a number (NM), and it is none: a mark such as `****` stands in its place. */
  readonly isUnreadable?: boolean
}

/**
 * Reads OBX-5 (7.4.2.5): the text for people, and a number only where there is one. A structured number (SN) gives
 * comparator and number (`>^300`), or text (`^1^:^40` is a titre); coded values give their text.
 */
export const observationValue = (segment: Hl7Segment): ObservationValue => {
  const type = segment.text(fields.observation.type)
  const repetitions = segment.repetitions(fields.observation.value.field)
  switch (type) {
    case 'SN':
      return structuredNumber(repetitions[0] ?? [])
    case 'NM': {
      const value = parseValue(plain(repetitions))
      return value.value === undefined && value.text !== '' ? { ...value, isUnreadable: true } : value
    }
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF':
    case 'CX':
      return { text: repetitions.map(([code = '', name = '', , , , , , , original = '']) => (name || original || code).trim()).join('; ') }
    case 'ED':
    case 'RP': {
      const [, kind = '', subtype = '', encoding = '', data = ''] = repetitions[0] ?? []
      return { text: '', encapsulated: { type: subtype === '' ? kind : `${kind}/${subtype}`, encoding, data } }
    }
    default:
      return parseValue(plain(repetitions))
  }
}

/** Components that say something, e.g. `NOT DETECTED` of `NOT DETECTED^`. */
const plain = (repetitions: readonly (readonly string[])[]): string =>
  repetitions.map((components) => components.map((part) => part.trim()).filter((part) => part !== '').join(' ')).filter((part) => part !== '').join('\n')

/** 2.A.67. */
const structuredNumber = ([comparator = '', first = '', separator = '', second = '']: readonly string[]): ObservationValue => {
  const sign = comparator.trim()
  if (separator.trim() !== '' || second.trim() !== '') return { text: [sign, first, separator, second].map((part) => part.trim()).join('') }
  // `=` says what every number says; `<>` is no comparison that a chart knows.
  return parseValue(`${sign === '=' ? '' : sign}${first.trim()}`)
}
