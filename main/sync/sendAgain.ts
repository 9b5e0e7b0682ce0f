import { getAssumedMasterState, getMetaWriteRow, type RxCollection, type RxDocumentData, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { isMadeFrom, isWithin, saysTheSame } from '../../shared/records/merge'
import { fromDocument, type Stored } from './documents'
import type { Link } from './link'
import type { Push, PushRow } from './pushChanges'
import type { RefusedList } from './refused'
import { rowsOf } from './serverKeeps'

/** What sending again needs of a running replication. */
export interface SendAgainParts {
  readonly link: Link
  readonly practice: string
  readonly collection: RxCollection<Envelope>
  readonly state: RxStorageInstanceReplicationState<Envelope>
  readonly push: Push
  readonly refused: Pick<RefusedList, 'isRefused'>
  /** Records in one turn. */
  readonly batchSize: number
}

/**
 * Sends records as they are here now, which RxDB does not do a second time by itself: those that were refused, forgotten on the way,
 * or lost by the server. The server is asked first what it has: a server that forbids a version says so before it says that another one is
 * there. Where it has another version than replication has noted they are merged, and the outcome is sent.
 */
export const openSendAgain = ({ link, practice, collection, state, push, refused, batchSize }: SendAgainParts) => {
  const readMasters = async (ids: readonly string[]): Promise<Map<string, Stored>> => {
    const rows = await link.run((server) => rowsOf(server, ids, true))
    return new Map(rows.flatMap(({ doc }) => (doc ? [fromDocument(doc, practice)] : [])).flatMap((master) => (master ? [[master.id, master]] : [])))
  }
  const merge = async (document: RxDocumentData<Envelope>, master: Stored, noted: Stored | undefined): Promise<PushRow | undefined> => {
    // Where replication has noted that the server has this very version, that is what is in doubt.
    const base = noted && !saysTheSame(noted, document) ? { assumedMasterState: noted } : {}
    const { _meta, _rev, _attachments, ...record } = document
    const merged = { ...(await collection.conflictHandler.resolve({ newDocumentState: record as Stored, realMasterState: master, ...base }, 'send-again')), _deleted: false } as Stored
    if (!saysTheSame(merged, document)) await collection.storageInstance.bulkWrite([{ previous: document, document: { ...merged, _meta: { ..._meta, lwt: Date.now() }, _rev, _attachments } }], 'send-again')
    // What comes out as it was here, or as it was noted, RxDB takes for sent long ago.
    return saysTheSame(merged, document) || (noted && saysTheSame(merged, noted)) ? { newDocumentState: merged, assumedMasterState: master } : undefined
  }
  /**
   * RxDB notes what it has pushed as what the server has. What was refused first, and is taken now, nobody else notes; without that the
   * next version by somebody else would not be shown here.
   */
  const noteTaken = async (rows: readonly PushRow[], conflicts: readonly Stored[]): Promise<void> => {
    const notTaken = new Set(conflicts.map(({ id }) => id))
    const taken = rows.map(({ newDocumentState }) => newDocumentState).filter((record) => !notTaken.has(record.id) && !refused.isRefused(record))
    const noted = await getAssumedMasterState(state, taken.map(({ id }) => id))
    // What was read from there meanwhile is newer.
    const unnoted = taken.filter((record) => !(noted[record.id] && isMadeFrom(noted[record.id]?.docData as Stored, record.at)))
    const writes = await Promise.all(unnoted.map((record) => getMetaWriteRow(state, record as RxDocumentData<Envelope>, noted[record.id]?.metaDocument)))
    if (writes.length > 0) await state.input.metaInstance.bulkWrite(writes, 'send-again')
  }

  return async (ids: readonly string[]): Promise<void> => {
    for (let from = 0; from < ids.length; from += batchSize) {
      const piece = ids.slice(from, from + batchSize)
      const documents = (await collection.storageInstance.findDocumentsById(piece, true)) as RxDocumentData<Envelope>[]
      if (documents.length === 0) continue
      const [noted, masters] = [await getAssumedMasterState(state, piece), await readMasters(documents.map(({ id }) => id))]
      const rows: PushRow[] = []
      for (const document of documents) {
        const { _meta, _rev, _attachments, ...record } = document
        const [base, master] = [noted[record.id]?.docData as Stored | undefined, masters.get(record.id)]
        if (!master || record._deleted || (base && saysTheSame(base, master) && isWithin(master, document)) || saysTheSame(master, document)) rows.push({ newDocumentState: record as Stored, ...(master && { assumedMasterState: master }) })
        else {
          const row = await merge(document, master, base)
          if (row) rows.push(row)
        }
      }
      await noteTaken(rows, await push(rows))
    }
  }
}
