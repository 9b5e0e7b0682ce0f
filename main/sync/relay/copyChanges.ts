import { practiceDocumentId } from '../../../shared/records/practiceDatabase'
import type { Link } from '../link'
import { lookAgain, ServerProblem, type Server } from '../server'

/** One line of a feed with all current versions. */
export interface LeafChange {
  readonly id: string
  readonly changes: readonly { readonly rev: string }[]
}

/** A version that the other side does not take. */
export interface NotTaken {
  readonly id: string
  readonly rev: string
  readonly reason: string
}

interface Copied {
  readonly _id: string
  readonly _rev: string
}

/** Versions asked for at a time. */
const askSize = 100
/** Characters sent at a time; halved where the whole is not taken. */
const pieceSize = 1_000_000
/** The piece as such is not taken; one of its documents is the reason. */
const aboutDocuments = [400, 413, 415]

/** What says whose database it is, and how it is looked up, belongs to each side by itself. */
const travels = (id: string): boolean => id !== practiceDocumentId && !id.startsWith('_design/') && !id.startsWith('_local/')

const chunksOf = <Item>(items: readonly Item[], size: number): Item[][] => Array.from({ length: Math.ceil(items.length / size) }, (_none, at) => items.slice(at * size, (at + 1) * size))

/**
 * Copies the versions of these changes that the other side lacks, word for word and with their ancestry (CouchDB's replication
 * protocol: `_revs_diff`, `_bulk_get`, `_bulk_docs` with `new_edits: false`). Done again, it copies nothing.
 */
export const copyChanges = async ({ from, to, changes, notTaken, isInVain = () => false }: { readonly from: Link; readonly to: Link; readonly changes: readonly LeafChange[]; notTaken(version: NotTaken): void; isInVain?(): boolean }): Promise<number> => {
  const asked = Object.fromEntries(changes.filter(({ id }) => travels(id)).map(({ id, changes: leaves }) => [id, leaves.map(({ rev }) => rev)]))
  if (Object.keys(asked).length === 0) return 0
  const lacking = (await to.run((server) => server.read({ method: 'POST', path: '_revs_diff', body: asked }).catch(lookAgain))) as Readonly<Record<string, { readonly missing?: readonly string[] }>>
  const wanted = Object.entries(lacking).flatMap(([id, { missing = [] }]) => missing.map((rev) => ({ id, rev })))
  let copied = 0
  for (const part of chunksOf(wanted, askSize)) {
    if (isInVain()) break
    const documents = await readVersions(from, part)
    for (const piece of piecesOf(documents)) copied += await write(to, piece, notTaken)
  }
  return copied
}

/** A version that is gone by now has a successor, and that one is further on in the feed. */
const readVersions = async (from: Link, wanted: readonly { readonly id: string; readonly rev: string }[]): Promise<Copied[]> => {
  const { results } = (await from.run((server) => server.read({ method: 'POST', path: '_bulk_get', query: { revs: true }, body: { docs: wanted } }).catch(lookAgain))) as {
    readonly results?: readonly { readonly docs: readonly { readonly ok?: Copied }[] }[]
  }
  if (!Array.isArray(results)) throw new ServerProblem('unreachable', 0, 'the answer has no documents')
  return results.flatMap(({ docs }: { docs: readonly { readonly ok?: Copied }[] }) => docs.flatMap(({ ok }) => (ok ? [ok] : [])))
}

const piecesOf = (documents: readonly Copied[]): Copied[][] => {
  const pieces: Copied[][] = []
  let size = Infinity
  for (const document of documents) {
    const length = JSON.stringify(document).length
    if (size + length > pieceSize) {
      pieces.push([])
      size = 0
    }
    size += length
    pieces.at(-1)?.push(document)
  }
  return pieces
}

const write = async (to: Link, documents: readonly Copied[], notTaken: (version: NotTaken) => void): Promise<number> => {
  const rows = await to.run((server) => writePiece(server, documents))
  if (rows === 'not as a whole') {
    const half = Math.ceil(documents.length / 2)
    return (await write(to, documents.slice(0, half), notTaken)) + (await write(to, documents.slice(half), notTaken))
  }
  const revs = new Map(documents.map(({ _id, _rev }) => [_id, _rev]))
  for (const { id, rev = revs.get(id) ?? '', error, reason } of rows) if (error !== undefined) notTaken({ id, rev, reason: reason ?? error })
  return documents.length - rows.filter(({ error }) => error !== undefined).length
}

interface WriteRow {
  readonly id: string
  readonly rev?: string
  readonly error?: string
  readonly reason?: string
}

/** With `new_edits: false` a server answers rows for what it refuses only. */
const writePiece = async (server: Server, documents: readonly Copied[]): Promise<readonly WriteRow[] | 'not as a whole'> => {
  try {
    const rows = await server.read({ method: 'POST', path: '_bulk_docs', body: { docs: documents, new_edits: false } })
    if (!Array.isArray(rows)) throw new ServerProblem('unreachable', 0, 'the answer has no rows')
    return rows as readonly WriteRow[]
  } catch (error) {
    if (!(error instanceof ServerProblem) || error.kind !== 'answered' || !aboutDocuments.includes(error.status)) return lookAgain(error)
    const [only, another] = documents
    return only && !another ? [{ id: only._id, rev: only._rev, error: 'refused', reason: error.message }] : 'not as a whole'
  }
}
