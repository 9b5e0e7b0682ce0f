import * as z from 'zod'
import type { Reading } from './devices'
import type { LineBytes } from './lines'
import type { ResultLine } from './patients'
import { request } from './request'
import { instant, recordId } from './shapes'

/** A line of this workstation of which a recording is kept. */
export interface TraceLine {
  /** Id of the paired device, or the path of a port that was opened without one. */
  readonly line: string
  /** What people call it. */
  readonly name: string
  readonly path: string
  /** Profile of its device; absent: a port without one. */
  readonly profile?: string
  /** How far the recording reaches back, ISO instants; absent: nothing was recorded yet. */
  readonly from?: string
  readonly to?: string
  /** On disk. */
  readonly bytes: number
}

/** Something on a line that is no bytes. */
export interface TraceNote {
  readonly number: number
  /** ISO instant, to the millisecond. */
  readonly at: string
  /** `made`: what came before it made the result with this reference. `gap`: the disk could not take so many bytes. */
  readonly note: 'opened' | 'closed' | 'made' | 'gap'
  readonly text: string
}

/** What a line said or was told, or what happened to it. */
export type TracePiece = LineBytes | TraceNote

/** Part of a recording, oldest first. */
export interface TracePage {
  readonly pieces: readonly TracePiece[]
  /** There is more than fitted: before these where the newest were asked for, else behind them. */
  readonly isCut: boolean
}

/** The exact bytes that made a result. */
export interface ResultSource {
  /** Reference of the bytes in the journal. */
  readonly reference: string
  readonly deviceName: string
  readonly profile: string
  /** When the last of them arrived, ISO instant. */
  readonly at: string
  /** All of them, as they came over the line. */
  readonly bytes: Uint8Array
  /** Both directions with times, while the recording still reaches back so far; else empty. */
  readonly conversation: readonly TracePiece[]
}

/** What a replay came to. Times are those of the recording. Nothing of it is filed on a patient. */
export type ReplayedResult = {
  /** Counts the results of this replay from 1. */
  readonly number: number
  /** ISO instant. */
  readonly at: string
} & (
  | { readonly kind: 'sample'; readonly accession: string; readonly isQualityControl: boolean; readonly isWhole: boolean; readonly results: readonly ResultLine[] }
  /** A message that cannot be read. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'measurement'; readonly values: Reading['values']; readonly bed?: string }
  /** Medians of a stream; none: the probe is off, or it searches. */
  | { readonly kind: 'stream'; readonly values: Reading['values'] }
  | { readonly kind: 'refused'; readonly why: string }
)

/** How far a replay is. */
export interface ReplayState {
  readonly replay: string
  /** The recording's clock, ISO instant. */
  readonly at: string
  /** Pieces played, of all. */
  readonly done: number
  readonly of: number
  readonly isOver: boolean
  /** Bytes of the device that went through the parser, and their SHA-256: the same at any speed. */
  readonly bytes: number
  readonly digest: string
  /** The stretch was longer than can be played at once; its end is left out. */
  readonly isCut: boolean
  /** What was played, and what it came to, since the last question. */
  readonly pieces: readonly TracePiece[]
  readonly results: readonly ReplayedResult[]
}

/** A recording that was saved into a file. */
export interface SavedRecording {
  readonly file: string
  readonly pieces: number
  /** The stretch was longer than one file takes; its beginning is left out. */
  readonly isCut: boolean
  /** What was blanked, and how often: by record or segment; `number` for stand-ins, `word` and `date` of print-outs, `loose` for what stands in none. Absent: nothing. */
  readonly blanked?: Readonly<Record<string, number>>
}

/** A line that can be asked for. */
const lineId = z.string().min(1).max(500)
const folder = z.string().min(1).max(4096).refine((path) => !path.includes('\0'))
const speed = z.union([z.literal(1), z.literal(100)]).default(1)
/** `training`: into the tray and the charts of a training practice. */
const into = z.enum(['view', 'training']).default('view')
const replay = z.string().min(1).max(40)
const stretch = { line: lineId, from: instant.optional(), to: instant.optional() }

/** What lines said: recordings, and the bytes behind results. Each opening of them is on the audit trail: patients' names lie in them. */
export const blackBoxRequests = {
  listTraces: request(z.undefined(), 'trace.read').answers<TraceLine[]>(),
  /** The newest of a recording, or of a stretch of it. */
  openTrace: request(z.object(stretch), 'trace.read', 'read').answers<TracePage>(),
  /** What came since the piece with this number; to be asked a few times a second by who watches a line. `not-found` before `openTrace`. */
  readTrace: request(z.object({ line: lineId, after: z.number().min(0) }), 'trace.read').answers<TracePage>(),
  /** The bytes behind a result or a vital sign on the chart. */
  resultSource: request(z.object({ patient: recordId, type: z.enum(['DiagnosticReport', 'Observation']), record: recordId }), 'result.read', 'read').answers<ResultSource>(),
  /** The bytes behind something in the tray. */
  traySource: request(z.object({ item: z.string().min(1).max(80) }), 'tray.read', 'read').answers<ResultSource>(),
  /**
   * Plays a stretch of a device's recording through the parsers of its profile, as fast as it was or a hundred times as fast. Only to be looked
   * at, unless this is a training practice: `not-allowed`.
   */
  startReplay: request(z.object({ ...stretch, speed, into }), 'trace.read', 'read').answers<ReplayState>(),
  /** As {@link startReplay}, with a saved recording. `no-recording`: the file is none. */
  replayFile: request(z.object({ file: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= 64 * 1024 * 1024), speed, into }), 'trace.read', 'read').answers<ReplayState>(),
  /** What was played since; to be asked a few times a second. */
  readReplay: request(z.object({ replay, afterPiece: z.number().min(0), afterResult: z.int().min(0) }), 'trace.read').answers<ReplayState>(),
  stopReplay: request(z.object({ replay }), 'trace.read').answers<null>(),
  /** Saves a recording into a folder: `recording` to be played again, `log` to be read; with names and numbers of patients blanked unless they shall be kept. */
  saveTrace: request(z.object({ ...stretch, folder, form: z.enum(['recording', 'log']).default('recording'), patients: z.enum(['blanked', 'kept']).default('blanked') }), 'trace.read', 'read').answers<SavedRecording>(),
}
