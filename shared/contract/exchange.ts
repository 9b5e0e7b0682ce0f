import * as z from 'zod'
import { request } from './request'
import { recordId } from './shapes'
import type { SyncState } from './sync'

/**
 * How a record differs from what the server has. `here-only`: the server does not have it. `there-only`: it is missing here. `differs`: it
 * says something else there. `deleted-there`: somebody took it away on the server. `gone`: only the server kept it, and it does not any more.
 */
export type DifferenceFound = 'here-only' | 'there-only' | 'differs' | 'deleted-there' | 'gone'

/** A record that this workstation and the server do not have alike, though nothing is under way. */
export interface RecordDifference {
  readonly id: string
  /** Empty where it is not known. */
  readonly type: string
  /** When it was last changed, ISO instant; empty where it is not known. */
  readonly at: string
  readonly found: DifferenceFound
  /** Whom it is about; absent where it is about nobody, or the person who asks may not know. */
  readonly patient?: { readonly id: string; readonly name: string }
}

/** What a person does about records that the server refused, or has otherwise. */
export const exchangeRequests = {
  /** Compares with the server now, and mends what nobody has to decide. */
  compareWithServer: request(z.undefined(), 'sync.read').answers<SyncState>(),
  listDifferences: request(z.undefined(), 'sync.read').answers<RecordDifference[]>(),
  /** Sends refused records again; all of them when none is named. */
  resendRefused: request(z.object({ records: z.array(recordId).min(1).max(500).optional() }), 'sync.read', 'write').answers<SyncState>(),
  /** Gives a refused change up: the server's version stands here too, the change stays readable in the record's history. */
  takeServersVersion: request(z.object({ record: recordId }), 'review.resolve', 'write').answers<SyncState>(),
  /** Joins the database at the server anew after it was made anew; what is here is sent to it. */
  joinServerAgain: request(z.undefined(), 'sync.configure', 'write').answers<SyncState>(),
}
