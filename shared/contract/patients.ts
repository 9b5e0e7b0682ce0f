import * as z from 'zod'
import type { Patient } from 'fhir/r4'
import { request } from './request'
import { calendarDate, idempotencyKey, instant, line, optionalLine, page, prose, recordId } from './shapes'
import type { NoteSection } from '../records/composition/note'
import type { SaidBefore } from '../records/diagnostic-report/saidBefore'
import type { Delta } from '../records/observation/deltaCheck'
import type { Origin } from '../records/observation/origin'
import type { ResultLine } from '../records/observation/result'
import { vitalAnswers, type VitalCode } from '../records/observation/vitals'
import type { Likeness } from '../records/patient/likeness'

export { soapParts } from '../records/composition/note'
export type { NoteSection, SoapPart } from '../records/composition/note'
export type { Origin } from '../records/observation/origin'
export type { ResultLine } from '../records/observation/result'
export type { Likeness } from '../records/patient/likeness'

/** FHIR `AdministrativeGender`. */
export const gender = z.enum(['male', 'female', 'other', 'unknown'])

/** One row of a patient list or search. */
export interface PatientSummary {
  readonly id: string
  readonly family: string
  readonly given: string
  readonly prefix?: string
  readonly gender: 'male' | 'female' | 'other' | 'unknown'
  /** FHIR date; may be only a year. Absent: not known. */
  readonly birthDate?: string
  readonly deceased: boolean
  /** The practice's own number, e.g. `A-000123`. */
  readonly number: string
  readonly phone?: string
  /** Number of an identity document. */
  readonly document?: string
  /** The envelope's stamp: what a change must name to be accepted. */
  readonly at: string
}

/** Somebody who is here already and may be the one who is being registered. */
export interface SamePerson {
  readonly patient: PatientSummary
  /** What is alike, in the order in which it is told; never empty. */
  readonly alike: readonly Likeness[]
  /** So much is alike that registering anew needs a second look. */
  readonly isLikely: boolean
}

/** What the banner says of allergies: never silently empty. */
export type AllergyStatus =
  | { readonly status: 'not-asked' }
  | { readonly status: 'none-known'; readonly by: string; readonly at: string }
  | { readonly status: 'recorded'; readonly allergies: readonly AllergyEntry[] }

/** One allergy, worst first in every list. */
export interface AllergyEntry {
  readonly id: string
  readonly substance: string
  readonly criticality: 'high' | 'low' | 'unable-to-assess'
  readonly reaction?: string
  readonly by: string
  readonly at: string
}

/** The banner of every clinical screen. */
export interface Banner {
  readonly patient: PatientSummary
  readonly allergies: AllergyStatus
  /** Open review items about this patient: two workstations typed different values. */
  readonly reviewItems: number
}

/** A charted vital sign. */
export interface VitalEntry {
  readonly id: string
  readonly code: VitalCode
  /** In the unit of `shared/records/observation/vitals.ts`; text for AVPU. */
  readonly value: number | string
  readonly effective: string
  /** Sorts by when it was written down: the stamp of its record. */
  readonly written: string
  readonly origin: Origin
  /** Who typed it, or who confirmed the device's reading; empty while nobody has. */
  readonly by: string
  /** A device charted it by itself, and nobody has looked at it. */
  readonly isUnverified?: true
  readonly flag?: 'low' | 'high' | 'critical-low' | 'critical-high' | 'abnormal'
  /** The value that this one corrects, with who charted it. */
  readonly corrects?: { readonly id: string; readonly value: number | string; readonly by: string; readonly at: string }
}

/** An encounter with its notes. */
export interface EncounterEntry {
  readonly id: string
  readonly start: string
  readonly end?: string
  readonly reason: string
  readonly status: 'in-progress' | 'finished'
  readonly by: string
  readonly notes: readonly NoteEntry[]
}

/** A signed note; it is never changed, only added to. */
export interface NoteEntry {
  readonly id: string
  readonly text: string
  /** S, O, A and P apart, where it was written so; else one section without a part. */
  readonly sections: readonly NoteSection[]
  readonly by: string
  readonly at: string
  /** What was added to it after it was signed, the oldest first. */
  readonly addenda: readonly AddendumEntry[]
}

/** What was added to a signed note. */
export interface AddendumEntry {
  readonly id: string
  readonly text: string
  readonly reason: string
  readonly by: string
  readonly at: string
}

/** A laboratory order. */
export interface OrderEntry {
  readonly id: string
  /** Printed on the tube; what results are matched by. */
  readonly accession: string
  readonly test: string
  readonly status: 'active' | 'completed' | 'revoked'
  readonly by: string
  readonly at: string
}

/** A laboratory report as filed on the chart. */
export interface ReportEntry {
  readonly id: string
  readonly accession: string
  /** Id of the order that it answers: several may share a tube and its number. */
  readonly order?: string
  readonly issued: string
  readonly origin: Origin
  /** Name of the person who filed it from the tray; empty when the accession number matched and nobody touched it. */
  readonly filedBy: string
  /** `unverified`: as the device sent it, in part at least. `rejected`: none of it is a result. */
  readonly state: 'unverified' | 'verified' | 'rejected'
  /** The person who decided about it last, and in which words; absent where only a rule did. */
  readonly decision?: { readonly by: string; readonly at: string; readonly why: string }
  /** It stands in the place of an earlier version that somebody may have read. */
  readonly isCorrection: boolean
  /** What the analyser's wrong clock said of the time of measuring; `aheadMinutes` is negative where it is behind. */
  readonly clock?: { readonly told: string; readonly aheadMinutes?: number }
  readonly results: readonly ReportLine[]
}

/** A result of a report, and how it stands to the patient's last one of the same test. */
export interface ReportLine extends ResultLine {
  /** LOINC code, else the analyser's: what its history is found by. */
  readonly history?: string
  /** Absent where there is no earlier number to compare with. */
  readonly delta?: Delta
  /** What it said before it was corrected; `by` is a name, empty where an analyser corrected it. */
  readonly was?: SaidBefore & { readonly by: string }
}

/** One result of a test over time. */
export interface ResultPoint {
  /** When it was measured, ISO instant. */
  readonly at: string
  readonly line: ResultLine
}

/** Everything that the overview tab needs, in one answer. */
export interface Chart {
  readonly banner: Banner
  readonly resource: Patient
  readonly latestVitals: readonly VitalEntry[]
  readonly encounters: readonly EncounterEntry[]
  readonly orders: readonly OrderEntry[]
  readonly reports: readonly ReportEntry[]
  readonly studies: number
}

/** Patients: list, search, registration, banner, allergies. */
export const patientRequests = {
  /** Most recently touched first, or by name or birth date; those without a birth date come last, whichever way. */
  listPatients: request(z.object({ ...page, sort: z.enum(['recent', 'name', 'born']).default('recent'), order: z.enum(['ascending', 'descending']).default('ascending') }), 'patient.read').answers<{ patients: PatientSummary[]; total: number }>(),
  /** By name, number, identity document, phone or birth date; best first; tolerates a typo and missing accents. */
  findPatients: request(z.object({ text: z.string().max(200), limit: z.int().min(1).max(100).default(20) }), 'patient.read').answers<PatientSummary[]>(),
  /** Who may be the person in the registration form already, the likeliest first; nothing is needed but what is known. */
  findSamePeople: request(
    z.object({
      family: optionalLine,
      given: optionalLine,
      gender: gender.optional(),
      birthDate: calendarDate.optional(),
      phone: optionalLine.optional(),
      document: optionalLine.optional(),
      limit: z.int().min(1).max(20).default(4),
    }),
    'patient.register',
  ).answers<SamePerson[]>(),
  /** Registers offline; the number comes from this workstation's own counter. */
  registerPatient: request(
    z.object({
      key: idempotencyKey,
      family: line,
      given: optionalLine,
      prefix: optionalLine.optional(),
      gender,
      birthDate: calendarDate.optional(),
      phone: optionalLine.optional(),
      address: optionalLine.optional(),
      document: optionalLine.optional(),
    }),
    'patient.register',
    'write',
  ).answers<PatientSummary>(),
  /** Changes demographics; `at` is the stamp that was read; another change in between is `conflict`. */
  updatePatient: request(
    z.object({
      patient: recordId,
      at: z.string().max(80),
      family: line.optional(),
      given: optionalLine.optional(),
      prefix: optionalLine.optional(),
      gender: gender.optional(),
      birthDate: calendarDate.optional(),
      phone: optionalLine.optional(),
      address: optionalLine.optional(),
      document: optionalLine.optional(),
    }),
    'patient.register',
    'write',
  ).answers<PatientSummary>(),
  /** The overview of a chart; opening it is audited. */
  readChart: request(z.object({ patient: recordId }), 'chart.read', 'read').answers<Chart>(),
  readBanner: request(z.object({ patient: recordId }), 'patient.read').answers<Banner>(),
  recordAllergy: request(
    z.object({ key: idempotencyKey, patient: recordId, substance: line, criticality: z.enum(['high', 'low', 'unable-to-assess']), reaction: optionalLine.optional() }),
    'allergy.write',
    'write',
  ).answers<AllergyStatus>(),
  recordNoKnownAllergies: request(z.object({ key: idempotencyKey, patient: recordId }), 'allergy.write', 'write').answers<AllergyStatus>(),
}

const vitalCode = z.enum(['bp-systolic', 'bp-diastolic', 'pulse', 'respiratory-rate', 'spo2', 'inspired-oxygen', 'temperature', 'avpu', 'pain', 'weight', 'height', 'muac', 'glucose', 'respiratory-distress', 'capillary-refill'])

/** Vital signs of one set, each with its value. */
export const vitalValues = z.array(z.object({ code: vitalCode, value: z.union([z.number().finite(), z.enum(vitalAnswers)]) }))

/** Encounters, notes, vital signs, orders and results on a chart. */
export const chartingRequests = {
  startEncounter: request(z.object({ key: idempotencyKey, patient: recordId, reason: line }), 'encounter.write', 'write').answers<EncounterEntry>(),
  finishEncounter: request(z.object({ patient: recordId, encounter: recordId }), 'encounter.write', 'write').answers<EncounterEntry>(),
  /** Signs a note: free text, or S, O, A and P; something must be written. */
  addNote: request(
    z.object({
      key: idempotencyKey,
      patient: recordId,
      encounter: recordId,
      text: prose.default(''),
      soap: z.object({ subjective: prose, objective: prose, assessment: prose, plan: prose }).partial().optional(),
    }).refine(({ text, soap = {} }) => [text, ...Object.values(soap)].some((written) => written.trim() !== ''), { path: ['text'] }),
    'encounter.write',
    'write',
  ).answers<NoteEntry>(),
  /** Adds to a signed note, with a reason; the note itself stays as it was signed. */
  addAddendum: request(z.object({ key: idempotencyKey, patient: recordId, note: recordId, reason: line, text: prose.min(1) }), 'encounter.write', 'write').answers<NoteEntry>(),
  listEncounters: request(z.object({ patient: recordId, ...page }), 'chart.read').answers<EncounterEntry[]>(),
  /** A set of vital signs taken together; refuses implausible values, one problem a field. */
  recordVitals: request(
    z.object({
      key: idempotencyKey,
      patient: recordId,
      effective: instant,
      values: vitalValues.min(1).max(20),
    }),
    'vitals.write',
    'write',
  ).answers<VitalEntry[]>(),
  /** A new version that points at the old; the old stays readable. */
  correctVital: request(
    z.object({ key: idempotencyKey, patient: recordId, observation: recordId, value: z.union([z.number().finite(), z.enum(vitalAnswers)]) }),
    'vitals.write',
    'write',
  ).answers<VitalEntry>(),
  /** Everything charted in the window, newest first, for flowsheet and trend alike. */
  listVitals: request(z.object({ patient: recordId, since: instant.optional(), limit: z.int().min(1).max(5000).default(1000) }), 'chart.read').answers<VitalEntry[]>(),
  placeOrder: request(z.object({ key: idempotencyKey, patient: recordId, test: line }), 'order.write', 'write').answers<OrderEntry>(),
  listOrders: request(z.object({ patient: recordId }), 'chart.read').answers<OrderEntry[]>(),
  /** The newest first. */
  listReports: request(z.object({ patient: recordId, limit: z.int().min(1).max(1000).default(200) }), 'result.read').answers<ReportEntry[]>(),
  /** Every result of one test that stands, the newest first; `test` is the `history` of a {@link ReportLine}. */
  resultHistory: request(z.object({ patient: recordId, test: line }), 'result.read').answers<ResultPoint[]>(),
}
