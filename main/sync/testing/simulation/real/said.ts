import type { SyncState } from '../../../../../shared/contract'
import type { Envelope } from '../../../../../shared/records/envelope'

/** How a process of a clinic is started; its only argument, as JSON. */
export type Role =
  | { readonly role: 'server'; readonly folder: string; readonly port: number }
  | { readonly role: 'relay'; readonly hub: string; readonly centre: Address; readonly epoch?: string }
  | { readonly role: 'workstation'; readonly folder: string; readonly name: string; readonly station: string; readonly seed: number; readonly skewMs: number; readonly paceMs: number; readonly server: Address }

/** A server as a workstation signs in to it. */
export interface Address {
  readonly url: string
  readonly user: string
  readonly password: string
}

/** What a process is told, a line each. */
export type Told =
  | { readonly do: 'use'; readonly server: Address }
  /** People go home: nothing is written any more. */
  | { readonly do: 'rest' }
  | { readonly do: 'say' }
  | { readonly do: 'close' }

/** What a process says, a line each. */
export type Said =
  | { readonly say: 'up' }
  /** Said when it is on disk, and before anything else is done. */
  | { readonly say: 'wrote'; readonly station: string; readonly envelope: Envelope }
  | { readonly say: 'state'; readonly state: SyncState; readonly records: readonly Envelope[] }
  | { readonly say: 'relay'; readonly isInStep: boolean; readonly state: string }
  | { readonly say: 'met'; readonly epoch: string }
  | { readonly say: 'fault'; readonly what: string }
