import { readElements, readItems, type DataElement, type Form } from '../dataSet'
import { joinBytes } from '../encode'
import { basicProfile, type BasicAction, type DateActions } from './table'

/** What becomes of dates: taken away as the profile has it; all moved by the same number of days; kept as they are. */
export type DateRule = { readonly kind: 'remove' } | { readonly kind: 'shift'; readonly days: number } | { readonly kind: 'keep' }

/** How a data set is de-identified. */
export interface Deidentification {
  /** Stands in the place of name and Patient ID; ASCII. */
  readonly pseudonym: string
  readonly dates: DateRule
  /** The UID that stands for one of the file, the same one each time. */
  uidFor(uid: string): string
}

type Row = (typeof basicProfile)[number]
const rows: ReadonlyMap<string, Row> = new Map(basicProfile.map((row) => [row[0], row]))

/** What the profile does to an element; undefined: it stays. */
export const actionOf = (tag: string): { readonly action: BasicAction; readonly dates: DateActions } | undefined => {
  const row = rows.get(tag)
  if (row) return { action: row[2], dates: row[3] }
  const group = parseInt(tag.slice(0, 4), 16)
  const isRepeating = (first: number): boolean => group >= first && group <= first + 0xff && group % 2 === 0
  const taken = group % 2 === 1 || isRepeating(0x5000) || (isRepeating(0x6000) && (tag.endsWith('3000') || tag.endsWith('4000')))
  // A group length would be wrong afterwards (PS3.5 §7.2 retires them), and padding may hold anything.
  return taken || tag.endsWith('0000') || tag === 'fffcfffc' ? { action: 'X', dates: '--' } : undefined
}

const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0x7f)

/** An element as the form has it. */
const written = (tag: string, representation: string, body: Uint8Array, { explicit, bigEndian }: Form): Uint8Array => {
  const long = longForms.has(representation)
  const padded = body.length + (body.length % 2)
  const header = explicit && long ? 12 : 8
  const out = new Uint8Array(header + padded)
  const view = new DataView(out.buffer)
  view.setUint16(0, parseInt(tag.slice(0, 4), 16), !bigEndian)
  view.setUint16(2, parseInt(tag.slice(4), 16), !bigEndian)
  if (!explicit) view.setUint32(4, padded, !bigEndian)
  else {
    out.set(ascii(representation), 4)
    if (long) view.setUint32(8, padded, !bigEndian)
    else view.setUint16(6, padded, !bigEndian)
  }
  out.set(body, header)
  if (padded > body.length && !['UI', 'OB', 'UN'].includes(representation)) out[out.length - 1] = 0x20
  return out
}

const item = (elements: readonly Uint8Array[], { bigEndian }: Form): Uint8Array => {
  const body = joinBytes(elements)
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint16(0, 0xfffe, !bigEndian)
  view.setUint16(2, 0xe000, !bigEndian)
  view.setUint32(4, body.length, !bigEndian)
  return joinBytes([head, body])
}

/** A value of that VR that says nothing. */
const dummies: Readonly<Record<string, string>> = {
  AE: 'ANON', AS: '000Y', CS: 'ANON', DA: '19000101', DS: '0', DT: '19000101000000', IS: '0', LO: 'ANON', LT: 'ANON', PN: 'ANON', SH: 'ANON', ST: 'ANON', TM: '000000',
  UC: 'ANON', UR: 'urn:anon', UT: 'ANON',
}
const dummyOf = (representation: string): Uint8Array => (representation in dummies ? ascii(dummies[representation] ?? '') : new Uint8Array(['FD', 'OD', 'SV', 'UV'].includes(representation) ? 8 : 4))
/** VRs that a person may have typed words into. */
const words = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT'])
/** What a code is made of says nothing of a person (PS3.3 §8). */
const codes = new Set(['00080100', '00080102', '00080103', '00080104', '00080119', '00080120'])

const textIn = (bytes: Uint8Array, { offset, length }: DataElement): string => {
  let text = ''
  for (const byte of bytes.subarray(offset, offset + length)) text += String.fromCharCode(byte)
  return text.replace(/[\0 ]+$/, '')
}

/** A date, or date and time, moved by days; undefined when it is none. */
const shifted = (text: string, days: number): string | undefined => {
  const found = /^(\d{4})\.?(\d\d)\.?(\d\d)(.*)$/.exec(text)
  if (!found) return undefined
  const [, year = '', month = '', day = '', rest = ''] = found
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + days))
  if (Number.isNaN(date.getTime()) || Number(month) > 12 || Number(day) > 31) return undefined
  return `${String(date.getUTCFullYear()).padStart(4, '0')}${String(date.getUTCMonth() + 1).padStart(2, '0')}${String(date.getUTCDate()).padStart(2, '0')}${rest}`
}

/** One level of a data set, while it is de-identified. */
class Level {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly how: Deidentification,
    /** It lies in a sequence that is to be a dummy: nothing that somebody typed stays. */
    private readonly wordless: boolean,
  ) {}

  /** Elements in the order of their tags, each whole; undefined where the level does not read to its end. */
  elements(byTag: ReadonlyMap<string, DataElement>, form: Form): Map<string, Uint8Array> {
    const out = new Map<string, Uint8Array>()
    for (const element of byTag.values()) {
      const bytes = this.element(element, form)
      if (bytes) out.set(element.tag, bytes)
    }
    return out
  }

  private element(element: DataElement, form: Form): Uint8Array | undefined {
    const { tag } = element
    const row = rows.get(tag)
    const known = row?.[1] === 'UN' ? undefined : row?.[1]
    const representation = element.representation === 'UN' ? (known ?? 'UN') : (element.representation ?? known ?? 'UN')
    // In a form without VRs this is only used for the length of a dummy.
    const as = form.explicit ? (element.representation ?? representation) : representation
    const found = actionOf(tag)
    const sequence = this.isSequence(element, representation, form)
    if (found && this.keepsDate(found.dates)) return this.dated(element, representation, as, form, found.action)
    switch (found?.action) {
      case 'X':
        return undefined
      case 'Z':
      case 'X/Z':
        return written(tag, as, tag === '00100010' ? ascii(this.how.pseudonym) : new Uint8Array(0), form)
      case 'U':
        if (!sequence) return written(tag, as, ascii(textIn(this.bytes, element).split('\\').map((uid) => (uid === '' ? '' : this.how.uidFor(uid.trim()))).join('\\')), form)
        break
      case 'D':
      case 'X/D':
      case 'Z/D':
      case 'X/Z/D':
        if (!sequence) return written(tag, as, tag === '00100020' ? ascii(this.how.pseudonym) : dummyOf(representation), form)
        return this.sequence(element, as, form, true)
      case 'X/Z/U*':
      case undefined:
        break
    }
    if (sequence) return this.sequence(element, as, form, this.wordless)
    if (representation === 'SQ') return written(tag, as, new Uint8Array(0), form)
    if (this.wordless && !codes.has(tag) && (words.has(representation) || ['DA', 'DT', 'TM', 'UN'].includes(representation))) return written(tag, as, dummyOf(representation), form)
    return this.bytes.subarray(element.start, element.offset + element.length)
  }

  private keepsDate(dates: DateActions): boolean {
    return (this.how.dates.kind === 'keep' && dates.startsWith('K')) || (this.how.dates.kind === 'shift' && dates.endsWith('C'))
  }

  private dated(element: DataElement, representation: string, as: string, form: Form, action: BasicAction): Uint8Array | undefined {
    const { dates } = this.how
    if (dates.kind !== 'shift' || representation === 'TM') return this.bytes.subarray(element.start, element.offset + element.length)
    const moved = textIn(this.bytes, element).split('\\').map((each) => (each.trim() === '' ? '' : shifted(each.trim(), dates.days)))
    if (['DA', 'DT'].includes(representation) && !moved.includes(undefined)) return written(element.tag, as, ascii(moved.join('\\')), form)
    return action === 'X' ? undefined : written(element.tag, as, action.endsWith('D') ? dummyOf(representation) : new Uint8Array(0), form)
  }

  /** Where the VR does not say so, what begins as an item is one: nothing nested passes unseen. */
  private isSequence(element: DataElement, representation: string, { bigEndian }: Form): boolean {
    if (element.length < 8 || element.tag === '7fe00010') return false
    if (representation !== 'SQ' && representation !== 'UN') return false
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + element.offset, 4)
    const little = !(bigEndian && element.representation !== 'UN')
    const first = view.getUint16(0, little) === 0xfffe
    return first && [0xe000, 0xe0dd].includes(view.getUint16(2, little))
  }

  private sequence(element: DataElement, as: string, form: Form, wordless: boolean): Uint8Array {
    const inside: Form = element.representation === 'UN' ? { explicit: false, bigEndian: false } : form
    const level = new Level(this.bytes, this.how, wordless)
    // An item that does not read to its end is left out: what is not understood is not passed on.
    const items = readItems(this.bytes, element, inside, Infinity).filter(({ end }) => end === 'whole')
    return written(element.tag, as, joinBytes(items.map(({ byTag }) => item([...level.elements(byTag, inside).values()], inside))), form)
  }
}

const dateWords: Readonly<Record<DateRule['kind'], string>> = { remove: 'REMOVED', shift: 'MODIFIED', keep: 'UNMODIFIED' }
/** PS3.16 CID 7050. */
const methods: Readonly<Record<'basic' | 'keep' | 'shift', readonly [code: string, meaning: string]>> = {
  basic: ['113100', 'Basic Application Confidentiality Profile'],
  keep: ['113106', 'Retain Longitudinal Temporal Information Full Dates Option'],
  shift: ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
}

/** What is said of it in the data set itself (PS3.15 §E.1.1). */
const marks = ({ dates }: Deidentification, form: Form): readonly (readonly [string, Uint8Array])[] => {
  const code = ([value, meaning]: readonly [string, string]): Uint8Array =>
    item([written('00080100', 'SH', ascii(value), form), written('00080102', 'SH', ascii('DCM'), form), written('00080104', 'LO', ascii(meaning), form)], form)
  const used = dates.kind === 'remove' ? [methods.basic] : [methods.basic, methods[dates.kind]]
  return [
    ['00120062', written('00120062', 'CS', ascii('YES'), form)],
    ['00120063', written('00120063', 'LO', ascii('PS3.15 2024e basic profile\\Pixels not looked at for text'), form)],
    ['00120064', written('00120064', 'SQ', joinBytes(used.map(code)), form)],
    ['00280303', written('00280303', 'CS', ascii(dateWords[dates.kind]), form)],
  ]
}

/**
 * De-identifies a data set by the Basic Application Level Confidentiality Profile (PS3.15 annex E): every element of the table,
 * every private one, at every level. Pixels are not looked at: text that is burned in stays.
 *
 * @param bytes from `start` on the data set, inflated
 * @returns pieces that make the data set in the same form, pixels uncopied; undefined where it does not read to its end
 */
export const deidentify = (bytes: Uint8Array, start: number, form: Form, how: Deidentification): readonly Uint8Array[] | undefined => {
  const { byTag, end } = readElements(bytes, start, form)
  if (end !== 'whole') return undefined
  const elements = new Level(bytes, how, false).elements(byTag, form)
  for (const [tag, mark] of marks(how, form)) elements.set(tag, mark)
  return [...elements.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, piece]) => piece)
}
