import * as z from 'zod'
import { request } from './request'
import { line, recordId } from './shapes'

/** How much of the archive stays on this workstation. */
export interface KeepRule {
  /** The archive may take up so much here; 0: as much as there is. */
  readonly gigabytes: number
  /** What was stored or opened within so many days stays whatever the size. */
  readonly days: number
}

/** Where the images of a study are. `elsewhere`: neither here nor, as far as is known here, on the server. */
export type Whereabouts = 'here' | 'both' | 'server' | 'elsewhere'

/** The work on the archive that is under way, or how the last one ended. */
export type ArchiveJob =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly does: 'room' | 'check' | 'mend'; readonly done: number; readonly of: number }
  /** `room`: studies and bytes that went; `unconfirmed` studies stayed because the server does not have all of them. */
  | { readonly state: 'done' | 'cancelled'; readonly does: 'room'; readonly studies: number; readonly bytes: number; readonly unconfirmed: number }
  /** `check`: images read, and of them those that are gone or damaged. */
  | { readonly state: 'done' | 'cancelled'; readonly does: 'check'; readonly files: number; readonly missing: number; readonly damaged: number }
  /** `mend`: images that are being fetched from the server again; `lost` are not there either. */
  | { readonly state: 'done' | 'cancelled'; readonly does: 'mend'; readonly files: number; readonly lost: number }
  | { readonly state: 'failed'; readonly does: 'room' | 'check' | 'mend'; readonly problem: 'no-server' | 'internal' }

/** The archive of this workstation. */
export interface ArchiveState {
  readonly bytes: number
  readonly files: number
  readonly studies: number
  /** Of them those that the server has too, as far as this workstation remembers. */
  readonly alsoOnServer: number
  readonly rule: KeepRule
  /** Bytes beyond the rule. */
  readonly excess: number
  /** What could go by the rule at this moment. */
  readonly mayGo: { readonly studies: number; readonly bytes: number }
  /** Images that a check found gone or damaged, and that have not come back since. */
  readonly faulty: number
  readonly job: ArchiveJob
}

/** How much room images take up, and what becomes of them. */
export const imagingStorageRequests = {
  readArchive: request(z.undefined(), 'imaging.configure').answers<ArchiveState>(),
  setKeepRule: request(z.object({ gigabytes: z.int().min(0).max(1_000_000), days: z.int().min(0).max(36_500) }), 'imaging.configure', 'write').answers<ArchiveState>(),
  /** Lets go what may go by the rule; each study only when the server, asked at that moment, has all of it. Begins only. */
  makeRoom: request(z.undefined(), 'imaging.configure', 'write').answers<ArchiveState>(),
  /** Reads every image and compares it with its SHA-256. Begins only. */
  checkArchive: request(z.undefined(), 'imaging.configure', 'write').answers<ArchiveState>(),
  /** Fetches what a check found faulty from the server again. Begins only. */
  mendArchive: request(z.undefined(), 'imaging.configure', 'write').answers<ArchiveState>(),
  cancelArchiveJob: request(z.undefined(), 'imaging.configure').answers<ArchiveState>(),
  /**
   * Takes the images of a study off this workstation; its chart still lists it. `no-server`: the server cannot be asked.
   * `study-not-confirmed`: it does not have all of them, so they stay.
   */
  dropStudy: request(z.object({ patient: recordId, study: recordId }), 'imaging.configure', 'write').answers<{ bytes: number }>(),
  /** Takes a study off its chart, or out of the tray, and its images off every workstation; why is kept with the name of who decided. */
  deleteStudy: request(z.object({ study: recordId, patient: recordId.optional(), why: line }), 'tray.file', 'write').answers<null>(),
  /** A small picture of the study, JPEG in base64, for its chart. `bad-shape`: it is none, or too large. */
  keepThumbnail: request(z.object({ study: recordId, picture: z.string().max(32_000) }), 'imaging.read').answers<null>(),
  /** The small pictures of a patient's studies, JPEG in base64 by id of the study; only of those that were opened on this workstation. */
  studyThumbnails: request(z.object({ patient: recordId }), 'imaging.read').answers<Record<string, string>>(),
  /** Where the images of a patient's studies are, by id of the study. */
  studyWhereabouts: request(z.object({ patient: recordId }), 'imaging.read').answers<Record<string, Whereabouts>>(),
}
