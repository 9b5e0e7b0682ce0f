import { done, refuse, type Answer, type SyncAgreement } from '../../../shared/contract'
import type { DigestSource, LocalStore } from '../../replica'
import { Stopped, type Link } from '../link'
import { bringBack, type KeepsParts } from '../serverKeeps'
import { ServerProblem } from '../server'
import { findDiffering, type DifferingDay } from './findDiffering'
import { lookAtEach, type Difference, type LookParts } from './lookAtEach'
import { NotNow, NotOffered, serverDays } from './serverDays'

/** The connection of the moment. */
export interface Compared {
  readonly link: Link
  readonly keeps: KeepsParts
  /** Where the feed has been read to: what is written here comes back in it, too. */
  readonly seq: string
  /** Changes that the server has and this workstation has not yet; undefined: not known. */
  readonly waitingIn: number | undefined
  sendAgain(ids: readonly string[]): Promise<void>
}

/** When it looks. */
export interface AgreementPauses {
  /** After coming in step for the first time, ms. Default 20 s. */
  readonly firstMs?: number
  /** Between two comparisons, ms. Default 10 min. */
  readonly everyMs?: number
  /** While nothing is written anywhere, ms. Default 1 h: a centre has many practices that sleep. */
  readonly quietMs?: number
  /** For what is under way, ms. Default 2 s. */
  readonly underWayMs?: number
}

/** What the proof of agreement stands on. */
export interface AgreementOptions {
  readonly local: LocalStore
  readonly digests: DigestSource
  connected(): Compared | undefined
  passOver: LookParts['passOver']
  changed(): void
  log(line: string): void
  readonly now: () => number
  readonly pauses?: AgreementPauses
}

/** Proves that this workstation and the server have the same records, or names those that differ. */
export interface Agreement {
  readonly state: SyncAgreement | undefined
  differences(): readonly Difference[]
  /**
   * Compares now, and mends what can be mended: what the server has lost is sent again, what is missing here is fetched. Refuses with
   * `no-server`, `cancelled`, or with why the line is down.
   */
  check(): Promise<Answer<SyncAgreement>>
  /** Nothing waits either way at this moment. */
  inStep(): void
  /** Another server: what was said of the one before is worth nothing. */
  forget(): Promise<void>
  close(): Promise<void>
}

const kind = 'sync'
const key = 'agreement'
/** Days of which all documents mean the same though their sums differ, with the sums. */
const settledKind = 'agreed-day'
/** Documents that are looked at word for word in one round. */
const mostAtOnce = 2_000
/** A server that lost everything is refilled in so many rounds of one comparison; the next one goes on. */
const mostRounds = 25

/** Opens it; nothing is compared before there has been a moment in which nothing waits. */
export const openAgreement = async ({ local, digests, connected, passOver, changed, log, now, pauses = {} }: AgreementOptions): Promise<Agreement> => {
  const { firstMs = 20_000, everyMs = 600_000, quietMs = 3_600_000, underWayMs = 2_000 } = pauses
  let state = (await local.get<SyncAgreement>(kind, key))?.value
  let named: readonly Difference[] = []
  const settledDays = new Map((await local.list<string>(settledKind)).map(({ id, value }) => [id, value]))
  const explained = new Map<string, string>()
  let running: Promise<Answer<SyncAgreement>> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let comparedSeq: string | undefined
  /** One server; counted on when what was said of it is forgotten. */
  let epoch = 0
  /** Something was still to come: the next comparison need not wait long. */
  let isSoon = false
  let closed = false
  let wake = (): void => undefined
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const waiting = setTimeout(resolve, closed ? 0 : ms)
      wake = () => (clearTimeout(waiting), resolve())
    })

  /** What can be mended without asking anybody: nothing is taken away anywhere. */
  const mend = async ({ keeps, sendAgain }: Compared, differences: readonly Difference[]): Promise<boolean> => {
    const lost = differences.filter(({ found }) => found === 'here-only' || found === 'differs').map(({ id }) => id)
    const missed = differences.filter(({ found }) => found === 'there-only').map(({ id }) => id)
    if (lost.length > 0) await sendAgain(lost)
    if (missed.length > 0) await bringBack(keeps, missed)
    if (lost.length + missed.length > 0) log(`sync: ${lost.length} records sent again and ${missed.length} fetched after a comparison with the server`)
    return lost.length + missed.length > 0
  }

  /** An earlier form of a record, or a type that only a newer version knows, would be looked at again each time; what has not changed since is not. */
  const settleDays = async (days: readonly DifferingDay[]): Promise<void> => {
    for (const { day, key: sums, ids } of days.filter((each) => each.ids.every((id) => explained.has(id)))) {
      settledDays.set(day, sums)
      await local.put(settledKind, day, sums)
      for (const id of ids) explained.delete(id)
    }
  }

  const compare = async (using: Compared, stillIs: () => boolean): Promise<{ readonly outcome: SyncAgreement; readonly left: readonly Difference[] }> => {
    const parts: LookParts = { ...using.keeps, passOver }
    const isSettled = (day: string, sums: string) => settledDays.get(day) === sums
    const isExplained = (id: string, hashes: string) => explained.get(id) === hashes
    for (let round = 1; ; round += 1) {
      const at = new Date(now()).toISOString()
      const { records, found, days, isMore } = await using.link.try((server) => findDiffering(digests, serverDays(server), { most: mostAtOnce, isSettled, isExplained }))
      const { left: first, same } = await lookAtEach(parts, [...found.keys()])
      if (!stillIs()) throw new Stopped()
      let left = first
      // What was put right meanwhile is no explanation: it may be wrong again.
      const explains = same.filter(([id, hashes]) => found.get(id) === hashes)
      for (const [id, hashes] of explains) explained.set(id, hashes)
      await settleDays(days)
      if (left.length > 0) {
        // What was on its way has arrived by then.
        await pause(underWayMs)
        left = (await lookAtEach(parts, left.map(({ id }) => id))).left
      }
      if (left.length > 0 && (await mend(using, left))) {
        await pause(underWayMs)
        left = (await lookAtEach(parts, left.map(({ id }) => id))).left
      }
      // What waits or was refused explains nothing, and the next round would find the same again.
      if (isMore && left.length === 0 && explains.length + first.length > 0 && round < mostRounds && !closed) continue
      return { outcome: { outcome: left.length > 0 ? 'differs' : isMore ? 'unfinished' : 'agrees', at, records, differing: left.length }, left }
    }
  }

  const check = async (): Promise<Answer<SyncAgreement>> => {
    const using = connected()
    if (!using) return refuse('no-server')
    const begun = epoch
    const stillIs = () => epoch === begun && connected()?.link === using.link
    const without = (outcome: SyncAgreement['outcome']) => ({ outcome: { outcome, at: new Date(now()).toISOString(), records: 0, differing: 0 }, left: [] })
    let compared: Awaited<ReturnType<typeof compare>>
    isSoon = (using.waitingIn ?? 0) > 0
    try {
      compared = isSoon ? without('unfinished') : await compare(using, stillIs)
    } catch (error) {
      if (error instanceof Stopped) return refuse('cancelled')
      const { problem } = using.link.state
      if (error instanceof NotOffered || error instanceof NotNow) compared = without(error instanceof NotNow ? 'unfinished' : 'not-offered')
      else if (problem === undefined && !(error instanceof ServerProblem)) throw error
      else return refuse(problem ?? 'server-unreachable')
    }
    // Another server was set up meanwhile.
    if (!stillIs()) return refuse('cancelled')
    const { outcome, left } = compared
    state = outcome
    named = left
    comparedSeq = outcome.outcome === 'agrees' ? using.seq : undefined
    await local.put(kind, key, outcome)
    // It was forgotten while that was written.
    if (!stillIs()) await local.remove(kind, key)
    changed()
    return done(outcome)
  }
  const checkOnce = (): Promise<Answer<SyncAgreement>> =>
    (running ??= check().finally(() => {
      running = undefined
    }))

  return {
    get state() {
      return state
    },
    differences: () => named,
    check: checkOnce,
    inStep: () => {
      if (closed || timer || running) return
      const last = state === undefined ? undefined : Date.parse(state.at)
      const due = isSoon || last === undefined || !(last <= now()) ? firstMs : Math.max(firstMs, last + everyMs - now())
      timer = setTimeout(() => {
        timer = undefined
        const sinceLast = state === undefined ? Infinity : now() - Date.parse(state.at)
        if (connected()?.seq === comparedSeq && sinceLast >= 0 && sinceLast < quietMs) return
        checkOnce().catch((error: unknown) => log(`sync: the comparison failed (${error instanceof Error ? error.name : 'fault'})`))
      }, due)
      timer.unref()
    },
    forget: async () => {
      epoch += 1
      clearTimeout(timer)
      timer = undefined
      state = undefined
      comparedSeq = undefined
      isSoon = false
      named = []
      explained.clear()
      for (const day of settledDays.keys()) await local.remove(settledKind, day)
      settledDays.clear()
      await local.remove(kind, key)
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      wake()
      await running?.catch(() => undefined)
    },
  }
}
