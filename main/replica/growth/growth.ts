import { type Answer, done, refuse, type StorageJob, type StoragePart, type StorageState } from '../../../shared/contract'
import type { Replica } from '../types'
import { planPurge } from './plan'
import { fetchBack, type KeepingServer, runPurge } from './purge'
import type { PurgedLedger, PurgedOfPatient } from './purged'
import { type DiskRoom, diskRoom, folderSizes, giveRoomBack, lowDiskBytes } from './room'

/** What growth works with. */
export interface GrowthOptions {
  readonly replica: Replica
  readonly ledger: PurgedLedger
  readonly server: KeepingServer
  /** The data folder. */
  readonly folder: string
  readonly announce: (name: 'storageChanged', state: StorageState) => void
  /** What a chart shows of these patients has changed without a record's change. */
  readonly chartsChanged: (patients: readonly string[]) => void
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
  /** For tests. */
  readonly room?: (folder: string) => Promise<DiskRoom>
  readonly lookEveryMs?: number
}

/** How the practice grows on this workstation: room on the disk, old visits that only the server keeps. */
export interface Growth {
  state(): StorageState
  sizes(): Promise<StoragePart[]>
  /** What would go; changes nothing. */
  plan(years: number): Promise<{ readonly before: string; readonly visits: number; readonly records: number; readonly patients: number; readonly bytes: number }>
  /** Begins; how it goes comes as `storageChanged`. Refuses with `conflict` while another one runs. */
  purge(years: number): Answer<StorageState>
  fetchAll(): Answer<StorageState>
  cancel(): StorageState
  /** Fetches the records of one patient. */
  fetchFor(patient: string): Promise<Answer<{ readonly records: number; readonly missing: number }>>
  ofPatient(patient: string): PurgedOfPatient | undefined
  /** Waits for the job at hand. */
  settled(): Promise<void>
  close(): Promise<void>
}

const usualLookMs = 30_000
/** Progress is told this often. */
const tellEveryMs = 200

/** The begin of the day that many years ago. */
const yearsAgo = (now: number, years: number): string => {
  const day = new Date(now)
  day.setUTCFullYear(day.getUTCFullYear() - years)
  return `${day.toISOString().slice(0, 10)}T00:00:00.000Z`
}

/** Opens it, and looks at the disk from time to time. */
export const openGrowth = async ({ replica, ledger, server, folder, announce, chartsChanged, now = Date.now, room = diskRoom, lookEveryMs = usualLookMs }: GrowthOptions): Promise<Growth> => {
  let disk = await room(folder).catch(() => undefined)
  let job: StorageJob = { state: 'none' }
  let cancelled = false
  let closed = false
  let running: Promise<void> = Promise.resolve()
  let told = 0

  const state = (): StorageState => ({
    ...(disk === undefined ? {} : { disk: { ...disk, isLow: disk.free < lowDiskBytes } }),
    purged: { records: ledger.count, patients: ledger.patients },
    job,
  })
  const tell = (): void => {
    told = Date.now()
    if (!closed) announce('storageChanged', state())
  }
  const look = async (): Promise<void> => {
    const before = disk
    disk = await room(folder).catch(() => undefined)
    // The bar shows whole tenths of a gigabyte at most.
    if (Math.round((before?.free ?? 0) / 1e8) !== Math.round((disk?.free ?? 0) / 1e8)) tell()
  }
  const looking = setInterval(() => void look(), lookEveryMs)
  looking.unref()

  const progress = (does: 'purge' | 'fetch') => (made: number, of: number): void => {
    job = { state: 'running', does, done: made, of }
    if (Date.now() - told > tellEveryMs) tell()
  }
  const begin = (does: 'purge' | 'fetch', work: () => Promise<StorageJob>): Answer<StorageState> => {
    if (job.state === 'running') return refuse('conflict')
    cancelled = false
    job = { state: 'running', does, done: 0, of: 0 }
    tell()
    running = work()
      .catch((error: unknown): StorageJob => ({ state: 'failed', does, problem: (error as { kind?: string }).kind ?? 'internal', records: 0, left: 0 }))
      .then(async (ended) => {
        disk = await room(folder).catch(() => undefined)
        job = ended
        tell()
      })
    return done(state())
  }
  const ended = (does: 'purge' | 'fetch', { records, left, problem }: { readonly records: number; readonly left: number; readonly problem?: string }): StorageJob =>
    problem === undefined ? { state: cancelled ? 'cancelled' : 'done', does, records, left } : { state: 'failed', does, problem, records, left }
  const isCancelled = (): boolean => cancelled || closed

  // What a migration or a purge that was cut off has left empty.
  void giveRoomBack(replica, isCancelled).catch(() => undefined)

  return {
    state,
    async sizes() {
      const sizes = await folderSizes(folder)
      return Object.entries(sizes).map(([part, bytes]) => ({ part: part as StoragePart['part'], bytes })).sort((one, other) => other.bytes - one.bytes)
    },
    async plan(years) {
      const { before, patients } = await planPurge(replica, yearsAgo(now(), years))
      const records = patients.flatMap((each) => each.records)
      return {
        before,
        visits: records.filter(({ type }) => type === 'Encounter').length,
        records: records.length,
        patients: patients.length,
        // Replication keeps a second copy of each.
        bytes: 2 * records.reduce((sum, { bytes }) => sum + bytes, 0),
      }
    },
    purge: (years) =>
      begin('purge', async () => {
        const purged = await runPurge({ replica, ledger, server, progress: progress('purge'), isCancelled }, yearsAgo(now(), years))
        chartsChanged(purged.patients)
        await giveRoomBack(replica, isCancelled)
        return ended('purge', { ...purged, left: purged.held })
      }),
    fetchAll: () =>
      begin('fetch', async () => {
        const fetched = await fetchBack({ replica, ledger, server, progress: progress('fetch'), isCancelled })
        chartsChanged(fetched.patients)
        return ended('fetch', { ...fetched, left: fetched.missing })
      }),
    cancel() {
      cancelled = true
      return state()
    },
    async fetchFor(patient) {
      const { records, missing, problem } = await fetchBack({ replica, ledger, server }, patient)
      if (records > 0) chartsChanged([patient])
      tell()
      return problem === undefined ? done({ records, missing }) : refuse(problem as 'server-unreachable')
    },
    ofPatient: (patient) => ledger.ofPatient(patient),
    settled: () => running,
    async close() {
      closed = true
      clearInterval(looking)
      await running
    },
  }
}
