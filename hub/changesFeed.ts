import type { IncomingMessage, ServerResponse } from 'node:http'
import { badRequest } from './couchProblem'
import { beginPieces, type Outgoing } from './outgoing'
import type { ChangeLines, ChangesQuery, PracticeDatabase } from './practiceDatabase'
import { flagIn, numberIn } from './query'
import { readSelector, type Matches } from './selector'

const feeds = ['normal', 'longpoll', 'continuous'] as const
type Feed = (typeof feeds)[number]

/** How many changes are read from disk at a time. */
const pieceSize = 1000
const longestWaitMs = 60_000

interface FeedRequest extends ChangesQuery {
  readonly feed: Feed
  readonly timeoutMs: number
  /** 0: none. */
  readonly heartbeatMs: number
  /** Only documents that this says yes to. */
  readonly matches?: Matches
}

/** Reads the query string (and `doc_ids` or `selector` of a body) of `_changes`. */
export const readFeedRequest = async (database: PracticeDatabase, query: URLSearchParams, body: Record<string, unknown> | undefined): Promise<FeedRequest> => {
  const feed = feeds.find((each) => each === (query.get('feed') ?? 'normal'))
  if (!feed) throw badRequest('Supported `feed` types: normal, continuous, longpoll')
  const filter = query.get('filter')
  if (filter !== null && filter !== '_doc_ids' && filter !== '_selector') throw badRequest('only the filters _doc_ids and _selector are offered')
  const ids = body?.['doc_ids']
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) throw badRequest('`doc_ids` must be an array of strings')
  const since = query.get('since') ?? '0'
  return {
    feed,
    since: since === 'now' ? await database.updateSeq() : await database.readSeq(since),
    // CouchDB takes 0 for 1.
    limit: Math.max(1, numberIn(query, 'limit', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    descending: flagIn(query, 'descending'),
    includeDocs: flagIn(query, 'include_docs'),
    conflicts: flagIn(query, 'conflicts'),
    allLeaves: query.get('style') === 'all_docs',
    timeoutMs: numberIn(query, 'timeout', longestWaitMs, longestWaitMs),
    heartbeatMs: query.get('heartbeat') === 'true' ? longestWaitMs : numberIn(query, 'heartbeat', 0, longestWaitMs),
    ...(filter === '_doc_ids' && ids ? { ids: ids as string[] } : {}),
    ...(filter === '_selector' ? { matches: readSelector(body?.['selector']) } : {}),
  }
}

/** Characters that are sent at a time. */
const sendSize = 65_536

/** Answers `_changes`, piece by piece, so that a first sync never stands in memory as a whole. */
export const serveChanges = async (database: PracticeDatabase, request: FeedRequest, asked: IncomingMessage, response: ServerResponse): Promise<void> => {
  const continuous = request.feed === 'continuous'
  let since = request.since
  let left = request.limit
  let pending = 0
  let sent = 0
  const { matches } = request
  const out = beginPieces(asked, response)
  const nextPiece = async (limit: number): Promise<ChangeLines> => {
    if (request.includeDocs && !matches && !request.descending && !request.allLeaves && !request.ids) return database.lines({ ...request, since, limit })
    const piece = await database.changes({ ...request, since, limit, includeDocs: request.includeDocs || matches !== undefined })
    const lines: { seq: number; text: string }[] = []
    let used = 0
    for (const { doc, ...without } of piece.results) {
      if (lines.length === left) break
      used++
      if (matches && !(doc && matches(doc))) continue
      lines.push({ seq: Number.parseInt(without.seq, 10), text: JSON.stringify(request.includeDocs ? { ...without, doc } : without) })
    }
    // The place after the last that was looked at.
    const lastSeq = used < piece.results.length ? Number.parseInt(piece.results[used - 1]?.seq ?? '', 10) : piece.lastSeq
    return { lines, looked: piece.results.length, lastSeq, pending: piece.pending + piece.results.length - used }
  }
  /** Sends everything that is there now. */
  const drain = async (): Promise<void> => {
    for (;;) {
      const limit = matches ? pieceSize : Math.min(left, pieceSize)
      const { lines, lastSeq, pending: rest, looked } = await nextPiece(limit)
      let text = ''
      for (const line of lines) {
        sent++
        text += continuous ? `${line.text}\n` : `${sent > 1 ? ',' : ''}\n${line.text}`
        if (text.length < sendSize) continue
        await out.write(text)
        text = ''
        if (out.isGone()) return
      }
      if (text !== '') await out.write(text)
      if (continuous && looked > 0) out.flush()
      since = lastSeq
      pending = rest
      left -= lines.length
      if (left <= 0 || out.isGone() || request.descending || looked < limit) return
    }
  }

  if (!continuous) await out.write('{"results":[')
  // The reader learns at once that it has been heard.
  if (request.feed !== 'normal') out.flush()
  const stopBeat = beat(out, request.feed === 'normal' ? 0 : request.heartbeatMs)
  try {
    if (request.feed === 'longpoll' && !request.descending) await withNextWrite(database, response, request.timeoutMs, drain, () => sent > 0)
    else await drain()
    while (continuous && left > 0 && !out.isGone()) {
      const before = sent
      await withNextWrite(database, response, request.timeoutMs, drain, () => sent > before)
      if (sent === before && request.heartbeatMs === 0) break
    }
  } finally {
    stopBeat()
  }
  const last = `"last_seq":${JSON.stringify(database.seqText(since))},"pending":${pending}}\n`
  out.end(continuous ? `{${last}` : `\n],\n${last}`)
}

const beat = (out: Outgoing, everyMs: number): (() => void) => {
  if (everyMs === 0) return () => undefined
  const timer = setInterval(() => {
    if (out.isGone()) return
    void out.write('\n')
    out.flush()
  }, Math.max(100, everyMs))
  return () => clearInterval(timer)
}

/** Looks, and looks again after each write, until something was found, time is up or nobody listens. */
const withNextWrite = async (database: PracticeDatabase, response: ServerResponse, timeoutMs: number, look: () => Promise<void>, found: () => boolean): Promise<void> => {
  let wake: () => void = () => undefined
  let written = false
  // Listening begins before the first look: a write between the two must not be slept through.
  const stop = database.onWrite(() => ((written = true), wake()))
  const over = Date.now() + timeoutMs
  const closed = () => wake()
  response.on('close', closed)
  try {
    for (;;) {
      written = false
      await look()
      const rest = over - Date.now()
      if (found() || rest <= 0 || response.destroyed) return
      if (!written)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, rest)
          wake = () => (clearTimeout(timer), resolve())
        })
    }
  } finally {
    stop()
    response.off('close', closed)
  }
}
