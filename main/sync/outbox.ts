import { getAssumedMasterState, getChangedDocumentsSince, getHeightOfRevision, getLastCheckpointDoc, type RxCollection, type RxDocumentData, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { isMadeFrom, saysTheSame } from '../../shared/records/merge'

/** A change that has not reached the server. */
export interface Waiting {
  readonly id: string
  readonly type: string
  readonly at: string
  readonly author: string
}

/** Exactly what has been changed here and not been sent. */
export interface Outbox {
  readonly size: number
  list(): Waiting[]
  has(id: string): boolean
  /** The server has this version; a newer one that was written meanwhile goes on waiting. */
  sent(record: Pick<Envelope, 'id' | 'at' | 'prior'>): void
  stop(): void
}

const scanSize = 500

const waitingOf = ({ id, type, at, author }: Envelope): Waiting => ({ id, type, at, author })

/** RxDB writes what came of a conflict. */
const afterConflict = 'replication-up-write-conflict'

/**
 * Fills itself from what RxDB has not yet pushed, then follows the collection. Must be complete
 * before the first push begins.
 *
 * @param hasAgreed whether this version came out of a merge as what the server has
 */
export const openOutbox = async (collection: RxCollection<Envelope>, state: RxStorageInstanceReplicationState<Envelope>, changed: () => void, hasAgreed: (id: string, at: string) => boolean = () => false, read: (records: readonly RxDocumentData<Envelope>[]) => void = () => undefined): Promise<Outbox> => {
  const waiting = new Map<string, Waiting>()
  const pulled = await state.downstreamBulkWriteFlag
  const following = collection.storageInstance.changeStream().subscribe(({ events, context }) => {
    // What the server's version took the place of had been sent.
    if (context === pulled) for (const { documentId } of events) waiting.delete(documentId)
    else
      for (const { documentData } of events) {
        const record = waitingOf(documentData as RxDocumentData<Envelope>)
        if (context === afterConflict && hasAgreed(record.id, record.at)) waiting.delete(record.id)
        else waiting.set(record.id, record)
      }
    changed()
  })

  let checkpoint = await getLastCheckpointDoc<Envelope, unknown>(state, 'up')
  for (;;) {
    const found = await getChangedDocumentsSince(collection.storageInstance, scanSize, checkpoint)
    if (found.documents.length === 0) break
    checkpoint = found.checkpoint
    read(found.documents)
    for (const record of await notYetSent(found.documents, state)) if (!waiting.has(record.id)) waiting.set(record.id, waitingOf(record))
  }

  return {
    get size() {
      return waiting.size
    },
    list: () => [...waiting.values()].sort((a, b) => (a.at < b.at ? 1 : -1)),
    has: (id) => waiting.has(id),
    sent: (record) => {
      const known = waiting.get(record.id)
      if (known && isMadeFrom(record, known.at)) {
        waiting.delete(record.id)
        changed()
      }
    },
    stop: () => following.unsubscribe(),
  }
}

/** A document whose newest local revision came from the server. */
const cameFromServer = ({ _meta, _rev }: RxDocumentData<Envelope>): boolean => (_meta as { o?: { _rev?: number } }).o?._rev === getHeightOfRevision(_rev)

const notYetSent = async (documents: readonly RxDocumentData<Envelope>[], state: RxStorageInstanceReplicationState<Envelope>): Promise<Envelope[]> => {
  const own = documents.filter((document) => !cameFromServer(document))
  if (own.length === 0) return []
  const assumed = await getAssumedMasterState(state, own.map(({ id }) => id))
  return own.filter((record) => {
    const master = assumed[record.id]?.docData
    return master === undefined || !saysTheSame(master, record)
  })
}
