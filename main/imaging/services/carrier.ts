import type { RemoteStudies } from '../../../shared/contract'
import type { TakenIn } from '../import/takeIn'
import type { Deliver } from './outbox/outbox'
import type { Whose } from './query/findStudies'

/** A way to places that do not speak DIMSE: what the services need of it. */
export interface Carrier {
  /** Whether it is the way to the place with this id. */
  has(peer: string): Promise<boolean>
  /** Throws `PeerProblem`. */
  find(peer: string, whose: Whose, known: (uids: readonly string[]) => Promise<ReadonlySet<string>>, signal?: AbortSignal): Promise<RemoteStudies>
  /** Fetches what is not here of a study. Throws `PeerProblem`; what has come stays. */
  fetch(
    peer: string, studyInstanceUid: string, take: (file: Uint8Array) => Promise<TakenIn>, news: { progress(total: number, here: number): void }, signal: AbortSignal,
  ): Promise<void>
  /** Sends a study, for the outbox. */
  readonly deliver: Deliver
}
