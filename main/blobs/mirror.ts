import { randomBytes } from 'node:crypto'
import type { PracticeName } from '../../shared/contract'
import { isNoteId } from '../../shared/records/blobDatabase'
import { checkDatabase, ServerProblem, type Server } from '../sync'
import { openFileNote } from './note'
import { pause, type Pace } from './pace'
import { BlobDamage, type SealKeys } from './seal'
import { openBlobStore, type StoredNote } from './store'

/** What a mirror joins. */
export interface MirrorParts {
  /** Names the hub wherever it moves to. */
  readonly name: string
  readonly practice: PracticeName
  /** The databases for files, each over sockets of its own; the mirror closes them. */
  readonly hub: Server
  readonly centre: Server
  /** Whether the records of the two are joined at this moment. */
  isJoined(): boolean
  /** All secrets that are known now. */
  keys(): Promise<readonly SealKeys[]>
  readonly pace: Pace
  /** Whether a file of this size may leave for the centre now. */
  mayLeave(size: number): boolean
  /** How it is. */
  changed(state: MirrorState): void
  readonly log?: (line: string) => void
  readonly firstPauseMs?: number
  readonly longestPauseMs?: number
  /** How often it looks for news, ms. */
  readonly lookMs?: number
}

/** How files stand between a hub and its centre. */
export interface MirrorState {
  /** `waiting`: for one of the two. `refused`: one of them keeps no files for us. */
  readonly link: 'waiting' | 'ready' | 'refused'
  /** Files that wait for the night before they go to the centre. */
  readonly held: number
}

/** Files of a hub and its centre, kept alike. */
export interface Mirror {
  state(): MirrorState
  /** Looks at once. */
  kick(): void
  stop(): Promise<void>
}

type Way = 'out' | 'in'

interface Point {
  /** Which run of the mirror wrote it: a side that was put back from a copy has another. */
  readonly run: string
  readonly since: string
}

const pageLength = 200
const chunksAtOnce = 16

class Stopped extends Error {}

/**
 * Keeps the files of a hub and its centre alike, both ways. A file goes chunk by chunk and its note last, so what one of them
 * knows of is there whole; what is there is never sent again, and a cut costs the chunks that were under way.
 */
export const openMirror = (parts: MirrorParts): Mirror => {
  const { practice, firstPauseMs = 1_000, longestPauseMs = 60_000, lookMs = 30_000 } = parts
  const servers = { out: { from: parts.hub, to: parts.centre }, in: { from: parts.centre, to: parts.hub } } as const
  const stopping = new AbortController()
  const { signal } = stopping
  let link: MirrorState['link'] = 'waiting'
  const held: Record<Way, number> = { out: 0, in: 0 }
  let wake: () => void = () => undefined
  let told = ''

  const state = (): MirrorState => ({ link, held: held.out })
  const changed = () => {
    const now = JSON.stringify(state())
    if (now === told || signal.aborted) return
    told = now
    parts.changed(state())
  }
  const path = (way: Way) => `_local/outpost-mirror-${way}-${parts.name}`

  /** Where this way goes on: only where both sides remember the same. */
  const readPoint = async (way: Way): Promise<Point> => {
    const { from, to } = servers[way]
    const [one, other] = await Promise.all([from, to].map((server) => server.ask({ path: path(way), signal })))
    const [at, there] = [one, other].map((answer) => (answer?.status === 200 ? (answer.body as Partial<Point>) : undefined))
    const isSame = at?.run !== undefined && at.run === there?.run && at.since !== undefined && at.since === there.since
    return isSame ? { run: at.run as string, since: at.since as string } : { run: randomBytes(12).toString('hex'), since: '0' }
  }
  const writePoint = async (way: Way, point: Point): Promise<void> => {
    for (const server of [servers[way].from, servers[way].to]) {
      const before = await server.ask({ path: path(way), signal })
      const { _rev } = (before.status === 200 ? before.body : {}) as { _rev?: string }
      await server.read({ method: 'PUT', path: path(way), body: { ...point, ...(_rev !== undefined && { _rev }) }, signal })
    }
  }

  /** The notes of a page that the other side does not have. */
  const missingNotes = async (way: Way, ids: readonly string[]): Promise<StoredNote[]> => {
    const { from, to } = servers[way]
    const there = await openBlobStore(to, practice.id, parts.pace).present(ids, signal)
    const wanted = ids.filter((id) => !there.has(id))
    if (wanted.length === 0) return []
    const body = (await from.read({ method: 'POST', path: '_all_docs', query: { include_docs: true }, body: { keys: wanted }, signal })) as { rows?: readonly { doc?: Record<string, unknown> | null }[] } | null
    return (body?.rows ?? []).flatMap(({ doc }) => {
      const { _id: id, key, sealed } = doc ?? {}
      return typeof id === 'string' && typeof key === 'string' && typeof sealed === 'string' ? [{ id, key, sealed }] : []
    })
  }

  const copyFile = async (way: Way, note: StoredNote, chunks: readonly string[]): Promise<boolean> => {
    const [from, to] = [servers[way].from, servers[way].to].map((server) => openBlobStore(server, practice.id, parts.pace)) as [ReturnType<typeof openBlobStore>, ReturnType<typeof openBlobStore>]
    for (let at = 0; at < chunks.length; at += chunksAtOnce) {
      const some = [...new Set(chunks.slice(at, at + chunksAtOnce))]
      const there = await to.present(some, signal)
      for (const id of some.filter((each) => !there.has(each))) {
        await parts.pace.beforeChunk(signal)
        const bytes = await from.getChunk(id, signal)
        if (!bytes) return false
        await to.putChunk({ id, bytes }, signal)
      }
    }
    await to.putNotes([note], signal)
    return true
  }

  /** One look at everything new of one side; answers whether there may be more at once. */
  const lookOnce = async (way: Way): Promise<void> => {
    let point = await readPoint(way)
    let waiting = 0
    for (;;) {
      const page = (await servers[way].from.read({ path: '_changes', query: { since: point.since, limit: pageLength }, signal })) as { results?: readonly { id: string; deleted?: boolean }[]; last_seq?: unknown } | null
      if (!Array.isArray(page?.results)) throw new ServerProblem('unreachable', 0, 'the feed is none')
      const ids = (page.results as readonly { id: string; deleted?: boolean }[]).flatMap(({ id, deleted }) => (isNoteId(id) && deleted !== true ? [id] : []))
      const known = await parts.keys()
      for (const note of await missingNotes(way, ids)) {
        const file = openFileNote(known, note)
        // Sealed under a secret that has not come yet, or no note of ours: looked at again.
        if (!file || (way === 'out' && !parts.mayLeave(file.size)) || !(await copyFile(way, note, file.chunks))) waiting += 1
      }
      const since = String(page.last_seq)
      const isEnd = page.results.length < pageLength
      // What waits is found again only from before it.
      if (waiting === 0 && since !== point.since) {
        point = { ...point, since }
        await writePoint(way, point)
      } else point = { ...point, since }
      held[way] = waiting
      changed()
      if (isEnd) return
    }
  }

  const sleep = async (ms: number): Promise<void> => {
    const woken = new Promise<void>((resolve) => (wake = resolve))
    await Promise.race([woken, pause(ms, signal).catch(() => undefined)])
  }
  const running = (async () => {
    let failures = 0
    while (!signal.aborted) {
      try {
        if (!parts.isJoined()) throw new ServerProblem('unreachable', 0, 'the records are not joined')
        for (const side of [parts.hub, parts.centre]) {
          const verdict = await checkDatabase(side, practice)
          if (verdict !== 'ours') throw new ServerProblem('refused', 0, verdict)
        }
        await lookOnce('out')
        await lookOnce('in')
        failures = 0
        link = 'ready'
        changed()
        await sleep(lookMs)
      } catch (error) {
        if (signal.aborted) break
        link = error instanceof ServerProblem && error.kind !== 'unreachable' ? 'refused' : 'waiting'
        if (!(error instanceof ServerProblem) && !(error instanceof BlobDamage)) parts.log?.(`files between hub and centre: ${error instanceof Error ? error.name : 'fault'}`)
        failures += 1
        changed()
        await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10)) * (0.5 + Math.random() / 2))
      }
    }
  })()

  return {
    state,
    kick: () => wake(),
    stop: async () => {
      stopping.abort(new Stopped())
      wake()
      await running
      parts.hub.close()
      parts.centre.close()
    },
  }
}
