import { randomUUID } from 'node:crypto'
import type { ExchangeProblem, PullEntry } from '../../../../shared/contract'
import type { Person } from '../../archive/studies'
import { isDiskFull, type Intake } from '../../import/takeIn'
import type { KnownPeer } from '../../peers'
import { peerAsk } from '../peerAsk'
import { PeerProblem, problemOf } from '../problem'
import { contentsOf } from './contents'
import { getSeries, moveSeries } from './getSeries'
import type { Taken } from './storeIncoming'

/** What fetching works with. */
export interface PullParts {
  readonly intake: Pick<Intake, 'take' | 'settle'>
  /** SOP Instance UIDs of a study that are in the archive here. */
  held(studyInstanceUid: string): Promise<ReadonlySet<string>>
  ownAeTitle(): Promise<string>
  /** Whether somebody listens here for what a C-MOVE sends. */
  listens(): boolean
  readonly changed?: () => void
  readonly log?: (line: string) => void
}

/** A study to be fetched, and on whose say-so. */
export interface PullAsk {
  readonly patient: string
  readonly patientNumber: string
  readonly studyInstanceUid: string
  readonly peer: KnownPeer
  readonly by: Person
}

/** For whom a study is fetched, while it comes through the listener. */
export interface Expected {
  readonly patient: string
  readonly author: string
  /** Name of the peer that it is fetched from. */
  readonly from: string
}

/** Studies that are fetched from other places; of this session only: what has come is in the archive, and fetching again goes on. */
export interface Pulls {
  start(ask: PullAsk): PullEntry
  list(patient: string): readonly PullEntry[]
  cancel(id: string): Promise<PullEntry | undefined>
  /** Resolves when it has ended. */
  ended(id: string): Promise<PullEntry | undefined>
  /** For whom and from where a study comes that is received now; undefined: nobody has asked for it. */
  expected(studyInstanceUid: string): Expected | undefined
  /** An expected instance was received and taken in, or not. */
  received(studyInstanceUid: string, taken: Taken): void
  close(): Promise<void>
}

/** How a C-GET fails at a peer that has none. */
const withoutGet: ReadonlySet<ExchangeProblem> = new Set(['not-offered', 'rejected', 'refused', 'broken-off', 'incomplete'])
const remembered = 50
const tellEveryMs = 300

interface Run {
  entry: PullEntry
  readonly ask: PullAsk
  readonly stop: AbortController
  ended: Promise<void>
}

/** Opens the desk where studies are fetched. */
export const openPulls = ({ intake, held, ownAeTitle, listens, changed = () => undefined, log = () => undefined }: PullParts): Pulls => {
  const runs = new Map<string, Run>()
  let telling: NodeJS.Timeout | undefined
  const tell = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined
      changed()
    }, tellEveryMs)
  }
  const note = (run: Run, more: Partial<PullEntry>): void => {
    run.entry = { ...run.entry, ...more }
    tell()
  }
  const count = (run: Run, taken: Taken): void => note(run, taken === 'taken' ? { taken: run.entry.taken + 1 } : taken === 'refused' ? { refused: run.entry.refused + 1 } : {})

  const takeFor = (run: Run) => async (file: Uint8Array): Promise<Taken> => {
    const { peer, patient, by } = run.ask
    const taken = await intake.take({ file: { bytes: file }, source: { kind: 'pacs', from: peer.name }, patient, author: by.practitioner }).then(
      ({ kind }): Taken => (kind === 'refused' ? 'refused' : 'taken'),
      (reason: unknown): Taken => {
        if (isDiskFull(reason)) return 'no-room'
        throw reason
      },
    )
    count(run, taken)
    return taken
  }

  const settle = async (run: Run): Promise<void> => {
    const [entry] = await intake.settle([run.ask.studyInstanceUid])
    if (entry) note(run, { place: entry.place })
  }

  const pull = async (run: Run): Promise<void> => {
    const { ask, stop: { signal } } = run
    const { peer, studyInstanceUid, patientNumber } = ask
    const caller = await ownAeTitle()
    const peerToAsk = peerAsk(peer, caller)
    const contents = await contentsOf(peerToAsk, studyInstanceUid, patientNumber, signal)
    const here = await held(studyInstanceUid)
    const all = contents.series.flatMap(({ instances }) => instances)
    if (all.length > 0) note(run, { total: all.length, taken: all.filter((sop) => here.has(sop)).length })
    // A series of which everything is here need not come again.
    const missing = contents.series.filter(({ instances }) => instances.length === 0 || instances.some((sop) => !here.has(sop)))
    const again = missing.flatMap(({ instances }) => instances.filter((sop) => here.has(sop))).length
    note(run, { taken: run.entry.taken - again })
    const retrieval = { studyInstanceUid, patientNumber, series: missing.map(({ seriesInstanceUid }) => seriesInstanceUid) }
    if (retrieval.series.length === 0) return
    const before = run.entry.taken + run.entry.refused
    try {
      await getSeries(peerToAsk, retrieval, contents.sopClasses, takeFor(run), signal)
    } catch (reason) {
      // Peers say in many ways that they have no C-GET, or not for us: until an instance has come, C-MOVE may do better.
      const gaveSome = run.entry.taken + run.entry.refused > before
      if (gaveSome || signal.aborted || !withoutGet.has(problemOf(reason).problem) || !listens()) throw reason
      await moveSeries(peerToAsk, retrieval, caller, signal)
    }
    await settle(run)
    const there = await held(studyInstanceUid)
    if (all.some((sop) => !there.has(sop)) || run.entry.refused > 0) throw new PeerProblem('incomplete')
  }

  const run = async (each: Run): Promise<void> => {
    let failure: { readonly problem: ExchangeProblem; readonly detail: string } | undefined
    try {
      await pull(each)
    } catch (reason) {
      failure = problemOf(reason)
      if (failure.problem === 'internal') log(`fetch: ${reason instanceof Error ? reason.name : 'fault'}`)
    }
    // What has come counts, however it ended.
    await settle(each).catch(() => undefined)
    const state = each.stop.signal.aborted ? 'cancelled' : failure ? 'failed' : 'done'
    note(each, {
      state,
      ...(failure && state === 'failed' && { problem: failure.problem, ...(failure.detail !== '' && { detail: failure.detail }) }),
    })
  }

  const running = (studyInstanceUid: string): Run | undefined => [...runs.values()].find(({ entry }) => entry.state === 'running' && entry.studyInstanceUid === studyInstanceUid)

  return {
    start(ask) {
      const under = running(ask.studyInstanceUid)
      if (under) return under.entry
      const id = randomUUID()
      const entry: PullEntry = { id, patient: ask.patient, studyInstanceUid: ask.studyInstanceUid, peer: { id: ask.peer.id, name: ask.peer.name }, state: 'running', taken: 0, refused: 0 }
      const each: Run = { entry, ask, stop: new AbortController(), ended: Promise.resolve() }
      runs.set(id, each)
      each.ended = run(each)
      for (const [oldest, { entry: old }] of runs) if (runs.size > remembered && old.state !== 'running') runs.delete(oldest)
      tell()
      return each.entry
    },
    list: (patient) => [...runs.values()].map(({ entry }) => entry).filter((entry) => entry.patient === patient).reverse(),
    async cancel(id) {
      runs.get(id)?.stop.abort()
      await runs.get(id)?.ended
      return runs.get(id)?.entry
    },
    async ended(id) {
      await runs.get(id)?.ended
      return runs.get(id)?.entry
    },
    expected(studyInstanceUid) {
      const ask = running(studyInstanceUid)?.ask
      return ask && { patient: ask.patient, author: ask.by.practitioner, from: ask.peer.name }
    },
    received(studyInstanceUid, taken) {
      const each = running(studyInstanceUid)
      if (each) count(each, taken)
    },
    async close() {
      for (const { stop } of runs.values()) stop.abort()
      await Promise.all([...runs.values()].map(({ ended }) => ended))
      clearTimeout(telling)
    },
  }
}
