import { blankPlaces, type Fate, type Sheet, treatFields } from './blank'

/** Fields of HL7 v2 that tell nothing of a person, as the standard counts them. What is not here is blanked. */
const kept: Readonly<Record<string, readonly number[]>> = {
  MSH: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
  MSA: [1, 2, 3, 4, 5, 6],
  ERR: [1, 2, 3, 4],
  PID: [1],
  PV1: [1, 2, 3],
  ORC: [1, 5, 6, 9],
  OBR: [1, 4, 6, 7, 8, 9, 11, 12, 14, 15, 22, 24, 25, 27],
  OBX: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19],
  NTE: [1, 2],
  SPM: [1, 4, 11, 12, 13, 14, 17, 18],
  SAC: [1],
  TQ1: [1, 2, 9],
  QRD: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12],
  QRF: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  QPD: [1, 2],
  RCP: [1, 2, 3],
  QAK: [1, 2, 3, 4, 5, 6],
  DSP: [1, 2],
  DSC: [1, 2],
  BHS: [1, 2, 3, 4, 5, 6, 7],
  BTS: [1],
  FHS: [1, 2, 3, 4, 5, 6, 7],
  FTS: [1],
}
/** Numbers on tubes and of orders; the parameters of a query are such. */
const numbers: Readonly<Record<string, readonly number[]>> = { ORC: [2, 3, 4], OBR: [2, 3], SPM: [2, 3], SAC: [2, 3, 4], QRD: [8], QPD: [3, 4, 5, 6, 7, 8] }
/** Kinds of OBX-5 that are no prose: numbers, codes, times. */
const plainValues = /^(?:NM|SN|CE|CWE|CNE|CF|DT|TM|TS|DTM|ID|IS|NA|MA)$/
/** Short text: a result in words, or what somebody typed as a remark. */
const shortText = /^(?:ST|)$/

/** Segments that may follow where one was torn off: what they say is not of the field in which they seem to stand. */
const torn = new RegExp(`(?:${[...Object.keys(kept), 'PD1', 'PV2', 'NK1', 'GT1', 'IN1', 'IN2', 'MRG', 'AL1', 'DG1', 'EVN'].join('|')})$`)

/** A field of a profile's `OBR-3.1`. */
export interface NumberPlace {
  readonly segment: string
  readonly field: number
}

/** Whether the count of a segment's fields begins with the separator itself. */
const countsSeparator = (segment: string) => segment === 'MSH' || segment === 'BHS' || segment === 'FHS'

/** Blanks what a line that speaks HL7 says of patients. Bytes that stand in no segment are blanked whole. */
export const blankHl7 = (sheet: Sheet, alsoNumbers: readonly NumberPlace[]): void => {
  const { bytes } = sheet
  const original = bytes.slice()
  let separator = 0x7c
  let begin = 0
  for (let at = 0; at <= bytes.length; at++) {
    // Blocks and segments alike end in a control character.
    if (at < bytes.length && (original[at]! >= 0x20 || original[at] === 0x09)) continue
    let places = Array.from({ length: at - begin }, (_, index) => begin + index)
    begin = at + 1
    if (places.length === 0) continue
    const segment = String.fromCharCode(...original.subarray(places[0]!, places[0]! + 3))
    if (countsSeparator(segment) && places.length > 3) separator = original[places[3]!]!
    const isSegment = /^[A-Z][A-Z0-9]{2}$/.test(segment) && (places.length === 3 || original[places[3]!] === separator)
    if (!isSegment) {
      if (blankPlaces(bytes, places)) sheet.count('loose')
      continue
    }
    const whole = wholePart(original, places, separator)
    if (whole < places.length) {
      if (blankPlaces(bytes, places.slice(whole))) sheet.count('loose')
      places = places.slice(0, whole)
    }
    const type = segment === 'OBX' ? fieldText(original, places, separator, 3) : ''
    treatFields(sheet, places, separator, segment, (part): Fate => {
      if (part === 1) return 'keep'
      const field = countsSeparator(segment) ? part : part - 1
      if (numbers[segment]?.includes(field) || alsoNumbers.some((place) => place.segment === segment && place.field === field)) return 'number'
      if (segment === 'OBX' && field === 5) return plainValues.test(type) ? 'keep' : shortText.test(type) ? 'words' : 'blank'
      return kept[segment]?.includes(field) ? 'keep' : 'blank'
    })
  }
}

/** How much of a segment there is before another one seems to begin in it. */
const wholePart = (bytes: Uint8Array, places: readonly number[], separator: number): number => {
  for (let at = 4; at < places.length; at++) {
    if (bytes[places[at]!] !== separator || !torn.test(String.fromCharCode(bytes[places[at - 3]!]!, bytes[places[at - 2]!]!, bytes[places[at - 1]!]!))) continue
    if (at - 3 > 3) return at - 3
  }
  return places.length
}

const fieldText = (bytes: Uint8Array, places: readonly number[], separator: number, part: number): string =>
  places.map((place) => String.fromCharCode(bytes[place]!)).join('').split(String.fromCharCode(separator))[part - 1]?.trim() ?? ''
