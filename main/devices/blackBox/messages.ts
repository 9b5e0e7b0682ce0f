import type { Entry } from './entry'
import type { Stretch } from './recording'

/** What the practice host asks of the black box. `line` is the id of a paired device, or the path of a bare line. */
export type TraceAsk =
  | { readonly do: 'reach'; readonly lines: readonly string[] }
  | { readonly do: 'read'; readonly line: string; readonly stretch: Stretch }
  /** The bytes behind a capture or a reading. */
  | { readonly do: 'source'; readonly id: string }

/** How far a recording reaches back. */
export interface TraceReach {
  readonly line: string
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** On disk. */
  readonly bytes: number
}

/** The exact bytes that made a result. */
export interface TraceSource {
  readonly device: string
  readonly profile: string
  /** ISO instant. */
  readonly at: string
  /** From the journal: as long as the result. */
  readonly raw: Uint8Array
  /** Both directions with times, while the recording reaches back so far. */
  readonly conversation: readonly Entry[]
}

/** What each {@link TraceAsk} answers. */
export interface TraceAnswers {
  reach: readonly TraceReach[]
  read: { readonly entries: readonly Entry[]; readonly isCut: boolean }
  source: TraceSource
}
