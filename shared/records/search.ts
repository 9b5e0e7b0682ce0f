import { allergyIntoleranceSearch } from './allergy-intolerance/search'
import { auditEventSearch } from './audit-event/search'
import { basicSearch } from './basic/search'
import { communicationSearch } from './communication/search'
import { compositionSearch } from './composition/search'
import { conditionSearch } from './condition/search'
import { deviceSearch } from './device/search'
import { diagnosticReportSearch } from './diagnostic-report/search'
import { encounterSearch } from './encounter/search'
import type { RecordType, ResourceOf, SearchParameters } from './envelope'
import { imagingStudySearch } from './imaging-study/search'
import { definitionSearch } from './lab-catalogue/search'
import { observationSearch } from './observation/search'
import { organizationSearch } from './organization/search'
import { patientSearch } from './patient/search'
import { practitionerSearch } from './practitioner/search'
import { serviceRequestSearch } from './service-request/search'
import { specimenSearch } from './specimen/search'
import { taskSearch } from './task/search'

export { foldName as foldText } from './patient/name'
export { digitsOf, withWesternDigits } from './searchParts'

type Extractors = { readonly [Type in RecordType]: (resource: ResourceOf[Type]) => SearchParameters }

const extractors: Extractors = {
  Patient: patientSearch,
  Encounter: encounterSearch,
  Composition: compositionSearch,
  Observation: observationSearch,
  AllergyIntolerance: allergyIntoleranceSearch,
  Condition: conditionSearch,
  ServiceRequest: serviceRequestSearch,
  DiagnosticReport: diagnosticReportSearch,
  ImagingStudy: imagingStudySearch,
  Organization: organizationSearch,
  Practitioner: practitionerSearch,
  Device: deviceSearch,
  Basic: basicSearch,
  Communication: communicationSearch,
  Task: taskSearch,
  AuditEvent: auditEventSearch,
  Specimen: specimenSearch,
  ObservationDefinition: definitionSearch,
  ActivityDefinition: definitionSearch,
  PlanDefinition: definitionSearch,
}

/** The search parameters of a resource; a parameter that is not known, or is no text, is absent. */
export const searchParametersOf = <Type extends RecordType>(type: Type, resource: ResourceOf[Type]): SearchParameters => {
  const found = extractors[type](resource)
  return Object.fromEntries(Object.entries(found).filter(([, value]) => typeof value === 'string' && value !== ''))
}
