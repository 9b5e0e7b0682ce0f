import type { DiagnosticReport, Observation } from 'fhir/r4'
import { observationOrigin, type Origin, withOrigin } from '../observation/origin'
import { type ResultLine, resultLineOf } from '../observation/result'
import { idIn, referenceTo, systems } from '../systems'

/** What a filed analyser message says besides its lines. */
export interface ReportFiling {
  /** Patient id. */
  readonly subject: string
  readonly accession: string
  /** ServiceRequest id that the accession number belongs to. */
  readonly order?: string
  /** What was measured, e.g. `Full blood count`. */
  readonly title: string
  /** When the analyser gave it out, ISO instant. */
  readonly issued: string
  readonly origin: Origin
  /** Ids of the Observation records, in the analyser's order. */
  readonly results: readonly string[]
  /** Practitioner id of the person who filed it from the tray; absent when the accession number matched. */
  readonly filedBy?: string
}

/** One DiagnosticReport for one filed analyser message; its values are Observation records of their own. */
export const diagnosticReportOf = (filing: ReportFiling, status: DiagnosticReport['status'] = 'final'): DiagnosticReport => {
  const resource: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    status,
    identifier: [{ system: systems.accession, value: filing.accession }],
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }],
    code: { text: filing.title },
    subject: referenceTo('Patient', filing.subject),
    effectiveDateTime: filing.issued,
    issued: filing.issued,
    result: filing.results.map((id) => referenceTo('Observation', id)),
  }
  if (filing.order !== undefined) resource.basedOn = [referenceTo('ServiceRequest', filing.order)]
  if (filing.filedBy !== undefined) resource.performer = [referenceTo('Practitioner', filing.filedBy)]
  return withOrigin(resource, filing.origin, filing.filedBy)
}

/** Ids of a report's Observation records, in order. */
export const resultIdsOf = (report: DiagnosticReport): string[] =>
  (report.result ?? []).map((each) => idIn(each, 'Observation')).filter((id): id is string => id !== undefined)

/** What a chart shows of a report; `filedBy` is the practitioner id, absent when the accession number matched. */
export interface ReportLines {
  readonly accession: string
  readonly issued: string
  readonly origin: Origin
  readonly filedBy?: string
  /** `unverified`: as the device sent it, in part at least. `rejected`: none of it is a result. */
  readonly state: 'unverified' | 'verified' | 'rejected'
  readonly results: readonly ResultLine[]
}

/** How far a report is, for a chart. */
const reportStateOf = (report: DiagnosticReport): ReportLines['state'] => {
  switch (report.status) {
    case 'registered':
    case 'partial':
    case 'preliminary':
      return 'unverified'
    case 'cancelled':
    case 'entered-in-error':
      return 'rejected'
    default:
      return 'verified'
  }
}

/** A report with its Observations, ready for names to be put to its ids. */
export const reportLinesOf = (report: DiagnosticReport, results: readonly Observation[]): ReportLines => {
  const filedBy = idIn(report.performer?.[0], 'Practitioner')
  const lines = {
    accession: report.identifier?.find((each) => each.system === systems.accession)?.value ?? '',
    issued: report.issued ?? report.effectiveDateTime ?? '',
    origin: observationOrigin(report),
    state: reportStateOf(report),
    results: results.map(resultLineOf),
  }
  return filedBy === undefined ? lines : { ...lines, filedBy }
}
