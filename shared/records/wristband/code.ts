/*
 * What stands in the code of a wristband: whose it is, of which practice, and what was printed beside it, so that a band is known to be
 * old once a name or a date of birth was corrected. Digits, capitals and strokes only: a scanner types them on any keyboard, and a QR code
 * writes them in its alphanumeric mode (ISO/IEC 18004, 7.4.4).
 */

/** Who the band is for, as it is printed. */
export interface BandFacts {
  readonly family: string
  readonly given: string
  readonly gender: string
  /** FHIR date. */
  readonly birthDate?: string
  readonly number: string
}

/** Begins every code; the digit is its version. */
const mark = 'OPW1'
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*'
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Characters of a practice's id that a code has. */
const practiceTail = 8
const shape = /^OPW1-([0-9A-Z]{8})-([0-9A-HJKMNP-TV-Z]{26})-([0-9A-Z]{4})-([0-9A-Z*])$/

/** The check character of ISO/IEC 7064, MOD 37-2: every wrong character and every two that changed places are noticed. */
const checkOf = (text: string): string => {
  const sum = [...text].reduce((product, character) => ((product + digits.indexOf(character)) * 2) % 37, 0)
  return digits[(38 - sum) % 37] ?? ''
}

/** Twenty bits of what is printed (FNV-1a): two bands of one patient differ where they say something else. */
const printOf = ({ family, given, gender, birthDate, number }: BandFacts): string => {
  let hash = 0x811c9dc5
  for (const character of JSON.stringify([family, given, gender, birthDate ?? '', number])) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  const bits = (hash ^ (hash >>> 20)) & 0xfffff
  return [15, 10, 5, 0].map((shift) => crockford[(bits >>> shift) & 31]).join('')
}

/** The code of a band. `practice` and `patient`: ids. */
export const bandCode = (practice: string, patient: string, facts: BandFacts): string => {
  const body = [mark, practice.slice(-practiceTail), patient, printOf(facts)].join('-')
  return `${body}-${checkOf(body.replaceAll('-', ''))}`
}

/** What a code says. `misread`: a character is wrong. `not-a-band`: it is something else. */
export type ReadBand =
  | { readonly kind: 'band'; readonly patient: string; readonly isOfPractice: (practice: string) => boolean; readonly isStillPrinted: (facts: BandFacts) => boolean }
  | { readonly kind: 'misread' }
  | { readonly kind: 'not-a-band' }

/** Reads a code; small letters are taken for capitals, for a keyboard may have its shift lock on. */
export const readBand = (code: string): ReadBand => {
  const text = code.trim().toUpperCase()
  if (!text.startsWith(`${mark}-`)) return { kind: 'not-a-band' }
  const found = shape.exec(text)
  const [, practice = '', patient = '', print = '', check = ''] = found ?? []
  if (!found || checkOf([mark, practice, patient, print].join('')) !== check) return { kind: 'misread' }
  return { kind: 'band', patient, isOfPractice: (id) => id.slice(-practiceTail) === practice, isStillPrinted: (facts) => printOf(facts) === print }
}

/** The number on a sample label, as it is issued: the workstation, the year and a count. */
const accession = /^[A-Z]{1,4}\d{8,12}$/

/** Whether a text is the number of a sample. */
export const isAccession = (text: string): boolean => accession.test(text.trim().toUpperCase())

const marks = `${mark}-`
/** Whether more characters may still make a code of ours out of a text. */
export const mayBecomeCode = (text: string): boolean => {
  const typed = text.toUpperCase()
  return marks.startsWith(typed) || (typed.startsWith(marks) && typed.length <= 60) || /^[A-Z]{1,4}\d{0,12}$/.test(typed)
}
