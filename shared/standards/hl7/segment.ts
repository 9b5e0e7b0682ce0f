import type { Delimiters } from './delimiters'
import { unescape } from './escape'
import type { Place } from './path'

/** No real segment has more fields, nor a field more repetitions or components; a hostile one must not fill the memory. */
const mostFields = 20_000
const mostParts = 20_000

/** A value as the standard tells them apart: text; `null`: the sender says that there is none (`""`); undefined: not said. */
export type Hl7Value = string | null | undefined

/** One segment, still in the sender's own words; it is split when somebody looks. */
export class Hl7Segment {
  #fields: readonly string[] | undefined
  #isRead = false

  constructor(
    /** As it was sent, without its end. */
    readonly raw: string,
    readonly delimiters: Delimiters,
    readonly charset = 'utf-8',
  ) {}

  /** First three characters, e.g. `OBX`. */
  get name(): string {
    return this.raw.slice(0, 3)
  }

  /** Z segments are makers' own. */
  get isLocal(): boolean {
    return this.raw[0] === 'Z'
  }

  /** MSH, BHS and FHS count their separator as field 1. */
  get isHeader(): boolean {
    return isHeaderName(this.name)
  }

  /** Number of the last field that was sent. */
  get length(): number {
    return this.#split().length - (this.isHeader ? 0 : 1)
  }

  #split(): readonly string[] {
    return (this.#fields ??= this.raw.split(this.delimiters.field, mostFields))
  }

  /** A field as sent: neither split nor unescaped. Empty when it was left out. */
  rawField(field: number): string {
    const { isHeader } = this
    if (isHeader && field === 1) return this.delimiters.field
    const index = isHeader ? field - 1 : field
    // Who reads one field most often reads no other; who reads a second one gets them all.
    if (this.#fields === undefined && !this.#isRead) {
      this.#isRead = true
      return part(this.raw, this.delimiters.field, index + 1)
    }
    return this.#split()[index] ?? ''
  }

  /** Number of repetitions of a field; 0 when it is empty. */
  count(field: number): number {
    const raw = this.rawField(field)
    if (raw === '') return 0
    return this.#isDeclaration(field) ? 1 : raw.split(this.delimiters.repetition, mostParts).length
  }

  /** The encoding characters themselves are not encoded. */
  #isDeclaration(field: number): boolean {
    return this.isHeader && field <= 2
  }

  /** What stands at a place, with its delimiters and escapes. */
  rawAt({ field, repetition, component, subComponent }: Place): string {
    let raw = this.rawField(field)
    if (raw === '' || this.#isDeclaration(field)) return raw
    const { delimiters } = this
    if (repetition !== undefined || component !== undefined) raw = part(raw, delimiters.repetition, repetition ?? 1)
    if (component !== undefined) raw = part(raw, delimiters.component, component)
    if (subComponent !== undefined) raw = part(raw, delimiters.subComponent, subComponent)
    return raw
  }

  /** What is said at a place; see {@link Hl7Value}. */
  value(place: Place): Hl7Value {
    const raw = this.rawAt(place)
    if (raw === '') return undefined
    if (raw === '""') return null
    return this.#isDeclaration(place.field) ? raw : unescape(raw, this.delimiters, this.charset)
  }

  /** Text at a place without padding; empty where nothing or `""` was sent. */
  text(place: Place): string {
    return (this.value(place) ?? '').trim()
  }

  /** Repetitions of a field, each with its components, unescaped. Empty when the field is. */
  repetitions(field: number): string[][] {
    const raw = this.rawField(field)
    if (raw === '') return []
    if (this.#isDeclaration(field)) return [[raw]]
    const { component, repetition } = this.delimiters
    return raw.split(repetition, mostParts).map((each) => each.split(component, mostParts).map((text) => (text === '""' ? '' : unescape(text, this.delimiters, this.charset))))
  }

  /** True when the sender declares a truncation character and marks this value with it (v2.7, 2.5.5.2). */
  isTruncated(place: Place): boolean {
    const { truncation } = this.delimiters
    return truncation !== undefined && !this.#isDeclaration(place.field) && this.rawAt(place).endsWith(truncation)
  }
}

/** Whether segments of this name declare delimiters. */
export const isHeaderName = (name: string): boolean => name === 'MSH' || name === 'BHS' || name === 'FHS'

const part = (raw: string, delimiter: string, number: number): string => {
  let start = 0
  for (let count = 1; count < number; count++) {
    const next = raw.indexOf(delimiter, start)
    if (next < 0) return ''
    start = next + delimiter.length
  }
  const end = raw.indexOf(delimiter, start)
  return end < 0 ? (start === 0 ? raw : raw.slice(start)) : raw.slice(start, end)
}
