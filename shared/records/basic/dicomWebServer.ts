import type { Basic } from 'fhir/r4'
import { settingsIn, settingsRecord } from './settings'

/** A DICOMweb server of the practice, without its password: that each workstation is told for itself. */
export interface DicomWebServer {
  readonly name: string
  /** Base URI: what stands before `/studies`. */
  readonly url: string
  readonly auth: 'none' | 'basic' | 'bearer'
  /** Of `basic`. */
  readonly user?: string
  /** SHA-256 of the one certificate that it may show, 64 hexadecimal digits. */
  readonly pin?: string
  /** May be asked for studies of our patients. */
  readonly canBeQueried: boolean
  /** May be sent studies. */
  readonly canReceive: boolean
}

/** Code of the `Basic` record. */
export const dicomWebServerCode = 'dicom-web-server'
const url = 'urn:outpost:dicom-web-server'

/** The record of a server. */
export const dicomWebServerRecord = (server: DicomWebServer | 'removed', created: string): Basic =>
  settingsRecord(
    dicomWebServerCode, url,
    server === 'removed'
      ? { kind: 'removed' }
      : { kind: 'server', name: server.name, url: server.url, auth: server.auth, user: server.user, pin: server.pin, canBeQueried: String(server.canBeQueried), canReceive: String(server.canReceive) },
    created,
  )

/** The server in a record; undefined when it is none, was removed, or is not whole. */
export const dicomWebServerOf = (record: Basic): DicomWebServer | undefined => {
  const { kind, name, url: address, auth, user, pin, canBeQueried, canReceive } = settingsIn(record, dicomWebServerCode, url) ?? {}
  if (kind !== 'server' || name === undefined || address === undefined || (auth !== 'none' && auth !== 'basic' && auth !== 'bearer')) return undefined
  return {
    name, url: address, auth, canBeQueried: canBeQueried === 'true', canReceive: canReceive === 'true', ...(user !== undefined && { user }), ...(pin !== undefined && { pin }),
  }
}
