import type { Profile, TextProfile } from '../../profiles'
import { blankPlaces, type Sheet } from './blank'

/** Words and units that print-outs are made of, whatever the device. */
const usual = new Set(
  'jan feb mar apr may jun jul aug sep oct nov dec am pm date time id no nr sample specimen patient name age sex test result results unit value neg pos negative positive normal trace high low g mg ug ng pg l dl ml ul fl mol mmol umol nmol pmol iu miu uiu u mu eq meq hpf lpf kg cm mm hg mmhg kpa bpm min sec'.split(' '),
)

const wordsOf = (text: string): string[] => (text.match(/[A-Za-z\x80-\xff]+/g) ?? []).map((word) => word.toLowerCase())

/** Whether a word is one that devices print, or one of this profile's. */
export const knownWords = (profile: Profile | undefined): Sheet['knows'] => {
  const known = new Set([...usual, ...wordsOf(JSON.stringify(profile ?? ''))])
  return (word) => known.has(word.toLowerCase())
}

/** A day of another year than the recording may be of somebody's birth. */
const dates = /\d{1,4}([-/.])\d{1,2}\1\d{1,4}/g
/** Groups of a print-out whose name is two letters behind an RS. */
const groups = /\x1e[a-z][a-z0-9]/g
const words = /[A-Za-z\x80-\xff]+/g

/** Longer numbers may be of a patient. Weights in grams have five digits. */
const numbersOf = (isVitals: boolean) => (isVitals ? /\d{7,}/g : /\d{5,}/g)

const range = (from: number, length: number) => Array.from({ length }, (_, index) => from + index)

/**
 * Blanks what a device that prints says of patients: words that its profile does not know, numbers of five digits and more, and
 * days that are not of a year of the recording. Short numbers, single letters and the profile's own words stay.
 */
export const blankFree = (sheet: Sheet, profile: Profile | undefined, years: ReadonlySet<number>): void => {
  const { bytes } = sheet
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const names = new Set([...text.matchAll(groups)].map(({ index }) => index + 1))
  for (const { 0: run, index: start } of text.matchAll(words)) {
    const index = names.has(start) ? start + 2 : start
    const word = run.slice(index - start)
    if (word.length === 0 || (word.length === 1 && /[A-Za-z]/.test(word))) continue
    if (!sheet.knows(word) && blankPlaces(bytes, range(index, word.length))) sheet.count('word')
  }
  for (const { 0: date, index } of text.matchAll(dates)) {
    const parts = date.split(/[-/.]/).map(Number)
    if (!parts.some((part) => years.has(part) || years.has(2000 + part)) && blankPlaces(bytes, range(index, date.length))) sheet.count('date')
  }
  for (const { 0: number, index } of text.matchAll(numbersOf(profile?.category === 'vitals'))) {
    const before = text[index - 1]
    // Digits behind a point are of a measured value.
    if (before === '.' || before === ',') continue
    const other = sheet.standIn(number)
    for (let at = 0; at < number.length; at++) bytes[index + at] = other.charCodeAt(at)
    if (other !== number) sheet.count('number')
  }
}

/** Byte before the two digits of a sum (GS). */
const sumMark = 0x1d
const hexDigits = '0123456789ABCDEF'

/** Makes the sums of pages right again that were right in `original`. */
export const mendSums = (bytes: Uint8Array, original: Uint8Array, { framing }: TextProfile): void => {
  if (framing.checksum !== 'gs-sum' || framing.start === undefined) return
  for (let start = original.indexOf(framing.start); start >= 0; start = original.indexOf(framing.start, start + 1)) {
    const mark = original.indexOf(sumMark, start)
    if (mark < 0 || mark + 2 >= original.length) return
    const sumIn = (of: Uint8Array) => of.subarray(start + 1, mark + 1).reduce((sum, byte) => sum + byte, 0) & 0xff
    const said = parseInt(String.fromCharCode(original[mark + 1]!, original[mark + 2]!), 16)
    if (said !== sumIn(original)) continue
    const sum = sumIn(bytes)
    bytes[mark + 1] = hexDigits.charCodeAt(sum >> 4)
    bytes[mark + 2] = hexDigits.charCodeAt(sum & 15)
  }
}
