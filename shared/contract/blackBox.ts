import * as z from 'zod'
import type { LineBytes } from './lines'
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

/** A line that can be asked for. */
const lineId = z.string().min(1).max(500)
const stretch = { line: lineId, from: instant.optional(), to: instant.optional() }

/** What lines said: recordings, and the bytes behind results. Each opening of them is on the audit trail: patients' names lie in them. */
export const blackBoxRequests = {
  listTraces: request(z.undefined(), 'trace.read').answers<TraceLine[]>(),
  /** The newest of a recording, or of a stretch of it. */
  openTrace: request(z.object(stretch), 'trace.read', 'read').answers<TracePage>(),
  /** What came since the piece with this number; to be asked a few times a second by who watches a line. */
  readTrace: request(z.object({ line: lineId, after: z.number().min(0) }), 'trace.read').answers<TracePage>(),
  /** The bytes behind a result or a vital sign on the chart. */
  resultSource: request(z.object({ patient: recordId, type: z.enum(['DiagnosticReport', 'Observation']), record: recordId }), 'result.read', 'read').answers<ResultSource>(),
  /** The bytes behind something in the tray. */
  traySource: request(z.object({ item: z.string().min(1).max(80) }), 'tray.read', 'read').answers<ResultSource>(),
}
