import { join } from 'node:path'
import { done, refuse, type Answer, type BackupState, type PracticeName, type ProblemKind } from '../../shared/contract'
import { problemKinds } from '../../shared/contract/problems'
import { replicaKeyOf } from '../access'
import type { Replica } from '../replica'
import { deriveKey } from '../sealed'
import { type BackupDone, backUp } from './backUp'
import { isDue, isRehearsalDue } from './due'
import { isReachable, isSameDisk, makePlace, placeIn } from './place'
import { portablePracticeFile } from './practiceFile'
import { BackupProblem } from './problem'
import { prune } from './prune'
import { type Rehearsed, rehearse, removeScratch } from './rehearse'
import { backupKey } from './restore'
import { lastPoint, openSet, setNames } from './set'
import { givingWay } from './slices'

/** Backups of an open practice: by themselves, and when somebody asks. */
export interface BackupDesk {
  state(): Promise<BackupState>
  /** Sets the folder, or none; starts a backup. `backup-folder-missing` · `backup-folder-unwritable` · `backup-disk-full` */
  choose(folder: string | null): Promise<Answer<BackupState>>
  /** Starts a backup; `backup-running` while something is under way, `backup-folder-missing` without a folder. */
  start(to?: string): Promise<Answer<BackupState>>
  /** Starts a rehearsal of the newest backup. */
  startRehearsal(): Promise<Answer<BackupState>>
  cancel(): Promise<BackupState>
  /** Resolves when nothing is under way, with what the last backup of this session did. */
  settled(): Promise<BackupDone | undefined>
  /** Stops what is under way; the next start goes on with it. */
  close(): Promise<void>
}

/** What the desk needs of the practice it stands in. */
export interface BackupDeskParts {
  readonly replica: Replica
  readonly data: string
  readonly key: Uint8Array
  /** The data key before, while a change of key is not finished. */
  readonly earlier?: Uint8Array
  readonly practice: PracticeName
  announce(name: 'backupChanged', state: BackupState): void
  /** What ran by itself is written into the trail as done by nobody. */
  audit(action: 'backup' | 'backupRehearsed', outcome: 'done' | 'refused'): Promise<void>
  /** When somebody last touched this workstation, milliseconds since 1970. */
  touchedAt(): number
  log(line: string): void
  readonly now?: () => number
  /** How often it is looked whether something is due; default one minute. */
  readonly lookEveryMs?: number
}

const kind = 'backup'
/** A backup older than this is called old. */
const oldMs = 3 * 24 * 60 * 60 * 1000
/** So long after a touch somebody is at work. */
const atWorkMs = 60_000
const announceEveryMs = 300

interface Folder {
  readonly folder: string
}
type Last = NonNullable<BackupState['last']>
type Rehearsal = NonNullable<BackupState['rehearsal']>

const kindOf = (reason: unknown): ProblemKind => problemKinds.find((each) => each === (reason as { kind?: unknown }).kind) ?? 'internal'

/** Opens the desk: looks once a minute whether a backup or a rehearsal is due. */
export const openBackupDesk = async ({ replica, data, key, earlier, practice, announce, audit, touchedAt, log, now = Date.now, lookEveryMs = 60_000 }: BackupDeskParts): Promise<BackupDesk> => {
  const { local, station, documents } = replica
  const read = async <Value>(id: string): Promise<Value | undefined> => (await local.get<Value>(kind, id))?.value
  let folder = (await read<Folder>('folder'))?.folder
  let last = await read<Last>('last')
  let rehearsal = await read<Rehearsal>('rehearsal')
  let damaged = new Set(await read<string[]>('damaged'))
  let rehearsals = (await read<number>('rehearsals')) ?? 0
  let failed: BackupState['failed']
  let lastDone: BackupDone | undefined
  let running: BackupState['running']
  let work: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined
  let wasReachable: boolean | undefined
  let closed = false
  let announcing: ReturnType<typeof setTimeout> | undefined

  const standing = (): BackupState['standing'] => {
    if (folder === undefined || last === undefined) return 'none'
    if (rehearsal && !rehearsal.good && rehearsal.at > last.at) return 'bad'
    const age = now() - Date.parse(last.at)
    return age > oldMs ? 'old' : 'good'
  }
  const state = async (): Promise<BackupState> => {
    const reachable = folder !== undefined && (await isReachable(placeIn(folder, practice, station)))
    return {
      ...(folder !== undefined && { folder }),
      reachable,
      sameDisk: folder !== undefined && reachable && (await isSameDisk(folder, data)),
      ...(last && { last }),
      ...(rehearsal && { rehearsal }),
      ...(running && { running }),
      ...(failed && { failed }),
      standing: standing(),
    }
  }
  const tell = async () => {
    if (!closed) announce('backupChanged', await state())
  }
  const tellSoon = () => {
    announcing ??= setTimeout(() => {
      announcing = undefined
      void tell()
    }, announceEveryMs)
  }
  const progress = (done: number, of = 0) => {
    if (running) running = { ...running, done, of }
    tellSoon()
  }

  /** One thing at a time; what goes wrong is kept for the person to read. */
  const begin = (what: 'backup' | 'rehearsal', act: (signal: AbortSignal) => Promise<void>): void => {
    const stop = new AbortController()
    running = { work: what, done: 0, of: 0 }
    failed = undefined
    const action = what === 'backup' ? 'backup' : 'backupRehearsed'
    const ended = (async () => {
      try {
        await act(stop.signal)
        await audit(action, 'done')
      } catch (reason) {
        const problem = kindOf(reason)
        if (problem === 'internal') log(`${what}: ${reason instanceof Error ? reason.name : 'fault'}`)
        if (!closed) {
          failed = { at: new Date(now()).toISOString(), problem }
          await audit(action, 'refused').catch(() => undefined)
        }
      } finally {
        running = undefined
        work = undefined
        await tell()
      }
    })()
    work = { stop, ended }
    tellSoon()
  }
  const slicesFor = (signal: AbortSignal) => givingWay(() => now() - touchedAt() < atWorkMs, signal)

  const backUpOnto = async (chosen: string, signal: AbortSignal): Promise<void> => {
    const place = placeIn(chosen, practice, station)
    const { text, keys } = await portablePracticeFile(data)
    const slices = slicesFor(signal)
    // The present key is tried again at the end: an image may be sealed anew between two looks.
    const archiveKeys = [key, ...(earlier ? [earlier, key] : [])].map((each) => deriveKey(each, 'outpost/archive'))
    const made = await backUp({ documents, data, practice, station, key: backupKey(key), archiveKeys, keys, practiceFile: text, place, slices, now, progress, avoid: damaged })
    lastDone = made
    if (chosen === folder) {
      last = { at: made.point.at, documents: made.documents, files: made.files, damagedFiles: made.damagedFiles }
      await local.put(kind, 'last', last)
    }
    if (made.isNewBase) await prune(place, backupKey(key), slices)
  }

  const newestIn = async (place: string) => {
    for (const name of await setNames(place)) {
      const set = await openSet(join(place, name), backupKey(key)).catch(() => undefined)
      const point = set && lastPoint(set)
      if (set && point && set.head.replica === documents.name) return { set, point }
    }
    throw new BackupProblem('backup-none')
  }

  const rehearseNow = async (signal: AbortSignal): Promise<void> => {
    if (folder === undefined || !(await isReachable(placeIn(folder, practice, station)))) throw new BackupProblem('backup-folder-missing')
    const { set, point } = await newestIn(placeIn(folder, practice, station))
    const keep = async (found: Pick<Rehearsed, 'good' | 'documents' | 'compared' | 'files'>, problem?: ProblemKind) => {
      rehearsal = { at: new Date(now()).toISOString(), good: found.good, documents: found.documents, compared: found.compared, files: found.files, ...(problem && { problem }) }
      await local.put(kind, 'rehearsal', rehearsal)
    }
    const isDamaged = async () => {
      damaged = new Set([...damaged, set.head.set])
      await local.put(kind, 'damaged', [...damaged])
    }
    try {
      rehearsals += 1
      await local.put(kind, 'rehearsals', rehearsals)
      const found = await rehearse({ set, point, documents, practice: practice.id, key: replicaKeyOf(key), data, slices: slicesFor(signal), turn: rehearsals, progress })
      await keep(found)
      if (!found.good) await isDamaged()
    } catch (reason) {
      if (reason instanceof BackupProblem && reason.kind === 'backup-damaged') {
        await isDamaged()
        await keep({ good: false, documents: 0, compared: 0, files: 0 }, 'backup-damaged')
      }
      throw reason
    }
  }

  const start = async (to: string | undefined = folder): Promise<Answer<BackupState>> => {
    if (work) return refuse('backup-running')
    if (to === undefined) return refuse('backup-folder-missing')
    try {
      if (to !== folder) await makePlace(to, data, practice, station)
      else if (!(await isReachable(placeIn(to, practice, station)))) return refuse('backup-folder-missing')
    } catch (reason) {
      return refuse(kindOf(reason), reason instanceof BackupProblem ? reason.facts : {})
    }
    begin('backup', (signal) => backUpOnto(to, signal))
    return done(await state())
  }

  const look = async () => {
    if (closed || work || folder === undefined) return
    const reachable = await isReachable(placeIn(folder, practice, station))
    const justAppeared = reachable && wasReachable === false
    const changed = wasReachable !== undefined && wasReachable !== reachable
    wasReachable = reachable
    if (changed) tellSoon()
    const at = now()
    const idleMs = at - touchedAt()
    const standsAt = { now: at, last: last && Date.parse(last.at), failed: failed && Date.parse(failed.at), reachable, justAppeared, idleMs, hour: new Date(at).getHours() }
    if (isDue(standsAt)) await start()
    else if (reachable && last !== undefined && isRehearsalDue({ now: at, last: rehearsal && Date.parse(rehearsal.at), idleMs })) begin('rehearsal', rehearseNow)
    else tellSoon()
  }
  const looking = setInterval(() => void look().catch(() => undefined), lookEveryMs)
  looking.unref()
  await removeScratch(data)

  return {
    state,
    choose: async (chosen) => {
      if (work) return refuse('backup-running')
      if (chosen === null) {
        folder = undefined
        await local.remove(kind, 'folder')
        return done(await state())
      }
      try {
        await makePlace(chosen, data, practice, station)
      } catch (reason) {
        return refuse(kindOf(reason), reason instanceof BackupProblem ? reason.facts : {})
      }
      if (chosen !== folder) {
        folder = chosen
        last = undefined
        await local.put<Folder>(kind, 'folder', { folder })
        await local.remove(kind, 'last')
      }
      wasReachable = true
      return start()
    },
    start,
    startRehearsal: async () => {
      if (work) return refuse('backup-running')
      if (folder === undefined) return refuse('backup-folder-missing')
      begin('rehearsal', rehearseNow)
      return done(await state())
    },
    cancel: async () => {
      work?.stop.abort()
      await work?.ended
      return state()
    },
    settled: async () => {
      while (work) await work.ended
      return failed ? undefined : lastDone
    },
    close: async () => {
      closed = true
      clearInterval(looking)
      clearTimeout(announcing)
      work?.stop.abort()
      await work?.ended
    },
  }
}
