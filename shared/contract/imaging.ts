import * as z from 'zod'
import type { StudySource } from '../records/imaging-study/study'
import { request } from './request'
import { line, recordId } from './shapes'

export type { StudySource } from '../records/imaging-study/study'

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
  /** How many of them lie on this workstation; the others are on another one, or on the server. Absent: not counted. */
  readonly here?: number
  /** `chart`: linked to the patient. `tray`: Patient ID matches nobody open or disagrees. */
  readonly place: 'chart' | 'tray'
  /** As in the files: shown to the person who decides, never used to link. */
  readonly dicomPatient: { readonly id: string; readonly name: string; readonly birthDate: string }
  readonly linkedBy?: string
  /** Where the first of it came from; absent: somebody imported it. */
  readonly source?: StudySource
}

/** One series, instances in viewing order (by position where there is one). */
export interface SeriesEntry {
  readonly seriesInstanceUid: string
  readonly number?: number
  readonly modality: string
  readonly description: string
  readonly instances: readonly InstanceEntry[]
}

/**
 * Why an instance is not shown. The viewer says this in its place, never a wrong picture.
 * `not-an-image`: a report, a document, a plan. `no-pixel-data`: it says it is an image, the pixels are not there.
 * `truncated-pixels`: the file ends before the picture does. `damaged-pixels`: the pixel data contradict themselves.
 * `unsupported-transfer-syntax`: no decoder (video, or unknown). `unsupported-pixels`: one bit or floating point a pixel.
 */
export type CannotShow = 'not-an-image' | 'no-pixel-data' | 'truncated-pixels' | 'damaged-pixels' | 'unsupported-transfer-syntax' | 'unsupported-pixels'

/** One instance as the viewer needs it. */
export interface InstanceEntry {
  readonly sopInstanceUid: string
  readonly number?: number
  readonly frames: number
  readonly rows: number
  readonly columns: number
  /** Millimetres along the normal of the slice, where the file says where the slice lies. */
  readonly location?: number
  /** Image Position (Patient), millimetres: x, y, z of the first pixel; of an instance of one plane. */
  readonly position?: readonly number[]
  /** Image Orientation (Patient): direction cosines of the row, then of the column. */
  readonly orientation?: readonly number[]
  /** Where the viewer fetches the Part 10 bytes: an `app://` address that holds for this session only. */
  readonly url: string
  /** A large file: its frames are fetched one by one, each as a file of one frame, at `<url>/<frame>`, from 1. */
  readonly byFrame?: true
  readonly cannotShow?: CannotShow
}

/**
 * A file that an import left out, and why.
 * `different-content`: an instance with this UID is here already, and it is not the same; the first one is kept.
 * `other-patient`: its study is here under another Patient ID. `missing`: a DICOMDIR names it, and it is not there.
 * `damaged-directory`: a DICOMDIR that could not be read, so nothing was checked against it.
 * `outside`: a link, or a path in a zip archive, that leads out of the folder. `too-many`: files beyond the limit of one import.
 * `zip-…`: a zip archive, or a file in one: damaged, grown beyond all measure, under a password, packed in a way that is not read,
 * or a zip archive in another one.
 */
export interface LeftOut {
  /** Path inside the folder. */
  readonly file: string
  readonly reason:
    | 'not-dicom' | 'truncated' | 'no-uid' | 'duplicate' | 'different-content' | 'other-patient'
    | 'unreadable' | 'too-large' | 'missing' | 'damaged-directory' | 'outside' | 'too-many'
    | 'zip-damaged' | 'zip-bomb' | 'zip-encrypted' | 'zip-method' | 'zip-nested'
}

/** A study on a disc that was looked through. */
export interface FoundStudy {
  readonly studyInstanceUid: string
  readonly description: string
  readonly modalities: readonly string[]
  /** Study date and time as ISO local, where the files have them. */
  readonly started?: string
  readonly dicomPatient: { readonly id: string; readonly name: string; readonly birthDate: string }
  readonly series: number
  readonly images: number
  readonly bytes: number
  /** So many of its images are in the archive already. */
  readonly here: number
  /** Whose number the files carry: `this` the open patient's, so that it goes onto the chart; the others go into the tray. */
  readonly owner: 'this' | 'another' | 'nobody'
}

/** An import, while it runs and afterwards. */
export interface ImportProgress {
  readonly id: string
  /** `looking`: what is there is being listed. `choosing`: it waits for somebody to say which of `found` are imported. */
  readonly state: 'looking' | 'choosing' | 'running' | 'done' | 'cancelled' | 'failed'
  /** Files looked at, of `total` (0 while they are being counted). */
  readonly seen: number
  readonly total: number
  readonly imported: number
  /** Every file left out is counted here; `leftOut` names the first thousand. Empty in `importChanged`: ask `readImport`. */
  readonly leftOutTotal: number
  readonly leftOut: readonly LeftOut[]
  /** Empty in `importChanged`. */
  readonly studies: readonly StudyEntry[]
  /** What was found by looking through it first. Empty in `importChanged`. */
  readonly found: readonly FoundStudy[]
  /** Why it failed. */
  readonly problem?: 'folder-unreadable' | 'disk-full' | 'internal'
}

/** Import, studies and pixels. */
export const imagingRequests = {
  /**
   * Starts importing a folder or disc, with or without DICOMDIR; progress comes as `importChanged`. Studies with the
   * patient's number go onto the chart, all others into the tray; without a patient, every one does.
   */
  importFolder: request(z.object({ folder: z.string().min(1).max(4096), patient: recordId.optional() }), 'imaging.import', 'write').answers<ImportProgress>(),
  /**
   * Looks through folders, discs, zip archives or files and tells which studies are there, without importing any;
   * progress comes as `importChanged`, until it is `choosing`.
   */
  lookThrough: request(z.object({ from: z.array(z.string().min(1).max(4096)).min(1).max(1000), patient: recordId.optional() }), 'imaging.import', 'read').answers<ImportProgress>(),
  /** Imports these of what was found. `not-found`: there is no such import that waits for it. */
  importChosen: request(z.object({ import: line, studies: z.array(z.string().max(64)).max(100_000) }), 'imaging.import', 'write').answers<ImportProgress>(),
  cancelImport: request(z.object({ import: line }), 'imaging.import').answers<ImportProgress>(),
  readImport: request(z.object({ import: line }), 'imaging.import').answers<ImportProgress>(),
  listStudies: request(z.object({ patient: recordId }), 'imaging.read').answers<StudyEntry[]>(),
  /** Series and instances of a study, with the addresses of their pixels. */
  openStudy: request(z.object({ patient: recordId, study: recordId }), 'imaging.read', 'read').answers<{ study: StudyEntry; series: SeriesEntry[] }>(),
  listImagingTray: request(z.undefined(), 'tray.read').answers<StudyEntry[]>(),
  /** A named person says whose study this is. */
  fileStudy: request(z.object({ study: recordId, patient: recordId }), 'tray.file', 'write').answers<StudyEntry>(),
}
