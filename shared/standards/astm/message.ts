import { controlResultOf, type ControlResult } from './controlResult'
import { type Delimiters, delimitersOf, usualDelimiters } from './delimiters'
import { AstmRecord } from './record'

/** A result with what was said about it. */
export interface ResultNode {
  readonly record: AstmRecord
  readonly comments: AstmRecord[]
  /** Maker's records (M) and scientific records (S) below it. */
  readonly others: AstmRecord[]
}

/** A test order with its results. `record` is absent where the analyser sent results without one. */
export interface OrderNode {
  readonly record?: AstmRecord
  readonly results: ResultNode[]
  readonly comments: AstmRecord[]
  readonly others: AstmRecord[]
}

/** A patient with orders. `record` is absent where the analyser left it out. */
export interface PatientNode {
  readonly record?: AstmRecord
  readonly orders: OrderNode[]
  readonly comments: AstmRecord[]
  readonly others: AstmRecord[]
}

/** What is wrong with a message; it is still read as far as it goes. */
export type MessageFault =
  /** Records before any header, or a header that declares no usable delimiters. */
  | 'no-header'
  | 'bad-delimiters'
  /** It ends without a terminator record: there may have been more. */
  | 'no-terminator'
  /** A record of a type that the standard does not know. */
  | 'unknown-record'

/** A message of LIS02-A2 (ASTM E1394) as the tree that its clause 5.2 describes. */
export interface AstmMessage {
  readonly delimiters: Delimiters
  readonly header?: AstmRecord
  readonly patients: PatientNode[]
  readonly queries: AstmRecord[]
  /** Results of control samples that came in Q records. */
  readonly controls: ControlResult[]
  readonly comments: AstmRecord[]
  readonly others: AstmRecord[]
  readonly terminator?: AstmRecord
  readonly faults: readonly MessageFault[]
}

type Building = { -readonly [Field in keyof AstmMessage]: AstmMessage[Field] } & { faults: MessageFault[] }
/** Anything that comments and maker's records can stand below. */
type Holder = { comments: AstmRecord[]; others: AstmRecord[] }

/** Records of a text: ended by CR, by CR LF or by LF, whichever the sender uses. Empty lines are left out. */
export const recordsOf = (text: string): string[] => text.split(/[\r\n]+/).filter((line) => line.trim() !== '')

/**
 * Reads messages from decoded text. Never throws: a record that does not fit is kept among
 * `others` and named in `faults`, so that nothing an analyser sent disappears.
 */
export const parseMessages = (text: string): AstmMessage[] => {
  const messages: Building[] = []
  let message: Building | undefined
  let patient: PatientNode | undefined
  let order: OrderNode | undefined
  let holder: Holder | undefined

  const begin = (header: string | undefined): Building => {
    const declared = header === undefined ? undefined : delimitersOf(header)
    const delimiters = declared ?? usualDelimiters
    message = { delimiters, patients: [], queries: [], controls: [], comments: [], others: [], faults: [] }
    if (header === undefined) message.faults.push('no-header')
    else {
      message.header = new AstmRecord(header, delimiters)
      if (!declared) message.faults.push('bad-delimiters')
    }
    messages.push(message)
    patient = undefined
    order = undefined
    holder = message
    return message
  }
  const patientNow = (current: Building): PatientNode => {
    if (!patient) current.patients.push((patient = { orders: [], comments: [], others: [] }))
    return patient
  }
  const orderNow = (current: Building): OrderNode => {
    if (!order) patientNow(current).orders.push((order = { results: [], comments: [], others: [] }))
    return order
  }

  for (const line of recordsOf(text)) {
    const type = line[0]?.toUpperCase()
    if (type === 'H' || !message || message.terminator) {
      const begun = begin(type === 'H' ? line : undefined)
      if (type === 'H') continue
      message = begun
    }
    const current: Building = message
    const record = new AstmRecord(line, current.delimiters)
    switch (type) {
      case 'P':
        current.patients.push((patient = { record, orders: [], comments: [], others: [] }))
        order = undefined
        holder = patient
        break
      case 'O':
        patientNow(current).orders.push((order = { record, results: [], comments: [], others: [] }))
        holder = order
        break
      case 'R': {
        const node: ResultNode = { record, comments: [], others: [] }
        orderNow(current).results.push(node)
        holder = node
        break
      }
      case 'C':
        holder?.comments.push(record)
        break
      case 'Q': {
        const control = controlResultOf(record)
        if (control) current.controls.push(control)
        else current.queries.push(record)
        holder = current
        break
      }
      case 'M':
      case 'S':
        holder?.others.push(record)
        break
      case 'L':
        current.terminator = record
        break
      default:
        holder?.others.push(record)
        if (!current.faults.includes('unknown-record')) current.faults.push('unknown-record')
    }
  }
  for (const each of messages) if (!each.terminator) each.faults.push('no-terminator')
  return messages
}
