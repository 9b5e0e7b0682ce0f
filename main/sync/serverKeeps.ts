import { setImmediate } from 'node:timers/promises'
import { getAssumedMasterState, getLastCheckpointDoc, type RxCollection, type RxDocumentData, type RxReplicationPullStreamItem, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Subject } from 'rxjs'
import type { Envelope } from '../../shared/records/envelope'
import { saysTheSame } from '../../shared/records/merge'
import { forgetDocuments } from '../replica'
import { fromDocument, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'
import type { Outbox } from './outbox'
import type { Checkpoint } from './pullChanges'
import type { RefusedList } from './refused'
import { lookAgain, type Server } from './server'

/** What is asked of a running replication. */
export interface KeepsParts {
  readonly link: Link
  readonly practice: string
  readonly collection: RxCollection<Envelope>
  readonly state: RxStorageInstanceReplicationState<Envelope>
  readonly outbox: Outbox
  readonly refused: RefusedList
  /** Hands documents to the replication as if they had just come from the server. */
  readonly arrivals: Subject<RxReplicationPullStreamItem<Envelope, Checkpoint>>
}

/** One line of `_all_docs`; of a document that is not there only the key. */
export interface Row {
  readonly key?: string
  readonly id?: string
  readonly value?: { readonly rev?: string; readonly deleted?: boolean } | null
  readonly doc?: ServerDocument | null
}

/** What the server has under these ids at this moment, tombstones as such. */
export const rowsOf = async (server: Server, ids: readonly string[], withDocuments: boolean): Promise<readonly Row[]> => {
  if (ids.length === 0) return []
  const query: Record<string, boolean> = withDocuments ? { include_docs: true } : {}
  const body = (await server.read({ method: 'POST', path: '_all_docs', query, body: { keys: ids } }).catch(lookAgain)) as { rows?: readonly Row[] } | null
  return body?.rows ?? []
}

/**
 * Those of the records that the server has at this moment, word for word as they are here. Nothing that waits, was refused or has
 * been changed since is among them. Rejects when the line is down.
 */
export const keptByServer = async ({ link, practice, collection, state, outbox, refused }: KeepsParts, ids: readonly string[]): Promise<RxDocumentData<Envelope>[]> => {
  const here = (await collection.storageInstance.findDocumentsById([...ids], false)) as RxDocumentData<Envelope>[]
  const assumed = await getAssumedMasterState(state, here.map(({ id }) => id))
  const sent = here.filter((record) => {
    const master = assumed[record.id]?.docData
    return !outbox.has(record.id) && !refused.has(record.id) && master !== undefined && saysTheSame(master, record)
  })
  const revisions = new Map((await link.try((server) => rowsOf(server, sent.map(({ id }) => id), false))).flatMap(({ id, value }) => (id !== undefined && value?.rev !== undefined && value.deleted !== true ? [[id, value.rev] as const] : [])))
  const isSame = new Set(sent.filter(({ id, rev }) => rev !== undefined && revisions.get(id) === rev).map(({ id }) => id))
  // The server's revision of what was sent from here is not known; then the record itself is compared.
  const unsure = sent.filter(({ id }) => !isSame.has(id) && revisions.has(id)).map(({ id }) => id)
  const documents = new Map((await link.try((server) => rowsOf(server, unsure, true))).flatMap(({ doc }) => (doc ? [[doc._id, doc] as const] : [])))
  return sent.filter((record) => {
    if (isSame.has(record.id)) return true
    const document = documents.get(record.id)
    const master = document && fromDocument(document, practice)
    return master !== undefined && saysTheSame(master, record)
  })
}

/** Each has rows in many indexes: more would hold the loop. */
const forgottenAtOnce = 20

/** Takes records out of this workstation that the server keeps, with replication's copies of them. Answers the ids of those that are gone. */
export const forgetKept = async ({ collection, state }: KeepsParts, kept: readonly RxDocumentData<Envelope>[]): Promise<string[]> => {
  const assumed = await getAssumedMasterState(state, kept.map(({ id }) => id))
  const beside = new Map(Object.entries(assumed).map(([id, { metaDocument }]) => [id, metaDocument as RxDocumentData<unknown>]))
  const gone: string[] = []
  for (let from = 0; from < kept.length; from += forgottenAtOnce) {
    gone.push(...(await forgetDocuments(kept.slice(from, from + forgottenAtOnce), collection.storageInstance, ({ id }) => id, beside, state.input.metaInstance)))
    await setImmediate()
  }
  return gone
}

const pieceSize = 100
const waitMs = 4_000
const attempts = 4

/** Fetches records by their ids, as if they had just been written there. Answers the ids that the server does not have. */
export const bringBack = async ({ link, practice, collection, state, arrivals }: KeepsParts, ids: readonly string[]): Promise<string[]> => {
  const missing: string[] = []
  for (let from = 0; from < ids.length; from += pieceSize) {
    const piece = ids.slice(from, from + pieceSize)
    const rows = await link.try((server) => rowsOf(server, piece, true))
    const records = new Map(rows.flatMap(({ doc }): [string, Stored][] => (doc ? [fromDocument(doc, practice)].flatMap((record) => (record ? [[record.id, record]] : [])) : [])))
    missing.push(...piece.filter((id) => !records.has(id)))
    // RxDB drops what comes while it reads the feed; then it is given again.
    for (let attempt = 0, left = [...records.values()]; left.length > 0 && attempt < attempts; attempt += 1) {
      const checkpoint = (await getLastCheckpointDoc<Envelope, Checkpoint>(state, 'down')) ?? { seq: '0' }
      arrivals.next({ documents: left as never, checkpoint })
      for (const end = Date.now() + waitMs; left.length > 0 && Date.now() < end; ) {
        const there = new Set((await collection.storageInstance.findDocumentsById(left.map(({ id }) => id), true)).map(({ id }) => id))
        left = left.filter(({ id }) => !there.has(id))
        if (left.length > 0) await new Promise((next) => setTimeout(next, 20))
      }
      if (attempt === attempts - 1) missing.push(...left.map(({ id }) => id))
    }
  }
  return missing
}
