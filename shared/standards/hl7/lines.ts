import { delimitersOf } from './delimiters'
import type { Hl7Problem } from './problems'

/** More segments than any real message has: what comes after them stays in the last one, unread. */
export const mostSegments = 100_000

/**
 * A text cut into segments, by places: nothing is copied until somebody reads a segment. Segment `n` stands from
 * `starts[n]` to `stops[n]`; what lies between two segments, before the first and after the last is their ends and noise.
 */
export interface Lines {
  readonly text: string
  readonly starts: readonly number[]
  readonly stops: readonly number[]
  readonly problems: readonly Hl7Problem[]
}

const CR = 13
const LF = 10

const isUpper = (code: number) => code >= 65 && code <= 90
const isUpperOrDigit = (code: number) => isUpper(code) || (code >= 48 && code <= 57)
const isName = (text: string, at: number): boolean => isUpper(text.charCodeAt(at)) && isUpperOrDigit(text.charCodeAt(at + 1)) && isUpperOrDigit(text.charCodeAt(at + 2))
/** MSH, BHS, FHS. */
const isHeaderName = (text: string, at: number): boolean => text.startsWith('MSH', at) || text.startsWith('BHS', at) || text.startsWith('FHS', at)

/** A text as the standard asks: begins with MSH, each segment ended by CR alone. Undefined when it is not that. */
const regularLines = (text: string): Lines | undefined => {
  if (!text.startsWith('MSH') || text.includes('\n')) return undefined
  const separator = text.charCodeAt(3)
  const starts: number[] = [0]
  const stops: number[] = []
  for (let at = text.indexOf('\r', 4); at >= 0; at = text.indexOf('\r', at + 1)) {
    stops.push(at)
    const next = at + 1
    if (next === text.length) break
    if (text.charCodeAt(next + 3) !== separator || !isName(text, next) || isHeaderName(text, next) || starts.length >= mostSegments) return undefined
    starts.push(next)
  }
  if (stops.length < starts.length) stops.push(text.length)
  return { text, starts, stops, problems: [] }
}

type Look = 'segment' | 'bare' | 'no'

/** What stands at `at`: a name with a separator, a name alone, or neither. */
const lookAt = (text: string, at: number, separator: string): Look => {
  if (!isName(text, at)) return 'no'
  const after = text[at + 3]
  if (after === separator) return 'segment'
  if (isHeaderName(text, at) && delimitersOf(text.slice(at, at + 12))) return 'segment'
  return after === undefined || after === '\r' || after === '\n' ? 'bare' : 'no'
}

const kindOf = (end: string) => (end.includes('\r') ? 'r' : '') + (end.includes('\n') ? 'n' : '')

/** The line break that this sender ends segments with: what stands before the second one. */
const usualEnd = (text: string, from: number, separator: string): string => {
  const breaks = /[\r\n]+/g
  breaks.lastIndex = from
  for (let found = breaks.exec(text); found; found = breaks.exec(text)) {
    if (lookAt(text, breaks.lastIndex, separator) === 'segment') return kindOf(found[0])
  }
  return 'r'
}

/**
 * Cuts a text into segments whatever their ends: CR, LF, CR LF, blank lines between them, none after the last one. A
 * line break is the end of a segment when a segment name and a separator follow it; else it is data, as the LF in the
 * text of a report whose sender did not escape it.
 */
export const linesOf = (text: string): Lines => {
  const lines = regularLines(text) ?? irregularLines(text)
  const last = lines.starts.length - 1
  if (text.charCodeAt(lines.stops[last]! - 1) !== 0x1c) return lines
  // The end character of a block that a file kept is no part of the last field.
  return { ...lines, stops: [...lines.stops.slice(0, last), lines.stops[last]! - 1] }
}

const irregularLines = (text: string): Lines => {
  const problems: Hl7Problem[] = []
  const first = firstSegment(text)
  let separator = text[first + 3] ?? '|'
  const usual = usualEnd(text, first, separator)
  const starts: number[] = []
  const stops: number[] = []
  let start = first
  let at = first
  let field = 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code !== CR && code !== LF) {
      if (text[at] === separator) field++
      at++
      continue
    }
    let next = at
    while (next < text.length && (text.charCodeAt(next) === CR || text.charCodeAt(next) === LF || text.charCodeAt(next) === 0x1c || text.charCodeAt(next) === 0x0b)) next++
    const end = text.slice(at, next)
    const look = next >= text.length ? 'segment' : lookAt(text, next, separator)
    const isUsualEnd = kindOf(end) === usual
    const isBroken = look === 'no' && isUsualEnd && isDamagedSegment(text, next, separator)
    if (look === 'segment' || (look === 'bare' && isUsualEnd) || isBroken) {
      if (starts.length + 1 >= mostSegments && next < text.length) {
        problems.unshift({ kind: 'too-many-segments', at: mostSegments })
        break
      }
      starts.push(start)
      stops.push(at)
      start = next
      field = 1
      if (isBroken) problems.push({ kind: 'bad-segment', segment: text.slice(next, next + 3), at: starts.length + 1 })
      if (isHeaderName(text, next)) separator = text[next + 3] ?? separator
    } else {
      const kind = isUsualEnd ? 'stray-line' : 'line-break-in-field'
      problems.push({ kind, segment: text.slice(start, start + 3), at: starts.length + 1, field: field - (isHeaderName(text, start) ? 0 : 1) })
    }
    at = next
  }
  if (start < text.length) {
    starts.push(start)
    stops.push(text.length)
  }
  return { text, starts, stops, problems: problems.slice(0, 1_000) }
}

/** Where the first segment begins: a header if there is one on any line, else the first thing that looks like a segment. */
const firstSegment = (text: string): number => {
  const header = /(?:^|[\r\n\x0b\x1c\ufeff\x00 \t])(?=(?:MSH|BHS|FHS)[!-/:-@[-`{-~])/.exec(text)
  if (header) return header.index + header[0].length
  const any = /(?:^|[\r\n\x0b\x1c\ufeff\x00 \t])(?=[A-Z][A-Z0-9]{2}\|)/.exec(text)
  return any ? any.index + any[0].length : text.length
}

/** A separator within the first characters: the line was meant to be a segment, and its name is spoilt. */
const isDamagedSegment = (text: string, at: number, separator: string): boolean => {
  const place = text.indexOf(separator, at)
  return place >= at && place - at <= 4 && !/[\r\n]/.test(text.slice(at, place))
}
