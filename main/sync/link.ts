import type { SyncState } from '../../shared/contract'
import type { TrustProblem } from '../http'
import type { DatabaseCheck } from './practiceAt'
import { ServerProblem, type Server } from './server'

/** The sync was stopped while something waited for it. */
export class Stopped extends Error {}

/** Why the link is down. */
export type LinkProblem = 'server-unreachable' | TrustProblem | Exclude<DatabaseCheck, 'ours'>

/** What the link is doing. */
export interface LinkState {
  readonly link: Exclude<SyncState['link'], 'none'>
  readonly problem?: LinkProblem
}

/**
 * What work under way has seen. `reached`: the server has begun to answer. `progress`: something came that need not come again, so
 * that the next pause is a short one.
 */
export type Alive = (seen: 'reached' | 'progress') => void

/** Work that needs the server. */
export type LinkWork<Value> = (server: Server, signal: AbortSignal, alive: Alive) => Promise<Value>

/** A server that is asked again and again until it answers. */
export interface Link {
  readonly state: LinkState
  /** Runs the work against a server that has been checked, as often as it takes. Rejects with {@link Stopped}, or with what the server answered to this very work. */
  run<Value>(work: LinkWork<Value>): Promise<Value>
  /** As {@link run}, once: rejects with what is in the way. */
  try<Value>(work: LinkWork<Value>): Promise<Value>
  /** Ends every pause: tries at once. */
  kick(): void
  /** The network is another one: what is under way is given up without counting as a failure, and tried over new connections at once. */
  renew(): void
  stop(): void
}

/** How a link is made. */
export interface LinkOptions {
  readonly server: Server
  /** Asked before the first work, and again after each failure: it may be another server by now. */
  check(server: Server): Promise<DatabaseCheck>
  changed(): void
  /** A check failed by no fault of the server's; it is tried again. */
  fault?(error: unknown): void
  /** First pause after a failure, milliseconds; doubles up to `longestPauseMs`. */
  readonly firstPauseMs?: number
  readonly longestPauseMs?: number
}

/** Where a person has to do something first, pauses are this much longer: a hub locks out who tries too often. A strange certificate may be that of the café next door, and gone in a minute. */
const patience = 30
const longestPatience = 5

const passesByItself = (problem: LinkProblem): boolean => problem === 'server-unreachable' || problem === 'not-secure' || problem.startsWith('certificate-')

/** The network changed while this was under way: it says nothing about the server. */
class OtherNetwork extends Error {}

class NotOurs extends Error {
  constructor(readonly problem: LinkProblem) {
    super(problem)
  }
}

const problemIn = (error: unknown): LinkProblem | undefined => {
  if (error instanceof NotOurs) return error.problem
  if (!(error instanceof ServerProblem)) return undefined
  if (error.kind === 'answered') return undefined
  return error.kind === 'refused' ? 'server-refused' : (error.trust ?? 'server-unreachable')
}

/** See {@link Link}. */
export const openLink = ({ server, check, changed, fault = () => undefined, firstPauseMs = 1_000, longestPauseMs = 60_000 }: LinkOptions): Link => {
  const stopping = new AbortController()
  let state: LinkState = { link: 'connecting' }
  let checked: Promise<void> | undefined
  let failures = 0
  let network = 0
  let pausing: Promise<void> | undefined
  let wake: () => void = () => undefined

  const become = (next: LinkState) => {
    if (next.link === state.link && next.problem === state.problem) return
    state = next
    changed()
  }
  const ensureChecked = (): Promise<void> =>
    (checked ??= (async () => {
      const verdict = await check(server).catch((error: unknown) => {
        // Somebody else wrote the same at the same time.
        if (error instanceof ServerProblem && error.status === 409) throw new ServerProblem('unreachable', 409, error.message)
        if (error instanceof ServerProblem && error.kind === 'answered') return 'server-refused' as const
        if (error instanceof ServerProblem) throw error
        fault(error)
        throw new ServerProblem('unreachable', 0, 'the check failed here')
      })
      if (verdict !== 'ours') throw new NotOurs(verdict)
    })())
  /**
   * Doubling pauses, each shortened by chance, so that a clinic's workstations do not come back all at
   * once. Everything that waits here waits together, and then asks once.
   */
  const pause = (problem: LinkProblem): Promise<void> =>
    (pausing ??= new Promise<void>((resolve) => {
      const doubled = firstPauseMs * 2 ** Math.min(failures - 1, 16)
      const most = passesByItself(problem) ? Math.min(longestPauseMs, doubled) : Math.min(longestPauseMs * longestPatience, doubled * patience)
      const timer = setTimeout(resolve, most * (0.5 + Math.random() / 2))
      wake = () => (clearTimeout(timer), resolve())
    }).finally(() => (pausing = undefined)))
  const alive: Alive = (seen) => {
    if (stopping.signal.aborted) return
    if (seen === 'progress') failures = 0
    become({ link: 'online' })
  }
  const attempt = async <Value>(work: LinkWork<Value>): Promise<Value> => {
    if (stopping.signal.aborted) throw new Stopped()
    const used = (checked = ensureChecked())
    const over = network
    try {
      await used
      const value = await work(server, stopping.signal, alive)
      if (stopping.signal.aborted) throw new Stopped()
      alive('progress')
      return value
    } catch (error) {
      if (stopping.signal.aborted) throw new Stopped()
      const problem = problemIn(error)
      if (problem === undefined) throw error
      if (network !== over) {
        if (checked === used) checked = undefined
        throw new OtherNetwork()
      }
      if (checked === used) {
        // Several pieces of work fail together when a cable is pulled: that is one failure.
        checked = undefined
        failures++
      }
      become({ link: 'offline', problem })
      throw error
    }
  }

  return {
    get state() {
      return state
    },
    try: async (work) => {
      try {
        return await attempt(work)
      } catch (error) {
        throw error instanceof OtherNetwork ? new ServerProblem('unreachable', 0, 'another network') : error
      }
    },
    run: async (work) => {
      for (;;) {
        try {
          return await attempt(work)
        } catch (error) {
          if (error instanceof OtherNetwork) continue
          const problem = problemIn(error)
          if (problem === undefined) throw error
          await pause(problem)
        }
      }
    },
    kick: () => {
      failures = 0
      wake()
    },
    renew: () => {
      failures = 0
      network++
      server.renew()
      wake()
    },
    stop: () => {
      stopping.abort()
      wake()
    },
  }
}
