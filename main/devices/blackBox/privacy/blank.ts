import { createHash } from 'node:crypto'

/** Bytes of one direction that are being blanked, in place: every byte keeps its place, so times and lengths stay. */
export interface Sheet {
  readonly bytes: Uint8Array
  /** What was blanked, and how often. */
  readonly count: (what: string) => void
  /** Numbers on tubes: the same number gets the same stand-in, of the same length. */
  readonly standIn: (number: string) => string
  /** Words that tell nothing of a person. */
  readonly knows: (word: string) => boolean
}

/** Numbers on tubes become others that nobody can turn back: `salt` is made for one export and forgotten. */
export const standIns = (salt: Uint8Array, isControl: (number: string) => boolean): Sheet['standIn'] => {
  const known = new Map<string, string>()
  return (number) => {
    const there = known.get(number)
    if (there !== undefined) return there
    // A control sample is nobody's, and a reader must see that it was one.
    const made = isControl(number) ? number : disguised(number, salt)
    known.set(number, made)
    return made
  }
}

const disguised = (number: string, salt: Uint8Array): string => {
  const digest = createHash('sha512').update(salt).update(number).digest()
  return Array.from(number, (character, index) => {
    const chance = digest[index % digest.length]!
    if (/\d/.test(character)) return String(chance % 10)
    if (/[A-Z]/.test(character)) return String.fromCharCode(0x41 + (chance % 26))
    if (/[a-z]/.test(character)) return String.fromCharCode(0x61 + (chance % 26))
    return character.charCodeAt(0) >= 0x80 ? 'X' : character
  }).join('')
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39
const isLetter = (byte: number) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)

/** Letters become X, digits 0; spaces, delimiters and control characters stay. */
const blankByte = (byte: number): number => (isDigit(byte) ? 0x30 : isLetter(byte) || byte >= 0x80 ? 0x58 : byte)

/** Places in a sheet, in the order of a text that runs through them. */
export type Places = readonly number[]

/** Blanks these places. */
export const blankPlaces = (bytes: Uint8Array, places: Places): boolean => {
  let changed = false
  for (const place of places) {
    const blank = blankByte(bytes[place]!)
    changed ||= blank !== bytes[place]
    bytes[place] = blank
  }
  return changed
}

/** Puts stand-ins over every number in these places: runs of letters, digits and dashes of three characters or more. */
const disguisePlaces = ({ bytes, standIn }: Sheet, places: Places): boolean => {
  let changed = false
  const text = places.map((place) => String.fromCharCode(bytes[place]!)).join('')
  for (const { 0: number, index } of text.matchAll(/[0-9A-Za-z\x80-\xff][0-9A-Za-z\x80-\xff-]{2,}/g)) {
    const other = standIn(number)
    changed ||= other !== number
    for (let at = 0; at < number.length; at++) bytes[places[index + at]!] = other.charCodeAt(at)
  }
  return changed
}

/** Blanks the words in these places that nobody knows; short signs stay. */
const blankWords = ({ bytes, knows }: Sheet, places: Places): boolean => {
  let changed = false
  const text = places.map((place) => String.fromCharCode(bytes[place]!)).join('')
  for (const { 0: word, index } of text.matchAll(/[A-Za-z\x80-\xff]{2,}/g)) {
    if (!knows(word) && blankPlaces(bytes, places.slice(index, index + word.length))) changed = true
  }
  return changed
}

/** What becomes of a field of a record or segment; `words`: those that nobody knows are blanked. */
export type Fate = 'keep' | 'number' | 'words' | 'blank'

/** A record or segment, cut at its field separator; `places` holds the record without its end. */
export const treatFields = (sheet: Sheet, places: Places, separator: number, name: string, fateOf: (field: number) => Fate): void => {
  let field = 1
  let begin = 0
  for (let at = 0; at <= places.length; at++) {
    if (at < places.length && sheet.bytes[places[at]!] !== separator) continue
    const part = places.slice(begin, at)
    const fate = fateOf(field)
    if (fate === 'blank' && blankPlaces(sheet.bytes, part)) sheet.count(name)
    if (fate === 'words' && blankWords(sheet, part)) sheet.count(name)
    if (fate === 'number' && disguisePlaces(sheet, part)) sheet.count('number')
    field++
    begin = at + 1
  }
}
