import type { PairingState } from '../../../shared/contract'

/** What can be asked of a pairing; see `pairingRequests` of the contract. */
export type PairingAsk =
  | { readonly do: 'find'; readonly line: string; readonly search: boolean }
  | { readonly do: 'try'; readonly line: string; readonly profile: string }
  | { readonly do: 'read'; readonly line: string; readonly profile?: string }

/** What each of them answers. */
export type PairingAnswer = PairingState
