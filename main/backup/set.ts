import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PracticeName } from '../../shared/contract'
import type { Places } from '../replica'
import { makeFolder, readSealedFile, SealedProblem, writeSealedFile } from '../sealed'
import { BackupProblem } from './problem'
import { readSegment, type Segment, type WriteSealed } from './segment'

/** A backup that was finished: all segments up to a number. */
export interface Point {
  /** When it was finished, ISO instant. */
  readonly at: string
  readonly segments: number
  /** Of the last segment. */
  readonly digest: string
  readonly places: Places
  /** Versions of documents in all its segments. */
  readonly documents: number
  readonly files: number
  /** Bytes of all its segments, compressed; the pool of files not counted. */
  readonly bytes: number
}

/** How far a file that only grows has been taken. */
export interface GrownFile {
  readonly length: number
  /** SHA-256 of the last bytes before `length`: whether it is still the same file. */
  readonly tail: string
}

/**
 * The head of a set: what has been finished in it. It is written last, whole or not at all; segments beyond its
 * last point belong to a backup that was interrupted.
 */
export interface Head {
  readonly format: 1
  readonly practice: PracticeName
  readonly station: string
  readonly set: string
  readonly started: string
  /** The database file that the places mean, see `StoredDocuments.name`. */
  readonly replica: string
  /** Tells data keys of the practice apart: files sealed under another key are other files. */
  readonly keys: string
  readonly points: readonly Point[]
  /** Segments that speak of files in the pool. */
  readonly fileSegments: readonly number[]
  readonly grown: Readonly<Record<string, GrownFile>>
}

/** One base with everything that came after it, in a folder of its own. */
export interface BackupSet {
  readonly folder: string
  readonly key: Uint8Array
  readonly head: Head
}

const headName = 'head.sealed'
const setShape = /^set-\d{8}T\d{6}Z-[0-9a-f]{4}$/

/** Where a segment lies. */
export const segmentPath = (folder: string, number: number): string => join(folder, `${String(number).padStart(6, '0')}.segment`)

/** When a set was begun, by its name; ISO instant. */
export const startedOf = (set: string): string => set.replace(/^set-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6.000Z')

/** Names of the sets in a folder, newest first. */
export const setNames = async (folder: string): Promise<string[]> => (await readdir(folder)).filter((name) => setShape.test(name)).sort().reverse()

/** A name that sorts by time. */
const nameAt = (now: number): string => `set-${new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')}-${randomBytes(2).toString('hex')}`

/**
 * Opens a set by its head.
 * @throws {BackupProblem} `backup-none` without a head; `wrong-passphrase` under another key; `backup-damaged`
 */
export const openSet = async (folder: string, key: Uint8Array): Promise<BackupSet> => {
  try {
    const head = JSON.parse(Buffer.from(await readSealedFile(join(folder, headName), key)).toString('utf8')) as Head
    return { folder, key, head }
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT') throw new BackupProblem('backup-none')
    if (reason instanceof SealedProblem) throw reason.kind === 'wrong-key' ? new BackupProblem('wrong-passphrase') : new BackupProblem('backup-damaged', { file: headName })
    throw reason
  }
}

/** Writes a set's head; on disk when it resolves. */
export const writeHead = async (set: BackupSet, write: WriteSealed = writeSealedFile): Promise<BackupSet> => {
  await write(join(set.folder, headName), set.key, Buffer.from(JSON.stringify(set.head)))
  return set
}

/** A new set, with nothing finished in it. */
export const newSet = async (place: string, key: Uint8Array, made: Pick<Head, 'practice' | 'station' | 'replica' | 'keys'>, now: number, write?: WriteSealed): Promise<BackupSet> => {
  const [newest = ''] = await setNames(place)
  let set = nameAt(now)
  // Two in one second, or a clock that was set back: the newest is the last by name all the same.
  if (set <= newest) set = nameAt(Math.max(now, Date.parse(startedOf(newest))) + 1000)
  const folder = join(place, set)
  await makeFolder(folder)
  return writeHead({ folder, key, head: { format: 1, ...made, set, started: new Date(now).toISOString(), points: [], fileSegments: [], grown: {} } }, write)
}

/** The newest finished backup of a set. */
export const lastPoint = (set: BackupSet): Point | undefined => set.head.points[set.head.points.length - 1]

/** The segments of a point, the last first; each is checked against the one after it. */
export async function* segmentsBack(set: BackupSet, point: Point): AsyncIterable<Segment> {
  let digest = point.digest
  for (let number = point.segments; number >= 1; number -= 1) {
    const segment = await readSegment(segmentPath(set.folder, number), set.key, { practice: set.head.practice.id, set: set.head.set, number }, digest)
    yield segment
    digest = segment.header.previous
  }
  if (digest !== '') throw new BackupProblem('backup-damaged', { segment: 1, reason: 'missing' })
}

/** Removes what a crash left half written in a set. */
export const removeUnfinished = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (name.endsWith('.part')) await rm(join(folder, name), { force: true })
}
