import * as z from 'zod'
import { request } from './request'
import { recordId } from './shapes'

/** An instance as a reader of its elements gets it: to list its tags, or to show the document in it. */
export interface ImagingFile {
  /** Part 10 bytes as they were stored, except what `leftAway` says; a deflated data set is inflated. */
  readonly bytes: Uint8Array
  /**
   * `nothing`: the file is whole. `pixels`: it ends with the tag and length of its pixel data. `rest`: it is larger than what is
   * handed out, and ends inside some element.
   */
  readonly leftAway: 'nothing' | 'pixels' | 'rest'
  /** Of the stored file, in bytes. */
  readonly size: number
}

/** Files of a study for reading, not for looking at pixels. */
export const imagingDocumentRequests = {
  /** Problems: `study-incomplete` when the file is not on this workstation. */
  readImagingFile: request(z.object({ patient: recordId, study: recordId, instance: z.string().regex(/^[\d.]{1,64}$/) }), 'imaging.read', 'read').answers<ImagingFile>(),
}
