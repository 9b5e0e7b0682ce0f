import { createHash } from 'node:crypto'
import type { TrayReason } from '../../../shared/contract'
import type { Sample } from '..'

/** A sample's results as the practice host keeps them, from arrival to the end. Kind `inbox` of the local store. */
export interface InboxItem {
  /** Journal reference of the bytes that they came in. */
  readonly capture: string
  readonly device: string
  readonly deviceName: string
  readonly profile: string
  readonly receivedAt: string
  /** Absent: the message could not be read. */
  readonly sample?: Sample
  /** Faults of the message that forbid filing it by itself. */
  readonly isWhole: boolean
  /** Why it waits, or waited. */
  readonly reason?: TrayReason
  readonly report?: string
  /** How far the analyser's clock was off when it came, milliseconds: see `analyserClock.ts`. */
  readonly clockOffsetMs?: number
  readonly decision?: { readonly by: string; readonly name: string; readonly at: string; readonly why?: string }
}

/**
 * `new`: stored, nothing decided. `matched`: filed by its accession number. `waiting`: in the tray.
 * `filed`, `rejected`: decided by a person. `superseded`: a piece of a transfer that was cut off; the
 * whole has come since.
 */
export type ItemState = 'new' | 'matched' | 'waiting' | 'filed' | 'rejected' | 'superseded'

/** Kind in the local store. */
export const inboxKind = 'inbox'

/**
 * Id of a sample's item. An analyser that did not hear our last ACK sends the same message again, and
 * a re-transmission differs from it only in its status: both give the same id, so they are stored once.
 * A sample that neither a number nor a time tells from the next one's always counts as new.
 */
export const itemIdOf = (capture: { readonly id: string; readonly device: string; readonly text: Uint8Array }, index: number, isWhole: boolean, sample: Sample | undefined): string => {
  // A piece never passes for the whole that comes after it.
  const hash = createHash('sha256').update(isWhole ? 'whole' : 'piece').update(capture.device)
  if (!sample) return hash.update(capture.text).digest('hex').slice(0, 40)
  const isTellable = sample.accession !== '' || sample.results.some((result) => result.measured)
  if (!isTellable) return `${capture.id}-${index}`
  const results = sample.results.map(({ line, measured }) => [line.code, line.text, line.unit, line.flag, line.status, measured])
  return hash.update(JSON.stringify([sample.accession, sample.isQualityControl, results])).digest('hex').slice(0, 40)
}

/** Stands where a device's id would for replayed captures. */
export const replayDevice = 'replay'
