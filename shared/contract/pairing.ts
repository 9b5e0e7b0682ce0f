import * as z from 'zod'
import type { ResultLine } from '../records/observation/result'
import type { NumericVital } from '../records/observation/vitals'
import type { SerialSettings } from './devices'
import { lineId } from './lines'
import { request } from './request'
import { line } from './shapes'

/** A profile that reads what was heard, and how well. */
export interface ProfileCandidate {
  readonly profile: string
  /** `whole`: it knows all that was measured. `part`: some of it. `frames`: it speaks the protocol, and nothing measured is known to it. */
  readonly grade: 'whole' | 'part' | 'frames'
  /** The device says a word of its maker or model. */
  readonly isNamed: boolean
  /** The settings to pair it with, after what was heard. */
  readonly serial: SerialSettings
}

/** What a device said, as a profile reads it. Nothing of it is filed, and a result is not acknowledged. */
export interface TestReading {
  readonly profile: string
  /** Tubes of whole messages, the newest last, a few of them. */
  readonly samples: readonly {
    /** As the analyser sent it; may be empty. */
    readonly accession: string
    readonly isQualityControl: boolean
    readonly results: readonly (ResultLine & { readonly trouble?: 'unknown-test' | 'other-unit' | 'withdrawn' })[]
  }[]
  /** Vitals devices: the medians of a stream, or the newest measurement. */
  readonly numbers: readonly { readonly code: NumericVital; readonly value: number }[]
  /** Whole messages, samples or measurements. */
  readonly read: number
  /** Messages, packets or frames that are damaged. */
  readonly faulty: number
}

/** How pairing over a bare line stands. */
export interface PairingState {
  /**
   * `off`: the settings are as they were chosen. `waiting`: nothing was heard yet. `searching`: bytes come, and other settings
   * are tried. `unreadable`: no setting makes sense of them. `found`: they read.
   */
  readonly search: 'off' | 'waiting' | 'searching' | 'unreadable' | 'found'
  /** What says so: a protocol, a device that asks whether somebody listens, or plain text that no profile knows. */
  readonly by?: 'protocol' | 'enquiry' | 'text'
  readonly serial: SerialSettings
  /** Settings that were tried before these. */
  readonly tried: number
  /** The profile in whose way the device is answered; absent: it is only listened to. */
  readonly answering?: string
  /** Bytes heard with these settings. */
  readonly heard: number
  /** Best first. */
  readonly candidates: readonly ProfileCandidate[]
  /** By the profile that was asked for, else by the best candidate; absent while it reads nothing. */
  readonly test?: TestReading
}

/** The pairing wizard, over a bare line of `lineRequests`. */
export const pairingRequests = {
  /** Listens for what the device is; `search`: also tries other line settings until what comes makes sense. */
  findDevice: request(z.object({ line: lineId, search: z.boolean() }), 'device.pair').answers<PairingState>(),
  /** Talks to the device as this profile does: asks it, answers its enquiries. Results are not acknowledged, so it keeps them. */
  tryProfile: request(z.object({ line: lineId, profile: line }), 'device.pair').answers<PairingState>(),
  /** How it stands; `profile`: whose reading is wanted. To be asked a few times a second. */
  readPairing: request(z.object({ line: lineId, profile: line.optional() }), 'device.pair').answers<PairingState>(),
}
