import * as z from 'zod'
import { request } from './request'
import { line, recordId } from './shapes'

/** What there is to export, and what has to be thought of before it leaves. */
export interface ExportPlan {
  readonly instances: number
  readonly bytes: number
  /** Counted in the studies, and not on this workstation: they would be missing. */
  readonly missing: number
  /** Images whose file says that text is burned into them. */
  readonly burnedIn: number
  /** Images of a kind that often has text burned in (ultrasound, secondary capture, endoscopy …), whose file does not say that it has none. */
  readonly mayBeBurnedIn: number
  /** Reports and documents: left out of what is de-identified, their text cannot be. */
  readonly documents: number
}

/** Why a file is not in an export. `document`: see {@link ExportPlan.documents}. `damaged`: it does not read back, or not to its end. */
export type NotExported = 'document' | 'damaged'

/** An export, while it runs and afterwards. */
export interface ExportProgress {
  readonly id: string
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  readonly done: number
  readonly of: number
  readonly notExported: Readonly<Partial<Record<NotExported, number>>>
  /** What was made, once it is done: a folder, or a zip archive. */
  readonly path?: string
  readonly problem?: 'folder-unwritable' | 'disk-full' | 'internal'
}

const studies = z.array(recordId).min(1).max(50)
const folder = z.string().min(1).max(4096)

/** A picture as the window drew it. A request carries one, so a long cine is one file of one request. */
const largestPicture = 64 * 1024 * 1024

/** Images that leave this workstation as files. */
export const imagingExportRequests = {
  planExport: request(z.object({ patient: recordId, studies }), 'imaging.export').answers<ExportPlan>(),
  /**
   * Starts writing a DICOM file-set with its DICOMDIR into a new folder, or zip archive, inside `folder`. With
   * `deidentify` by the basic profile of PS3.15; refused as `conflict` with `reason: 'pixel-text'` while images may have text burned in and nobody has said
   * that they were looked at.
   */
  exportStudies: request(
    z.object({
      patient: recordId,
      studies,
      folder,
      form: z.enum(['folder', 'zip']),
      deidentify: z
        .object({
          /** In the place of name and Patient ID. */
          pseudonym: z.string().trim().regex(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,31}$/),
          dates: z.enum(['remove', 'shift', 'keep']),
          pixelsLookedAt: z.boolean(),
        })
        .optional(),
    }),
    'imaging.export',
    'write',
  ).answers<ExportProgress>(),
  readExport: request(z.object({ export: line }), 'imaging.export').answers<ExportProgress>(),
  cancelExport: request(z.object({ export: line }), 'imaging.export').answers<ExportProgress>(),
  /** Keeps a picture that the window drew (a frame, or a cine) as a file in `folder`; answers its path. */
  savePicture: request(
    z.object({ patient: recordId, study: recordId, folder, type: z.enum(['png', 'jpeg', 'gif']), bytes: z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= largestPicture) }),
    'imaging.export',
    'write',
  ).answers<{ path: string }>(),
}
