import * as z from 'zod'
import { request } from './request'
import { calendarDate, recordId } from './shapes'

/** What takes up room in the data folder of a workstation. */
export interface StoragePart {
  readonly part: 'replica' | 'archive' | 'journal' | 'hub' | 'window' | 'backup' | 'put-aside' | 'other'
  readonly bytes: number
}

/** The work that is under way, or how the last one ended. */
export type StorageJob =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly does: 'purge' | 'fetch'; readonly done: number; readonly of: number }
  /** `left`: records that the server does not have as they are here (purge), or does not have any more (fetch). */
  | { readonly state: 'done' | 'cancelled'; readonly does: 'purge' | 'fetch'; readonly records: number; readonly left: number }
  | { readonly state: 'failed'; readonly does: 'purge' | 'fetch'; readonly problem: string; readonly records: number; readonly left: number }

/** Room on the disk, and records that are on the server only. */
export interface StorageState {
  /** Bytes; `isLow` under 1 GB. Absent: the system does not tell. */
  readonly disk?: { readonly free: number; readonly total: number; readonly isLow: boolean }
  readonly purged: { readonly records: number; readonly patients: number }
  readonly job: StorageJob
}

/** What would be purged. */
export interface PurgeEstimate {
  /** ISO instant: what happened earlier would go. */
  readonly before: string
  readonly visits: number
  readonly records: number
  readonly patients: number
  /** Room that would become free, estimated. */
  readonly bytes: number
}

/** Records of a patient that are on the server only. */
export interface OlderRecords {
  /** They are older than this, ISO instant. */
  readonly before: string
  readonly count: number
}

/** The documents of one day, UTC, as two workstations can compare them without sending any. */
export interface DayDigestEntry {
  readonly day: string
  readonly count: number
  /** 128 bits, hexadecimal. */
  readonly digest: string
}

const years = z.int().min(1).max(50)

/** How the practice grows on this workstation. */
export const storageRequests = {
  storageState: request(z.undefined(), 'signed-in').answers<StorageState>(),
  storageSizes: request(z.undefined(), 'storage.manage').answers<StoragePart[]>(),
  /** What a purge of visits older than so many years would take away. Changes nothing. */
  planPurge: request(z.object({ years }), 'storage.manage').answers<PurgeEstimate>(),
  /** Takes them out of this workstation; the server keeps them. Begins only; see `storageChanged`. */
  purge: request(z.object({ years }), 'storage.manage', 'write').answers<StorageState>(),
  /** Fetches everything that was purged here. Begins only; see `storageChanged`. */
  fetchAllOlder: request(z.undefined(), 'storage.manage', 'write').answers<StorageState>(),
  cancelStorageJob: request(z.undefined(), 'storage.manage').answers<StorageState>(),
  /** Whether this patient has records that are on the server only; null when all are here. */
  olderRecords: request(z.object({ patient: recordId }), 'chart.read').answers<OlderRecords | null>(),
  /** Fetches them. */
  fetchOlder: request(z.object({ patient: recordId }), 'chart.read', 'write').answers<{ records: number; missing: number }>(),
  /** What this workstation has of each day, and of all of them. */
  readDigests: request(z.object({ from: calendarDate.optional(), to: calendarDate.optional() }), 'sync.read').answers<{ days: DayDigestEntry[]; count: number; digest: string }>(),
  /** What it has of one day, document by document. */
  readDigestOfDay: request(z.object({ day: calendarDate }), 'sync.read').answers<{ id: string; digest: string }[]>(),
}
