import type {
  ActivityDefinition, AllergyIntolerance, AuditEvent, Basic, Communication, Composition, Condition, Device, DiagnosticReport, Encounter, ImagingStudy,
  Observation, ObservationDefinition, Organization, Patient, PlanDefinition, Practitioner, ServiceRequest, Specimen, Task,
} from 'fhir/r4'

/** The R4 resource of each record type. `Basic` holds what R4 has no resource for (sign-in verifiers). */
export interface ResourceOf {
  Patient: Patient
  Encounter: Encounter
  Composition: Composition
  Observation: Observation
  AllergyIntolerance: AllergyIntolerance
  /** A problem, or what a visit found: see `condition/condition.ts`. */
  Condition: Condition
  ServiceRequest: ServiceRequest
  DiagnosticReport: DiagnosticReport
  ImagingStudy: ImagingStudy
  Organization: Organization
  Practitioner: Practitioner
  Device: Device
  Basic: Basic
  /** That somebody was told something, and that they answered: see `communication/criticalAlert.ts`. */
  Communication: Communication
  /** A review item: see `mergeReview.ts`. */
  Task: Task
  AuditEvent: AuditEvent
  /** A tube: see `specimen/specimen.ts`. */
  Specimen: Specimen
  /** A test of the laboratory's catalogue: see `lab-catalogue/definitions.ts`. */
  ObservationDefinition: ObservationDefinition
  /** A panel of the catalogue. */
  ActivityDefinition: ActivityDefinition
  /** An order set of the catalogue. */
  PlanDefinition: PlanDefinition
}

/** The record types, in the order in which lists show them. */
export const recordTypes = [
  'Patient', 'Encounter', 'Composition', 'Observation', 'AllergyIntolerance', 'Condition', 'ServiceRequest', 'DiagnosticReport',
  'ImagingStudy', 'Organization', 'Practitioner', 'Device', 'Basic', 'Communication', 'Task', 'AuditEvent', 'Specimen',
  'ObservationDefinition', 'ActivityDefinition', 'PlanDefinition',
] as const satisfies readonly (keyof ResourceOf)[]

export type RecordType = (typeof recordTypes)[number]

/** Types of which a version is never changed: a correction is a new record that points at the old. */
export const appendOnlyTypes: readonly RecordType[] = ['Observation', 'Composition', 'DiagnosticReport', 'Communication', 'AuditEvent']

/** R4 search parameters that the screens query by; see each type's `search.ts`. Absent: not known. */
export interface SearchParameters {
  /** Lower case, without accents. */
  family?: string
  given?: string
  /** FHIR date. */
  birthdate?: string
  /** Numbers people read: patient number, accession number, Study Instance UID. */
  identifier?: string
  phone?: string
  /** Id of the patient that the record is about. */
  subject?: string
  encounter?: string
  code?: string
  /** When it clinically happened, ISO instant in UTC. */
  date?: string
  status?: string
}

/** A version that was superseded: who wrote it, where and when. */
export interface PriorVersion<Type extends RecordType = RecordType> {
  readonly resource: ResourceOf[Type]
  readonly author: string
  readonly station: string
  readonly at: string
  /** See {@link Envelope.after}. */
  readonly after?: readonly string[]
}

/** A record: an R4 resource and who, where and when. */
export interface Envelope<Type extends RecordType = RecordType> {
  /** ULID; equals `resource.id` and the document id on the server. */
  readonly id: string
  readonly type: Type
  /** Id of the practice that owns it. */
  readonly practice: string
  readonly resource: ResourceOf[Type]
  readonly search: SearchParameters
  /** Practitioner id of the person, or `device:<id>`, or `system`. */
  readonly author: string
  /** Prefix of the workstation, e.g. `A`. */
  readonly station: string
  /** Hybrid logical clock stamp of this version: `2026-11-21T10:00:00.000Z-0000-A`; sorts as text. */
  readonly at: string
  /** Stamps of the versions that this one was made from: one for a change, two for a merge. Absent: it is the first, or from an earlier Outpost. */
  readonly after?: readonly string[]
  /** Superseded versions, oldest first; empty for append-only types. */
  readonly prior: readonly PriorVersion<Type>[]
  /** The server's revision (CouchDB `_rev`) that this version was made from; absent until it has synced. */
  readonly rev?: string
}
