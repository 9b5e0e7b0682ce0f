import type { Composition, DiagnosticReport, Encounter, Observation, ServiceRequest, Task } from 'fhir/r4'
import { noteOf } from '../../shared/records/composition/note'
import { diagnosticReportOf } from '../../shared/records/diagnostic-report/report'
import { encounterOf, finishedEncounter } from '../../shared/records/encounter/encounter'
import { vitalObservation } from '../../shared/records/observation/vitalObservation'
import { orderOf } from '../../shared/records/service-request/order'

/** Records of a chart at given times. */

export const encounter = (subject: string, start: string, end?: string): Encounter => {
  const begun = encounterOf({ subject, start, reason: 'Cough', practitioner: 'doctor' })
  return end === undefined ? begun : finishedEncounter(begun, end)
}
export const compositionOf = (subject: string, visit: string, date: string, text: string): Composition => noteOf({ subject, encounter: visit, author: 'doctor', date, text })
export const pulse = (subject: string, effective: string, value: number, corrects?: string): Observation =>
  vitalObservation({ subject, code: 'pulse', value, effective, performer: 'nurse', origin: { kind: 'typed' }, ...(corrects === undefined ? {} : { corrects }) })
export const order = (subject: string, status: ServiceRequest['status'], authoredOn: string): ServiceRequest => ({ ...orderOf({ subject, test: 'Full blood count', accession: 'A19000001', requester: 'doctor', authoredOn }), status })
export const report = (subject: string, issued: string, results: readonly string[]): DiagnosticReport =>
  diagnosticReportOf({ subject, accession: 'A19000001', title: 'Full blood count', issued, origin: { kind: 'typed' }, results })
export const taskAbout = (patient: string): Task => ({ resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: `Patient/${patient}` } })
