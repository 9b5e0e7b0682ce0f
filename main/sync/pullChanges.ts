import { fromDocument, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'
import { lookAgain, ServerProblem, type Server } from './server'

/** How far the feed has been read. */
export interface Checkpoint {
  /** The server's `seq`: opaque. */
  readonly seq: string
}

interface Change {
  readonly id: string
  readonly changes?: readonly { readonly rev: string }[]
  readonly deleted?: boolean
  readonly doc?: ServerDocument
}

interface ChangesAnswer {
  readonly results: readonly Change[]
  readonly last_seq: string | number
  readonly pending?: number
}

/** What came with a piece of the feed. */
export interface Pulled {
  readonly documents: Stored[]
  readonly checkpoint: Checkpoint
}

/** What this workstation wrote itself comes back in the feed; it need not travel twice. */
export interface Echoes {
  /** Something that we wrote has not come back yet. */
  expected(): boolean
  /** Whether we wrote this revision; it is then forgotten. */
  take(id: string, rev: string): boolean
}

/** What the reader of the feed tells. */
export interface PullOptions {
  readonly link: Link
  readonly practice: string
  readonly echoes: Echoes
  /** After each answer: where the feed stands, and how much more the server knows of. */
  read(seq: string, pending: number): void
  /** Whether this version was purged here and need not come back. */
  passOver(record: Stored): boolean
  /** A document has more than one current version on the server. */
  branched(document: ServerDocument): void
}

const readFeed = async (server: Server, since: string, limit: number, withDocuments: boolean): Promise<ChangesAnswer> => {
  const query = { since, limit, ...(withDocuments ? { include_docs: true, conflicts: true } : {}) }
  const body = (await server.read({ path: '_changes', query }).catch(lookAgain)) as ChangesAnswer | null
  if (!Array.isArray(body?.results) || body.last_seq === undefined) throw new ServerProblem('unreachable', 0, 'the feed is none')
  return body
}

const readDocuments = async (server: Server, ids: readonly string[]): Promise<ServerDocument[]> => {
  if (ids.length === 0) return []
  const body = (await server.read({ method: 'POST', path: '_all_docs', query: { include_docs: true, conflicts: true }, body: { keys: ids } }).catch(lookAgain)) as { rows?: readonly { doc?: ServerDocument | null }[] } | null
  if (!Array.isArray(body?.rows)) throw new ServerProblem('unreachable', 0, 'the documents are none')
  return body.rows.flatMap(({ doc }: { doc?: ServerDocument | null }) => (doc ? [doc] : []))
}

/**
 * Reads the feed from a checkpoint until the batch is full or the server has no more. What is no
 * record of ours is passed over, and reading goes on: a page of design documents is not the end.
 */
export const pullChanges = ({ link, practice, echoes, read, passOver, branched }: PullOptions) => {
  // RxDB keeps no checkpoint of a reading that brought nothing; we do, until the next start.
  let passedOver: { readonly from: string; readonly to: string } | undefined

  return async (checkpoint: Checkpoint | undefined, batchSize: number): Promise<Pulled> => {
    const documents: Stored[] = []
    const from = checkpoint?.seq ?? '0'
    let seq = passedOver?.from === from ? passedOver.to : from
    let echo: string | undefined
    while (documents.length < batchSize) {
      // Never only the few that are missing: where most is passed over, that would ask for one at a time.
      const limit = batchSize
      const since = seq
      const withDocuments = !echoes.expected()
      const answer = await link.run((server) => readFeed(server, since, limit, withDocuments))
      const isEchoed = ({ id, changes }: Change): boolean => {
        const is = echoes.take(id, changes?.[0]?.rev ?? '')
        if (is) echo = id
        return is
      }
      const wanted = withDocuments ? [] : answer.results.filter((change) => !change.deleted && !change.id.startsWith('_design/') && !isEchoed(change))
      const found = withDocuments ? answer.results.flatMap(({ doc }) => (doc ? [doc] : [])) : await link.run((server) => readDocuments(server, wanted.map(({ id }) => id)))
      for (const document of found) {
        if (document._conflicts && document._conflicts.length > 0) branched(document)
        const record = fromDocument(document, practice)
        if (record && !passOver(record)) documents.push(record)
      }
      seq = String(answer.last_seq)
      read(seq, answer.pending ?? 0)
      if (answer.results.length < limit) break
    }
    // Only our own came back: one of them is fetched, so that RxDB keeps the checkpoint over a restart.
    const own = echo
    if (documents.length === 0 && own !== undefined) {
      const records = (await link.run((server) => readDocuments(server, [own]))).flatMap((document) => fromDocument(document, practice) ?? [])
      documents.push(...records)
    }
    passedOver = documents.length === 0 && seq !== from ? { from, to: seq } : undefined
    return { documents, checkpoint: { seq } }
  }
}
