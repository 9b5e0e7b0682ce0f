import * as z from 'zod'
import type { PatientSummary } from './patients'
import { request } from './request'
import { recordId } from './shapes'

/**
 * What a wristband says. `opened`: whose it is. `printed-before`: whose it is, but what is printed on it is no more what is known of
 * them. `misread`: a character is wrong. `other-practice`: it is another practice's. `unknown`: nobody here has this band.
 */
export type ReadWristband =
  | { readonly kind: 'opened' | 'printed-before'; readonly patient: PatientSummary }
  | { readonly kind: 'misread' | 'other-practice' | 'unknown' }

/** What is printed on a wristband. */
export interface WristbandPrint {
  readonly patient: PatientSummary
  /** What stands in its code. */
  readonly code: string
}

/** A scanner at a serial port of this workstation. */
export interface SerialScanner {
  readonly path: string
  readonly baudRate: number
  readonly state: 'open' | 'closed'
}

/** Wristbands, and scanners that read them. */
export const scanRequests = {
  readWristband: request(z.object({ code: z.string().min(1).max(200) }), 'patient.read', 'read').answers<ReadWristband>(),
  /** Audited: a band leaves the house on somebody's arm. */
  printWristband: request(z.object({ patient: recordId }), 'patient.read', 'write').answers<WristbandPrint>(),
  /** Null: this workstation has none. */
  readSerialScanner: request(z.undefined(), 'device.read').answers<SerialScanner | null>(),
  setSerialScanner: request(z.object({ scanner: z.object({ path: z.string().min(1).max(500), baudRate: z.int().min(300).max(921_600) }).nullable() }), 'device.pair', 'write').answers<SerialScanner | null>(),
}
