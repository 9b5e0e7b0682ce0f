import * as z from 'zod'
import { request } from './request'
import { idempotencyKey, line, recordId } from './shapes'
import type { NumericVital } from '../records/observation/vitals'

/** A vital sign that devices measure. */
export type MeasuredVital = NumericVital

/** Numbers of a monitor, each in the unit of the chart. */
export type MeasuredValues = readonly { readonly code: MeasuredVital; readonly value: number }[]

/** Whom a bed or a monitor serves, as the banner writes it. */
export interface ServedPatient {
  readonly id: string
  readonly name: string
  readonly number: string
  readonly birthDate?: string
}

/**
 * Why nothing of a monitor is charted until somebody says whom it serves. `moved`: it was put to another bed. `silent`: nothing
 * came from it for too long, so it may have been taken elsewhere. `probe-off`: no usable number for too long. `too-long`: nobody
 * has confirmed it for a shift. `clock`: this computer's clock was set back behind the moment when somebody confirmed. `elsewhere`:
 * another workstation said who lies in its bed.
 */
export type AskReason = 'moved' | 'silent' | 'probe-off' | 'too-long' | 'clock' | 'elsewhere'

/** The newest numbers of a monitor. */
export interface FeedNumbers {
  readonly feed: string
  /** When they were measured, ISO instant. */
  readonly at: string
  /** Empty: the probe is off, the leads are off, or it searches. */
  readonly values: MeasuredValues
}

/** What one monitor says of one person. */
export interface FeedEntry {
  /** Id of the device; of a central station also the bed as it names it, behind a stroke. */
  readonly id: string
  readonly device: string
  readonly deviceName: string
  /** The bed as a central station names it: such a monitor belongs to that bed and is never moved here. */
  readonly label?: string
  /** `stream`: numbers every second or so. `station`: messages, about one a minute. */
  readonly kind: 'stream' | 'station'
  readonly measures: readonly MeasuredVital[]
  /** Curves that it sends. */
  readonly waves: readonly WavePiece['code'][]
  /** Id of the bed where it stands. */
  readonly bed?: string
  /** The patient whom somebody confirmed; while it asks, the one before. */
  readonly patient?: ServedPatient
  /** `charting`: rows go to the patient's chart. `asking`: nothing is filed until somebody says whom it serves. `nobody`: it serves nobody. */
  readonly state: 'charting' | 'asking' | 'nobody'
  readonly reason?: AskReason
  readonly confirmedBy?: string
  readonly confirmedAt?: string
  /** Numbers older than this are not of now any more, milliseconds. */
  readonly freshMs: number
  readonly latest?: FeedNumbers
  /** The newest row on the chart. */
  readonly chartedAt?: string
}

/** A bed and what measures at it. */
export interface BedEntry {
  readonly id: string
  readonly name: string
  readonly patient?: ServedPatient
  /** When the patient was put into it. */
  readonly since?: string
  /** Name of whoever put the patient into it. */
  readonly by?: string
  /** Who was put into it, too, on another workstation, by people who did not know of each other: a person has to say who lies there. */
  readonly beside?: readonly { readonly patient: ServedPatient; readonly since: string; readonly by: string }[]
  readonly feeds: readonly FeedEntry[]
}

/** When rows are charted, and when a monitor asks again whom it serves. */
export interface FeedRules {
  /** A row of medians so often. */
  readonly everyMinutes: number
  /** Silence longer than this: it may serve somebody else now. */
  readonly silentMinutes: number
  /** As long without a usable number. */
  readonly offMinutes: number
  /** As long after somebody confirmed. */
  readonly confirmHours: number
}

/** Everything that the bedside screens show. */
export interface Ward {
  readonly beds: readonly BedEntry[]
  /** Monitors that stand at no bed: bound to a patient, or to nobody. */
  readonly loose: readonly FeedEntry[]
  readonly rules: FeedRules
}

/** Rows of a bed that a central station names and nobody here knows. */
export interface UnknownBed {
  readonly id: string
  readonly device: string
  readonly deviceName: string
  /** As the station names it. */
  readonly label: string
  /** What came, oldest first. */
  readonly rows: readonly { readonly at: string; readonly values: MeasuredValues }[]
  /** Earlier rows that there was no room for. */
  readonly dropped: number
}

/** A piece of a curve, as it came. */
export interface WavePiece {
  readonly device: string
  readonly code: 'pleth'
  /** 0 to 1 of the device's own scale. */
  readonly samples: readonly number[]
  readonly perSecond: number
  /** When its last sample came, milliseconds since 1970. */
  readonly at: number
}

const feedId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}(?:\/.{1,200})?$/u)
const itemId = z.string().min(1).max(80)

/** Beds, the monitors at them, and whose their numbers are. */
export const bedsideRequests = {
  readWard: request(z.undefined(), 'chart.read').answers<Ward>(),
  /** A bed by the name that people here, and a central station, call it. */
  addBed: request(z.object({ key: idempotencyKey, name: line }), 'reading.confirm', 'write').answers<BedEntry>(),
  /** Only an empty one. */
  removeBed: request(z.object({ bed: recordId }), 'reading.confirm', 'write').answers<null>(),
  /** Puts a patient into a bed: the monitors that stand there chart for this person from now on. */
  seatPatient: request(z.object({ bed: recordId, patient: recordId }), 'reading.confirm', 'write').answers<BedEntry>(),
  /** The bed is empty, and its monitors serve nobody. */
  emptyBed: request(z.object({ bed: recordId }), 'reading.confirm', 'write').answers<BedEntry>(),
  /** Puts a monitor to a bed, or away from all (`bed` absent). Nothing of it is filed until somebody confirms whom it serves. */
  placeMonitor: request(z.object({ feed: feedId, bed: recordId.optional() }), 'reading.confirm', 'write').answers<FeedEntry>(),
  /** A named person says whom a monitor serves: the patient of its bed, or where it stands at none, any. */
  confirmMonitor: request(z.object({ feed: feedId, patient: recordId }), 'reading.confirm', 'write').answers<FeedEntry>(),
  /** It serves nobody any more. */
  releaseMonitor: request(z.object({ feed: feedId }), 'reading.confirm', 'write').answers<FeedEntry>(),
  setFeedRules: request(
    z.object({ everyMinutes: z.int().min(1).max(60), silentMinutes: z.int().min(1).max(60), offMinutes: z.int().min(1).max(120), confirmHours: z.int().min(1).max(24) }),
    'device.pair',
    'write',
  ).answers<FeedRules>(),
  /** Curves of these devices are told for the next fifteen seconds. */
  watchWaves: request(z.object({ devices: z.array(recordId).max(32) }), 'device.read').answers<null>(),
  listUnknownBeds: request(z.undefined(), 'tray.read').answers<UnknownBed[]>(),
  /** Puts the rows of a bed that nobody knew onto a patient's chart, by a named person. */
  fileUnknownBed: request(z.object({ item: itemId, patient: recordId }), 'tray.file', 'write').answers<null>(),
  dismissUnknownBed: request(z.object({ item: itemId, reason: line }), 'tray.file', 'write').answers<null>(),
}
