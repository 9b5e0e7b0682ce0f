import { checksum, control } from '../../../../shared/standards/astm'
import type { AstmProfile } from '../../profiles'
import { blankPlaces, type Fate, type Sheet, treatFields } from './blank'

/** Fields of LIS02-A2 that tell nothing of a person, field 1 being the record type. What is not here is blanked. */
const kept: Readonly<Record<string, readonly number[]>> = {
  H: [1, 2, 3, 5, 7, 9, 10, 11, 12, 13, 14],
  P: [1, 2],
  // Some put people where the kind of specimen should stand.
  O: [1, 2, 5, 6, 7, 8, 12, 26],
  R: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14],
  C: [1, 2, 3, 5],
  Q: [1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  L: [1, 2, 3],
  // A manufacturer may write anything there.
  M: [1, 2],
  S: [1, 2],
}
/** Numbers on tubes. */
const numbers: Readonly<Record<string, readonly number[]>> = { O: [3, 4], Q: [3, 4] }

const isControlByte = (byte: number) => byte < 0x20

interface FoundFrame {
  /** Place of STX. */
  readonly at: number
  /** Place of ETX or ETB. */
  readonly end: number
  readonly number: number
  /** Its sum was right. */
  readonly isSound: boolean
}

const hexValue = (bytes: Uint8Array, at: number): number => parseInt(String.fromCharCode(bytes[at] ?? 0x20, bytes[at + 1] ?? 0x20), 16)
const sumOf = (bytes: Uint8Array, { at, end, number }: Pick<FoundFrame, 'at' | 'end' | 'number'>): number => checksum(number, bytes.subarray(at + 2, end), bytes[end] === control.ETX ? 'ETX' : 'ETB')

/** Frames of the sheet, between them what belongs to none; `null` stands where a transfer begins or ends. */
const framesIn = (bytes: Uint8Array): (FoundFrame | null)[] => {
  const found: (FoundFrame | null)[] = []
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === control.ENQ || bytes[at] === control.EOT) found.push(null)
    if (bytes[at] !== control.STX) continue
    let end = at + 1
    while (end < bytes.length && bytes[end] !== control.ETX && bytes[end] !== control.ETB && bytes[end] !== control.STX && bytes[end] !== control.ENQ && bytes[end] !== control.EOT) end++
    if (end >= bytes.length || (bytes[end] !== control.ETX && bytes[end] !== control.ETB)) continue
    const number = (bytes[at + 1] ?? 0) - 0x30
    found.push({ at, end, number, isSound: hexValue(bytes, end + 1) === sumOf(bytes, { at, end, number }) })
    at = end
  }
  return found
}

const hexDigits = '0123456789ABCDEF'

/** Blanks what a line that speaks ASTM says of patients; sums that were right are made right again. */
export const blankAstm = (sheet: Sheet, profile: AstmProfile): void => {
  const { bytes } = sheet
  const original = bytes.slice()
  const frames = framesIn(original)
  const isFramed = new Uint8Array(bytes.length)
  let text: number[] = []
  let before: FoundFrame | undefined
  /** Repeats of a frame take over what became of it. */
  const repeats: { readonly of: FoundFrame; readonly frame: FoundFrame }[] = []
  const finish = () => {
    treatRecords(sheet, original, text, profile)
    text = []
    before = undefined
  }
  const sameText = (one: FoundFrame, other: FoundFrame) =>
    one.end - one.at === other.end - other.at && original.subarray(one.at, one.end).every((byte, index) => byte === original[other.at + index])
  for (const frame of frames) {
    if (!frame) {
      finish()
      continue
    }
    // With its sum and the two line ends behind it.
    isFramed.fill(1, frame.at, Math.min(bytes.length, frame.end + 3))
    const inside = Array.from({ length: frame.end - frame.at - 2 }, (_, index) => frame.at + 2 + index)
    if (before && before.number === frame.number && sameText(before, frame)) repeats.push({ of: before, frame })
    else if (frame.isSound || profile.framing.checksum === 'none') {
      text.push(...inside)
      before = frame
    } else {
      // Damaged: it may be anything, and it is sent again.
      if (blankPlaces(bytes, inside)) sheet.count('loose')
    }
  }
  finish()
  for (const { of, frame } of repeats) bytes.copyWithin(frame.at, of.at, of.end)
  const loose = Array.from(bytes.keys()).filter((place) => !isFramed[place] && !isControlByte(bytes[place]!))
  if (blankPlaces(bytes, loose)) sheet.count('loose')
  for (const frame of frames) {
    if (!frame?.isSound) continue
    const sum = sumOf(bytes, frame)
    bytes[frame.end + 1] = hexDigits.charCodeAt(sum >> 4)
    bytes[frame.end + 2] = hexDigits.charCodeAt(sum & 15)
  }
}

/** Records of a message, wherever in frames their characters stand. */
const treatRecords = (sheet: Sheet, original: Uint8Array, text: readonly number[], profile: AstmProfile): void => {
  let separator = 0x7c
  let begin = 0
  for (let at = 0; at <= text.length; at++) {
    const byte = at < text.length ? original[text[at]!] : 0x0d
    if (byte !== 0x0d && byte !== 0x0a) continue
    const places = text.slice(begin, at)
    begin = at + 1
    if (places.length === 0) continue
    const type = String.fromCharCode(original[places[0]!]!).toUpperCase()
    if (type === 'H' && places.length > 1) separator = original[places[1]!]!
    const isRecord = kept[type] !== undefined && (places.length === 1 || original[places[1]!] === separator)
    if (!isRecord) {
      if (blankPlaces(sheet.bytes, places)) sheet.count('loose')
      continue
    }
    treatFields(sheet, places, separator, type, (field): Fate => {
      if (numbers[type]?.includes(field) || profile.sampleId.some((place) => place.record === type && place.field === field && type !== 'R')) return 'number'
      return kept[type]!.includes(field) ? 'keep' : 'blank'
    })
  }
}
