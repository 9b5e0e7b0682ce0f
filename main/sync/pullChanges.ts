import { createHash } from 'node:crypto'
import type { RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { fromDocument, isOfNewerType, type ServerDocument, type Stored } from './documents'
import type { Link } from './link'
import { beginLoad, isEarly, nextStep, selectorOf, withPatientsOf, type Load } from './loadPlan'
import { isAboutRequest, readFeed, type Change, type Feed, type FeedPage, type FeedPiece } from './readFeed'
import { lookAgain, ServerProblem } from './server'
import type { Sighting } from './serverBranches'
import { noteCheckpoint, type StoreFresh } from './storeFresh'

/** How far the feed has been read. */
export interface Checkpoint {
  /** The server's `seq`: opaque. While a first load goes in steps: where the feed goes on after it. */
  readonly seq: string
  /** A first load that goes in steps; null once it is done. */
  readonly load?: Load | null
  /** Tells a checkpoint that was handed to RxDB from the one before it where the feed stands at the same place. */
  readonly turn?: number
  /** Which record types the version knew that wrote this; absent: the first release. */
  readonly understood?: string
  /** Records of types that only a newer version knows were passed over: once this one is it, the feed is read again from its beginning. */
  readonly passedOver?: true
}

/** What RxDB is to write. */
export interface Pulled {
  readonly documents: Stored[]
  readonly checkpoint: Checkpoint
}

/** What this workstation wrote itself comes back in the feed; it need not travel twice. */
export interface Echoes {
  /** Something that we wrote has not come back yet. */
  expected(): boolean
  /** Whether we wrote this revision, or over it. One that comes is expected no more, nor is one that was overtaken. */
  take(id: string, rev: string): boolean
}

/** What is still to come. */
export interface Incoming {
  readonly phase: 'today' | 'history'
  readonly left: number
}

/** What the reader of the feed needs and tells. */
export interface PullOptions {
  readonly link: Link
  readonly practice: string
  readonly echoes: Echoes
  /** The replication; there is one by the time that it asks. */
  state(): RxStorageInstanceReplicationState<Envelope>
  store(records: readonly Stored[]): ReturnType<StoreFresh>
  /** Documents that are here. */
  countHere(): Promise<number>
  /** After each piece: where the feed stands, and what is still to come, when that is known. */
  read(seq: string, incoming: Incoming | undefined): void
  /** So many records were written without RxDB. */
  stored(count: number): void
  /** RxDB has to ask again: it takes a short answer for the last. */
  again(): void
  /** The feed has been read to its end. */
  ended(): void
  /** Whether this version was purged here and need not come back. */
  passOver(record: Stored): boolean
  /** What the server has of documents; resolves when what has to be put right there is noted on disk. */
  seen(documents: readonly Sighting[]): Promise<void>
  readonly firstLoad?: FirstLoad
  /** The record types that this version knows. */
  readonly types: ReadonlySet<unknown>
  /** Milliseconds. */
  now(): number
}

/** Reads what is new on the server. */
export interface Pull {
  /** RxDB's pull handler. */
  read(checkpoint: Checkpoint | undefined): Promise<Pulled>
  /** Changes that are known already need not be asked for again. */
  offer(since: string, piece: FeedPiece): void
  stop(): void
}

interface Piece {
  readonly records: Stored[]
  readonly place: Checkpoint
  readonly isEnd: boolean
}

/** Records that are written in one go; so many are waited for, for a moment. */
const mostAtOnce = 1_000
const patience = 200
/** Fewer are RxDB's to write: what changes while people work. */
const fewest = 25
/** When a first load goes in steps. */
export interface FirstLoad {
  /** One that takes longer does, ms. */
  readonly longMs: number
  /** How long it takes is known after so long, ms. */
  readonly feelMs: number
  /** A line that carries less is what it waits for; where it is the server, reading several times would only take longer. Bytes in a second. */
  readonly slowLine: number
}
const usualLoad: FirstLoad = { longMs: 60_000, feelMs: 1_500, slowLine: 120_000 }
/** Documents that are asked for by name in one request. */
const namedAtOnce = 200
/** RxDB writes what it was handed within this time, or not at all, ms. */
const writtenWithinMs = 30_000

const isSame = (one: Checkpoint, other: Checkpoint): boolean => one.seq === other.seq && one.load?.step === other.load?.step && one.load?.since === other.load?.since

const readDocuments = async (link: Link, ids: readonly string[]): Promise<ServerDocument[]> => {
  const found: ServerDocument[] = []
  for (let from = 0; from < ids.length; from += namedAtOnce) {
    const keys = ids.slice(from, from + namedAtOnce)
    const query = { include_docs: true, conflicts: true }
    const body = (await link.run((server) => server.read({ method: 'POST', path: '_all_docs', query, body: { keys } }).catch(lookAgain))) as { rows?: readonly { doc?: ServerDocument | null }[] } | null
    if (!Array.isArray(body?.rows)) throw new ServerProblem('unreachable', 0, 'the documents are none')
    found.push(...body.rows.flatMap(({ doc }: { doc?: ServerDocument | null }) => (doc && !doc._deleted ? [doc] : [])))
  }
  return found
}

/** How far the feed goes at this moment, and how many documents there are. */
const readExtent = async (link: Link): Promise<{ readonly seq: string; readonly documents: number }> => {
  const body = (await link.run((server) => server.read({ path: '' }).catch(lookAgain))) as { update_seq?: unknown; doc_count?: unknown } | null
  return { seq: String(body?.update_seq ?? '0'), documents: Number(body?.doc_count ?? 0) }
}

/**
 * Reads the feed from a checkpoint to its end. What is new here is written piece by piece while the next is under way; what has to be
 * compared is RxDB's to write. What is no record of ours is passed over. A first load that would take long goes in steps.
 */
export const pullChanges = (options: PullOptions): Pull => {
  const understood = createHash('sha256').update([...options.types].join()).digest('hex').slice(0, 8)
  const { link, practice, echoes, state, store, countHere, read, stored, again, ended, passOver, seen, now } = options
  const { longMs, feelMs, slowLine } = options.firstLoad ?? usualLoad
  /** The feed that is being read; what it gives next comes after `place`. */
  let going: { readonly feed: Feed; place: Checkpoint } | undefined
  let offered: { readonly since: string; readonly piece: FeedPiece } | undefined
  /** Handed to RxDB last; it writes it when it comes to it. */
  let handed: Checkpoint | undefined
  /** Changes on the server that are not here yet, while that is known. */
  let left: number | undefined
  /** Of the feed as it is: how many changes were used, of how many. */
  let used = 0
  let isLong: boolean | undefined
  let hasPassedOver = false
  /** The server does not filter: then the feed is read as it is. */
  let canFilter = true

  const stopReading = () => {
    going?.feed.stop()
    going = undefined
  }

  const noted = (): Checkpoint | undefined => state().lastCheckpointDoc.down?.checkpointData as Checkpoint | undefined
  /** Whether what RxDB was handed is on disk; if it did not come to that, it is read again. */
  const isWritten = async (): Promise<boolean> => {
    for (const end = now() + writtenWithinMs; handed; await new Promise((next) => setTimeout(next, 4))) {
      const written = noted()
      if (written && isSame(written, handed) && written.turn === handed.turn) handed = undefined
      else if (now() > end || state().events.canceled.getValue()) return false
    }
    return true
  }

  const recordsIn = async (documents: readonly ServerDocument[]): Promise<Stored[]> => {
    await seen(documents.map((doc) => ({ id: doc._id, doc })))
    return documents.flatMap((document) => {
      if (isOfNewerType(document, practice, options.types)) {
        hasPassedOver = true
        return []
      }
      const record = fromDocument(document, practice)
      return record && !passOver(record) ? [record] : []
    })
  }
  /** A change without its document was asked for so, because it may be our own. */
  const recordsOf = async (changes: readonly Change[]): Promise<Stored[]> => {
    const others = changes.filter(({ id, changes: revisions }) => !echoes.take(id, revisions?.[0]?.rev ?? ''))
    await seen(others.filter(({ deleted }) => deleted))
    const unknown = others.filter(({ id, doc, deleted }) => doc === undefined && !deleted && !id.startsWith('_design/'))
    return recordsIn([...others.flatMap(({ doc }) => (doc ? [doc] : [])), ...(await readDocuments(link, unknown.map(({ id }) => id)))])
  }

  /** The feed from its beginning is felt: long is what would take longer than a person waits, because of the line. */
  const feelsLong = (since: number, { total, received, pending }: FeedPage): boolean => {
    const took = now() - since
    if (isLong === undefined && took >= feelMs && pending !== undefined) isLong = (pending / total) * took > longMs && received * 1_000 < slowLine * took
    return isLong === true
  }
  const feedFrom = (place: Checkpoint): Feed => {
    if (going && isSame(going.place, place)) return going.feed
    stopReading()
    const { seq, load } = place
    const began = now()
    const isFirst = seq === '0' && !load && canFilter
    const selector = load && selectorOf(load)
    const feed = readFeed({
      link,
      since: load ? load.since : seq,
      withDocuments: () => Boolean(load) || !echoes.expected(),
      ...(selector ? { selector } : {}),
      answered: (page) => {
        if (!load && page.pending !== undefined) left = page.total - used + page.pending
        return !(isFirst && feelsLong(began, page))
      },
    })
    used = 0
    going = { feed, place }
    return feed
  }

  const pieceFrom = async (place: Checkpoint): Promise<FeedPiece> => {
    const piece = await feedFrom(place).next(patience, mostAtOnce)
    // What comes after it is another feed, wherever it begins.
    if (piece.isEnd) stopReading()
    return piece
  }

  const stepOn = async (load: Load, seq: string): Promise<Checkpoint> => {
    const next = nextStep(load)
    if (next) return { seq, load: next }
    left = undefined
    return { seq, load: null }
  }
  /** The rest goes in steps. What is written from this moment on comes after them. */
  const beginSteps = async (begin: string): Promise<Checkpoint> => {
    const { seq, documents } = await readExtent(link)
    left = Math.max(0, documents - (await countHere()))
    return { seq, load: beginLoad(begin, now()) }
  }

  const nextOfStep = async (place: Checkpoint, load: Load): Promise<Piece> => {
    left ??= Math.max(0, (await readExtent(link)).documents - (await countHere()))
    if (load.step === 'patients') return { records: await recordsIn(await readDocuments(link, load.patients)), place: await stepOn(load, place.seq), isEnd: false }
    try {
      const piece = await pieceFrom(place)
      const records = await recordsOf(piece.changes)
      const read = withPatientsOf({ ...load, since: piece.seq }, records)
      return { records, place: piece.isEnd ? await stepOn(read, place.seq) : { seq: place.seq, load: read }, isEnd: false }
    } catch (error) {
      if (!isAboutRequest(error)) throw error
      stopReading()
      canFilter = false
      return { records: [], place: { seq: load.begin, load: null }, isEnd: false }
    }
  }
  const nextPiece = async (place: Checkpoint): Promise<Piece> => {
    if (place.load) return nextOfStep(place, place.load)
    const known = offered
    offered = undefined
    const piece = known?.since === place.seq && !going ? known.piece : await pieceFrom(place)
    used += piece.changes.length
    const records = await recordsOf(piece.changes)
    if (piece.isEnd && isLong) {
      isLong = false
      return { records, place: await beginSteps(piece.seq), isEnd: false }
    }
    return { records, place: { seq: piece.seq, ...(place.load === null ? { load: null } : {}) }, isEnd: piece.isEnd }
  }

  const incoming = (place: Checkpoint): Incoming | undefined => left === undefined ? undefined : { phase: place.load && isEarly(place.load.step) ? 'today' : 'history', left }

  /** A place as it is noted: with what is needed to know whether a later version has to read again what was read. */
  const signed = ({ seq, load }: Checkpoint): Checkpoint => ({ seq, ...(load === undefined ? {} : { load }), understood, ...(hasPassedOver ? { passedOver: true as const } : {}) })

  /** Reads on from a place, until RxDB has something to write or the feed is at its end. */
  const readFrom = async (from: Checkpoint): Promise<Pulled> => {
    for (let place = from; ; ) {
      const before = place
      const piece = await nextPiece(place)
      place = piece.place
      if (going) going.place = place
      const { records } = piece
      const others = records.length < fewest && piece.isEnd ? records : await store(records)
      stored(records.length - others.length)
      if (left !== undefined) left = piece.isEnd ? 0 : Math.max(0, left - records.length)
      read(place.seq, incoming(place))
      if (others.length > 0) {
        handed = { ...signed(place), turn: (noted()?.turn ?? 0) + 1 }
        if (piece.isEnd) ended()
        else again()
        return { documents: others, checkpoint: handed }
      }
      if (!isSame(before, place)) await noteCheckpoint(state(), signed(place))
      if (!piece.isEnd) continue
      ended()
      return { documents: [], checkpoint: signed(place) }
    }
  }

  return {
    read: async (checkpoint) => {
      if (!(await isWritten())) {
        handed = undefined
        stopReading()
      }
      try {
        // After a write that failed RxDB asks from where it asked before; what was written since is noted.
        const from = noted() ?? checkpoint
        hasPassedOver ||= from?.passedOver === true
        if (from && from.understood !== understood && (from.understood === undefined || from.passedOver)) {
          hasPassedOver = false
          stopReading()
          return await readFrom({ seq: '0', load: null })
        }
        return await readFrom(from ?? { seq: '0' })
      } catch (error) {
        // The feed is past what could not be kept: it is read again from what is noted.
        stopReading()
        throw error
      }
    },
    offer: (since, piece) => {
      offered = { since, piece }
    },
    stop: stopReading,
  }
}
