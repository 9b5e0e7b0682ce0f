import type { ExchangeProblem } from '../../../shared/contract'
import { DimseProblem, status, statusClass, type DimseProblemKind } from '../dimse'

const kinds: Readonly<Record<DimseProblemKind, ExchangeProblem>> = {
  unreachable: 'unreachable', 'not-secure': 'not-secure', rejected: 'rejected', 'no-context': 'not-offered', aborted: 'broken-off', 'timed-out': 'timed-out', protocol: 'protocol',
  cancelled: 'broken-off', closed: 'broken-off',
}

/** Something between us and a peer did not come about. */
export class PeerProblem extends Error {
  constructor(readonly kind: ExchangeProblem, readonly detail = '') {
    super(kind)
    this.name = 'PeerProblem'
  }
}

/** What went wrong, in the words of the contract; a fault of ours stays one. */
export const problemOf = (reason: unknown): { readonly problem: ExchangeProblem; readonly detail: string } => {
  if (reason instanceof PeerProblem) return { problem: reason.kind, detail: reason.detail }
  if (reason instanceof DimseProblem) return { problem: kinds[reason.kind], detail: reason.detail }
  return { problem: 'internal', detail: '' }
}

const inHex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0')

/** What a peer's answer to a C-STORE means; undefined: it has the instance. A warning says that it was stored with changes (PS3.4 §B.2.3). */
export const storeProblem = (code: number): { readonly problem: ExchangeProblem; readonly detail: string } | undefined => {
  const meant = statusClass(code)
  if (meant === 'success' || meant === 'warning') return undefined
  const isFull = (code & 0xff00) === (status.outOfResources & 0xff00)
  return { problem: isFull ? 'no-room' : 'refused', detail: inHex(code) }
}

/** What a peer's last answer to a query or a retrieve means; undefined: it is done (PS3.4 §C.4). */
export const endProblem = (code: number, comment: string | undefined): { readonly problem: ExchangeProblem; readonly detail: string } | undefined => {
  const meant = statusClass(code)
  if (meant === 'success') return undefined
  const detail = [inHex(code), comment ?? ''].filter((part) => part !== '').join(' ').slice(0, 200)
  if (meant === 'warning') return { problem: 'incomplete', detail }
  if (meant === 'cancel') return { problem: 'broken-off', detail }
  return { problem: code === status.outOfResources ? 'no-room' : code === status.sopClassNotSupported ? 'not-offered' : 'refused', detail }
}
