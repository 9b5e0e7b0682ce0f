import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Keystore, readPracticeFile, replicaKeyOf, unlockWithSecret, unwrapWithSecret, writePracticeFile } from '../access'
import { openReplica, type CollectionName, type StoredDocument, type StoredDocuments } from '../replica'
import { deriveKey, makeFolder, syncFolder } from '../sealed'
import { findPlaces, type FoundPlace, poolIn } from './place'
import { clearInterruptedRestore, contents, markName, removeRemains } from './interrupted'
import { newestVersions } from './newestVersions'
import { BackupProblem, problemOfDisk } from './problem'
import { unpool } from './pool'
import { type PlacedDocument, readSegment } from './segment'
import { type BackupSet, openSet, type Point, segmentPath, startedOf } from './set'
import type { Slices } from './slices'
import { verify } from './verify'

/** Documents that are put in at a time. */
const sliceLength = 200

/** The key of backups, from the practice's. */
export const backupKey = (key: Uint8Array): Uint8Array => deriveKey(key, 'outpost/backup')

/** A backup that its recovery code opened. */
export interface OpenedBackup {
  readonly set: BackupSet
  readonly point: Point
  /** The practice's data key. */
  readonly key: Uint8Array
}

/** Which backup. */
export interface BackupChoice {
  /** The folder that was chosen for backups, or one in it. */
  readonly from: string
  /** Id of the practice and letters of the workstation, where the folder holds several. Default: the newest. */
  readonly practice?: string
  readonly station?: string
  /** The newest backup not after this instant; default: the newest. */
  readonly until?: string
}

const chosenPlaces = async ({ from, practice, station }: BackupChoice): Promise<FoundPlace[]> =>
  (await findPlaces(from)).filter((each) => (practice === undefined || each.practice.id === practice) && (station === undefined || each.station === station))

const pointsUntil = (set: BackupSet, until: string | undefined): Point[] => set.head.points.filter(({ at }) => until === undefined || Date.parse(at) <= Date.parse(until)).reverse()

/**
 * Opens the newest finished backup with the recovery code (or what else opens the practice).
 * @throws {BackupProblem} `backup-none` · `backup-folder-missing` · `wrong-passphrase` (facts.group: where the slip is) · `backup-damaged`
 */
export const openBackup = async ({ from, practice, station, until }: BackupChoice, code: string): Promise<OpenedBackup> => {
  const places = await chosenPlaces({ from, practice, station })
  let problem: BackupProblem | undefined
  for (const { sets } of places) {
    for (const folder of sets) {
      // A base that was begun later, damaged or not, is not what is asked for.
      if (until !== undefined && Date.parse(startedOf(basename(folder))) > Date.parse(until)) continue
      const file = await readPracticeFile(folder)
      if (!file.ok || !file.value) continue
      const opened = await unwrapWithSecret(file.value, code)
      if (!opened.ok) {
        problem ??= new BackupProblem('wrong-passphrase', opened.problem.facts)
        continue
      }
      try {
        const set = await openSet(folder, backupKey(opened.value.key))
        // A copied or renamed folder must not pass for another one.
        if (set.head.set !== basename(folder) || set.head.practice.id !== file.value.practice.id) throw new BackupProblem('backup-damaged', { file: 'head.sealed', reason: 'exchanged' })
        const [point] = pointsUntil(set, until)
        if (point) return { set, point, key: opened.value.key }
      } catch (reason) {
        if (!(reason instanceof BackupProblem)) throw reason
        // Under the right code another key's head was put in this one's place.
        const found = reason.kind === 'wrong-passphrase' ? new BackupProblem('backup-damaged', { file: 'head.sealed', reason: 'other-practice' }) : reason
        if (found.kind === 'backup-damaged') throw found
      }
    }
    if (problem) throw problem
  }
  throw problem ?? new BackupProblem('backup-none')
}

/** How a practice is restored. */
export interface RestoreJob extends BackupChoice {
  /** The new data folder; must hold no practice. */
  readonly data: string
  readonly code: string
  /** Letters of the restored workstation; by default three that nobody in the practice has. */
  readonly asStation?: string
  readonly keystore?: Keystore | null
  /** Opens the practice from now on, where there is no keystore. */
  readonly passphrase?: string
  readonly slices: Slices
  progress?(done: number, of: number): void
}

/** What was restored. */
export interface Restored {
  readonly practice: { readonly id: string; readonly name: string; readonly training: boolean }
  /** Letters of the workstation that was backed up, and of this one. */
  readonly stationBefore: string
  readonly station: string
  /** When the backup was finished, ISO instant: what was written later is not in it. */
  readonly at: string
  readonly documents: number
  readonly files: number
  readonly digest: string
}

/** Letters that are not taken for digits. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * Letters for a restored workstation. Never those of before: numbers given, audit entries written and stamps made
 * after the backup would be given, written and made again.
 */
export const newStation = (taken: ReadonlySet<string>, random: (below: number) => number = randomInt): string => {
  for (;;) {
    const prefix = Array.from({ length: 3 }, () => letters[random(letters.length)]).join('')
    if (!taken.has(prefix)) return prefix
  }
}

/** What belongs to the computer that was backed up: how far it was in step with its server, and where its backups lay. */
export const staysBehind = ({ collection, document }: PlacedDocument): boolean => {
  if (collection !== 'local') return false
  const { kind, id } = document.content as { kind?: string; id?: string }
  return (kind === 'sync' && (id === 'generation' || id === 'last-sync' || id === 'agreement')) || kind === 'backup'
}

/** Puts all documents of a backup into a replica; answers how many that are not deleted. */
export const putDocuments = async (versions: AsyncIterable<PlacedDocument>, documents: StoredDocuments, each?: (placed: PlacedDocument) => void): Promise<number> => {
  const waiting: Record<CollectionName, StoredDocument[]> = { records: [], local: [] }
  let put = 0
  const flush = async (collection: CollectionName) => documents.put(collection, waiting[collection].splice(0))
  for await (const placed of versions) {
    if (staysBehind(placed)) continue
    each?.(placed)
    waiting[placed.collection].push(placed.document)
    if (!placed.document.deleted) put += 1
    if (waiting[placed.collection].length >= sliceLength) await flush(placed.collection)
  }
  await flush('records')
  await flush('local')
  return put
}

/** A path that leads out of the data folder is not ours. */
const isOurs = (path: string): boolean => /^(archive|journal)\/[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(path) && !path.split('/').includes('..')

const putFiles = async (set: BackupSet, numbers: readonly number[], data: string, slices: Slices, progress: (files: number) => void): Promise<number> => {
  const pool = poolIn(dirname(set.folder))
  const seen = new Set<string>()
  const whole = new Set<string>()
  let files = 0
  for (const number of numbers) {
    const segment = await readSegment(segmentPath(set.folder, number), set.key, { practice: set.head.practice.id, set: set.head.set, number })
    for await (const content of segment.contents('backward')) {
      if (content.kind === 'files') {
        for (const entry of content.files) {
          if (seen.has(entry.path) || !isOurs(entry.path)) continue
          seen.add(entry.path)
          await unpool(pool, entry, data, slices)
          progress((files += 1))
        }
      } else if (content.kind === 'piece') {
        const { path, offset, bytes } = content.piece
        if (whole.has(path) || !isOurs(path)) continue
        if (offset === 0) whole.add(path)
        await mkdir(dirname(join(data, path)), { recursive: true, mode: 0o700 })
        const file = await open(join(data, path), existsSync(join(data, path)) ? 'r+' : 'wx', 0o600)
        try {
          await file.write(bytes, 0, bytes.length, offset)
          await file.sync()
        } finally {
          await file.close()
        }
        await slices.rest()
      }
    }
  }
  return files
}

/** Stations that anything in the backup speaks of. */
const stationsIn = ({ document: { content } }: PlacedDocument): string[] => {
  const { station, prior } = content as { station?: string; prior?: readonly { station?: string }[] }
  return [station, ...(Array.isArray(prior) ? prior : []).map((version) => version.station)].filter((each): each is string => typeof each === 'string')
}

const restoreInto = async (job: RestoreJob, { set, point, key }: OpenedBackup): Promise<Restored> => {
  const { data, slices } = job
  const { practice, station: stationBefore } = set.head
  // Nothing is put anywhere before all of it has been read once.
  const of = 2 * (point.documents + point.files)
  const found = await verify(set, point, { slices, progress: (done) => job.progress?.(done, of) })
  await putFiles(set, found.fileSegments, data, slices, (files) => job.progress?.(of / 2 + files, of))
  const taken = new Set([stationBefore])
  const replica = await openReplica({ folder: data, key: replicaKeyOf(key), practice: practice.id, station: stationBefore })
  let documents = 0
  try {
    let put = 0
    documents = await putDocuments(newestVersions(set, point, slices), replica.documents, (placed) => {
      stationsIn(placed).forEach((each) => taken.add(each))
      if (++put % sliceLength === 0) job.progress?.(of / 2 + point.files + put, of)
    })
  } finally {
    await replica.close()
  }
  const station = job.asStation ?? newStation(taken)
  if (taken.has(station)) throw new BackupProblem('practice-exists', { station })
  const file = await readPracticeFile(set.folder)
  if (!file.ok || !file.value) throw new BackupProblem('backup-damaged', { file: 'practice.json' })
  // The practice file comes last: without it there is no practice here.
  await writePracticeFile(data, { ...file.value, practice, station })
  const unlocked = await unlockWithSecret(data, job.code, { keystore: job.keystore ?? null, ...(job.passphrase !== undefined && { newPassphrase: job.passphrase }) })
  if (!unlocked.ok) throw new BackupProblem('backup-damaged', { file: 'practice.json' })
  return { practice, stationBefore, station, at: point.at, documents, files: found.files, digest: found.digest }
}

/** The newest backup before a damaged one that reads back from end to end; undefined when there is none. */
const newestGoodBefore = async (job: RestoreJob, before: number): Promise<Point | undefined> => {
  for (const { sets } of await chosenPlaces(job)) {
    for (const folder of sets) {
      const file = await readPracticeFile(folder)
      const opened = file.ok && file.value ? await unwrapWithSecret(file.value, job.code) : undefined
      if (!opened?.ok) continue
      const set = await openSet(folder, backupKey(opened.value.key)).catch(() => undefined)
      let damagedFrom = Infinity
      for (const point of [...(set?.head.points ?? [])].reverse()) {
        if (!set || Date.parse(point.at) >= before || point.segments >= damagedFrom) continue
        try {
          await verify(set, point, { slices: job.slices })
          return point
        } catch (reason) {
          if (!(reason instanceof BackupProblem) || reason.kind !== 'backup-damaged') throw reason
          const { segment } = reason.facts
          if (typeof segment !== 'number') break
          damagedFrom = segment
        }
      }
    }
  }
  return undefined
}

/** What is damaged, and which earlier backup could be restored instead. */
const withWayOut = async (job: RestoreJob, problem: BackupProblem, before: number): Promise<BackupProblem> => {
  const earlier = await newestGoodBefore(job, before)
  return earlier ? new BackupProblem('backup-damaged', { ...problem.facts, earlier: earlier.at }) : problem
}

/**
 * Restores a practice from a backup into a new data folder, with nothing but the recovery code. The workstation gets
 * letters of its own and starts its exchange with the server afresh; see docs/decisions.
 *
 * @throws {BackupProblem} `practice-exists` when the folder holds a practice (or `asStation` is taken), and those of {@link openBackup};
 *   `backup-damaged` with `facts.earlier`, where an earlier backup reads back from end to end
 */
export const restorePractice = async (job: RestoreJob): Promise<Restored> => {
  const { data } = job
  const mark = join(data, markName)
  await clearInterruptedRestore(data)
  if (contents.some((name) => existsSync(join(data, name)))) throw new BackupProblem('practice-exists')
  const isDamaged = (reason: unknown): reason is BackupProblem => reason instanceof BackupProblem && reason.kind === 'backup-damaged'
  const opened = await openBackup(job, job.code).catch(async (reason: unknown) => {
    throw isDamaged(reason) ? await withWayOut(job, reason, job.until === undefined ? Infinity : Date.parse(job.until)) : reason
  })
  try {
    await makeFolder(data)
    await writeFile(mark, '')
    await syncFolder(data)
    const restored = await restoreInto(job, opened)
    await rm(mark, { force: true })
    return restored
  } catch (reason) {
    await removeRemains(data).catch(() => undefined)
    await rm(mark, { force: true }).catch(() => undefined)
    throw isDamaged(reason) ? await withWayOut(job, reason, Date.parse(opened.point.at)) : problemOfDisk(reason)
  }
}
