import * as z from 'zod'
import { request } from './request'
import { line, page } from './shapes'

/** What the bar says. */
export interface SyncState {
  /** `none`: no server is set up. `offline`: set up, not reachable. */
  readonly link: 'none' | 'offline' | 'connecting' | 'online'
  readonly server?: string
  /** When everything was last in step, ISO instant. */
  readonly lastSync?: string
  /** Changes that wait to be sent. */
  readonly waitingOut: number
  /** Changes known to wait on the server; absent when not known. */
  readonly waitingIn?: number
  /** Records that the server refused, which stay here. */
  readonly refused: number
  readonly reviewItems: number
  /** Why the link is not online, in a word that the wording knows. */
  readonly problem?: string
  /** What is still to come, while the records are fetched for the first time or after a long absence. */
  readonly progress?: SyncProgress
  /** How far this computer's clock is ahead of the server's, milliseconds (negative: behind); absent while it is near enough, or not known. */
  readonly skewMs?: number
  /** What the last comparison with the server came to; absent before the first. */
  readonly agreement?: SyncAgreement
}

/** A fetch that is under way. */
export interface SyncProgress {
  /** `today`: today's patients, their recent records and the lists that work needs. `history`: everything else, in the background. */
  readonly phase: 'today' | 'history'
  /** Documents left. */
  readonly left: number
  /** From the speed of the last minutes; absent as long as nothing can be said. */
  readonly minutesLeft?: number
}

/** What comparing this workstation with the server, day by day, came to. */
export interface SyncAgreement {
  /**
   * `agrees`: the server had every record as it is here, but for those that wait or were refused. `differs`: it did not, see `listDifferences`.
   * `unfinished`: much had to be looked at word for word, and the next comparison goes on. `not-offered`: this server cannot say what it has.
   */
  readonly outcome: 'agrees' | 'differs' | 'unfinished' | 'not-offered'
  /** When the server was asked, ISO instant. */
  readonly at: string
  /** Records that were compared. */
  readonly records: number
  /** Records that differ; 0 unless `differs`. */
  readonly differing: number
}

/**
 * Why a server does not take a record. `forbidden`: its rules say no. `too-large`: larger than it takes. `malformed`: not in a form that it
 * can store. `other`: it says something else.
 */
export type RefusalKind = 'forbidden' | 'too-large' | 'malformed' | 'other'

/** A change that waits, or that the server refused. */
export interface OutboxEntry {
  readonly id: string
  readonly type: string
  readonly at: string
  /** A name where it is known. */
  readonly author: string
  /** Whom it is about; absent where it is about nobody, or the person who asks may not know. `name` as the banner writes it. */
  readonly patient?: { readonly id: string; readonly name: string }
  /** The server's reason; absent while it is only waiting. */
  readonly refused?: string
  /** Of a refused one. */
  readonly kind?: RefusalKind
  /** When it was first refused, ISO instant. */
  readonly since?: string
  /** How often it was sent in vain. */
  readonly tries?: number
}

/** The link with a hub or the centre. */
export const syncRequests = {
  syncState: request(z.undefined(), 'sync.read').answers<SyncState>(),
  configureSync: request(
    z.object({ url: z.url({ protocol: /^https?$/ }).max(500), user: line, password: z.string().min(1).max(200) }),
    'sync.configure',
    'write',
  ).answers<SyncState>(),
  disconnectSync: request(z.undefined(), 'sync.configure', 'write').answers<SyncState>(),
  syncNow: request(z.undefined(), 'sync.read').answers<SyncState>(),
  listOutbox: request(z.object({ ...page }), 'sync.read').answers<OutboxEntry[]>(),
}
