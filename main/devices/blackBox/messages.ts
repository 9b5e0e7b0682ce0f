import type { Entry } from './entry'
import type { ReplayedResult } from '../../../shared/contract'
import type { PlayState } from './player'
import type { Stretch } from './recording'

/** What the practice host asks of the black box. `line` is the id of a paired device, or the path of a bare line. */
export type TraceAsk =
  | { readonly do: 'reach'; readonly lines: readonly string[] }
  | { readonly do: 'read'; readonly line: string; readonly stretch: Stretch }
  /** The bytes behind a capture or a reading. */
  | { readonly do: 'source'; readonly id: string }
  | ({ readonly do: 'replay'; readonly speed: number; /** Id under which messages go on to the practice host; training practices only. */ readonly into?: string } & ReplayFrom)
  | { readonly do: 'replayed'; readonly replay: string; readonly afterPiece: number; readonly afterResult: number }
  | { readonly do: 'stop-replay'; readonly replay: string }

/** What is played: a stretch of a recording here, or a file. */
export type ReplayFrom = { readonly line: string; readonly profile: string; readonly from: number; readonly to: number } | { readonly file: Uint8Array }

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
  replay: { readonly replay: string }
  replayed: PlayState & { readonly isCut: boolean; readonly entries: readonly Entry[]; readonly results: readonly ReplayedResult[] }
  'stop-replay': null
}
