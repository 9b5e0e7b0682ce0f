import { usualDelimiters, type Delimiters } from './delimiters'
import { escapeText } from './escape'
import type { Hl7Segment } from './segment'

/** Text of a component; it is escaped. `null` is written `""`: there is none. */
export type Text = string | number | null | undefined
/** A component, or its sub-components. */
export type ComponentContent = Text | readonly Text[]
/** A field: text, its components, its repetitions, or what is already encoded with these delimiters. */
export type FieldContent = Text | readonly ComponentContent[] | { readonly repeat: readonly (Text | readonly ComponentContent[])[] } | { readonly encoded: string }
/** Name and fields from field 1 on; MSH, BHS and FHS begin with field 3, since their first two are the delimiters. */
export type SegmentContent = readonly [name: string, ...fields: FieldContent[]]

const isList = (content: unknown): content is readonly unknown[] => Array.isArray(content)

const trimmed = (parts: readonly string[], delimiter: string): string => {
  let end = parts.length
  while (end > 0 && parts[end - 1] === '') end--
  return parts.slice(0, end).join(delimiter)
}

const encodeText = (text: Text, delimiters: Delimiters): string => (text === null ? '""' : text === undefined ? '' : escapeText(String(text), delimiters))
const encodeComponents = (content: Text | readonly ComponentContent[], delimiters: Delimiters): string =>
  isList(content)
    ? trimmed((content as readonly ComponentContent[]).map((part) => (isList(part) ? trimmed((part as readonly Text[]).map((text) => encodeText(text, delimiters)), delimiters.subComponent) : encodeText(part as Text, delimiters))), delimiters.component)
    : encodeText(content as Text, delimiters)

const encodeField = (content: FieldContent, delimiters: Delimiters): string => {
  if (typeof content === 'object' && content !== null && 'encoded' in content) return content.encoded
  if (typeof content === 'object' && content !== null && 'repeat' in content) return content.repeat.map((each) => encodeComponents(each, delimiters)).join(delimiters.repetition)
  return encodeComponents(content as Text | readonly ComponentContent[], delimiters)
}

/**
 * A field of a message that goes back in its answer as it was sent, in the same delimiters. Without control characters: a
 * line break in it would make a segment of our answer out of what a device wrote.
 */
// oxlint-disable-next-line no-control-regex
export const echoOf = (segment: Hl7Segment | undefined, field: number): FieldContent => ({ encoded: (segment?.rawField(field) ?? '').replace(/[\x00-\x1f\x7f]/g, '') })

/** Encodes a segment, without its CR. */
export const writeSegment = ([name, ...fields]: SegmentContent, delimiters: Delimiters = usualDelimiters): string => {
  const { field, component, repetition, escape, subComponent, truncation = '' } = delimiters
  const encoded = fields.map((content) => encodeField(content, delimiters))
  if (name === 'MSH' || name === 'BHS' || name === 'FHS') return trimmed([name, component + repetition + escape + subComponent + truncation, ...encoded], field)
  return trimmed([name, ...encoded], field)
}

/** Encodes a message: each segment ended by CR. */
export const writeMessage = (segments: readonly SegmentContent[], delimiters: Delimiters = usualDelimiters): string => segments.map((segment) => `${writeSegment(segment, delimiters)}\r`).join('')
