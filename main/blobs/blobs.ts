import type { FilesState, PracticeName, SyncState, TravelRule } from '../../shared/contract'
import { blobDatabaseSuffix } from '../../shared/records/blobDatabase'
import { exchangeSubkey, type ExchangeKey, type ExchangeKeys } from '../access'
import type { LocalStore } from '../replica'
import { checkDatabase, openServer, ServerProblem, type DatabaseCheck, type Server, type ServerAddress } from '../sync'
import { blobAddress } from './address'
import { confirmSet } from './confirm'
import { fetchSet, type FetchProgress, type SetFetched } from './fetch'
import { openLanes } from './lanes'
import { offerSet, openLedger } from './ledger'
import { openMirror, type Mirror, type MirrorState } from './mirror'
import { movingRecords, openPace } from './pace'
import { mayLeave } from './rule'
import type { SealKeys } from './seal'
import { sendSet, type SendMemory } from './send'
import { openStaging } from './staging'
import { openBlobStore } from './store'
import type { FileKeeper, KeptFile, OnServer } from './types'

/** A set that somebody asked for. */
export interface WantedSet {
  readonly set: string
  /**
   * `waiting`: for the line, or its turn. `fetching`. `done`: all that the server has is here. `missing`: no workstation
   * has sent (all of) it yet; asked again by itself. `failed`: some of it does not open, or there is no room for it.
   */
  readonly state: 'waiting' | 'fetching' | 'done' | 'missing' | 'failed'
  readonly progress?: FetchProgress
  readonly problem?: 'damaged' | 'disk-full' | 'internal'
}

/** How the files of this workstation travel, as people are told it; but the sets by their own names: what a set is, only its keeper knows. */
export type BlobsState = Omit<FilesState, 'fetching'> & { readonly wanted: readonly WantedSet[] }

/** What blobs work with. */
export interface BlobsParts {
  readonly local: LocalStore
  readonly practice: PracticeName
  /** Where chunks wait until their file is whole: `<data>/blobs`. */
  readonly folder: string
  readonly keys: ExchangeKeys
  readonly keeper: FileKeeper & { sets(): Promise<readonly string[]> }
  /** The way to the server, and how the records stand. */
  readonly sync: { state(): SyncState; beside(suffix: string): Server | undefined }
  readonly changed: (state: BlobsState) => void
  /** A fault of ours, for the log. */
  readonly log?: (line: string) => void
  readonly now?: () => number
  /** How long after the start nothing is sent by itself, ms; what somebody asks for goes at once. */
  readonly headStartMs?: number
  /** For tests: how soon to try again, ms. */
  readonly firstPauseMs?: number
  readonly longestPauseMs?: number
}

/** Files of the practice on their way to other workstations and from them. */
export interface Blobs {
  state(): BlobsState
  setRule(rule: TravelRule): Promise<void>
  /** What waits for the night goes now, until nothing waits any more. */
  hurry(): void
  /** Fetches what this workstation lacks of a set; goes on after a restart. */
  fetch(set: string): Promise<WantedSet>
  cancel(set: string): Promise<void>
  /**
   * What the server has of a set; see {@link OnServer}.
   */
  readonly onServer: OnServer
  /** Keeps the files of a hub and its centre alike, by the rule of this workstation, which runs the hub. */
  mirror(between: MirrorBetween): Mirror
  /** The state of sync is another: a server was set up, the line is back. */
  syncChanged(): void
  /** Resolves when nothing is left to do at this moment. For tests and the command line. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** A hub and its centre. */
export interface MirrorBetween {
  /** Names the hub wherever it moves to. */
  readonly name: string
  readonly hub: ServerAddress
  readonly centre: ServerAddress
  /** Whether the records of the two are joined at this moment: files never go where records may not. */
  isJoined(): boolean
  /** Records that wait to be copied between them. */
  recordsWaiting(): number
  readonly changed?: (state: MirrorState) => void
  readonly lookMs?: number
}

/** The line was wanted for something else, or the practice is closed. */
class Interrupted extends Error {}

const lookMs = 30_000
const askAgainMs = 60_000
const tellEveryMs = 200
/** Between two looks at what waits. */
const restMs = 5
/** Whoever starts the workstation wants to work first, ms. */
const usualHeadStartMs = 10_000
const rememberedWanted = 50

const sealKeysOf = (key: ExchangeKey): SealKeys => ({
  id: key.id,
  names: exchangeSubkey(key, 'outpost/blobs/names'),
  chunks: exchangeSubkey(key, 'outpost/blobs/chunks'),
  notes: exchangeSubkey(key, 'outpost/blobs/notes'),
})

/** Trying again soon would not help. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ServerProblem && (error.kind === 'answered' ? [400, 401, 403, 413, 415].includes(error.status) : error.kind !== 'unreachable')

const isLineDown = (error: unknown): boolean => error instanceof ServerProblem && error.kind === 'unreachable'

interface Waiting {
  readonly offered: string
  /** Not yet: `files` and `bytes` are guessed. */
  isWeighed: boolean
  files: number
  bytes: number
  /** Files that wait for the night. */
  held: number
  /** Bytes of it that the server is known to have. */
  passed: number
}

/** Opens the queues; work goes on by itself whenever there is a line. */
export const openBlobs = async (parts: BlobsParts): Promise<Blobs> => {
  const { local, keeper, sync, keys, now = Date.now, firstPauseMs = 1_000, longestPauseMs = 60_000 } = parts
  const ledger = openLedger(local)
  const staging = await openStaging(parts.folder, now)
  const readyAt = performance.now() + (parts.headStartMs ?? usualHeadStartMs)
  let rule = await ledger.rule()
  let inHurry = false
  let closed = false
  /** What is asked of the server beside the queues ends with them. */
  const closing = new AbortController()
  let link: BlobsState['link'] = 'waiting'
  let sending = false
  let failures = 0
  let server: Server | undefined
  let serverUrl: string | undefined
  let job: AbortController | undefined
  let wake: () => void = () => undefined
  let awake = true
  let idle: (() => void)[] = []
  const damaged = new Set<string>()
  const waiting = new Map<string, Waiting>()
  const wanted = new Map<string, WantedSet & { readonly askedAt?: number }>()
  const memory: SendMemory = {}
  const speed: { at: number; bytes: number }[] = []

  let telling: ReturnType<typeof setTimeout> | undefined
  const changed = () => {
    if (closed || telling) return
    telling = setTimeout(() => {
      telling = undefined
      parts.changed(state())
    }, tellEveryMs)
  }
  const fault = (error: unknown) => parts.log?.(`files: ${error instanceof Error ? `${error.name} ${(error as { code?: string }).code ?? ''}`.trim() : 'fault'}`)
  const rouse = () => {
    awake = true
    wake()
  }

  const recordsOnTheWay = () => {
    const { waitingOut, waitingIn = 0, link: records } = sync.state()
    return records === 'online' ? waitingOut + waitingIn : 0
  }
  const pace = openPace({ rule: () => rule, areRecordsWaiting: movingRecords(recordsOnTheWay, now), now })
  const lanes = openLanes()
  const moved = (bytes: number) => {
    speed.push({ at: now(), bytes })
    while (speed.length > 2 && (speed[0]?.at ?? 0) < now() - 20_000) speed.shift()
    changed()
  }
  const bytesPerSecond = (): number | undefined => {
    const [first] = speed
    const last = speed.at(-1)
    if (!first || !last || last.at - first.at < 500 || now() - last.at > 10_000) return undefined
    return Math.round((speed.slice(1).reduce((sum, { bytes }) => sum + bytes, 0) * 1000) / (last.at - first.at))
  }

  const state = (): BlobsState => {
    const all = [...waiting.values()]
    const rate = bytesPerSecond()
    return {
      link: sync.state().link === 'none' ? 'none' : link,
      sending,
      toSend: {
        files: all.reduce((sum, { files }) => sum + files, 0),
        bytes: all.reduce((sum, { bytes, passed }) => sum + Math.max(0, bytes - passed), 0),
        held: all.reduce((sum, { held }) => sum + held, 0),
      },
      ...(rate !== undefined && { bytesPerSecond: rate }),
      rule,
      inHurry,
      damaged: damaged.size,
      wanted: [...wanted.values()].map(({ askedAt: _askedAt, ...each }) => each),
    }
  }

  const weighed = (entry: Waiting, files: readonly KeptFile[]) =>
    Object.assign(entry, { isWeighed: true, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), held: 0, passed: 0 })
  const put = (set: string, offered: string) => {
    if (waiting.get(set)?.offered !== offered) waiting.set(set, { offered, isWeighed: false, files: 1, bytes: 0, held: 0, passed: 0 })
  }
  /** How much waits is counted at leisure: it is only shown. */
  const weighing = async (): Promise<void> => {
    for (;;) {
      const next = [...waiting].find(([, { isWeighed }]) => !isWeighed)
      if (!next || closed) return
      const [set, entry] = next
      const files = await keeper.filesOf(set)
      // It may be on its way by now.
      if (!entry.isWeighed) weighed(entry, files)
      changed()
      await new Promise((rest) => setTimeout(rest, restMs))
    }
  }
  let isWeighing = false
  const weigh = () => {
    if (isWeighing) return
    isWeighing = true
    void weighing()
      .catch(fault)
      .finally(() => (isWeighing = false))
  }

  const leave = () => {
    server?.close()
    server = undefined
  }
  /** Another server was set up since. */
  const hasMoved = () => server !== undefined && sync.state().server !== serverUrl
  /** The database for files, checked; throws what is in the way. */
  const reach = async (signal: AbortSignal): Promise<Server> => {
    if (hasMoved()) leave()
    if (server) return server
    const url = sync.state().server
    const found = sync.beside(blobDatabaseSuffix)
    if (!found) throw new ServerProblem('unreachable', 0, 'no server')
    try {
      const verdict: DatabaseCheck = await checkDatabase(found, parts.practice)
      if (verdict !== 'ours') throw new ServerProblem('refused', 0, verdict)
      await ledger.settle(found, signal)
    } catch (error) {
      found.close()
      throw error
    }
    server = found
    serverUrl = url
    return found
  }

  const fetchOne = async (set: string, signal: AbortSignal): Promise<void> => {
    const become = (next: Omit<WantedSet, 'set'>) => {
      if (wanted.has(set)) wanted.set(set, { set, ...next, askedAt: now() })
      changed()
    }
    const at = await reach(signal)
    become({ state: 'fetching' })
    let before = 0
    let result: SetFetched
    try {
      const known = (await keys.all()).map(sealKeysOf)
      result = await fetchSet(set, {
        store: openBlobStore(at, parts.practice.id, pace, lanes), keys: known, keeper, staging, pace, lanes,
        progress: (progress) => {
          if (progress.bytes > before) moved(progress.bytes - before)
          before = progress.bytes
          become({ state: 'fetching', progress })
        },
      }, signal)
    } catch (error) {
      if (signal.aborted || error instanceof ServerProblem) throw error
      const isFull = ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code))
      if (!isFull) fault(error)
      become({ state: 'failed', problem: isFull ? 'disk-full' : 'internal' })
      return ledger.wantNoMore(set)
    }
    const progress = wanted.get(set)?.progress
    if ((result.known === 0 || result.missing > 0) && result.damaged === 0) return become({ state: 'missing', ...(progress && { progress }) })
    become({ state: result.damaged > 0 ? 'failed' : 'done', ...(progress && { progress }), ...(result.damaged > 0 && { problem: 'damaged' as const }) })
    await ledger.wantNoMore(set)
  }

  /** Only where the others' secret would have come by now is one made. */
  const keyToSealUnder = async (): Promise<ExchangeKey | undefined> => {
    const known = await keys.current()
    if (known) return known
    const { link: records, waitingIn = 0, lastSync } = sync.state()
    return records === 'online' && waitingIn === 0 && lastSync !== undefined ? keys.ensure('system') : undefined
  }

  const sendOne = async (set: string, entry: Waiting, signal: AbortSignal): Promise<void> => {
    const key = await keyToSealUnder()
    if (!key) throw new ServerProblem('unreachable', 0, 'the records are not in step yet')
    const at = await reach(signal)
    sending = true
    const files = await keeper.filesOf(set)
    weighed(entry, files)
    changed()
    const { held } = await sendSet(set, files, {
      store: openBlobStore(at, parts.practice.id, pace, lanes), keys: sealKeysOf(key), keeper, pace, lanes, memory,
      mayLeave: (size) => inHurry || mayLeave(rule, size, new Date(now())),
      passed: (bytes) => {
        entry.passed += bytes
        moved(bytes)
      },
      damaged: ({ sha256 }) => damaged.add(sha256),
    }, signal)
    if (held.length > 0) {
      Object.assign(entry, { files: held.length, held: held.length, passed: 0, bytes: held.reduce((sum, { size }) => sum + size, 0) })
      return
    }
    await ledger.sent(set, entry.offered)
    await readOffer(set)
  }

  const isDue = ({ held }: Waiting): boolean => held === 0 || inHurry || mayLeave(rule, Infinity, new Date(now()))
  const nextWanted = (): string | undefined =>
    [...wanted.values()].find(({ state: at, askedAt = 0 }) => at === 'waiting' || at === 'fetching' || (at === 'missing' && now() - askedAt > askAgainMs))?.set
  const nextToSend = (): readonly [string, Waiting] | undefined => [...waiting].find(([, entry]) => isDue(entry))

  const sleep = async (ms: number): Promise<void> => {
    if (awake) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  const isOnline = () => sync.state().link === 'online'

  const readOffer = async (set: string): Promise<void> => {
    const offered = await ledger.offerOf(set)
    if (closed) return
    if (offered === undefined) waiting.delete(set)
    else put(set, offered)
    weigh()
    changed()
  }

  /** One piece of work; false: there is none that could be done now. */
  const turn = async (): Promise<boolean> => {
    if (!isOnline()) {
      leave()
      link = 'waiting'
      return false
    }
    const fetching = nextWanted()
    const toSend = fetching === undefined && (inHurry || performance.now() >= readyAt) ? nextToSend() : undefined
    if (fetching === undefined && !toSend) {
      if (inHurry && waiting.size === 0) inHurry = false
      return false
    }
    const mine = new AbortController()
    job = mine
    try {
      if (fetching !== undefined) await fetchOne(fetching, mine.signal)
      else if (toSend) await sendOne(...toSend, mine.signal)
      failures = 0
      link = 'ready'
    } catch (error) {
      if (mine.signal.aborted) return true
      leave()
      if (!(error instanceof ServerProblem)) fault(error)
      // What cannot be sent must not stand before the others.
      if (toSend && !isLineDown(error)) {
        waiting.delete(toSend[0])
        waiting.set(...toSend)
      }
      link = isRefusal(error) ? 'refused' : 'waiting'
      failures += 1
      changed()
      const patience = link === 'refused' ? 30 : 1
      awake = false
      await sleep(Math.min(longestPauseMs, firstPauseMs * patience * 2 ** Math.min(failures - 1, 10)) * (0.5 + Math.random() / 2))
    } finally {
      job = undefined
      sending = false
      changed()
    }
    return true
  }
  const running = (async () => {
    for (const set of await ledger.wanted()) wanted.set(set, { set, state: 'waiting' })
    const known = await ledger.known()
    for (const set of await keeper.sets()) if (!known.has(set)) await offerSet(local, set)
    for (const [set, offered] of await ledger.waiting()) put(set, offered)
    weigh()
    while (!closed) {
      awake = false
      if (await turn().catch((error: unknown) => (fault(error), false))) continue
      if (!awake) {
        for (const each of idle) each()
        idle = []
      }
      const left = readyAt - performance.now()
      await sleep(left > 0 ? Math.min(lookMs, left + 10) : lookMs)
    }
  })().catch(fault)

  const offers = ledger.offers().subscribe((set) => {
    readOffer(set).then(rouse, fault)
  })

  return {
    state,
    setRule: async (next) => {
      await ledger.setRule(next)
      rule = next
      // What was held may go, and what is going may have to wait.
      for (const entry of waiting.values()) entry.held = 0
      job?.abort(new Interrupted())
      rouse()
      changed()
    },
    hurry: () => {
      inHurry = true
      rouse()
      changed()
    },
    fetch: async (set) => {
      const before = wanted.get(set)
      if (before?.state === 'fetching') return before
      await ledger.want(set)
      const asked: WantedSet = { set, state: 'waiting' }
      wanted.delete(set)
      wanted.set(set, asked)
      for (const [oldest, { state: at }] of wanted) if (wanted.size > rememberedWanted && (at === 'done' || at === 'failed')) wanted.delete(oldest)
      // Somebody waits for it: what is being sent goes on afterwards.
      if (sending) job?.abort(new Interrupted())
      rouse()
      changed()
      return asked
    },
    cancel: async (set) => {
      const is = wanted.get(set)?.state
      wanted.delete(set)
      await ledger.wantNoMore(set)
      if (is === 'fetching') job?.abort(new Interrupted())
      changed()
    },
    onServer: {
      believes: async (set) => ledger.isSent(set),
      confirm: async (set, files) => {
        const found = isOnline() ? sync.beside(blobDatabaseSuffix) : undefined
        if (!found) throw new ServerProblem('unreachable', 0, 'no server')
        try {
          const verdict = await checkDatabase(found, parts.practice)
          if (verdict !== 'ours') throw new ServerProblem('refused', 0, verdict)
          const known = (await keys.all()).map(sealKeysOf)
          return await confirmSet(set, files, { store: openBlobStore(found, parts.practice.id, pace), keys: known }, closing.signal)
        } finally {
          found.close()
        }
      },
    },
    mirror: ({ name, hub, centre, isJoined, recordsWaiting, changed: mirrored = () => undefined, lookMs: every }) =>
      openMirror({
        name, practice: parts.practice, isJoined,
        hub: openServer(blobAddress(hub, parts.practice.id), ''),
        centre: openServer(blobAddress(centre, parts.practice.id), ''),
        keys: async () => (await keys.all()).map(sealKeysOf),
        pace: openPace({ rule: () => rule, areRecordsWaiting: movingRecords(recordsWaiting, now), now }),
        mayLeave: (size) => inHurry || mayLeave(rule, size, new Date(now())),
        changed: mirrored, firstPauseMs, longestPauseMs,
        ...(parts.log && { log: parts.log }),
        ...(every !== undefined && { lookMs: every }),
      }),
    syncChanged: () => {
      if (hasMoved()) job?.abort(new Interrupted())
      if (isOnline() !== (link === 'ready')) rouse()
    },
    settled: () =>
      new Promise((resolve) => {
        idle.push(resolve)
        rouse()
      }),
    close: async () => {
      if (closed) return
      closed = true
      closing.abort(new Interrupted())
      clearTimeout(telling)
      offers.unsubscribe()
      job?.abort(new Interrupted())
      rouse()
      await running
      leave()
    },
  }
}
