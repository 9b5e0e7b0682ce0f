import * as z from 'zod'
import { lateralities, orderedModalities, orderPriorities, type ImagingOrderFacts } from '../records/imaging-order/imagingOrder'
import type { ImagingReportFacts } from '../records/imaging-report/imagingReport'
import type { ReportTemplate } from '../records/imaging-report/template'
import type { LetterheadFacts } from '../records/organization/letterhead'
import type { StudyEntry } from './imaging'
import type { PatientSummary } from './patients'
import { request } from './request'
import { calendarDate, idempotencyKey, line, optionalLine, prose, recordId } from './shapes'

export { lateralities, orderedModalities, orderPriorities, type Laterality, type OrderedModality, type OrderPriority } from '../records/imaging-order/imagingOrder'
export { reportSections, type KeyImage, type ReportSection, type ReportText } from '../records/imaging-report/imagingReport'
export type { ReportTemplate } from '../records/imaging-report/template'

/** The way of an imaging order, in the order in which it is walked. */
const imagingSteps = ['ordered', 'performed', 'linked', 'signed', 'notified', 'seen'] as const
export type ImagingStep = (typeof imagingSteps)[number]

/** A step of an order: when, and by whom where somebody did it. */
export interface ImagingStepEntry {
  readonly step: ImagingStep
  /** ISO instant; of `performed` by the files alone, the study's own local time without a zone. Absent: not yet. */
  readonly at?: string
  /** Name of the person. Absent: it came about by itself. */
  readonly by?: string
}

/** An imaging order on a chart. */
export interface ImagingOrderEntry extends Pick<ImagingOrderFacts, 'accession' | 'studyInstanceUid' | 'modality' | 'bodyPart' | 'laterality' | 'what' | 'reason' | 'priority' | 'scheduled' | 'note' | 'status'> {
  readonly id: string
  /** Name of the doctor who asked for it. */
  readonly by: string
  readonly at: string
  /** All of them, done or not. */
  readonly steps: readonly ImagingStepEntry[]
  /** Ids of the studies that answer it. */
  readonly studies: readonly string[]
  /** Its report as it stands. */
  readonly report?: string
  readonly cancelled?: { readonly why: string; readonly by: string; readonly at: string }
}

/** An imaging report on a chart: the version that stands, with people by name. What was withdrawn stays readable. */
export interface ImagingReportEntry extends Omit<ImagingReportFacts, 'signer' | 'issued' | 'replaces'> {
  readonly id: string
  /** Who signed the report first, and when; an addendum has its own. */
  readonly by: string
  readonly at: string
}

/**
 * Why a study waits in the tray. `no-number`: the files carry no Patient ID. `unknown-number`: nobody here has it. `birth-date`: the number is somebody's
 * here who was born on another day. `other-order`: its accession number, or its Study Instance UID, is of an order for somebody else. `not-open`: the number
 * is somebody's here whose chart was not open. `moved-back`: a person took it off a chart.
 */
export type TrayStudyReason = 'no-number' | 'unknown-number' | 'birth-date' | 'other-order' | 'not-open' | 'moved-back'

/** Why one study waits, and whose it may be. */
export interface TrayStudyExplained {
  readonly study: string
  readonly reason: TrayStudyReason
  /** The patient of the order that it names, or whose number the files carry; to be looked at twice, never taken for granted. */
  readonly suggested?: PatientSummary
  /** What that order asked for. */
  readonly order?: string
  /** The last decision to take it off a chart. */
  readonly movedBack?: { readonly by: string; readonly at: string; readonly why: string }
}

/** What stands at the head of everything that is printed. */
export type Letterhead = LetterheadFacts

const uid = z.string().regex(/^\d+(\.\d+)+$/).max(64)
const keyImage = z.object({
  studyInstanceUid: uid,
  seriesInstanceUid: uid,
  sopInstanceUid: uid,
  frame: z.int().min(1).max(1_000_000).optional(),
  window: z.object({ centre: z.number().finite(), width: z.number().positive().finite() }).optional(),
  caption: optionalLine,
})
const reportText = z.object({ technique: prose, findings: prose, impression: prose })

/** Imaging orders, what becomes of them, their reports, and studies that are on the wrong chart. */
export const imagingOrderRequests = {
  /** Orders images offline, under this station's next accession number. */
  placeImagingOrder: request(
    z.object({
      key: idempotencyKey,
      patient: recordId,
      modality: z.enum(orderedModalities),
      bodyPart: line,
      laterality: z.enum(lateralities).optional(),
      reason: line,
      priority: z.enum(orderPriorities).default('routine'),
      /** Day, or day and time where the clinic stands. */
      scheduled: z.union([calendarDate.length(10), z.string().regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/)]).optional(),
      note: optionalLine.optional(),
    }),
    'order.write',
    'write',
  ).answers<ImagingOrderEntry>(),
  /** Newest first, with every step. */
  listImagingOrders: request(z.object({ patient: recordId }), 'chart.read').answers<ImagingOrderEntry[]>(),
  /** Somebody took the images. */
  markImagingPerformed: request(z.object({ patient: recordId, order: recordId }), 'imaging.import', 'write').answers<ImagingOrderEntry>(),
  cancelImagingOrder: request(z.object({ patient: recordId, order: recordId, why: line }), 'order.write', 'write').answers<ImagingOrderEntry>(),
  /** A named person says that a study on this chart answers this order. */
  linkStudyToOrder: request(z.object({ patient: recordId, study: recordId, order: recordId }), 'tray.file', 'write').answers<ImagingOrderEntry>(),
  /** A named person takes a study off a chart; it waits in the tray again. Refused while a signed report rests on it. */
  moveStudyBack: request(z.object({ patient: recordId, study: recordId, why: line }), 'tray.file', 'write').answers<StudyEntry>(),
  /** Of every study in the imaging tray, why it waits. */
  explainImagingTray: request(z.undefined(), 'tray.read').answers<TrayStudyExplained[]>(),
  /** Signs a report; from then on it is only added to. */
  signImagingReport: request(
    z.object({ key: idempotencyKey, patient: recordId, order: recordId.optional(), studies: z.array(recordId).min(1).max(20), text: reportText, keyImages: z.array(keyImage).max(40) }),
    'report.sign',
    'write',
  ).answers<ImagingReportEntry>(),
  addToImagingReport: request(z.object({ key: idempotencyKey, patient: recordId, report: recordId, text: prose.min(1) }), 'report.sign', 'write').answers<ImagingReportEntry>(),
  /** Says of a signed report that it is none: of another patient's images, for instance. Its order waits again. */
  withdrawImagingReport: request(z.object({ key: idempotencyKey, patient: recordId, report: recordId, why: line }), 'report.sign', 'write').answers<ImagingReportEntry>(),
  /** Newest first; versions that stand. */
  listImagingReports: request(z.object({ patient: recordId }), 'result.read').answers<ImagingReportEntry[]>(),
  /** Their reports stand in the inbox of whoever asked for them. */
  noticesShown: request(z.object({ orders: z.array(recordId).min(1).max(100) }), 'result.read', 'write').answers<null>(),
  /** The practice's own words to begin a report with, by name. */
  listReportTemplates: request(z.undefined(), 'chart.read').answers<ReportTemplate[]>(),
  /** Keeps or replaces the template of that name. */
  saveReportTemplate: request(z.object({ name: line, modality: z.union([z.enum(orderedModalities), z.literal('')]), text: reportText }), 'report.sign', 'write').answers<ReportTemplate[]>(),
  removeReportTemplate: request(z.object({ name: line }), 'report.sign', 'write').answers<ReportTemplate[]>(),
  readLetterhead: request(z.undefined(), 'chart.read').answers<Letterhead>(),
}
