import type { PracticeName, RelayState } from '../../../shared/contract'
import { practiceDatabaseName, practiceDocumentId, practiceMarkIn } from '../../../shared/records/practiceDatabase'
import { openLink, Stopped, type Link, type LinkOptions } from '../link'
import { checkDatabase } from '../practiceAt'
import { lookAgain, openServer, type Server, type ServerAddress } from '../server'
import { watchNetwork } from '../watchNetwork'
import { copyChanges, type LeafChange, type NotTaken } from './copyChanges'
import { putBack } from './putBack'
import { keepPoints, PointsMoved, type Left, type PointsKeeper } from './relayPoints'

/** A hub and a centre that are kept in step, both ways, as long as there is a line between them. */
export interface Relay {
  state(): RelayState
  /** Ends every pause. */
  kick(): void
  stop(): Promise<void>
}

/** What a relay joins. */
export interface RelayOptions {
  /** Names the hub wherever it moves to. */
  readonly name: string
  readonly hub: ServerAddress
  readonly centre: ServerAddress
  readonly practice: PracticeName
  /** Which making of its database was joined at the centre, see `PracticeMark`; absent: whichever is there now. */
  readonly epoch?: string
  /** This one was joined. */
  met?(epoch: string): Promise<void>
  /** The state is another one. */
  changed(): void
  readonly now?: () => number
  /** For tests: how soon to try again, and to note where we are. */
  readonly pauses?: Pick<LinkOptions, 'firstPauseMs' | 'longestPauseMs'> & { readonly noteAfterMs?: number }
  /** A fault of ours, for the log; never with what is in a record. */
  readonly log?: (line: string) => void
}

type Direction = 'out' | 'in'

interface Feed {
  readonly results: readonly LeafChange[]
  readonly last_seq: string | number
  readonly pending?: number
}

/** Changes in one turn. A cut costs the question which of them are lacking; what was written is not sent again. */
const pageSize = 1_000
const heartbeatMs = 10_000
const longPollMs = 50_000
/** While single changes trickle, where we are is noted this long after the first of them. */
const usualNoteAfterMs = 2_000
const afterFaultMs = 10_000
const mostNotTaken = 1_000
/** A workstation that the centre did not know may have been let in there since. */
const askAgainMs = 600_000

const keyOf = ({ id, rev }: Pick<NotTaken, 'id' | 'rev'>): string => `${id} ${rev}`

/** See {@link Relay}. */
export const openRelay = ({ name, hub, centre, practice, epoch, met, changed, now = Date.now, pauses: { noteAfterMs = usualNoteAfterMs, ...pauses } = {}, log = () => undefined }: RelayOptions): Relay => {
  const database = practiceDatabaseName(practice.id)
  const servers = { hub: openServer(hub, database), centre: openServer(centre, database) }
  const refused: Record<Direction, Map<string, NotTaken>> = { out: new Map(), in: new Map() }
  const more: Record<Direction, boolean> = { out: false, in: false }
  const waiting: Record<Direction, number | undefined> = { out: undefined, in: undefined }
  const isAtEnd: Record<Direction, boolean> = { out: false, in: false }
  let keeper: PointsKeeper | undefined
  /** The session has to begin anew; and whether because a side may not be where we left it. */
  let moved = false
  let unsure = false
  let lastInStep: string | undefined
  let stopped = false
  let wake: () => void = () => undefined

  let joined = epoch
  /** A database that was made anew is another one: a hub that nobody thought of must not fill it. */
  const isMadeAnew = async (server: Server): Promise<boolean> => {
    const there = practiceMarkIn((await server.ask({ path: encodeURIComponent(practiceDocumentId) })).body)?.epoch
    if (joined !== undefined || there === undefined) return joined !== undefined && there !== joined
    joined = there
    await met?.(there)
    return false
  }
  const check = (side: 'hub' | 'centre') => async (server: Server) => {
    const verdict = await checkDatabase(server, practice, false)
    if (verdict === 'ours' && side === 'centre' && (await isMadeAnew(server))) return 'server-made-anew' as const
    // The line was down: the side may have been put back to an earlier state meanwhile. Its note tells that only of what was noted: what was copied since counts as not copied.
    if (verdict === 'ours' && keeper) moved = unsure = true
    return verdict
  }
  const links = { hub: openLink({ server: servers.hub, check: check('hub'), changed, ...pauses }), centre: openLink({ server: servers.centre, check: check('centre'), changed, ...pauses }) }

  const readFeed = (link: Link, since: string, live: boolean) =>
    link.run(
      (server, signal) =>
        server
          .read({ path: '_changes', query: { since, limit: pageSize, style: 'all_docs', ...(live ? { feed: 'longpoll', heartbeat: heartbeatMs, timeout: longPollMs } : {}) }, signal })
          .catch(lookAgain) as Promise<Feed>,
    )

  const follow = async (direction: Direction, keeping: PointsKeeper, note: (seq: string, now: boolean) => Promise<void>, over: () => boolean): Promise<void> => {
    const { from } = sidesOf(direction)
    let since = keeping.points[direction]
    while (!over()) {
      const page = await readFeed(from, since, isAtEnd[direction])
      if (over()) return
      if (moved) throw new PointsMoved()
      await copy(direction, page.results, over)
      if (over()) return
      if (moved) throw new PointsMoved()
      const seq = String(page.last_seq)
      const isFull = page.results.length >= pageSize
      waiting[direction] = isFull ? (page.pending ?? 0) : 0
      isAtEnd[direction] = !isFull
      if (seq !== since) await note(seq, isFull)
      since = seq
      if (isAtEnd.out && isAtEnd.in) lastInStep = new Date(now()).toISOString()
      changed()
    }
  }

  const sidesOf = (direction: Direction) => (direction === 'out' ? { from: links.hub, to: links.centre } : { from: links.centre, to: links.hub })
  const passOver = (direction: Direction, version: NotTaken) => {
    if (refused[direction].size < mostNotTaken) refused[direction].set(keyOf(version), version)
    else more[direction] = true
  }
  const copy = async (direction: Direction, changes: readonly LeafChange[], isInVain: () => boolean = () => false) => {
    const passed: NotTaken[] = []
    await copyChanges({ ...sidesOf(direction), changes, isInVain, notTaken: (version) => void passed.push(version) })
    if (isInVain()) return
    const back = await putBack(sidesOf(direction), practice.id, [...new Set(passed.map(({ id }) => id))])
    // Only now: a line that is cut in between leaves what is known of them as it was.
    for (const { id, changes: leaves } of changes) for (const { rev } of leaves) refused[direction].delete(keyOf({ id, rev }))
    for (const version of passed) if (!back.has(version.id)) passOver(direction, version)
  }
  /** Offers what was passed once more. Answers whether a way has to begin anew: more was passed than is known, and what is known is taken now. */
  const offerAgain = async (): Promise<readonly Direction[]> => {
    const anew: Direction[] = []
    for (const direction of ['out', 'in'] as const) {
      const versions = [...refused[direction].values()]
      if (versions.length === 0) continue
      await copy(direction, versions.map(({ id, rev }) => ({ id, changes: [{ rev }] })))
      if (refused[direction].size < versions.length && more[direction]) anew.push(direction)
      changed()
    }
    return anew
  }
  const left = (): Left => ({ out: { versions: [...refused.out.values()], more: more.out }, in: { versions: [...refused.in.values()], more: more.in } })

  /** From one look at both sides to the next: ends when a side has moved, or when it is stopped. */
  const session = async (): Promise<void> => {
    moved = unsure = false
    keeper = undefined
    isAtEnd.out = isAtEnd.in = false
    const keeping = await keepPoints(links, name, () => unsure)
    keeper = keeping
    let reached = keeping.points
    let noted = JSON.stringify(keeping.left)
    for (const direction of ['out', 'in'] as const) {
      refused[direction] = new Map(keeping.left[direction].versions.map((version) => [keyOf(version), version]))
      more[direction] = keeping.left[direction].more
    }
    let over = false
    const tryAgain = async () => {
      for (const direction of await offerAgain()) {
        more[direction] = false
        reached = { ...reached, [direction]: '0' }
        moved = true
      }
      await save()
      if (moved) throw new PointsMoved()
    }
    const again = setInterval(() => void tryAgain().catch((error: unknown) => error instanceof Stopped || fail(error)), askAgainMs)
    again.unref()
    let saving: Promise<void> = Promise.resolve()
    let timer: ReturnType<typeof setTimeout> | undefined
    let fail: (error: unknown) => void = () => undefined
    const failed = new Promise<never>((_none, reject) => (fail = reject))
    const save = (): Promise<void> => {
      clearTimeout(timer)
      timer = undefined
      return (saving = saving.then(async () => {
        if (over) return
        const passed = left()
        const text = JSON.stringify(passed)
        if (keeping.points.out === reached.out && keeping.points.in === reached.in && text === noted) return
        await keeping.save(reached, passed)
        noted = text
      }))
    }
    const note = (direction: Direction) => async (seq: string, isUrgent: boolean) => {
      reached = { ...reached, [direction]: seq }
      if (isUrgent) return save()
      timer ??= setTimeout(() => save().catch(fail), noteAfterMs)
    }
    try {
      await tryAgain()
      await Promise.race([failed, Promise.all([follow('out', keeping, note('out'), () => over), follow('in', keeping, note('in'), () => over)])])
    } finally {
      over = true
      clearInterval(again)
      clearTimeout(timer)
      failed.catch(() => undefined)
    }
  }

  const stopWatching = watchNetwork({
    changed: () => {
      links.hub.renew()
      links.centre.renew()
    },
  })
  const running = (async () => {
    while (!stopped) {
      try {
        await session()
      } catch (error) {
        if (error instanceof Stopped || stopped) return
        if (error instanceof PointsMoved) continue
        log(`relay: ${error instanceof Error ? `${error.name} ${error.message}`.trim() : 'fault'}`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, afterFaultMs)
          wake = () => (clearTimeout(timer), resolve())
        })
      }
    }
  })()

  return {
    state: () => {
      const { link, problem } = links.centre.state
      return {
        server: centre.url,
        link,
        ...(problem === undefined ? {} : { problem }),
        ...(lastInStep === undefined ? {} : { lastInStep }),
        ...(waiting.out === undefined ? {} : { toCentre: waiting.out }),
        ...(waiting.in === undefined ? {} : { fromCentre: waiting.in }),
        refused: refused.out.size,
        refusedHere: refused.in.size,
        reasons: [...new Set([...refused.out.values(), ...refused.in.values()].map(({ reason }) => reason))].slice(0, 5),
      }
    },
    kick: () => {
      links.hub.kick()
      links.centre.kick()
      wake()
    },
    stop: async () => {
      stopped = true
      stopWatching()
      links.hub.stop()
      links.centre.stop()
      wake()
      await running
      servers.hub.close()
      servers.centre.close()
    },
  }
}
