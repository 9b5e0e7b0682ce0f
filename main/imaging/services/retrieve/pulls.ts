import { randomUUID } from 'node:crypto'
import type { ExchangeProblem, PullEntry } from '../../../../shared/contract'
import { formOf, openFile, readElements, tags, transferSyntaxOf, type DataElement } from '../../../../shared/standards/dicom'
import type { Person } from '../../archive/studies'
import { isDiskFull, type Arrival, type Intake, type TakenIn } from '../../import/takeIn'
import { PeerProblem, problemOf } from '../problem'
import type { Taken } from './storeIncoming'

/** A study to be fetched, and on whose say-so. */
export interface PullAsk {
  readonly patient: string
  readonly patientNumber: string
  readonly studyInstanceUid: string
  readonly peer: { readonly id: string; readonly name: string; readonly aeTitle: string }
  readonly by: Person
}

/** What a way of fetching is given. */
export interface PullNews {
  /** Takes an instance into the archive, marked with where it is from. */
  take(file: Uint8Array): Promise<Taken>
  /** As {@link take}, with the archive's own answer. */
  takeIn(file: Uint8Array): Promise<TakenIn>
  /** Instances that come through the listener meanwhile are of this fetch. */
  awaits(sopInstanceUids: ReadonlySet<string>): void
  /** How many instances there are, and how many of them are here. */
  progress(total: number, here: number): void
  /** Whether anything has come. */
  taken(): boolean
}

/** Fetches what is missing of a study. Throws `PeerProblem` or `DimseProblem`; what has come stays. */
export type Pull = (ask: PullAsk, news: PullNews, signal: AbortSignal) => Promise<void>

/** What fetching works with. */
export interface PullParts {
  readonly intake: Pick<Intake, 'take' | 'settle'>
  readonly pull: Pull
  readonly changed?: () => void
  readonly log?: (line: string) => void
}

/** For whom and from where an instance was fetched that comes through the listener; `taken` is told what became of it. */
export type Expected = Omit<Arrival, 'file'> & { taken(outcome: TakenIn): void }

/** Studies that are fetched from other places; of this session only: what has come is in the archive, and fetching again goes on. */
export interface Pulls {
  start(ask: PullAsk): PullEntry
  list(patient: string): readonly PullEntry[]
  cancel(id: string): Promise<PullEntry | undefined>
  /** Resolves when it has ended. */
  ended(id: string): Promise<PullEntry | undefined>
  /** For whom and from where a Part 10 file comes that is received now; undefined: nobody has asked for it. */
  expected(file: Uint8Array): Expected | undefined
  close(): Promise<void>
}

const remembered = 50
const tellEveryMs = 300

interface Run {
  entry: PullEntry
  readonly ask: PullAsk
  readonly stop: AbortController
  awaits: ReadonlySet<string>
  isDiskFull: boolean
  ended: Promise<void>
}

const uidIn = (file: Uint8Array, { offset, length }: DataElement): string => Buffer.from(file.subarray(offset, offset + length)).toString('latin1').replace(/[\0 ]+$/, '')

/** Whether a file says that it is of another study than the one that was asked for. */
const isOfAnother = (file: Uint8Array, studyInstanceUid: string): boolean => {
  const opening = openFile(file)
  if (!opening || transferSyntaxOf(opening.transferSyntaxUid).deflated) return false
  const element = readElements(file, opening.dataSetAt, formOf(opening.transferSyntaxUid), tags.SeriesInstanceUID).byTag.get(tags.StudyInstanceUID)
  return element !== undefined && uidIn(file, element) !== studyInstanceUid
}

const sopInstanceUidOf = (file: Uint8Array): string => {
  const element = openFile(file)?.meta.get(tags.MediaStorageSOPInstanceUID)
  return element ? uidIn(file, element) : ''
}

/** Opens the desk where studies are fetched. */
export const openPulls = ({ intake, pull, changed = () => undefined, log = () => undefined }: PullParts): Pulls => {
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
  const arrivalOf = ({ ask }: Run): Omit<Arrival, 'file'> => ({ source: { kind: 'pacs', from: ask.peer.name }, patient: ask.patient, author: ask.by.practitioner })
  const count = (run: Run, { kind }: TakenIn): void => {
    if (kind === 'refused') note(run, { refused: run.entry.refused + 1 })
  }

  const newsOf = (run: Run): PullNews => {
    let hasTaken = false
    const takeIn = async (file: Uint8Array): Promise<TakenIn> => {
      const taken = await intake.take({ file: { bytes: file }, ...arrivalOf(run) })
      hasTaken = true
      count(run, taken)
      return taken
    }
    return {
      takeIn,
      async take(file) {
        if (isOfAnother(file, run.ask.studyInstanceUid)) {
          note(run, { refused: run.entry.refused + 1 })
          return 'refused'
        }
        try {
          if ((await takeIn(file)).kind === 'refused') return 'refused'
          note(run, { taken: run.entry.taken + 1 })
          return 'taken'
        } catch (reason) {
          if (!isDiskFull(reason)) throw reason
          run.isDiskFull = true
          return 'no-room'
        }
      },
      awaits: (uids) => void (run.awaits = uids),
      progress: (total, here) => note(run, { ...(total > 0 && { total }), taken: here }),
      taken: () => hasTaken,
    }
  }

  const run = async (each: Run): Promise<void> => {
    let failure: { readonly problem: ExchangeProblem; readonly detail: string } | undefined
    try {
      await pull(each.ask, newsOf(each), each.stop.signal)
      if (each.entry.refused > 0) throw new PeerProblem('incomplete')
    } catch (reason) {
      failure = each.isDiskFull || isDiskFull(reason) ? { problem: 'disk-full', detail: '' } : problemOf(reason)
      if (failure.problem === 'internal') log(`fetch: ${reason instanceof Error ? reason.name : 'fault'}`)
    }
    // What has come counts, however it ended.
    const place = await intake.settle([each.ask.studyInstanceUid]).then(([entry]) => entry?.place, () => undefined)
    const state = each.stop.signal.aborted ? 'cancelled' : failure ? 'failed' : 'done'
    note(each, {
      state,
      ...(place && { place }),
      ...(failure && state === 'failed' && { problem: failure.problem, ...(failure.detail !== '' && { detail: failure.detail }) }),
    })
  }

  const running = (): readonly Run[] => [...runs.values()].filter(({ entry }) => entry.state === 'running')

  return {
    start(ask) {
      const under = running().find(({ entry }) => entry.studyInstanceUid === ask.studyInstanceUid)
      if (under) return under.entry
      const id = randomUUID()
      const entry: PullEntry = { id, patient: ask.patient, studyInstanceUid: ask.studyInstanceUid, peer: { id: ask.peer.id, name: ask.peer.name }, state: 'running', taken: 0, refused: 0 }
      const each: Run = { entry, ask, stop: new AbortController(), awaits: new Set(), isDiskFull: false, ended: Promise.resolve() }
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
    expected(file) {
      const sop = running().length === 0 ? '' : sopInstanceUidOf(file)
      const each = running().find(({ awaits }) => awaits.has(sop))
      return each && { ...arrivalOf(each), taken: (outcome) => count(each, outcome) }
    },
    async close() {
      for (const { stop } of runs.values()) stop.abort()
      await Promise.all([...runs.values()].map(({ ended }) => ended))
      clearTimeout(telling)
    },
  }
}
