import { decodeMessage, encodeAs, type DecodedText } from './charset'
import { delimitersOf, usualDelimiters, type DeclaredDelimiters, type Delimiters } from './delimiters'
import { linesOf, type Lines } from './lines'
import { pathOf } from './path'
import { Hl7Segment, isHeaderName, type Hl7Value } from './segment'
import type { Hl7Problem } from './problems'

/** MSH-9: what a message is. */
export interface MessageType {
  /** `ORU`. */
  readonly code: string
  /** `R01`; empty where the sender leaves it out. */
  readonly event: string
}

/** A message of HL7 v2.3 to v2.7. Segments and fields are cut out when somebody looks at them. */
export class Hl7Message {
  readonly #lines: Lines
  readonly #declared: DeclaredDelimiters | undefined
  readonly #segments: (Hl7Segment | undefined)[] = []
  readonly #decoded: Omit<DecodedText, 'text'>
  readonly delimiters: Delimiters
  #problems: readonly Hl7Problem[] | undefined

  constructor(lines: Lines, decoded: Omit<DecodedText, 'text'>) {
    this.#lines = lines
    this.#decoded = decoded
    const { text, starts: [start], stops: [stop] } = lines
    const first = start === undefined ? '' : text.slice(start, Math.min(stop!, start + 16))
    this.#declared = isHeaderName(first.slice(0, 3)) ? delimitersOf(first) : undefined
    this.delimiters = this.#declared?.delimiters ?? usualDelimiters
  }

  /** Name of the character set for TextDecoder; `utf-8?` where the bytes are ASCII and nothing else is promised. */
  get charset(): string {
    return this.#decoded.charset
  }

  /** Number of segments. */
  get length(): number {
    return this.#lines.starts.length
  }

  /** A segment by its number, counted from 1. */
  at(number: number): Hl7Segment | undefined {
    const { text, starts, stops } = this.#lines
    const start = starts[number - 1]
    if (start === undefined) return undefined
    return (this.#segments[number - 1] ??= new Hl7Segment(text.slice(start, stops[number - 1]), this.delimiters, this.#decoded.charset))
  }

  /** All segments in order. */
  get segments(): readonly Hl7Segment[] {
    return this.#lines.starts.map((_, index) => this.at(index + 1)!)
  }

  /** The segment of this name, or the nth of them, counted from 1. */
  segment(name: string, occurrence = 1): Hl7Segment | undefined {
    const { text, starts } = this.#lines
    let left = occurrence
    for (let index = 0; index < starts.length; index++) if (text.startsWith(name, starts[index]) && --left === 0) return this.at(index + 1)
    return undefined
  }

  /** All segments of a name. */
  all(name: string): Hl7Segment[] {
    const found: Hl7Segment[] = []
    const { text, starts } = this.#lines
    for (let index = 0; index < starts.length; index++) if (text.startsWith(name, starts[index])) found.push(this.at(index + 1)!)
    return found
  }

  /** What is said at a path such as `OBX-5.1` or `PID-3[2].1`: text, `null` for `""`, undefined for nothing. */
  value(path: string): Hl7Value {
    const place = pathOf(path)
    return this.segment(place.segment, place.occurrence)?.value(place)
  }

  /** Text at a path, without padding; empty where nothing or `""` was sent. */
  text(path: string): string {
    return (this.value(path) ?? '').trim()
  }

  /** MSH-9, also where the sender writes `ORU_R01` or leaves out the event. */
  get type(): MessageType {
    const [code = '', event = '', structure = ''] = this.segment('MSH')?.repetitions(9)[0] ?? []
    const [first = '', second = ''] = code.split('_')
    return { code: first.trim().toUpperCase(), event: (event || second || structure.split('_')[1] || '').trim().toUpperCase() }
  }

  /** MSH-10. */
  get controlId(): string {
    return this.text('MSH-10')
  }

  /** MSH-12, e.g. `2.3.1`. */
  get version(): string {
    return this.text('MSH-12.1')
  }

  /** What is wrong with it, in the order of the message. Never grave for a message that is only untidy; see `isTrustworthy`. */
  get problems(): readonly Hl7Problem[] {
    return (this.#problems ??= this.#findProblems())
  }

  #findProblems(): Hl7Problem[] {
    const { text, starts, problems } = this.#lines
    const found: Hl7Problem[] = []
    const header = this.at(1)
    if (header?.name !== 'MSH') found.push({ kind: 'no-header', ...(header ? { segment: header.name, at: 1 } : {}) })
    else {
      if (!this.#declared || this.#declared.fault === 'ambiguous') found.push({ kind: 'bad-delimiters', segment: 'MSH', at: 1, field: this.#declared ? 2 : 1 })
      else if (this.#declared.fault) found.push({ kind: 'incomplete-delimiters', segment: 'MSH', at: 1, field: 2 })
      if (this.type.code === '') found.push({ kind: 'field-missing', segment: 'MSH', at: 1, field: 9 })
      if (this.controlId === '') found.push({ kind: 'no-control-id', segment: 'MSH', at: 1, field: 10 })
      const { fault } = this.#decoded
      if (fault) found.push({ kind: fault === 'unknown' ? 'charset-unknown' : 'charset-mismatch', segment: 'MSH', at: 1, field: 18 })
    }
    for (let index = 1; index < starts.length; index++) if (text.startsWith('MSH', starts[index])) found.push({ kind: 'second-header', segment: 'MSH', at: index + 1 })
    return [...found, ...problems]
  }

  /** The message as it came, character for character. */
  toText(): string {
    return this.#lines.text
  }

  /** The message in its own character set. */
  toBytes(): Uint8Array {
    return encodeAs(this.toText(), this.#decoded.charset)
  }
}

const asText = (input: Uint8Array | string): DecodedText => (typeof input === 'string' ? { text: input, charset: 'utf-8' } : decodeMessage(input))

/** Reads one message, from bytes by its own MSH-18 or from text. Never throws; what is wrong is told by `problems`. */
export const parseMessage = (input: Uint8Array | string): Hl7Message => {
  const decoded = asText(input)
  return new Hl7Message(linesOf(decoded.text), decoded)
}

/** What {@link parseFile} found. */
export interface Hl7File {
  readonly messages: readonly Hl7Message[]
  /** FHS, BHS, BTS and FTS, where they stand. */
  readonly envelope: readonly Hl7Segment[]
  readonly problems: readonly Hl7Problem[]
}

/** Reads a text of any number of messages: one after the other, or batches and files of chapter 2, 2.10.3. Never throws. */
export const parseFile = (input: Uint8Array | string): Hl7File => {
  const decoded = asText(input)
  const { text, starts, stops, problems } = linesOf(decoded.text)
  const messages: Hl7Message[] = []
  const envelope: Hl7Segment[] = []
  const found: Hl7Problem[] = []
  const placed = problems.map((problem) => ({ ...problem, at: problem.at ?? 1 })).sort((one, other) => one.at - other.at)
  let unplaced = 0
  let from = 0
  let batch = 0
  const cut = (to: number) => {
    if (to <= from) return
    const within: Hl7Problem[] = []
    // Problems stand in the order of the text, as the messages do.
    for (; unplaced < placed.length && placed[unplaced]!.at <= to; unplaced++) within.push({ ...placed[unplaced]!, at: placed[unplaced]!.at - from })
    // What stands before the first segment of a file belongs to its first message.
    const begin = from === 0 ? 0 : starts[from]!
    const part: Lines = {
      text: text.slice(begin, starts[to] ?? text.length),
      starts: starts.slice(from, to).map((start) => start - begin),
      stops: stops.slice(from, to).map((stop) => stop - begin),
      problems: within,
    }
    messages.push(new Hl7Message(part, decoded))
    batch++
  }
  let delimiters = usualDelimiters
  starts.forEach((start, index) => {
    const name = text.slice(start, start + 3)
    if (name === 'MSH') {
      cut(index)
      from = index
    } else if (/^[FB](?:HS|TS)$/.test(name)) {
      cut(index)
      from = index + 1
      const raw = text.slice(start, stops[index])
      delimiters = (isHeaderName(name) ? delimitersOf(raw)?.delimiters : undefined) ?? delimiters
      const segment = new Hl7Segment(raw, delimiters, decoded.charset)
      envelope.push(segment)
      if (name === 'BHS') batch = 0
      if (name === 'BTS' && segment.text({ field: 1 }) !== '' && Number(segment.text({ field: 1 })) !== batch) found.push({ kind: 'batch-count', segment: 'BTS', at: index + 1, field: 1 })
    }
  })
  cut(starts.length)
  return { messages, envelope, problems: found }
}
