/** What is wrong with a message; it is still read as far as it goes. */
export interface Hl7Problem {
  readonly kind: Hl7ProblemKind
  /** Name of the segment, as sent. */
  readonly segment?: string
  /** Which segment of the message, counted from 1. */
  readonly at?: number
  /** Field number. */
  readonly field?: number
}

/** Kinds of {@link Hl7Problem}. */
export type Hl7ProblemKind =
  /** No MSH at the beginning: nothing says who sent what. */
  | 'no-header'
  /** MSH-1 or MSH-2 cannot be what they should be. */
  | 'bad-delimiters'
  /** MSH-2 declares fewer characters than there are; the usual ones stand in. */
  | 'incomplete-delimiters'
  /** A second header in one message. */
  | 'second-header'
  /** A line that should be a segment and has no name of one. */
  | 'bad-segment'
  /** A line that is no segment, where a segment should begin: joined to the field before it. */
  | 'stray-line'
  /** A line break inside a field, which the sender should have escaped. */
  | 'line-break-in-field'
  /** Only so many segments are looked at. */
  | 'too-many-segments'
  | 'charset-unknown'
  | 'charset-mismatch'
  /** A field without which the message has no meaning. */
  | 'field-missing'
  /** MSH-10 is empty: an acknowledgement of this message cannot name it. */
  | 'no-control-id'
  /** A field whose content is not of its type. */
  | 'field-unreadable'
  /** The number of messages in a batch is not what its trailer says. */
  | 'batch-count'
  /** A result that stands under no order. */
  | 'result-without-order'

/** Problems after which a message may say something else than it seems to: nobody may file it unseen. */
const grave: ReadonlySet<Hl7ProblemKind> = new Set(['no-header', 'bad-delimiters', 'second-header', 'bad-segment', 'stray-line', 'too-many-segments', 'field-missing'])

/** False when the problems leave open what a message said. */
export const isTrustworthy = (problems: readonly Hl7Problem[]): boolean => problems.every(({ kind }) => !grave.has(kind))
