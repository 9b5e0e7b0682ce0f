import type { Link } from './link'
import { Stopped } from './link'
import { lookAgain } from './server'

/** How a workstation hears of what others write. */
export interface FollowOptions {
  readonly link: Link
  /** Where the feed has been read to. */
  seq(): string
  /** There is more: reads it, and resolves when it has been read. */
  more(): Promise<void>
  /** The server answered, with or without news. */
  heard(): void
}

/** The server sends a sign of life this often, ms; three missed, and the line counts as cut. */
const heartbeatMs = 10_000

/**
 * Holds one long poll at a time. It begins where reading has ended and only wakes the reader, which
 * goes on from its own checkpoint: nothing written in between can be missed.
 */
export const followFeed = async ({ link, seq, more, heard }: FollowOptions): Promise<void> => {
  try {
    for (;;) {
      const since = seq()
      const answer = (await link.run((server, signal) =>
        server.read({ path: '_changes', query: { feed: 'longpoll', since, limit: 1, heartbeat: heartbeatMs, timeout: 50_000 }, signal }).catch(lookAgain),
      )) as { results?: readonly unknown[] } | null
      heard()
      if ((answer?.results?.length ?? 0) > 0 || seq() !== since) await more()
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
  }
}
