import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { done, refuse, type Answer, type PracticeName, type StickReport, type StickState } from '../../shared/contract'
import type { Envelope } from '../../shared/records/envelope'
import { exchangeSubkey, readExchangeCode, type ExchangeKey, type ExchangeKeys } from '../access'
import type { FileKeeper } from '../blobs'
import type { Places, Replica } from '../replica'
import type { Stored } from '../sync'
import { problemOfStick, StickProblem } from './problem'
import { readStick } from './readStick'
import { stickFileName, writeStick } from './writeStick'

/** What the desk works with. */
export interface StickParts {
  readonly replica: Replica
  readonly practice: PracticeName
  readonly keys: ExchangeKeys
  readonly images: FileKeeper & { setOf(study: Envelope<'ImagingStudy'>): string }
  /** Whether a record was purged here and need not come back. */
  passOver(record: Stored): boolean
  changed(state: StickState): void
  readonly now?: () => number
  /** A fault of ours, for the log. */
  readonly log?: (line: string) => void
}

/** What goes onto a stick. */
export interface WriteAsk {
  readonly folder: string
  /** Everything, and not only what was written since the last stick. */
  readonly all: boolean
  readonly images: boolean
}

/** What is read from a stick. */
export interface ReadAsk {
  readonly folder: string
  /** Of the practice, as a person typed it; where the workstations have never met over a network. */
  readonly code?: string
}

/** Writes sticks and reads them; one thing at a time, told by {@link StickParts.changed}. */
export interface StickDesk {
  state(): Promise<StickState>
  write(ask: WriteAsk): Promise<Answer<StickState>>
  read(ask: ReadAsk): Promise<Answer<StickState>>
  cancel(): Promise<StickState>
  /** What another workstation is told once, so that it can read the sticks of this one. */
  code(): Promise<string>
  /** Resolves with the report of what was under way. */
  settled(): Promise<StickReport | undefined>
  close(): Promise<void>
}

const LAST = 'stick-last'
const READ = 'stick-read'

/** How far the last stick went. */
interface LastStick {
  readonly number: number
  /** ISO instant. */
  readonly at: string
  /** The database file that the places mean. */
  readonly replica: string
  readonly places: Places
}

interface ReadNote {
  /** Bytes of the file; a stick of the same name that was written anew has others. */
  readonly size: number
  readonly modified: number
}

const tellEveryMs = 200

/** Opens the desk. */
export const openStickDesk = (parts: StickParts): StickDesk => {
  const { replica, practice, keys, now = Date.now } = parts
  const { local } = replica
  let running: StickState['running']
  let report: StickReport | undefined
  let stop = new AbortController()
  let work: Promise<unknown> = Promise.resolve()
  let telling: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const last = async (): Promise<LastStick | undefined> => (await local.get<LastStick>(LAST, 'last'))?.value
  const state = async (): Promise<StickState> => {
    const before = await last()
    return { ...(before && { last: { at: before.at, number: before.number } }), ...(running && { running }), ...(report && { report }) }
  }
  const changed = () => {
    if (closed || telling) return
    telling = setTimeout(() => {
      telling = undefined
      void state().then(parts.changed)
    }, tellEveryMs)
  }
  const progress = (made: { readonly records: number; readonly files: number }) => {
    if (running) running = { ...running, ...made }
    changed()
  }
  const sealKey = (key: ExchangeKey) => exchangeSubkey(key, 'outpost/stick')

  const begin = (does: 'write' | 'read', job: (signal: AbortSignal) => Promise<StickReport>): void => {
    stop = new AbortController()
    running = { does, records: 0, files: 0 }
    report = undefined
    const { signal } = stop
    work = job(signal)
      .catch((error: unknown): StickReport => {
        const problem = error instanceof StickProblem ? error : new StickProblem('stick-damaged')
        if (!(error instanceof StickProblem)) parts.log?.(`stick: ${error instanceof Error ? `${error.name} ${(error as { code?: string }).code ?? ''}`.trim() : 'fault'}`)
        const kind = error instanceof StickProblem ? problem.kind : 'internal'
        return { does, at: new Date(now()).toISOString(), outcome: 'failed', problem: kind, records: 0, files: 0 }
      })
      .then((ended) => {
        report = ended
        running = undefined
        changed()
      })
    changed()
  }

  /** Names of the stick files of this practice in a folder, a workstation's in the order in which it wrote them. */
  const stickFiles = async (folder: string): Promise<string[]> => {
    const names = await readdir(folder).catch((error: unknown) => {
      throw problemOfStick(error)
    })
    const ours = new RegExp(`^outpost-${practice.id}-[A-Z]{1,3}-\\d{6}\\.stick$`)
    return names.filter((name) => ours.test(name)).sort()
  }
  const stationIn = (name: string): string => name.split('-')[2] ?? ''
  const numberIn = (name: string): number => Number(/-(\d{6})\.stick$/.exec(name)?.[1] ?? 0)

  const writing = (ask: WriteAsk, before: LastStick | undefined) => async (signal: AbortSignal): Promise<StickReport> => {
    const at = new Date(now()).toISOString()
    const goesOn = !ask.all && before?.replica === replica.documents.name
    const number = (before?.number ?? 0) + 1
    const header = { format: 1 as const, practice: practice.id, station: replica.station, number, after: goesOn ? before.number : 0, at }
    const written = await writeStick({
      replica, folder: ask.folder, key: sealKey(await keys.ensure('system')), header, signal, progress,
      ...(goesOn && { from: before.places }),
      ...(ask.images && { images: parts.images }),
    })
    await local.put(LAST, 'last', { number, at, replica: replica.documents.name, places: written.upTo } satisfies LastStick)
    return { does: 'write', at, outcome: 'done', records: written.records, files: written.files, leftOut: written.leftOut, sticks: [{ station: replica.station, number, name: stickFileName(header) }] }
  }

  const reading = (folder: string, names: readonly string[], typed: ExchangeKey | undefined) => async (signal: AbortSignal): Promise<StickReport> => {
    const known = (await keys.all()).map(sealKey)
    const tried = typed && sealKey(typed)
    let hasOpened = false
    const total = { records: 0, files: 0, leftOut: 0, added: 0, changed: 0, clashes: 0, alreadyRead: 0 }
    const sticks: { station: string; number: number; name: string }[] = []
    const missing: { station: string; number: number }[] = []
    const unread: { station: string; number: number; name: string; problem: StickProblem['kind'] }[] = []
    const readOne = async (name: string): Promise<void> => {
      const [station, number] = [stationIn(name), numberIn(name)]
      const path = join(folder, name)
      const found = await stat(path).catch((error: unknown) => {
        throw problemOfStick(error)
      })
      const note = (await local.get<ReadNote>(READ, name))?.value
      if (note?.size === found.size && note.modified === Math.floor(found.mtimeMs)) {
        total.alreadyRead += 1
        return
      }
      const before = { ...total }
      const read = await readStick({
        replica, path, keys: tried ? [...known, tried] : known, opened: (key) => (hasOpened ||= key === tried), keeper: parts.images, passOver: parts.passOver, signal,
        progress: (made) => progress({ records: before.records + made.records, files: before.files + made.files }),
      })
      if (typed && hasOpened) await keys.learn(typed)
      for (const each of ['records', 'files', 'leftOut', 'added', 'changed', 'clashes'] as const) total[each] += read[each]
      sticks.push({ station, number, name })
      // Records stand by themselves, so a gap is no reason to refuse; what was in it is not here.
      const former = stickFileName({ practice: practice.id, station, number: read.header.after })
      const gap = read.header.after > 0 && !(await local.get(READ, former))
      if (gap && !unread.some((each) => each.name === former)) missing.push({ station, number: read.header.after })
      await local.put(READ, name, { size: found.size, modified: Math.floor(found.mtimeMs) } satisfies ReadNote)
    }
    for (const name of names) {
      await readOne(name).catch((error: unknown) => {
        if (!(error instanceof StickProblem) || error.kind === 'cancelled') throw error
        unread.push({ station: stationIn(name), number: numberIn(name), name, problem: error.kind })
      })
    }
    const [inTheWay] = sticks.length === 0 ? unread : []
    return { does: 'read', at: new Date(now()).toISOString(), outcome: inTheWay ? 'failed' : 'done', ...(inTheWay && { problem: inTheWay.problem }), ...total, sticks, missing, unread }
  }

  /** Answers what is in the way at once; the rest is told as it goes. */
  const started = async (job: () => Promise<void>): Promise<Answer<StickState>> => {
    if (running) return refuse('conflict')
    try {
      await job()
      return done(await state())
    } catch (error) {
      if (!(error instanceof StickProblem)) throw error
      return refuse(error.kind, error.facts)
    }
  }

  return {
    state,
    write: (ask) =>
      started(async () => {
        const isFolder = await stat(ask.folder).then((found) => found.isDirectory(), () => false)
        if (!isFolder) throw new StickProblem('stick-missing')
        begin('write', writing(ask, await last()))
      }),
    read: async (ask) => {
      const typed = ask.code === undefined ? undefined : readExchangeCode(ask.code)
      if (typed && !typed.ok) return typed
      return started(async () => {
        const names = (await stickFiles(ask.folder)).filter((name) => stationIn(name) !== replica.station)
        if (names.length === 0) throw new StickProblem('stick-none')
        begin('read', reading(ask.folder, names, typed?.value))
      })
    },
    cancel: async () => {
      stop.abort()
      await work
      return state()
    },
    code: async () => (await keys.ensure('system')).code,
    settled: async () => {
      await work
      return report
    },
    close: async () => {
      closed = true
      clearTimeout(telling)
      stop.abort()
      await work
    },
  }
}
