/** Where a hub takes join codes; below its root. */
export const joinPath = '/_outpost/join'

/** What a workstation that joins says of itself. */
export interface JoinWish {
  /** Its prefix, which begins every number that is given out there. */
  readonly station: string
  /** The practice that it belongs to already; absent at a first run. */
  readonly practice?: string
}

/** What it sends: the wish as JSON text, so that the proof is of exactly these characters. */
export interface JoinMessage {
  /** 32 hexadecimal digits. */
  readonly nonce: string
  readonly wish: string
  readonly proof: string
}

/** What a workstation needs from then on. */
export interface JoinGrant {
  readonly user: string
  readonly password: string
  readonly practice: { readonly id: string; readonly name: string; readonly training: boolean }
  /** Names this hub among others, wherever it moves to. */
  readonly hub: string
}

/** What the hub answers: the grant as JSON text, and the proof of it. */
export interface JoinAnswer {
  readonly grant: string
  readonly proof: string
}

/** Why a hub lets nobody in by this code; the `error` of its answer. */
export type JoinRefusal = 'join_code_wrong' | 'join_code_over' | 'station_taken' | 'other_practice'

/** The port that a hub takes when nobody says otherwise. */
export const hubPort = 6984
