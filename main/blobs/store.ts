import { chunkAttachment, chunkLimit } from '../../shared/records/blobDatabase'
import { ServerProblem, type Server } from '../sync'
import type { Lanes } from './lanes'
import type { Pace } from './pace'
import type { SealedChunk } from './seal'

/** A note as the server keeps it. */
export interface StoredNote {
  readonly id: string
  /** Names the shared secret that it is sealed under. */
  readonly key: string
  readonly sealed: string
}

/** The practice's database for files, on a hub or a centre. */
export interface BlobStore {
  /** Which of these are there. */
  present(ids: readonly string[], signal: AbortSignal): Promise<Set<string>>
  /** A chunk that is there already is left as it is. */
  putChunk(chunk: SealedChunk, signal: AbortSignal): Promise<void>
  /** Undefined: it is not there. */
  getChunk(id: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  putNotes(notes: readonly StoredNote[], signal: AbortSignal): Promise<void>
  notesOf(prefix: string, signal: AbortSignal): Promise<StoredNote[]>
}

interface Row {
  readonly id?: string
  readonly error?: string
  readonly reason?: string
  readonly value?: { readonly deleted?: boolean } | null
  readonly doc?: { readonly _id?: unknown; readonly key?: unknown; readonly sealed?: unknown } | null
}

const rowsIn = (body: unknown): readonly Row[] => {
  const rows = (body as { rows?: unknown } | null)?.rows
  if (!Array.isArray(rows)) throw new ServerProblem('unreachable', 0, 'the answer has no rows')
  return rows as readonly Row[]
}

const problemOf = (status: number, body: unknown): ServerProblem => {
  const { error = '', reason = '' } = (body ?? {}) as { error?: string; reason?: string }
  return new ServerProblem('answered', status, `${error}: ${reason}`)
}

/** Notes of a set are read in pages of so many. */
const pageLength = 200

/** What else is to come over the line waits so long behind what was asked for at least, ms. */
const leastWaitMs = 5
const smallestPart = 8 * 1024
/** The best of so many counts: the others waited for a busy computer. */
const remembered = 8

/** How much of a chunk is asked for at a time: what the line brings in half a round trip, so that a record does not wait behind more. */
const partOfLine = () => {
  let rates: number[] = []
  return {
    came: (bytes: number, ms: number) => {
      rates = [...rates, bytes / Math.max(1, ms)].slice(-remembered)
    },
    length: (roundTripMs: number): number => {
      const rate = rates.length === 0 ? smallestPart / leastWaitMs : Math.max(...rates)
      return Math.round(Math.min(chunkLimit, Math.max(smallestPart, rate * Math.max(leastWaitMs, roundTripMs / 2))))
    },
  }
}

/** See {@link BlobStore}. */
export const openBlobStore = (server: Server, practice: string, pace: Pick<Pace, 'beforeBytes' | 'pieceBytes' | 'sent' | 'waitedMs'>, lanes?: Pick<Lanes, 'sawRoundTrip' | 'roundTripMs'>, part = partOfLine()): BlobStore => ({
  present: async (ids, signal) => {
    if (ids.length === 0) return new Set()
    const begun = performance.now()
    const rows = rowsIn(await server.read({ method: 'POST', path: '_all_docs', body: { keys: ids }, signal }))
    lanes?.sawRoundTrip(performance.now() - begun)
    return new Set(rows.flatMap(({ id, value }) => (id !== undefined && value && value.deleted !== true ? [id] : [])))
  },
  putChunk: async ({ id, bytes }, signal) => {
    const [begun, waited] = [performance.now(), pace.waitedMs]
    const { status, body } = await server.ask({ method: 'PUT', path: `${id}/${chunkAttachment}`, bytes, pieceBytes: pace.pieceBytes, pace: (count) => pace.beforeBytes(count, signal), signal })
    if (status !== 201 && status !== 202 && status !== 409) throw problemOf(status, body)
    pace.sent(bytes.length, performance.now() - begun - (pace.waitedMs - waited) - (lanes?.roundTripMs ?? 0))
  },
  getChunk: async (id, signal) => {
    const pieces: Uint8Array[] = []
    for (let at = 0; ; ) {
      const asked = part.length(lanes?.roundTripMs ?? 0)
      await pace.beforeBytes(asked, signal)
      const begun = performance.now()
      const { status, body } = await server.ask({ path: `${id}/${chunkAttachment}`, range: [at, at + asked - 1], raw: chunkLimit, signal })
      if (status === 404) return undefined
      // The end was where the last piece ended.
      if (status === 416 && at > 0) break
      if ((status !== 200 && status !== 206) || !(body instanceof Uint8Array)) throw problemOf(status, body)
      part.came(body.length, performance.now() - begun - (lanes?.roundTripMs ?? 0))
      if (status === 200) return body
      pieces.push(body)
      at += body.length
      if (body.length < asked || at > chunkLimit) break
    }
    return new Uint8Array(Buffer.concat(pieces))
  },
  putNotes: async (notes, signal) => {
    if (notes.length === 0) return
    const docs = notes.map(({ id, key, sealed }) => ({ _id: id, practice, key, sealed }))
    const rows = await server.read({ method: 'POST', path: '_bulk_docs', body: { docs }, signal })
    if (!Array.isArray(rows)) throw new ServerProblem('unreachable', 0, 'the answer has no rows')
    const refused = (rows as readonly Row[]).find(({ error }) => error !== undefined && error !== 'conflict')
    if (refused) throw new ServerProblem('answered', 403, `${refused.error}: ${refused.reason ?? ''}`)
  },
  notesOf: async (prefix, signal) => {
    const notes: StoredNote[] = []
    for (let startkey = prefix, skip = 0; ; skip = 1) {
      const query = { startkey: JSON.stringify(startkey), skip, endkey: JSON.stringify(`${prefix}g`), include_docs: true, limit: pageLength }
      const begun = performance.now()
      const rows = rowsIn(await server.read({ path: '_all_docs', query, signal }))
      lanes?.sawRoundTrip(performance.now() - begun)
      for (const { doc } of rows) {
        if (typeof doc?._id === 'string' && typeof doc.key === 'string' && typeof doc.sealed === 'string') notes.push({ id: doc._id, key: doc.key, sealed: doc.sealed })
      }
      const last = rows.at(-1)?.id
      if (rows.length < pageLength || last === undefined) return notes
      startkey = last
    }
  },
})
