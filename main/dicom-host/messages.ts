import type { SpoolEntry } from '../imaging/spool'

/** Somebody who may call. */
export interface Caller {
  readonly aeTitle: string
  /** Host name or IP address; empty: from anywhere. */
  readonly host: string
  readonly mayStore: boolean
  readonly mayReadWorklist: boolean
}

/** What the listener is to be. */
export interface ListenerSettings {
  readonly aeTitle: string
  readonly port: number
  /** On which it listens; absent: every one of this computer. */
  readonly address?: string
  /** PEM; present: only TLS is spoken. */
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** From the practice host to the DICOM host. */
export type ToDicomHost =
  | {
      readonly kind: 'open'
      /** Folder of the spool. */
      readonly folder: string
      /** Of the spool, 32 bytes each; the present one first. */
      readonly keys: readonly [Uint8Array, ...Uint8Array[]]
      /** Absent: nothing is listened for; what lies in the spool is still handed over. */
      readonly listener?: ListenerSettings
      readonly callers: readonly Caller[]
      /** Slots that are written ahead. */
      readonly slotsAhead: number
    }
  /** Who may call has changed. */
  | { readonly kind: 'callers'; readonly callers: readonly Caller[] }
  /** The archive has what was received then and lay there, or never will. */
  | { readonly kind: 'taken'; readonly slot: string; readonly receivedAt: string }
  /** A match for a search; undefined identifier with a status: the last word. */
  | { readonly kind: 'found'; readonly call: number; readonly identifiers: readonly Uint8Array[]; readonly status: number }

/** A search that a peer makes here: the worklist. */
export interface SearchAsked {
  readonly callingAeTitle: string
  readonly sopClassUid: string
  readonly transferSyntaxUid: string
  /** The identifier as it came, in that transfer syntax; answers are in it, too. */
  readonly identifier: Uint8Array
}

/** What a listener has seen, counted since it was opened. */
export interface ListenerTraffic {
  readonly associations: number
  readonly open: number
  readonly echoes: number
  readonly received: number
  readonly refusedInstances: number
}

/** From the DICOM host to the practice host. */
export type FromDicomHost =
  | { readonly kind: 'listening'; readonly port: number }
  /** `why`: what the system said of the port, or of the spool. */
  | { readonly kind: 'failed'; readonly why: 'port-in-use' | 'port-denied' | 'port-failed' | 'spool-failed' }
  /** Whole and on disk; told again until it is `taken`. */
  | { readonly kind: 'received'; readonly entry: SpoolEntry }
  | { readonly kind: 'search'; readonly call: number; readonly asked: SearchAsked }
  | { readonly kind: 'cancel-search'; readonly call: number }
  /** Somebody called who may not: `reason` in words of the standard. */
  | { readonly kind: 'refused'; readonly callingAeTitle: string; readonly calledAeTitle: string; readonly address: string; readonly reason: string }
  /** Nothing is taken for want of room on the disk, or again. */
  | { readonly kind: 'room'; readonly isFull: boolean }
  | { readonly kind: 'traffic'; readonly traffic: ListenerTraffic }
