import { z } from 'zod'
import { request } from './request'
import { line, recordId } from './shapes'

/** A study on a chart or in the imaging tray. */
export interface StudyEntry {
  readonly id: string
  /** Study Instance UID (0020,000D). */
  readonly studyInstanceUid: string
  readonly description: string
  readonly modalities: readonly string[]
  /** Study date and time as ISO local, where the file has them. */
  readonly started?: string
  readonly accession?: string
  readonly series: number
  readonly instances: number
  /** `chart`: linked to the patient. `tray`: Patient ID matches nobody open or disagrees. */
  readonly place: 'chart' | 'tray'
  /** As in the files: shown to the person who decides, never used to link. */
  readonly dicomPatient: { readonly id: string; readonly name: string; readonly birthDate: string }
  readonly linkedBy?: string
}

/** One series, instances in viewing order (by position where there is one). */
export interface SeriesEntry {
  readonly seriesInstanceUid: string
  readonly number?: number
  readonly modality: string
  readonly description: string
  readonly instances: readonly InstanceEntry[]
}

/** One instance as the viewer needs it. */
export interface InstanceEntry {
  readonly sopInstanceUid: string
  readonly frames: number
  readonly rows: number
  readonly columns: number
  /** Where the viewer fetches the Part 10 bytes: an `app://` address that holds for this session only. */
  readonly url: string
  /** Set when the picture cannot be shown right: why, instead of a wrong picture. */
  readonly cannotShow?: string
}

/** A file that an import left out, and why. */
export interface LeftOut {
  readonly file: string
  readonly reason: 'not-dicom' | 'truncated' | 'no-uid' | 'duplicate' | 'unreadable' | 'no-image' | 'different-content' | 'too-large'
}

/** An import, while it runs and afterwards. */
export interface ImportProgress {
  readonly id: string
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  readonly seen: number
  readonly total: number
  readonly imported: number
  readonly leftOut: readonly LeftOut[]
  readonly studies: readonly StudyEntry[]
  readonly problem?: string
}

/** Import, studies and pixels. */
export const imagingRequests = {
  /** Starts importing a folder or disc, with or without DICOMDIR; progress comes as `importChanged`. */
  importFolder: request(z.object({ folder: z.string().min(1).max(4096), patient: recordId }), 'imaging.import', 'write').answers<ImportProgress>(),
  cancelImport: request(z.object({ import: line }), 'imaging.import').answers<ImportProgress>(),
  readImport: request(z.object({ import: line }), 'imaging.import').answers<ImportProgress>(),
  listStudies: request(z.object({ patient: recordId }), 'imaging.read').answers<StudyEntry[]>(),
  /** Series and instances of a study, with the addresses of their pixels. */
  openStudy: request(z.object({ patient: recordId, study: recordId }), 'imaging.read', 'read').answers<{ study: StudyEntry; series: SeriesEntry[] }>(),
  listImagingTray: request(z.undefined(), 'tray.read').answers<StudyEntry[]>(),
  /** A named person says whose study this is. */
  fileStudy: request(z.object({ study: recordId, patient: recordId }), 'tray.file', 'write').answers<StudyEntry>(),
}
