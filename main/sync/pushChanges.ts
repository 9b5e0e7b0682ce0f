import { isMadeFrom, saysTheSame } from '../../shared/records/merge'
import { fromDocument, generationOf, toDocument, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'
import type { Echoes } from './pullChanges'
import { lookAgain, ServerProblem, type Server } from './server'

/** One record to send: as it is here, and as this workstation last knew the server to have it. */
export interface PushRow {
  readonly newDocumentState: Stored
  readonly assumedMasterState?: Stored
}

/** What the sender tells. */
export interface PushOptions {
  readonly link: Link
  readonly practice: string
  /** The server has this version now; `wrote` is false when it had it already. */
  sent(record: Stored, wrote: boolean): Promise<void>
  /** The server does not take this version, and says why; `error` is CouchDB's word for the kind of refusal. */
  refused(record: Stored, reason: string, error: string): Promise<void>
  /** The server has deleted the record, and is sent it again; `deletion` is the generation of that. */
  deletedThere(record: Stored, deletion: number): Promise<void>
}

/** Sends changed records; answers what the server has where somebody else was first. */
export type Push = (rows: readonly PushRow[]) => Promise<Stored[]>

interface WriteRow {
  readonly id: string
  readonly ok?: boolean
  readonly rev?: string
  readonly error?: string
  readonly reason?: string
}

/** CouchDB's word and its reason, out of the answer to one document. */
const refusalIn = ({ message, status }: ServerProblem): { readonly error: string; readonly reason: string } => {
  const [error = '', ...reason] = message.split(': ')
  return { error: error || `status ${status}`, reason: reason.join(': ') || error || `status ${status}` }
}

interface MasterRow {
  readonly id?: string
  readonly value?: { readonly rev?: string; readonly deleted?: boolean } | null
  readonly doc?: ServerDocument | null
}

interface Draft {
  readonly row: PushRow
  readonly rev: string | undefined
}

/** As much is sent at a time, characters. */
const largestPiece = 1_000_000
const smallestPiece = 16_000
/** A piece should not take longer: a cut costs half of one, ms. */
const pieceMs = 2_000

/** How much to send next, after a piece of `sent` characters took so long; a cut costs more than the speed tells. */
export const nextPieceSize = (size: number, sent: number, tookMs: number | 'cut'): number => {
  const wanted = tookMs === 'cut' ? size / 2 : Math.min(size * 2, (sent * pieceMs) / Math.max(1, tookMs))
  return Math.round(Math.min(largestPiece, Math.max(smallestPiece, wanted)))
}
/** Somebody may write between our look and our write; more often than this in a row, we come back later. */
const rounds = 5
/** Revisions that we remember having written. */
const rememberedRevisions = 50_000
/** The piece as such is not taken; one of its documents is the reason. */
const aboutDocuments = [400, 412, 413, 415]
/** More than this no server of ours takes, characters: it is not sent, which a poor line would try for ever. */
const largestRecord = 8_000_000

/** Whether nothing is lost when a record replaces this version: it knows it, and all that went into it. The stamp alone does not tell: a merge may leave it, with a longer history. */
const knowsAllOf = (record: Stored, { at, prior = [] }: { readonly at: string; readonly prior?: Stored['prior'] }): boolean =>
  isMadeFrom(record, at) && prior.every((version) => isMadeFrom(record, version.at))

/** See {@link Push}; `echoes` is what the feed will bring back of it. */
export const openPush = ({ link, practice, sent, refused, deletedThere }: PushOptions): { readonly push: Push; readonly echoes: Echoes } => {
  const revisions = new Map<string, { readonly rev: string; readonly at: string }>()
  /** The newest revision that we wrote of each record and have not seen in the feed. */
  const echoes = new Map<string, string>()
  let pieceSize = largestPiece

  const remember = (id: string, rev: string, at: string) => {
    revisions.delete(id)
    revisions.set(id, { rev, at })
    if (revisions.size > rememberedRevisions) revisions.delete(revisions.keys().next().value ?? '')
  }

  const awaitEcho = (id: string, rev: string) => {
    echoes.delete(id)
    echoes.set(id, rev)
    if (echoes.size > rememberedRevisions) echoes.delete(echoes.keys().next().value ?? '')
  }

  /** Takes as many drafts as fit in a piece, at least one. */
  const pieceOf = (drafts: readonly Draft[]): { docs: string[]; drafts: Draft[]; sent: number; isTooLarge: boolean } => {
    const docs: string[] = []
    let size = 0
    let first = 0
    for (const { row, rev } of drafts) {
      const doc = JSON.stringify(toDocument(row.newDocumentState, rev))
      size += doc.length
      if (docs.length === 0) first = size
      if (docs.length > 0 && size > pieceSize) break
      docs.push(doc)
    }
    // One so large is never in company.
    return { docs, drafts: drafts.slice(0, docs.length), sent: size, isTooLarge: first > largestRecord }
  }

  /** Writes the first piece of the drafts. Without rows: the server does not take it as a whole. */
  const writePiece = async (server: Server, left: readonly Draft[]): Promise<{ drafts: Draft[]; rows?: readonly WriteRow[] }> => {
    const { docs, drafts, sent: length, isTooLarge } = pieceOf(left)
    if (isTooLarge) return { drafts, rows: drafts.map(({ row }) => ({ id: row.newDocumentState.id, error: 'document_too_large', reason: `the record has more than ${largestRecord / 1_000_000} MB` })) }
    const began = performance.now()
    try {
      const rows = await server.read({ method: 'POST', path: '_bulk_docs', json: `{"docs":[${docs.join(',')}]}` })
      if (!Array.isArray(rows)) throw new ServerProblem('unreachable', 0, 'the answer has no rows')
      pieceSize = nextPieceSize(pieceSize, length, performance.now() - began)
      return { drafts, rows }
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error
      if (error.kind === 'unreachable') pieceSize = nextPieceSize(pieceSize, length, 'cut')
      if (error.kind !== 'answered' || !aboutDocuments.includes(error.status)) return lookAgain(error)
      const [only, another] = drafts
      return only && !another ? { drafts, rows: [{ id: only.row.newDocumentState.id, ...refusalIn(error) }] } : { drafts }
    }
  }

  /** Writes all drafts; answers the rows that somebody else was first with. */
  const write = async (drafts: readonly Draft[]): Promise<PushRow[]> => {
    const conflicts: PushRow[] = []
    for (let left = drafts; left.length > 0; ) {
      const now = left
      const written = await link.run((server) => writePiece(server, now))
      left = left.slice(written.drafts.length)
      if (written.rows) conflicts.push(...(await settle(written.drafts, written.rows)))
      // By halves, to learn which of them it is.
      else {
        const half = Math.ceil(written.drafts.length / 2)
        conflicts.push(...(await write(written.drafts.slice(0, half))), ...(await write(written.drafts.slice(half))))
      }
    }
    return conflicts
  }

  const settle = async (drafts: readonly Draft[], rows: readonly WriteRow[]): Promise<PushRow[]> => {
    const byId = new Map(rows.map((row) => [row.id, row]))
    const conflicts: PushRow[] = []
    for (const { row, rev } of drafts) {
      const record = row.newDocumentState
      const answer = byId.get(record.id)
      if (answer?.rev !== undefined && answer.error === undefined) {
        remember(record.id, answer.rev, record.at)
        awaitEcho(record.id, answer.rev)
        // A record that is new there has its first revision, and one that was deleted goes on from the deletion.
        if (rev === undefined && !record._deleted && generationOf(answer.rev) > 1) await deletedThere(record, generationOf(answer.rev) - 1)
        await sent(record, true)
      } else if (answer?.error === 'conflict') conflicts.push(row)
      else await refused(record, answer?.reason ?? answer?.error ?? 'no answer for this record', answer?.error ?? 'unknown')
    }
    return conflicts
  }

  /** What the server has of these: a document, or the generation of a deletion; absent: nothing. */
  const readMasters = async (ids: readonly string[]): Promise<Map<string, ServerDocument | number>> => {
    const rows = await link.run(async (server) => {
      const body = await server.read({ method: 'POST', path: '_all_docs', query: { include_docs: true }, body: { keys: ids } }).catch(lookAgain)
      const found = (body as { rows?: readonly MasterRow[] } | null)?.rows
      if (!Array.isArray(found)) throw new ServerProblem('unreachable', 0, 'the answer has no rows')
      return found as readonly MasterRow[]
    })
    const masters = new Map<string, ServerDocument | number>()
    for (const { id, doc, value } of rows) {
      if (doc && !doc._deleted) masters.set(doc._id, doc)
      else if (id !== undefined && value?.deleted === true) masters.set(id, generationOf(value.rev ?? ''))
    }
    return masters
  }

  /** What to do with a record that somebody else was first with: send it again, or merge. */
  const afterConflict = async (row: PushRow, document: ServerDocument | number | undefined, lastRound: boolean): Promise<Draft | Stored | undefined> => {
    const { newDocumentState: record, assumedMasterState: assumed } = row
    if (document === undefined || typeof document === 'number') {
      if (document !== undefined && !record._deleted) await deletedThere(record, document)
      // CouchDB answers 409 to an update that names a tombstone's revision: the record is made anew.
      if (!lastRound) return { row, rev: undefined }
      await refused(record, 'the server answers a conflict and has no such record', 'conflict')
      return undefined
    }
    const master = fromDocument(document, practice)
    if (master && knowsAllOf(record, master)) remember(record.id, document._rev, master.at)
    if (!master) await refused(record, 'the server has something else under this id', 'conflict')
    else if (!record._deleted && saysTheSame(master, record)) await sent(record, false)
    else if (assumed && saysTheSame(master, assumed) && knowsAllOf(record, master) && !lastRound) return { row, rev: document._rev }
    else return master
    return undefined
  }

  /** The server's revision that the record was made from. What it was not made from it must not replace: without a revision the server says who was first. */
  const revisionUnder = (record: Stored, assumed: Stored | undefined): string | undefined =>
    [revisions.get(record.id), assumed].find((known) => known?.rev !== undefined && knowsAllOf(record, known))?.rev

  const push: Push = async (rows) => {
    const masters: Stored[] = []
    let drafts: Draft[] = []
    for (const row of rows) {
      const { newDocumentState: record, assumedMasterState: assumed } = row
      // A merge may come out as what the server has: nothing to send then.
      if (assumed?.rev !== undefined && !record._deleted && saysTheSame(record, assumed)) await sent(record, false)
      else drafts.push({ row, rev: revisionUnder(record, assumed) })
    }
    for (let round = 1; drafts.length > 0; round++) {
      const conflicts = await write(drafts)
      drafts = []
      if (conflicts.length === 0) break
      const found = await readMasters(conflicts.map(({ newDocumentState }) => newDocumentState.id))
      for (const row of conflicts) {
        const next = await afterConflict(row, found.get(row.newDocumentState.id), round >= rounds)
        if (next === undefined) continue
        if ('row' in next) drafts.push(next)
        else masters.push(next)
      }
    }
    return masters
  }

  return {
    push,
    echoes: {
      expected: () => echoes.size > 0,
      take: (id, rev) => {
        const expected = echoes.get(id)
        if (expected === undefined || rev === '') return false
        // Ours was written over it, and is still to come.
        if (generationOf(rev) < generationOf(expected)) return true
        // The feed shows the newest alone: ours was overtaken where it is another one.
        echoes.delete(id)
        return rev === expected
      },
    },
  }
}
