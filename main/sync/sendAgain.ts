import { getAssumedMasterState, type RxCollection, type RxDocumentData, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { saysTheSame } from '../../shared/records/merge'
import type { Stored } from './documents'
import type { Push, PushRow } from './pushChanges'

/** What sending again needs of a running replication. */
export interface SendAgainParts {
  readonly collection: RxCollection<Envelope>
  readonly state: RxStorageInstanceReplicationState<Envelope>
  readonly push: Push
  /** Records in one turn. */
  readonly batchSize: number
}

/**
 * Sends records as they are here now, which RxDB does not do a second time by itself: those that were refused, forgotten on the way,
 * or lost by the server. Where the server has another version they are merged, and the outcome is sent.
 */
export const openSendAgain =
  ({ collection, state, push, batchSize }: SendAgainParts) =>
  async (ids: readonly string[]): Promise<void> => {
    for (let from = 0; from < ids.length; from += batchSize) {
      const piece = ids.slice(from, from + batchSize)
      const documents = (await collection.storageInstance.findDocumentsById(piece, true)) as RxDocumentData<Envelope>[]
      if (documents.length === 0) continue
      const noted = await getAssumedMasterState(state, piece)
      // Where replication has noted that the server has this very version, that is what is in doubt.
      const baseOf = (record: Envelope) => {
        const base = noted[record.id]?.docData as Stored | undefined
        return base && !saysTheSame(base, record) ? { assumedMasterState: base } : {}
      }
      const masters = await push(documents.map(({ _meta, _rev, _attachments, ...record }) => ({ newDocumentState: record as Stored, ...baseOf(record) })))
      const standing: PushRow[] = []
      for (const master of masters) {
        const previous = documents.find(({ id }) => id === master.id)
        if (!previous) continue
        const merged = { ...(await collection.conflictHandler.resolve({ newDocumentState: previous, realMasterState: master, ...baseOf(previous) }, 'send-again')), _deleted: false } as Stored
        if (!previous._deleted && saysTheSame(merged, previous)) {
          standing.push({ newDocumentState: merged, assumedMasterState: master })
          continue
        }
        const document = { ...merged, _meta: { ...previous._meta, lwt: Date.now() }, _rev: previous._rev, _attachments: previous._attachments }
        await collection.storageInstance.bulkWrite([{ previous, document }], 'send-again')
      }
      // What comes out as it is here, RxDB takes for sent long ago.
      if (standing.length > 0) await push(standing)
    }
  }
