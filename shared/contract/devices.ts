import * as z from 'zod'
import { serialSettings } from './lines'
import { request } from './request'
import { idempotencyKey, line, optionalLine, recordId } from './shapes'
import type { NumericVital, VitalCode } from '../records/observation/vitals'
import type { ResultLine, VitalEntry } from './patients'

/** A port of this workstation. */
export interface PortEntry {
  readonly path: string
  /** What a person would call it: maker and serial number where the port tells them. */
  readonly name: string
  readonly kind: 'serial' | 'bluetooth-spp' | 'simulated'
  /** The adapter by its serial number: a device is paired with it, and found in whatever socket it is. Absent: nothing tells it from others. */
  readonly adapter?: string
  /** Windows' port where Bluetooth devices call (cuffs and scales that send by themselves). */
  readonly isIncoming?: boolean
  readonly usedBy?: string
}

/** A profile that can be paired. */
export interface ProfileEntry {
  readonly id: string
  readonly maker: string
  readonly model: string
  readonly category: 'analyser' | 'vitals'
  readonly protocol: string
  readonly serial: SerialSettings
  /** What no manual confirms: to be looked at with a real message before the device is relied on. */
  readonly unsure?: readonly string[]
}

/** The practice's own profiles: files that somebody dropped into a folder of the data directory. */
export interface ProfileFolder {
  /** Where they lie. */
  readonly folder: string
  /** Files that are disabled, and why. */
  readonly faults: readonly {
    readonly file: string
    /** `unreadable`: no JSON. `wrong-shape`: `at` says where. `id-taken`: another profile has this id. `own-test-failed`: its recordings give something else. */
    readonly kind: 'unreadable' | 'wrong-shape' | 'id-taken' | 'own-test-failed'
    readonly at?: string
    readonly reason: string
  }[]
}

/** Line settings of a serial port. */
export interface SerialSettings {
  readonly baudRate: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

/** A paired device and how it is doing. */
export interface DeviceEntry {
  readonly id: string
  readonly name: string
  readonly profile: string
  readonly category: 'analyser' | 'vitals'
  readonly path: string
  readonly place: string
  /** `open`: bytes can flow. `waiting`: trying again. `stopped`: by a person. `simulated` devices run on their own. */
  readonly state: 'open' | 'waiting' | 'stopped'
  readonly problem?: string
  readonly lastHeard?: string
  readonly simulated: boolean
}

/** The newest numbers of a vitals device, not yet anyone's. */
export interface Reading {
  readonly id: string
  readonly device: string
  readonly deviceName: string
  readonly at: string
  readonly values: readonly { readonly code: NumericVital; readonly value: number }[]
  /** Where the device says the patient lies. */
  readonly bed?: string
  /** False while the probe is off or the meter is searching. */
  readonly usable: boolean
}

/** Why something waits in the tray. */
export type TrayReason =
  | 'accession-unknown'
  | 'accession-missing'
  /** The order was withdrawn. */
  | 'order-revoked'
  /** A control sample: can be rejected, never filed on a patient. */
  | 'quality-control'
  /** The profile does not know one of the tests. */
  | 'unmapped-code'
  /** The analyser is set to another unit than the profile expects. */
  | 'other-unit'
  /** The message is damaged, or its end is missing. */
  | 'unreadable'
  | 'correction-of-unknown'
  /** Nobody can have this value. */
  | 'impossible-value'
  /** A result of this test was filed and accepted under this number before, and this is not called a correction. */
  | 'duplicate'
  /** The analyser takes back a result: a person looks at what is on the chart. */
  | 'withdrawn'

/** A result that no order claimed. */
export interface TrayItem {
  readonly id: string
  readonly reason: TrayReason
  readonly device: string
  readonly deviceName: string
  readonly receivedAt: string
  /** As the analyser sent it; may be empty. */
  readonly accession: string
  /** What the analyser wrote of the patient: shown to the person who files, never used to match. */
  readonly analyserSays: string
  readonly results: readonly ResultLine[]
  readonly state: 'waiting' | 'filed' | 'rejected'
  readonly decidedBy?: string
  readonly decidedAt?: string
  readonly rejectedBecause?: string
}

/** The order that an accession number belongs to, for the second look before filing. */
export interface AccessionOwner {
  readonly accession: string
  readonly test: string
  readonly status: 'active' | 'completed' | 'revoked'
  readonly patient: string
  /** As the banner writes it. */
  readonly patientName: string
  readonly patientNumber: string
  readonly birthDate?: string
}

/** What became of a replayed capture. */
export interface ReplayOutcome {
  readonly messages: number
  /** Frames that were refused because their checksum or number was wrong. */
  readonly refusedFrames: number
  readonly samples: readonly {
    readonly item: string
    readonly accession: string
    /** `repeat`: the same results had been stored before. */
    readonly state: 'matched' | 'waiting' | 'filed' | 'rejected' | 'superseded' | 'repeat'
    readonly reason?: TrayReason
    readonly results: number
  }[]
  /** A vitals device: nothing of it is filed. */
  readonly vitals?: {
    /** Samples of a stream, and how many of them are usable. */
    readonly samples: number
    readonly usable: number
    /** Medians of everything usable in the stream. */
    readonly medians: Readonly<Partial<Record<VitalCode, number>>>
    /** Finished measurements, in order. */
    readonly measurements: readonly { readonly numbers: Readonly<Partial<Record<VitalCode, number>>>; readonly bed?: string }[]
    readonly refused: number
  }
}

/** Ports, pairing, readings, results and the tray. */
export const deviceRequests = {
  listPorts: request(z.undefined(), 'device.read').answers<PortEntry[]>(),
  listProfiles: request(z.undefined(), 'device.read').answers<ProfileEntry[]>(),
  readProfileFolder: request(z.undefined(), 'device.read').answers<ProfileFolder>(),
  listDevices: request(z.undefined(), 'device.read').answers<DeviceEntry[]>(),
  pairDevice: request(
    z.object({
      name: line,
      profile: line,
      path: z.string().min(1).max(500),
      place: optionalLine,
      serial: serialSettings.optional(),
    }),
    'device.pair',
    'write',
  ).answers<DeviceEntry>(),
  unpairDevice: request(z.object({ device: recordId }), 'device.pair', 'write').answers<null>(),
  /** Training only: attaches a virtual analyser or oximeter. */
  attachSimulator: request(z.object({ profile: line }), 'device.pair', 'write').answers<DeviceEntry>(),
  /** Training only: makes a virtual analyser send a blood count for an accession number. */
  simulateResult: request(z.object({ device: recordId, accession: z.string().max(40) }), 'device.pair').answers<null>(),
  /** The newest reading of a vitals device, at most ten seconds old. */
  takeReading: request(z.object({ device: recordId, /** On whose chart it was asked for: a monitor that serves another patient is refused. */ patient: recordId.optional() }), 'reading.confirm').answers<Reading>(),
  /** Files a reading onto the open chart; the person who asks is the one who confirms. */
  confirmReading: request(z.object({ key: idempotencyKey, patient: recordId, reading: z.string().min(1).max(80) }), 'reading.confirm', 'write').answers<VitalEntry[]>(),
  listTray: request(z.object({ state: z.enum(['waiting', 'filed', 'rejected']).default('waiting') }), 'tray.read').answers<TrayItem[]>(),
  /** Whose order has this accession number; asked before filing. */
  findOrder: request(z.object({ accession: z.string().trim().min(1).max(40) }), 'tray.file', 'read').answers<AccessionOwner>(),
  /** Files a result onto the order with this accession number, by a named person. */
  fileTrayItem: request(z.object({ item: z.string().min(1).max(80), accession: z.string().min(1).max(40) }), 'tray.file', 'write').answers<TrayItem>(),
  rejectTrayItem: request(z.object({ item: z.string().min(1).max(80), reason: line }), 'tray.file', 'write').answers<TrayItem>(),
  /** Sends recorded bytes of an analyser through journal, parser and inbox, as if they came over a line. */
  replayCapture: request(z.object({ profile: line, capture: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= 8 * 1024 * 1024) }), 'device.pair', 'write').answers<ReplayOutcome>(),
}
