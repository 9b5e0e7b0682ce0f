import { decodeText } from './characterSet'
import type { DataSetTree, TreeElement } from './dataSetTree'

/** Text in the repertoire of the data set (PS3.5 §6.1.2.3). */
const inRepertoire = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
/** Text that is ASCII whatever the character set. */
const inAscii = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR'])

/** Bytes of one number, and how it is read. */
interface NumberForm {
  readonly bytes: number
  read(view: DataView, at: number, little: boolean): number | bigint
}
const number = (bytes: number, read: NumberForm['read']): NumberForm => ({ bytes, read })
const single = number(4, (view, at, little) => view.getFloat32(at, little))
const double = number(8, (view, at, little) => view.getFloat64(at, little))
const numberForms: Readonly<Record<string, NumberForm>> = {
  US: number(2, (view, at, little) => view.getUint16(at, little)),
  SS: number(2, (view, at, little) => view.getInt16(at, little)),
  UL: number(4, (view, at, little) => view.getUint32(at, little)),
  SL: number(4, (view, at, little) => view.getInt32(at, little)),
  UV: number(8, (view, at, little) => view.getBigUint64(at, little)),
  SV: number(8, (view, at, little) => view.getBigInt64(at, little)),
  FL: single,
  OF: single,
  FD: double,
  OD: double,
}

const bytesOf = (bytes: Uint8Array, { offset, length }: TreeElement, longest: number): Uint8Array =>
  bytes.subarray(offset, Math.min(offset + length, offset + longest, bytes.length))

/** Longer than any value that is read for its meaning. */
const longestValue = 1024 * 1024

/** The whole text of an element, padding taken away; '' when there is none. */
export const textOf = (bytes: Uint8Array, { elements, characterSets }: DataSetTree, tag: string): string => {
  const element = elements.get(tag)
  return element ? decodedText(bytesOf(bytes, element, longestValue), element.representation, characterSets) : ''
}

const decodedText = (value: Uint8Array, representation: string | undefined, characterSets: readonly string[]): string =>
  decodeText(value, inAscii.has(representation ?? '') ? [] : characterSets).replace(/\0/g, '').replace(/ +$/, '')

/** Numbers of an element: of a binary VR, or of text (DS, IS). `NaN` where the text is none. */
export const numbersOf = (bytes: Uint8Array, dataSet: DataSetTree, tag: string): readonly number[] => {
  const element = dataSet.elements.get(tag)
  if (!element) return []
  const form = numberForms[element.representation ?? '']
  if (!form) {
    const text = textOf(bytes, dataSet, tag).trim()
    return text === '' ? [] : text.split('\\').map((each) => (each.trim() === '' ? NaN : Number(each)))
  }
  return binaryNumbers(bytesOf(bytes, element, longestValue), form, !element.form.bigEndian).map(Number)
}

const binaryNumbers = (value: Uint8Array, { bytes: size, read }: NumberForm, little: boolean): (number | bigint)[] => {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  return Array.from({ length: Math.floor(value.length / size) }, (_, index) => read(view, index * size, little))
}

/** The items of a sequence; none where there is no such sequence. */
export const itemsOf = ({ elements }: DataSetTree, tag: string): readonly DataSetTree[] => elements.get(tag)?.items ?? []

/** What is written of a value in a list. */
export interface ValueInWords {
  readonly text: string
  /** There is more than is written. */
  readonly cut: boolean
}

/** Bytes of a value that are written as pairs of hexadecimal digits. */
const bytesShown = 32
/** Longer text, or a longer row of numbers, is cut here. */
const charactersShown = 400

/**
 * A value as a reader of tags wants it: text as it stands, numbers separated as text values are, the first bytes of anything else.
 * Empty for sequences and for elements without a value.
 */
export const valueInWords = (bytes: Uint8Array, element: TreeElement, characterSets: readonly string[]): ValueInWords => {
  const { representation, length, fragments, items } = element
  if (items || fragments !== undefined || length === 0) return { text: '', cut: fragments !== undefined }
  const value = bytesOf(bytes, element, charactersShown * 4)
  const whole = value.length === length
  if (representation === 'AT') return shortened(tagsIn(value, !element.form.bigEndian).join('\\'), whole)
  const form = numberForms[representation ?? '']
  if (form) return shortened(binaryNumbers(value, form, !element.form.bigEndian).map((each) => numberInWords(each, form)).join('\\'), whole)
  if (inRepertoire.has(representation ?? '') || inAscii.has(representation ?? '')) return textInWords(decodedText(value, representation, characterSets), whole)
  // Unknown VR: most of what is met under it is text.
  if ((representation === undefined || representation === 'UN') && isPrintable(value)) return textInWords(decodedText(value, undefined, characterSets), whole)
  const shown = value.subarray(0, bytesShown)
  return { text: Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' '), cut: shown.length < length }
}

const textInWords = (text: string, whole: boolean): ValueInWords => shortened(text.replace(/\r\n?/g, '\n'), whole)
const shortened = (text: string, whole: boolean): ValueInWords =>
  text.length > charactersShown ? { text: text.slice(0, charactersShown), cut: true } : { text, cut: !whole }

const isPrintable = (value: Uint8Array): boolean => value.every((byte, index) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || (byte === 0 && index === value.length - 1))

const tagsIn = (value: Uint8Array, little: boolean): string[] => {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const hex = (at: number): string => view.getUint16(at, little).toString(16).padStart(4, '0').toUpperCase()
  return Array.from({ length: Math.floor(value.length / 4) }, (_, index) => `(${hex(index * 4)},${hex(index * 4 + 2)})`)
}

/** The shortest decimal that is this number again; of single precision, not the digits of double precision. */
const numberInWords = (value: number | bigint, form: NumberForm): string => {
  if (form !== single || typeof value === 'bigint' || !Number.isFinite(value)) return String(value)
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return String(shorter)
  }
  return String(value)
}
