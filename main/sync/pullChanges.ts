import { fromDocument, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'

/** How far the feed has been read. */
export interface Checkpoint {
  /** The server's `seq`: opaque. */
  readonly seq: string
}

interface ChangesAnswer {
  readonly results: readonly { readonly id: string; readonly doc?: ServerDocument }[]
  readonly last_seq: string | number
  readonly pending?: number
}

/** What came with a piece of the feed. */
export interface Pulled {
  readonly documents: Stored[]
  readonly checkpoint: Checkpoint
}

/** What the reader of the feed tells. */
export interface PullOptions {
  readonly link: Link
  readonly practice: string
  /** After each answer: where the feed stands, and how much more the server knows of. */
  read(seq: string, pending: number): void
  /** A document has more than one current version on the server. */
  branched(document: ServerDocument): void
}

/**
 * Reads the feed from a checkpoint until the batch is full or the server has no more. What is no
 * record of ours is passed over, and reading goes on: a page of design documents is not the end.
 */
export const pullChanges =
  ({ link, practice, read, branched }: PullOptions) =>
  async (checkpoint: Checkpoint | undefined, batchSize: number): Promise<Pulled> => {
    const documents: Stored[] = []
    let seq = checkpoint?.seq ?? '0'
    while (documents.length < batchSize) {
      const limit = batchSize - documents.length
      const answer = await link.run(async (server) => {
        const body = (await server.read({ path: '_changes', query: { since: seq, limit, include_docs: true, conflicts: true } })) as ChangesAnswer
        if (!Array.isArray(body?.results)) throw new TypeError('the feed has no results')
        return body
      })
      for (const { doc } of answer.results) {
        if (!doc) continue
        if (doc._conflicts && doc._conflicts.length > 0) branched(doc)
        const record = fromDocument(doc, practice)
        if (record) documents.push(record)
      }
      seq = String(answer.last_seq)
      read(seq, answer.pending ?? 0)
      if (answer.results.length < limit) break
    }
    return { documents, checkpoint: { seq } }
  }
