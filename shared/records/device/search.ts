import type { Device } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf, idOfReference } from '../searchParts'

/** R4 search parameters of Device: identifier, type as code, patient as subject, status. */
export const deviceSearch = (device: Device): SearchParameters => ({
  identifier: identifierOf(device.identifier) ?? device.serialNumber,
  code: codeOf(device.type),
  subject: idOfReference(device.patient),
  status: device.status,
})
