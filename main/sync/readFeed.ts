import type { ServerDocument } from './documents'
import type { Link } from './link'
import { lookAgain, ServerProblem } from './server'

/** One change in a feed. */
export interface Change {
  readonly id: string
  /** Null where the server was not asked to work it out. */
  readonly seq: string | number | null
  readonly changes?: readonly { readonly rev: string }[]
  readonly deleted?: boolean
  /** Absent where only changes were asked for. */
  readonly doc?: ServerDocument | null
}

/** Part of a feed. */
export interface FeedPiece {
  readonly changes: readonly Change[]
  /** To go on from. */
  readonly seq: string
  /** The server had no more when it was asked. */
  readonly isEnd: boolean
}

/** What is known after each page. */
export interface FeedPage {
  /** Changes that have come so far, and how many bytes they took on the line. */
  readonly total: number
  readonly received: number
  /** Changes that are still there, when the server says so. */
  readonly pending: number | undefined
}

/** What is read of a feed. */
export interface FeedOptions {
  readonly link: Link
  readonly since: string
  /** Asked before each page: with documents, or only what has changed. */
  withDocuments(): boolean
  /** Only documents that this selector describes. */
  readonly selector?: object
  /** The server answered a page. Answers whether to read on. */
  answered(page: FeedPage): boolean
}

/** A feed that is read while what came before is being written. */
export interface Feed {
  /**
   * The next piece, as many changes as have come by then: at least `patience` of them unless a second passes, never more than `most`.
   * Rejects with `Stopped`, or when the server answers that it does not do this.
   */
  next(patience: number, most: number): Promise<FeedPiece>
  /** Nobody reads on. */
  stop(): void
}

/**
 * Changes in one request. The answer is read while it comes, so a cut costs the row it falls into, and not the page; the page
 * only has to be long beside a round trip.
 */
const longestPage = 4_000
/** The first page is short: soon after it the server has said how much there is. Each is twice as long as the one before. */
const firstPage = 200
/** Read ahead of the writer, changes and bytes: enough that neither waits for the other. */
const aheadChanges = 2_000
const aheadBytes = 4_000_000
const patienceMs = 1_000
const heartbeatMs = 10_000
/** On a cluster a place in the feed is long and takes long to work out: one in so many changes is enough to go on from. */
const placeEvery = 16

/** The reader has gone away: no fault of the line. */
class NobodyReads extends Error {}

/** Only this server does not do it; the line is good. */
export const isAboutRequest = (error: unknown): boolean => error instanceof ServerProblem && error.kind === 'answered' && [400, 404, 405, 501].includes(error.status)

/** Begins to read; see {@link Feed}. */
export const readFeed = ({ link, since: begin, withDocuments, selector, answered }: FeedOptions): Feed => {
  let since = begin
  /** Where what was given out ends. */
  let given = begin
  let ready: { readonly change: Change; readonly bytes: number }[] = []
  let bytesReady = 0
  let endSeq: string | undefined
  let failure: unknown
  let stopped = false
  let limit = firstPage
  let total = 0
  let receivedBefore: number | undefined
  let tellReader: () => void = () => undefined
  let tellWriter: () => void = () => undefined

  const take = async (rows: readonly unknown[], bytes: number): Promise<void> => {
    for (const change of rows as readonly Change[]) {
      if (typeof change?.id !== 'string' || change.seq === undefined) throw new ServerProblem('unreachable', 0, 'the feed is none')
      ready.push({ change, bytes: bytes / rows.length })
      if (change.seq !== null) since = String(change.seq)
    }
    bytesReady += bytes
    tellReader()
    while (!stopped && (ready.length > aheadChanges || bytesReady > aheadBytes)) await new Promise<void>((resolve) => (tellWriter = resolve))
    if (stopped) throw new NobodyReads()
  }
  /** One page; answers whether there may be more. */
  const readPage = (): Promise<boolean> =>
    link.run(async (server, signal, alive) => {
      let count = 0
      receivedBefore ??= server.traffic.received
      const query = { since, limit, heartbeat: heartbeatMs, seq_interval: placeEvery, ...(withDocuments() ? { include_docs: true, conflicts: true } : {}) }
      const request = selector ? { method: 'POST' as const, path: '_changes', query: { ...query, filter: '_selector' }, body: { selector } } : { path: '_changes', query }
      const rest = (await server
        .readRows({ ...request, signal, answering: () => alive('reached') }, (rows, bytes) => {
          count += rows.length
          total += rows.length
          alive('progress')
          return take(rows, bytes)
        })
        .catch((error: unknown) => {
          if (selector && isAboutRequest(error)) throw error
          return lookAgain(error)
        })) as { readonly results?: unknown; readonly last_seq?: string | number; readonly pending?: number } | null
      if (!Array.isArray(rest?.results) || rest.last_seq === undefined) throw new ServerProblem('unreachable', 0, 'the feed is none')
      since = String(rest.last_seq)
      const isFull = count >= limit
      limit = Math.min(longestPage, limit * 2)
      return answered({ total, received: server.traffic.received - receivedBefore, pending: rest.pending }) && isFull
    })
  const reading = async (): Promise<void> => {
    try {
      while (!stopped && (await readPage())) continue
      endSeq = since
    } catch (error) {
      failure = error
    }
    tellReader()
  }
  void reading()

  const more = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      tellReader = () => (clearTimeout(timer), resolve())
    })

  return {
    next: async (patience, most) => {
      const until = Date.now() + patienceMs
      while (ready.length < patience && endSeq === undefined && failure === undefined) {
        if (ready.length > 0 && Date.now() >= until) break
        await more(ready.length > 0 ? Math.max(1, until - Date.now()) : patienceMs)
      }
      // What came before a failure counts.
      if (failure !== undefined && ready.length === 0) throw failure
      const piece = ready.slice(0, most)
      ready = ready.slice(most)
      bytesReady = ready.length === 0 ? 0 : bytesReady - piece.reduce((sum, { bytes }) => sum + bytes, 0)
      tellWriter()
      const isEnd = endSeq !== undefined && ready.length === 0
      given = isEnd ? (endSeq as string) : String(piece.findLast(({ change: { seq } }) => seq !== null)?.change.seq ?? given)
      return { changes: piece.map(({ change }) => change), seq: given, isEnd }
    },
    stop: () => {
      stopped = true
      tellWriter()
    },
  }
}
