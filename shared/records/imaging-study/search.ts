import type { ImagingStudy } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { identifierOf, idOfReference, instantInUtc } from '../searchParts'

/** How FHIR names DICOM unique identifiers. */
const dicomUid = 'urn:dicom:uid'

/**
 * R4 search parameters of ImagingStudy: subject, encounter, date (started), status, modality as code,
 * identifier (Study Instance UID, without `urn:oid:`).
 */
export const imagingStudySearch = (study: ImagingStudy): SearchParameters => ({
  subject: idOfReference(study.subject),
  encounter: idOfReference(study.encounter),
  code: study.modality?.[0]?.code,
  date: instantInUtc(study.started),
  status: study.status,
  identifier: (identifierOf(study.identifier, dicomUid) ?? identifierOf(study.identifier))?.replace(/^urn:oid:/, ''),
})
