import { saysTheSame } from '../../shared/records/merge'
import { fromDocument, toDocument, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'
import { ServerProblem } from './server'

/** One record to send: as it is here, and as this workstation last knew the server to have it. */
export interface PushRow {
  readonly newDocumentState: Stored
  readonly assumedMasterState?: Stored
}

/** What the sender tells. */
export interface PushOptions {
  readonly link: Link
  readonly practice: string
  /** The server has this version now. */
  sent(record: Stored): Promise<void>
  /** The server does not take this version, and says why. */
  refused(record: Stored, reason: string): Promise<void>
}

interface WriteRow {
  readonly id: string
  readonly ok?: boolean
  readonly rev?: string
  readonly error?: string
  readonly reason?: string
}

interface Draft {
  readonly row: PushRow
  readonly rev: string | undefined
}

/** As much is sent at a time, characters; halved after each cut, so that a poor line still gets on. */
const largestPiece = 1_000_000
const smallestPiece = 16_000
/** Somebody may write between our look and our write; more often than this in a row, we come back later. */
const rounds = 5
/** Revisions that we remember having written. */
const rememberedRevisions = 50_000

/** Sends changed records; answers what the server has where somebody else was first. */
export const pushChanges = ({ link, practice, sent, refused }: PushOptions) => {
  const revisions = new Map<string, string>()
  let pieceSize = largestPiece

  const remember = (id: string, rev: string) => {
    revisions.delete(id)
    revisions.set(id, rev)
    if (revisions.size > rememberedRevisions) revisions.delete(revisions.keys().next().value ?? '')
  }

  /** Takes as many drafts as fit in a piece, at least one. */
  const pieceOf = (drafts: readonly Draft[]): { docs: object[]; drafts: Draft[] } => {
    const docs: object[] = []
    let size = 0
    for (const { row, rev } of drafts) {
      const doc = toDocument(row.newDocumentState, rev)
      size += JSON.stringify(doc).length
      if (docs.length > 0 && size > pieceSize) break
      docs.push(doc)
    }
    return { docs, drafts: drafts.slice(0, docs.length) }
  }

  /** Writes all drafts; answers the rows that somebody else was first with. */
  const write = async (drafts: readonly Draft[]): Promise<PushRow[]> => {
    const conflicts: PushRow[] = []
    let left = [...drafts]
    while (left.length > 0) {
      const answer = await link.run(async (server) => {
        const piece = pieceOf(left)
        try {
          const rows = (await server.read({ method: 'POST', path: '_bulk_docs', body: { docs: piece.docs } })) as readonly WriteRow[]
          pieceSize = Math.min(largestPiece, pieceSize * 2)
          return { ...piece, rows }
        } catch (error) {
          if (error instanceof ServerProblem && error.kind === 'unreachable') pieceSize = Math.max(smallestPiece, pieceSize / 2)
          if (!(error instanceof ServerProblem) || error.kind !== 'answered') throw error
          // The server refuses the piece as a whole: each document by itself shows which one it means.
          if (piece.drafts.length > 1) return { ...piece, rows: undefined }
          const [only] = piece.drafts
          return { ...piece, rows: [{ id: only?.row.newDocumentState.id ?? '', error: 'refused', reason: error.message }] }
        }
      })
      left = left.slice(answer.drafts.length)
      if (answer.rows === undefined) for (const draft of answer.drafts) conflicts.push(...(await write([draft])))
      else conflicts.push(...(await settle(answer.drafts, answer.rows)))
    }
    return conflicts
  }

  const settle = async (drafts: readonly Draft[], rows: readonly WriteRow[]): Promise<PushRow[]> => {
    const byId = new Map(rows.map((row) => [row.id, row]))
    const conflicts: PushRow[] = []
    for (const { row } of drafts) {
      const record = row.newDocumentState
      const answer = byId.get(record.id)
      if (answer?.rev !== undefined && answer.error === undefined) {
        remember(record.id, answer.rev)
        await sent(record)
      } else if (answer?.error === 'conflict') conflicts.push(row)
      else await refused(record, answer?.reason ?? answer?.error ?? 'no answer for this record')
    }
    return conflicts
  }

  /** What the server has of these; absent: nothing, or a tombstone. */
  const readMasters = async (ids: readonly string[]): Promise<Map<string, ServerDocument>> => {
    const body = await link.run((server) => server.read({ method: 'POST', path: '_all_docs', query: { include_docs: true }, body: { keys: ids } }))
    const rows = (body as { rows?: readonly { id?: string; doc?: ServerDocument | null }[] }).rows ?? []
    return new Map(rows.flatMap(({ doc }) => (doc && !doc._deleted ? [[doc._id, doc] as const] : [])))
  }

  return async (rows: readonly PushRow[]): Promise<Stored[]> => {
    const masters: Stored[] = []
    let drafts: Draft[] = []
    for (const row of rows) {
      const { newDocumentState: record, assumedMasterState: assumed } = row
      // A merge may come out as what the server has: nothing to send then.
      if (assumed && !record._deleted && saysTheSame(record, assumed) && assumed.rev !== undefined) await sent(record)
      else drafts.push({ row, rev: revisions.get(record.id) ?? assumed?.rev })
    }
    for (let round = 1; drafts.length > 0; round++) {
      const conflicts = await write(drafts)
      drafts = []
      if (conflicts.length === 0) break
      const found = await readMasters(conflicts.map(({ newDocumentState }) => newDocumentState.id))
      for (const row of conflicts) {
        const { newDocumentState: record, assumedMasterState: assumed } = row
        const document = found.get(record.id)
        if (document === undefined) {
          // CouchDB answers 409 to an update that names a tombstone's revision: the record is made anew.
          if (round < rounds) drafts.push({ row, rev: undefined })
          else await refused(record, 'the server answers a conflict and has no such record')
          continue
        }
        remember(record.id, document._rev)
        const master = fromDocument(document, practice)
        if (!master) await refused(record, 'the server has something else under this id')
        else if (!record._deleted && saysTheSame(master, record)) await sent(record)
        else if (assumed && saysTheSame(master, assumed) && round < rounds) drafts.push({ row, rev: document._rev })
        else masters.push(master)
      }
    }
    return masters
  }
}
