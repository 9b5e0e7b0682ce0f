import type { Link } from './link'
import { Stopped } from './link'
import type { Change, FeedPiece } from './readFeed'
import { lookAgain } from './server'

/** How a workstation hears of what others write. */
export interface FollowOptions {
  readonly link: Link
  /** Where the feed has been read to. */
  seq(): string
  /** There is more: reads it, and resolves when it has been read. What came after `since` is known already, if it still is to be read. */
  more(since?: string, known?: FeedPiece): Promise<void>
  /** Whether changes are asked for with their documents, which saves a way; not while our own are to be expected. */
  withDocuments(): boolean
  /** The server answered, and has nothing that is not here. */
  heard(): void
}

/** The server sends a sign of life this often, ms; three missed, and the line counts as cut. */
const heartbeatMs = 10_000
/** What people write comes in ones and twos. */
const mostChanges = 50

/**
 * Holds one long poll at a time. It begins where reading has ended and wakes the reader, which goes on from its own checkpoint:
 * nothing written in between can be missed. What the poll brought, the reader need not ask for.
 */
export const followFeed = async ({ link, seq, more, withDocuments, heard }: FollowOptions): Promise<void> => {
  try {
    await more()
    for (;;) {
      const since = seq()
      const documents: Record<string, boolean> = withDocuments() ? { include_docs: true, conflicts: true } : {}
      const query = { feed: 'longpoll', since, limit: mostChanges, heartbeat: heartbeatMs, timeout: 50_000, ...documents }
      const answer = (await link.run((server, signal, alive) => server.read({ path: '_changes', query, signal, answering: () => alive('reached') }).catch(lookAgain))) as {
        readonly results?: readonly Change[]
        readonly last_seq?: string | number
      } | null
      const changes = answer?.results ?? []
      if (answer?.last_seq !== undefined && changes.length === 0 && seq() === since) heard()
      if (changes.length > 0 && answer?.last_seq !== undefined) await more(since, { changes, seq: String(answer.last_seq), isEnd: changes.length < mostChanges })
      else if (seq() !== since) await more()
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
  }
}
