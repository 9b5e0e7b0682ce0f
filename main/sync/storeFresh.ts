import { createRevision, now, setCheckpoint, type RxCollection, type RxDocumentData, type RxStorageInstance, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import type { Stored } from './documents'
import { leanCopies } from './leanCopies'
import type { Checkpoint } from './pullChanges'

/** Writes what is new here; answers the records that are not, of which replication has to decide. */
export type StoreFresh = (records: readonly Stored[]) => Promise<Stored[]>

/**
 * RxDB asks for each record that came whether it is here, whether it was sent from here, and whether the two are alike. Of records that
 * are new here the answers are known. They are written as RxDB would write them, marked as come from the server, but without a
 * second copy (see {@link leanCopies}).
 */
export const openStoreFresh = async (collection: RxCollection<Envelope>, state: RxStorageInstanceReplicationState<Envelope>): Promise<{ readonly store: StoreFresh; readonly note: ReturnType<typeof leanCopies> }> => {
  const flag = await state.downstreamBulkWriteFlag
  const hash = await state.input.hashFunction(state.input.identifier)
  const revision = createRevision(hash)
  const note = leanCopies(state, hash, createRevision(await state.checkpointKey))
  // RxDB's wrapping leaves no mark on what is inserted; underneath, what is written is what is given.
  const { originalStorageInstance: storage } = collection.storageInstance as unknown as { readonly originalStorageInstance: RxStorageInstance<Envelope, unknown, unknown> }

  const store: StoreFresh = async (records) => {
    if (records.length === 0) return []
    const lwt = now()
    // Of one that was read twice the last is the present one.
    const fresh = new Map(records.map((record) => [record.id, record]))
    const rows = [...fresh.values()].map((record) => {
      const document = { ...record, _attachments: {}, _meta: { lwt, o: { _rev: 1, hash, at: record.at } }, _rev: revision }
      return { document: document as unknown as RxDocumentData<Envelope> }
    })
    note(rows.map(({ document }) => document))
    const { error } = await collection.database.lockedRun(() => storage.bulkWrite(rows, flag))
    return error.flatMap(({ documentId, status }) => {
      if (status !== 409) throw new Error(`records from the server could not be written (${status})`)
      return fresh.get(documentId) ?? []
    })
  }
  return { store, note }
}

/** Notes how far the feed has been written, as RxDB does. */
export const noteCheckpoint = (state: RxStorageInstanceReplicationState<Envelope>, checkpoint: Checkpoint): Promise<void> => setCheckpoint(state, 'down', checkpoint)
