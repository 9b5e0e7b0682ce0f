import type { AuditEvent } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { idOfReference, instantInUtc } from '../searchParts'

/** R4 search parameters of AuditEvent: date (recorded), patient as subject, the first subtype (else the type) as code, outcome as status. */
export const auditEventSearch = (event: AuditEvent): SearchParameters => ({
  date: instantInUtc(event.recorded),
  subject: idOfReference(event.entity?.find((entity) => entity.what?.reference?.startsWith('Patient/'))?.what),
  code: event.subtype?.[0]?.code ?? event.type?.code,
  status: event.outcome,
})
