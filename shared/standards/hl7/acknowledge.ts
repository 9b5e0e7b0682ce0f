import { echoOf, writeMessage, type SegmentContent } from './build'
import { writeDateTime } from './dateTime'
import * as fields from './fields'
import type { Hl7Message } from './message'
import type { Hl7Problem } from './problems'
import type { LocalDateTime } from '../astm/value'

/** MSA-1, table 0008. Original mode: AA, AE, AR. Enhanced mode: CA, CE, CR say that it was (not) taken over, AA, AE, AR what came of it. */
export type AckCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR'

/**
 * What became of a message. `stored`: it is on disk. `error`: it could not be kept now, and may be sent again.
 * `rejected`: it is no message that anybody here can take, and sending it again is of no use.
 */
export type Outcome = 'stored' | 'error' | 'rejected'

const isAsked = (condition: string, outcome: Outcome): boolean => {
  switch (condition.toUpperCase()) {
    case 'AL':
      return true
    case 'ER':
      return outcome !== 'stored'
    case 'SU':
      return outcome === 'stored'
    default:
      return false
  }
}

const letter: Readonly<Record<Outcome, 'A' | 'E' | 'R'>> = { stored: 'A', error: 'E', rejected: 'R' }

/**
 * Which acknowledgements a sender asks for (2.9.2, 2.9.3). MSH-15 and MSH-16 both empty: original mode, one answer.
 * Else enhanced mode: the accept acknowledgement if MSH-15 asks for it, the application's if MSH-16 does.
 */
export const acknowledgementsOf = (message: Hl7Message, outcome: Outcome): AckCode[] => {
  const header = message.segment('MSH')
  const [accept = '', application = ''] = [header?.text(fields.header.acceptAck), header?.text(fields.header.applicationAck)]
  if (accept === '' && application === '') return [`A${letter[outcome]}`]
  return [...(isAsked(accept, outcome) ? [`C${letter[outcome]}` as const] : []), ...(isAsked(application, outcome) ? [`A${letter[outcome]}` as const] : [])]
}

/** What an acknowledgement is written with. */
export interface AckOptions {
  readonly code: AckCode
  /** Control id of the acknowledgement itself; at most 20 characters for old receivers. */
  readonly controlId: string
  /** Local time. */
  readonly at: LocalDateTime
  /** MSA-3, for people. No patient detail. */
  readonly text?: string
  /** What is wrong, as an ERR segment. */
  readonly problem?: Hl7Problem
}

/** Table 0357. */
const errorOf = ({ kind }: Hl7Problem): readonly [code: string, text: string] => {
  switch (kind) {
    case 'field-missing':
    case 'no-control-id':
      return ['101', 'Required field missing']
    case 'field-unreadable':
      return ['102', 'Data type error']
    case 'no-header':
    case 'second-header':
    case 'bad-segment':
    case 'result-without-order':
      return ['100', 'Segment sequence error']
    default:
      return ['207', 'Application internal error']
  }
}

/** Writes ACK (2.13.1) in the sender's own delimiters: sender and receiver change places, MSA-2 is the message's MSH-10. */
export const writeAck = (message: Hl7Message, { code, controlId, at, text, problem }: AckOptions): string => {
  const header = message.segment('MSH')
  const encoded = (field: number) => echoOf(header, field)
  const { event } = message.type
  const version = message.version || '2.3.1'
  const segments: SegmentContent[] = [
    ['MSH', encoded(5), encoded(6), encoded(3), encoded(4), writeDateTime(at), undefined, event === '' ? 'ACK' : ['ACK', event], controlId, header?.rawField(11) ? encoded(11) : 'P', version, ...Array.from({ length: 5 }, () => undefined), encoded(18)],
    ['MSA', code, encoded(10), text],
  ]
  if (problem) {
    const [number, name] = errorOf(problem)
    const place = [problem.segment, problem.at, problem.field]
    // v2.5 moved the place to ERR-2 and the error to ERR-3 (2.14.5).
    segments.push(/^2\.[1-4]/.test(version) ? ['ERR', [...place, [number, name, 'HL70357']]] : ['ERR', undefined, place, [number, name, 'HL70357'], 'E'])
  }
  return writeMessage(segments, message.delimiters)
}

/** What an acknowledgement says. */
export interface Ack {
  readonly code: AckCode
  /** The message that it answers. Match by this alone: a late answer belongs to an earlier message. */
  readonly controlId: string
  readonly text: string
}

/** Reads MSA of an ACK or of any answer; undefined where there is none. */
export const ackOf = (message: Hl7Message): Ack | undefined => {
  const segment = message.segment('MSA')
  const code = segment?.text(fields.acknowledgement.code).toUpperCase() ?? ''
  if (!segment || !/^[AC][AER]$/.test(code)) return undefined
  return { code: code as AckCode, controlId: segment.text(fields.acknowledgement.controlId), text: segment.text(fields.acknowledgement.text) }
}
