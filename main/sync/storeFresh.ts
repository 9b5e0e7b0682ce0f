import { createRevision, getComposedPrimaryKeyOfDocumentData, now, setCheckpoint, type RxCollection, type RxDocumentData, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import type { Stored } from './documents'
import type { Checkpoint } from './pullChanges'

/** Writes what is new here; answers the records that are not, of which replication has to decide. */
export type StoreFresh = (records: readonly Stored[]) => Promise<Stored[]>

type Meta = RxDocumentData<{ readonly id: string; readonly isCheckpoint: '0'; readonly itemId: string; readonly docData: Stored }>

/**
 * RxDB asks for each record that came whether it is here, whether it was sent from here, and whether the two are alike. Of records that
 * are new here the answers are known. They are written as RxDB would write them: the record, marked as come from the server, then
 * replication's own copy; a crash in between is known to RxDB.
 */
export const openStoreFresh = async (collection: RxCollection<Envelope>, state: RxStorageInstanceReplicationState<Envelope>): Promise<StoreFresh> => {
  const { metaInstance, hashFunction, identifier } = state.input
  const flag = await state.downstreamBulkWriteFlag
  const hash = await hashFunction(identifier)
  const metaRevision = createRevision(await state.checkpointKey)
  const revision = createRevision(hash)

  return async (records) => {
    const stamp = now()
    const fresh = new Map(records.map((record) => [record.id, record]))
    const documents = [...fresh.values()].map((record) => ({ ...record, _attachments: {}, _meta: { lwt: stamp, o: { _rev: 1, hash } }, _rev: revision }) as unknown as RxDocumentData<Envelope>)
    const written = await collection.storageInstance.bulkWrite(documents.map((document) => ({ document })), flag)
    const here = new Set(written.error.map(({ documentId, status }) => {
      if (status !== 409) throw new Error(`records from the server could not be written (${status})`)
      return documentId
    }))
    const copies = [...fresh.values()].filter(({ id }) => !here.has(id)).map((docData): Meta => ({
      id: getComposedPrimaryKeyOfDocumentData(metaInstance.schema, { itemId: docData.id, isCheckpoint: '0' } as never),
      isCheckpoint: '0',
      itemId: docData.id,
      docData,
      _attachments: {},
      _deleted: false,
      _meta: { lwt: stamp },
      _rev: metaRevision,
    }))
    if (copies.length > 0) {
      const kept = await metaInstance.bulkWrite(copies.map((document) => ({ document })) as never, 'replication-down-write-meta')
      for (const { documentId, status } of kept.error) {
        if (status !== 409) throw new Error(`the copies of records from the server could not be written (${status})`)
        here.add(documentId.split('|')[0] as string)
      }
    }
    return [...here].flatMap((id) => fresh.get(id) ?? [])
  }
}

/** Notes how far the feed has been written, as RxDB does. */
export const noteCheckpoint = (state: RxStorageInstanceReplicationState<Envelope>, checkpoint: Checkpoint): Promise<void> => setCheckpoint(state, 'down', checkpoint)
