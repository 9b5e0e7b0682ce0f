import { EventEmitter } from 'node:events'
import { badRequest, CouchProblem } from './couchProblem'
import { practiceDocumentId } from '../shared/records/practiceDatabase'
import { rulesDocumentId, type PracticeRules } from '../shared/records/serverRules/rules'
import { isBlobDatabase } from '../shared/records/blobDatabase'
import { whyFileForbidden } from './chunks'
import { whyForbidden } from './documentRules'
import type PouchDB from 'pouchdb-core'
import { openPouch, type CouchDocument } from './pouch'

/** One line of a `_bulk_docs` answer. */
export type WriteRow =
  | { readonly ok: true; readonly id: string; readonly rev: string }
  | { readonly id: string; readonly rev?: string; readonly error: string; readonly reason: string }

/** One line of a `_changes` answer. */
export interface Change {
  readonly id: string
  readonly seq: string
  readonly changes: readonly { readonly rev: string }[]
  readonly deleted?: true
  readonly doc?: CouchDocument
}

/** What of the feed is wanted. */
export interface ChangesQuery {
  readonly since: number
  readonly limit: number
  readonly descending: boolean
  readonly includeDocs: boolean
  readonly conflicts: boolean
  readonly allLeaves: boolean
  readonly ids?: readonly string[]
}

/** A piece of the feed. */
export interface Changes {
  readonly results: readonly Change[]
  readonly lastSeq: number
  readonly pending: number
}

/** A piece of the feed, its changes as JSON with their documents. */
export interface ChangeLines {
  readonly lines: readonly { readonly seq: number; readonly text: string }[]
  /** Entries that were looked at; fewer than were asked for: there are no more. */
  readonly looked: number
  readonly lastSeq: number
  readonly pending: number
}

/** One practice's database: PouchDB behind CouchDB's rules. */
export interface PracticeDatabase {
  readonly name: string
  /** PouchDB itself, for reads that may run beside writes. */
  pouch(): PouchDB
  write(documents: readonly CouchDocument[], options: { readonly newEdits: boolean; readonly isAdmin: boolean }): Promise<WriteRow[]>
  changes(query: ChangesQuery): Promise<Changes>
  /** The same for who wants all documents in their order and takes them as JSON: a first load. */
  lines(query: Pick<ChangesQuery, 'since' | 'limit' | 'conflicts'>): Promise<ChangeLines>
  /** A sequence as clients see it: opaque text. */
  seqText(seq: number): string
  /** The number in a client's `since`; 0 when it is not of this database, or from before a restore. */
  readSeq(text: string): Promise<number>
  updateSeq(): Promise<number>
  /** Calls back after each write; answers how to stop. */
  onWrite(tell: () => void): () => void
  close(): Promise<void>
}

interface PouchError {
  readonly status?: number
  readonly name?: string
  readonly message?: string
  readonly reason?: string
}

/** More than this in a piece that need to be worked out are worked out together. */
const mostByThemselves = 20

const wording: Record<string, string> = { conflict: 'Document update conflict.' }

/** Opens the file of a database. */
export const openPracticeDatabase = async (options: { readonly name: string; readonly path: string; readonly key: Uint8Array; readonly token: string }): Promise<PracticeDatabase> => {
  const { name, token } = options
  const pouch = await openPouch(options.path, options.key)
  const emitter = new EventEmitter().setMaxListeners(0)
  let queue: Promise<unknown> = Promise.resolve()
  let closed = false

  const database = () => {
    if (closed) throw new CouchProblem(503, 'service_unavailable', 'the hub is closing')
    if (pouch.failed()) throw new CouchProblem(500, 'internal_server_error', 'the database file does not read back')
    return pouch.database
  }
  /** Writes, and reads of the feed, one after the other: the feed must see one state from start to end. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = queue.then(work, work)
    queue = mine.catch(() => undefined)
    return mine
  }
  /** What the database has been told of its practice: the mark says which it is, a design document as on the centre the rest. */
  const rulesOf = async (): Promise<PracticeRules> => {
    const [mark, design] = (await database().allDocs({ keys: [practiceDocumentId, rulesDocumentId], include_docs: true })).rows
    const practice = mark?.doc?.['practice']
    return { ...(design?.doc?.['outpost'] as PracticeRules | undefined), practice: typeof practice === 'string' ? practice : undefined }
  }
  const readBefore = async (ids: readonly string[]): Promise<Map<string, CouchDocument>> => {
    if (ids.length === 0) return new Map()
    const { rows } = await database().allDocs({ keys: [...ids], include_docs: true })
    const found = rows.flatMap(({ doc }) => (doc ? [doc as CouchDocument] : []))
    return new Map(found.map((document) => [document._id, document]))
  }

  /**
   * Whether a change to a document that is deleted begins at a revision other than its last. PouchDB takes such a change where it has stood
   * there before (revisions are named by their content), says it is written, and from then on leaves the document out of its feed.
   */
  const isOfOldRevision = async ({ _id: id, _rev: rev }: CouchDocument): Promise<boolean> => {
    if (rev === undefined || id.startsWith('_local/')) return false
    try {
      const leaves = (await database().get(id, { open_revs: 'all' })) as unknown as readonly { readonly ok?: CouchDocument }[]
      return !leaves.some(({ ok }) => ok?._rev === rev)
    } catch (error) {
      if ((error as PouchError).status === 404) return false
      throw error
    }
  }

  const writeNow = async (documents: readonly CouchDocument[], newEdits: boolean, isAdmin: boolean): Promise<WriteRow[]> => {
    const practiceWritten = documents.find((document) => document._id === practiceDocumentId)?.['practice']
    const told = await rulesOf()
    const rules = { ...told, practice: told.practice ?? (typeof practiceWritten === 'string' ? practiceWritten : undefined) }
    const before = await readBefore(documents.flatMap(({ _id }) => (typeof _id === 'string' && !_id.startsWith('_local/') ? [_id] : [])))
    const seen = new Set<string>()
    const rows: (WriteRow | undefined)[] = documents.map((document) => {
      const { _id: id } = document
      if (typeof id !== 'string') return { id: '', error: 'forbidden', reason: 'a record has an id of its own' }
      if (id.startsWith('_local/')) return undefined
      // What the first one says is not there yet to hold the second against.
      if (newEdits && seen.has(id)) return { id, error: 'conflict', reason: wording['conflict'] ?? '' }
      seen.add(id)
      const reason = (isBlobDatabase(name) ? whyFileForbidden : whyForbidden)(document, before.get(id), id === practiceDocumentId ? told : rules, isAdmin)
      return reason === undefined ? undefined : { id, error: 'forbidden', reason }
    })
    if (newEdits) {
      for (const [at, document] of documents.entries()) {
        if (rows[at] === undefined && !before.has(document._id) && (await isOfOldRevision(document))) rows[at] = { id: document._id, error: 'conflict', reason: wording['conflict'] ?? '' }
      }
    }
    const allowed = documents.filter((_document, at) => rows[at] === undefined)
    const written = await writeToPouch(allowed, newEdits)
    if (allowed.length > 0) emitter.emit('write')
    if (!newEdits) return [...rows.filter((row) => row !== undefined), ...written]
    return rows.map((row) => row ?? (written.shift() as WriteRow))
  }
  /** In a copy, what a branch was merged into stands before the tombstone that closes the branch. */
  const write: PracticeDatabase['write'] = (documents, { newEdits, isAdmin }) =>
    inTurn(async () => {
      const closing = newEdits ? [] : documents.filter(({ _deleted }) => _deleted)
      if (closing.length === 0) return writeNow(documents, newEdits, isAdmin)
      const kept = await writeNow(documents.filter(({ _deleted }) => !_deleted), newEdits, isAdmin)
      return [...kept, ...(await writeNow(closing, newEdits, isAdmin))]
    })

  const writeToPouch = async (documents: readonly CouchDocument[], newEdits: boolean): Promise<WriteRow[]> => {
    if (documents.length === 0) return []
    try {
      const answers = (await database().bulkDocs(documents, { new_edits: newEdits })) as (PouchError & { readonly id: string; readonly rev: string; readonly ok?: boolean })[]
      return answers.map((answer) =>
        answer.ok ? { ok: true, id: answer.id, rev: answer.rev } : { id: answer.id, error: answer.name ?? 'error', reason: wording[answer.name ?? ''] ?? answer.reason ?? answer.message ?? '' },
      )
    } catch (error) {
      throw asCouchProblem(error)
    }
  }

  const readChanges = async ({ since, limit, descending, includeDocs, conflicts, allLeaves, ids }: ChangesQuery): Promise<Changes> => {
    const asked = { since, limit, descending, include_docs: includeDocs, conflicts: includeDocs && conflicts, return_docs: true, ...(allLeaves ? { style: 'all_docs' as const } : {}), ...(ids ? { doc_ids: [...ids] } : {}) }
    const answer = await database().changes(asked)
    const newest = await updateSeq()
    const full = answer.results.length >= limit
    const lastSeq = full || descending ? Number(answer.results.at(-1)?.seq ?? since) : newest
    const results = answer.results.map((change) => ({ ...change, seq: seqText(Number(change.seq)) }) as unknown as Change)
    return { results, lastSeq, pending: full ? Math.max(0, newest - lastSeq) : 0 }
  }
  const readLines = async (query: Pick<ChangesQuery, 'since' | 'limit' | 'conflicts'>): Promise<ChangeLines> => {
    const asked = { ...query, descending: false, includeDocs: true, allLeaves: false }
    const lineOf = (change: Change) => ({ seq: Number.parseInt(change.seq, 10), text: JSON.stringify(change) })
    database()
    const stored = pouch.stored(query.since, query.limit)
    if (stored.filter(({ whole }) => !whole).length > mostByThemselves) {
      const { results, lastSeq, pending } = await readChanges(asked)
      return { lines: results.map(lineOf), looked: results.length, lastSeq, pending }
    }
    const lines: { seq: number; text: string }[] = []
    for (const { seq, whole } of stored) {
      if (whole) lines.push({ seq, text: `{"id":${whole.id},"seq":"${seqText(seq)}","changes":[{"rev":${whole.rev}}],"doc":${whole.doc}}` })
      // What was written anew since has another place.
      else lines.push(...(await readChanges({ ...asked, since: seq - 1, limit: 1 })).results.map(lineOf).filter((line) => line.seq === seq))
    }
    const newest = await updateSeq()
    const isFull = stored.length >= query.limit
    const lastSeq = isFull ? (stored.at(-1)?.seq ?? query.since) : newest
    return { lines, looked: stored.length, lastSeq, pending: isFull ? Math.max(0, newest - lastSeq) : 0 }
  }

  const seqText = (seq: number) => `${seq}-${token}`
  const updateSeq = async () => Number((await database().info()).update_seq)

  return {
    name,
    pouch: database,
    write,
    seqText,
    updateSeq,
    readSeq: async (text) => {
      if (text === '' || text === '0') return 0
      const match = /^(\d{1,15})(?:-([\w-]{1,200}))?$/.exec(text)
      if (!match) throw badRequest("Malformed sequence supplied in 'since' parameter.")
      const seq = Number(match[1])
      // Foreign, or younger than everything here: this database was made anew or put back. Start over.
      return (match[2] !== undefined && match[2] !== token) || seq > (await updateSeq()) ? 0 : seq
    },
    changes: (query) => inTurn(() => readChanges(query)),
    lines: (query) => inTurn(() => readLines(query)),
    onWrite: (tell) => {
      emitter.on('write', tell)
      return () => void emitter.off('write', tell)
    },
    close: async () => {
      if (closed) return
      await queue
      closed = true
      await pouch.close()
    },
  }
}

/** What PouchDB threw, as CouchDB would have answered. */
export const asCouchProblem = (error: unknown): CouchProblem => {
  if (error instanceof CouchProblem) return error
  const { status, name, reason, message } = (error ?? {}) as PouchError
  if (typeof status === 'number' && status >= 400 && status < 500) return new CouchProblem(status, name ?? 'error', wording[name ?? ''] ?? reason ?? message ?? '')
  return new CouchProblem(500, 'internal_server_error', 'the hub could not do this')
}
