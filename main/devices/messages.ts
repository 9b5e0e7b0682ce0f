import type { Answer, BluetoothState, PortEntry, Reading, SerialSettings, WavePiece } from '../../shared/contract'
import type { TraceAnswers, TraceAsk } from './blackBox'
import type { LineAnswers, LineAsk } from './lines'
import type { PairingAnswer, PairingAsk } from './pairing'
import type { ProfileFile } from './profiles'
import type { BluetoothAsk } from './transports'
import type { ReplayedVitals } from './station/replay'

/** A device that this workstation was told to serve. */
export interface PairedDevice {
  /** Id of its Device record. */
  readonly id: string
  readonly name: string
  /** Id of its profile. */
  readonly profile: string
  /** Port path; of no meaning for simulated devices. */
  readonly path: string
  readonly place: string
  readonly serial: SerialSettings
  readonly simulated: boolean
}

/** What a device said, as it lies in the journal. */
export interface Capture {
  /** ULID, made once and written with the bytes: the journal's reference. */
  readonly id: string
  readonly device: string
  readonly profile: string
  /** When its last byte arrived, ISO instant. */
  readonly at: string
  /** The message without its frames. */
  readonly text: Uint8Array
  /** False: the device ended its transfer before the message was whole. */
  readonly complete: boolean
}

/** How a device is doing. */
export interface DeviceCondition {
  readonly device: string
  readonly state: 'open' | 'waiting' | 'stopped'
  /** Why it waits. */
  readonly problem?: LineProblem
  readonly lastHeard?: string
  /** Where a simulated device is attached. */
  readonly path: string
}

/** Why bytes cannot flow. */
export type LineProblem =
  | 'port-in-use'
  | 'port-missing'
  | 'port-denied'
  | 'port-failed'
  | 'unplugged'
  /** We listen for the device, and it has not connected, or is gone. */
  | 'not-connected'
  /** The device sends something that never ends; it was cut off, and nothing of it was answered. */
  | 'endless-message'
  /** It reports more than one bed: nobody can say whose its numbers are, so none is offered. */
  | 'several-beds'
  /** Nothing was heard for longer than the device ever is silent. */
  | 'silent'
  /** This version of the product does not know the profile. */
  | 'profile-unknown'

/** What the practice host asks and wants answered. */
export type HostAsk =
  | { readonly what: 'ports' }
  | { readonly what: 'reading'; readonly device: string }
  | { readonly what: 'simulate'; readonly device: string; readonly accession: string }
  /** `device` stands where the id of a paired device would. */
  | { readonly what: 'replay'; readonly device: string; readonly profile: string; readonly bytes: Uint8Array }
  | { readonly what: 'line'; readonly line: LineAsk }
  | { readonly what: 'bluetooth'; readonly bluetooth: BluetoothAsk }
  | { readonly what: 'pairing'; readonly pairing: PairingAsk }
  | { readonly what: 'trace'; readonly trace: TraceAsk }

/** What each {@link HostAsk} answers. */
export interface HostAnswers {
  ports: PortEntry[]
  reading: Omit<Reading, 'deviceName'>
  simulate: null
  replay: { readonly captures: readonly string[]; readonly refusedFrames: number; readonly vitals?: ReplayedVitals }
  line: LineAnswers[LineAsk['do']]
  bluetooth: BluetoothState
  pairing: PairingAnswer
  trace: TraceAnswers[TraceAsk['do']]
}

/** From the practice host to the device host. */
export type ToStation =
  | {
      readonly kind: 'open'
      /** Where the journal lies. */
      readonly folder: string
      readonly journalKey: Uint8Array
      readonly devices: readonly PairedDevice[]
      /** Only a training practice has simulated devices. */
      readonly training: boolean
      /** The practice's own profiles. */
      readonly profiles?: readonly ProfileFile[]
    }
  /** The practice's own profiles changed: devices of a profile that is another now are opened anew. */
  | { readonly kind: 'profiles'; readonly files: readonly ProfileFile[] }
  | { readonly kind: 'pair'; readonly device: PairedDevice }
  | { readonly kind: 'unpair'; readonly device: string }
  /** The capture is in the inbox, on disk. */
  | { readonly kind: 'stored'; readonly capture: string }
  /** Answers `wanted`: codes to measure; empty: no order has this number, or none of it is this analyser's. */
  | { readonly kind: 'worklist'; readonly call: number; readonly codes: readonly string[] }
  | { readonly kind: 'ask'; readonly call: number; readonly ask: HostAsk }
  /** Somebody looks at the curves of these devices; said again while it is so. */
  | { readonly kind: 'watch'; readonly devices: readonly string[] }

/** From the device host to the practice host. */
export type ToDesk =
  | { readonly kind: 'opened' }
  | { readonly kind: 'captured'; readonly capture: Capture }
  | { readonly kind: 'condition'; readonly condition: DeviceCondition }
  | { readonly kind: 'reading'; readonly reading: Omit<Reading, 'deviceName'> }
  | { readonly kind: 'wave'; readonly piece: WavePiece }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: Answer<unknown> }
  /** An analyser asks what to measure in the tube with this number. */
  | { readonly kind: 'wanted'; readonly call: number; readonly device: string; readonly specimen: string }
  /** The journal cannot be opened or written: nothing is acknowledged until it can. */
  | { readonly kind: 'journal-failed' }
