import * as z from 'zod'
import { annotationKinds, type Annotation, type PixelMeaning } from '../records/imaging-annotation/annotation'
import { request } from './request'
import { idempotencyKey, optionalLine, recordId } from './shapes'

export type { Annotation, AnnotationKind, AnnotationValues, Calibration, Measured, MeasureBasis, MeasureRefusal, PicturePlace, PixelMeaning, Quantity } from '../records/imaging-annotation/annotation'

/** An annotation as screens see it. */
export interface AnnotationEntry extends Annotation {
  readonly id: string
  /** Stamp of the version: what a change says it is a change of. */
  readonly version: string
  /** ISO instant of the last change, and prefix of the workstation. */
  readonly changedAt: string
  readonly station: string
  /** Who made it first, and when. */
  readonly createdBy: string
  readonly createdAt: string
  /** How many versions it has. */
  readonly versions: number
}

/** One version of an annotation, as it stood. */
export interface AnnotationVersion {
  readonly act: 'drawn' | 'changed' | 'labelled' | 'removed' | 'restored' | 'merged'
  /** Name of the person; '' for a merge. */
  readonly by: string
  readonly at: string
  readonly station: string
  readonly annotation: Annotation
}

/** A DICOM unique identifier. */
const uid = z.string().regex(/^\d[\d.]{0,63}$/)
/** Far beyond any picture; a point may lie off it. */
const coordinate = z.number().min(-100_000).max(1_000_000)
const points = z.array(z.tuple([coordinate, coordinate])).max(8)
const value = z.number().min(-1e12).max(1e12)
/** What the viewer read under the shape; its unit is not asked for, the file says it. */
const values = z.object({ count: z.int().min(1).max(1_000_000_000), mean: value, deviation: value.min(0).optional(), least: value.optional(), greatest: value.optional() })
const about = { patient: recordId, study: recordId }

/** Measurements and marks on pictures. What a shape measures is worked out by the practice host, from the stored file. */
export const imagingAnnotationRequests = {
  /** What the pixels of an instance measure: one answer for all its frames, or one for each. Problem `study-incomplete`: its file is not here. */
  readPixelMeanings: request(z.object({ ...about, instance: uid }), 'imaging.read').answers<readonly PixelMeaning[]>(),
  /** Everything on the pictures of a study, removed ones too; the first first. */
  listAnnotations: request(z.object(about), 'imaging.read').answers<AnnotationEntry[]>(),
  /** Draws one. A key image takes no points and no values; a second one of the same picture is the first. */
  addAnnotation: request(
    z.object({ key: idempotencyKey, ...about, kind: z.enum(annotationKinds), series: uid, instance: uid, frame: z.int().min(1).max(1_000_000), points, values: values.optional(), label: optionalLine.default('') }),
    'imaging.annotate',
    'write',
  ).answers<AnnotationEntry>(),
  /** Draws it anew, or writes something else beside it; also brings back a removed one. `version`: the one that was looked at; problem `conflict` when there is a later one. */
  changeAnnotation: request(
    z.object({ ...about, annotation: recordId, version: z.string().max(64), points: points.optional(), values: values.optional(), label: optionalLine.optional() }),
    'imaging.annotate',
    'write',
  ).answers<AnnotationEntry>(),
  /** Takes it away; it stays in the history, and {@link changeAnnotation} with its points brings it back. */
  removeAnnotation: request(z.object({ ...about, annotation: recordId, version: z.string().max(64) }), 'imaging.annotate', 'write').answers<AnnotationEntry>(),
  /** Every version, newest first. */
  annotationHistory: request(z.object({ ...about, annotation: recordId }), 'imaging.read').answers<AnnotationVersion[]>(),
}
