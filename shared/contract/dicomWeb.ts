import * as z from 'zod'
import { request } from './request'
import { line, optionalLine, recordId } from './shapes'

/** A DICOMweb server of the practice. Its password is never told to a window. */
export interface DicomWebServerEntry {
  readonly id: string
  readonly name: string
  readonly url: string
  /** How this workstation says who asks; other workstations have to be told for themselves. */
  readonly auth: 'none' | 'basic' | 'bearer'
  readonly user?: string
  /** SHA-256 of the one certificate that it may show, 64 hexadecimal digits. */
  readonly pin?: string
  readonly canBeQueried: boolean
  readonly canReceive: boolean
}

/** What can be said of a server. */
const server = z.object({
  name: line,
  /** Base URI: what stands before `/studies`. */
  url: z.url({ protocol: /^https?$/ }).max(500),
  auth: z.enum(['none', 'basic', 'bearer']),
  user: optionalLine.optional(),
  /** Password or token; absent: the one that is known here for this address and user stays. */
  secret: z.string().min(1).max(4096).optional(),
  /** As people write it: colons, spaces and capitals are taken. */
  pin: z.string().regex(/^([0-9a-fA-F]{2}[:\s]*){32}$/).optional(),
  canBeQueried: z.boolean(),
  canReceive: z.boolean(),
})

/** Servers that are searched, fetched from and sent to over DICOMweb. */
export const dicomWebRequests = {
  listDicomWebServers: request(z.undefined(), 'imaging.read').answers<DicomWebServerEntry[]>(),
  saveDicomWebServer: request(server.extend({ id: recordId.optional() }), 'imaging.configure', 'write').answers<DicomWebServerEntry>(),
  removeDicomWebServer: request(z.object({ id: recordId }), 'imaging.configure', 'write').answers<DicomWebServerEntry[]>(),
  /** Asks the server something that nobody is named in; refused with the reason when it does not answer as a DICOMweb server. */
  testDicomWebServer: request(z.object({ id: recordId }), 'imaging.configure').answers<DicomWebServerEntry>(),
}
