/** What can go wrong between two application entities. */
export type DimseProblemKind =
  /** Nobody answers at that address, or the name is unknown. */
  | 'unreachable'
  /** TLS failed: another certificate than agreed on, or no TLS at all. */
  | 'not-secure'
  /** The peer refused the association; `detail` says why (PS3.8 §9.3.4). */
  | 'rejected'
  /** The peer took the association, and none of the services that were proposed. */
  | 'no-context'
  /** The peer broke off (A-ABORT), or the line was cut. */
  | 'aborted'
  /** The peer said nothing for too long. */
  | 'timed-out'
  /** The peer broke the protocol; we broke off. */
  | 'protocol'
  /** We broke off, because we were asked to. */
  | 'cancelled'
  /** The association has ended. */
  | 'closed'

/** An association, or a message over it, failed. */
export class DimseProblem extends Error {
  constructor(
    readonly kind: DimseProblemKind,
    /** For the log and for the person who sets it up: terms of the standard, never what a patient is or has. */
    readonly detail = '',
  ) {
    super(detail === '' ? kind : `${kind}: ${detail}`)
    this.name = 'DimseProblem'
  }
}
