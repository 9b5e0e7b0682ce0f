import { type Delimiters, unescape } from './delimiters'
import type { FieldPlace } from './fields'

/** One record, still in the sender's own words. */
export class AstmRecord {
  readonly #fields: readonly string[]

  constructor(
    /** As it was sent, without its CR. */
    readonly raw: string,
    readonly delimiters: Delimiters,
  ) {
    this.#fields = raw.split(delimiters.field)
  }

  /** First letter of field 1: H P O R C Q M S L. */
  get type(): string {
    return this.#fields[0]?.[0] ?? ''
  }

  /** Number of fields. */
  get length(): number {
    return this.#fields.length
  }

  /** A field as sent: neither split nor unescaped. Empty when it was left out. */
  rawField(field: number): string {
    return this.#fields[field - 1] ?? ''
  }

  /** Repeats of a field, each with its components, unescaped. */
  repeats(field: number): string[][] {
    return this.rawField(field)
      .split(this.delimiters.repeat)
      .map((repeat) => repeat.split(this.delimiters.component).map((part) => unescape(part, this.delimiters)))
  }

  /** Text at a place of the field tables: one component, or the whole field with its delimiters. Spaces around are padding. */
  text({ field, component }: FieldPlace): string {
    if (component !== undefined) return (this.repeats(field)[0]?.[component - 1] ?? '').trim()
    return unescape(this.rawField(field), this.delimiters).trim()
  }
}
