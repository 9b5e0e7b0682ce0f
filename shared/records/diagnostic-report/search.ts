import type { DiagnosticReport } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf, idOfReference, instantInUtc, startOf } from '../searchParts'
import { systems } from '../systems'

/** R4 search parameters of DiagnosticReport: subject, encounter, code, date, status, identifier (accession number). */
export const diagnosticReportSearch = (report: DiagnosticReport): SearchParameters => ({
  subject: idOfReference(report.subject),
  encounter: idOfReference(report.encounter),
  code: codeOf(report.code),
  date: instantInUtc(report.effectiveDateTime) ?? startOf(report.effectivePeriod) ?? instantInUtc(report.issued),
  status: report.status,
  identifier: identifierOf(report.identifier, systems.accession) ?? identifierOf(report.identifier),
})
