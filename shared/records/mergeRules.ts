import type { Condition, DiagnosticReport, ImagingStudy, Observation } from 'fhir/r4'
import { allergyMerge } from './allergy-intolerance/merge'
import { basicMerge } from './basic/merge'
import { conditionMerge, settledCondition } from './condition/merge'
import { deviceMerge } from './device/merge'
import { withoutDecider } from './diagnostic-report/verification'
import { encounterMerge } from './encounter/merge'
import type { Envelope, RecordType } from './envelope'
import { recounted, studyMerge } from './imaging-study/merge'
import { resource, type Parts } from './mergeRule'
import { definitionMerge } from './lab-catalogue/merge'
import { organizationMerge } from './organization/merge'
import { patientMerge, patientOneOf } from './patient/merge'
import { practitionerMerge } from './practitioner/merge'
import { orderMerge } from './service-request/merge'
import { specimenMerge } from './specimen/merge'

/** How two versions of a record become one. */
export interface RecordMerge {
  /**
   * `fields`: element by element. `never`: a version is never changed, so what the server has stands and the other is kept beside
   * it. `decision`: a review item, where a decision beats none.
   */
  readonly way: 'fields' | 'never' | 'decision'
  readonly fields: Parts
  /** Of a type that is never changed: what a version comes to. Where two come to the same, nobody is asked which of them stands. */
  readonly gist?: (resource: Envelope['resource']) => Envelope['resource']
  /** What has to be worked out again of what came together. */
  readonly settle?: (resource: Envelope['resource']) => Envelope['resource']
}

const fields = (table: Parts): RecordMerge => ({ way: 'fields', fields: table })
const never: RecordMerge = { way: 'never', fields: resource({}) }
const neverButDecided: RecordMerge = { ...never, gist: (decided) => withoutDecider(decided as Observation | DiagnosticReport) }

/** Every record type and its table. */
const merges: Readonly<Record<RecordType, RecordMerge>> = {
  Patient: fields(resource(patientMerge, patientOneOf)),
  Encounter: fields(resource(encounterMerge)),
  Composition: never,
  Observation: neverButDecided,
  AllergyIntolerance: fields(resource(allergyMerge)),
  Condition: { ...fields(resource(conditionMerge)), settle: (condition) => settledCondition(condition as Condition) },
  ServiceRequest: fields(resource(orderMerge)),
  DiagnosticReport: neverButDecided,
  ImagingStudy: { way: 'fields', fields: resource(studyMerge), settle: (study) => recounted(study as ImagingStudy) },
  Organization: fields(resource(organizationMerge)),
  Practitioner: fields(resource(practitionerMerge)),
  Device: fields(resource(deviceMerge)),
  Basic: fields(resource(basicMerge)),
  Communication: never,
  Task: { way: 'decision', fields: resource({}) },
  AuditEvent: never,
  Specimen: fields(resource(specimenMerge)),
  ObservationDefinition: fields(definitionMerge),
  ActivityDefinition: fields(definitionMerge),
  PlanDefinition: fields(definitionMerge),
}

/** See {@link RecordMerge}. A type that only a newer version knows is merged field by field, and everything that clashes is asked about. */
export const recordMergeOf = (type: RecordType): RecordMerge => (merges as Partial<Record<RecordType, RecordMerge>>)[type] ?? fields(resource({}))

/** The rule of a record's resource. */
export const mergeRuleOf = (type: RecordType): Parts => recordMergeOf(type).fields
