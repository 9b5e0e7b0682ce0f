import { readFile, rename, rm, stat, statfs, open } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../sealed'
import type { PracticeName } from '../../shared/contract'
import type { Places, StoredDocuments } from '../replica'
import { isReachable, poolIn } from './place'
import { BackupProblem, problemOfDisk } from './problem'
import { filesBelow, grownPieces, pool } from './pool'
import { type Content, readSegment, writeSegment, type FileEntry, type PlacedDocument, type Segment, type SegmentTrailer, type WriteSealed } from './segment'
import { type BackupSet, type GrownFile, type Head, lastPoint, newSet, openSet, type Point, removeUnfinished, segmentPath, setNames, writeHead } from './set'
import type { Slices } from './slices'

/** Documents of each collection that are read at a time: a few milliseconds. */
const pageLength = 200
/** A segment ends at so many documents or so many bytes of files. */
const segmentDocuments = 2_000
const segmentFiles = 20_000
const segmentBytes = 8 * 1024 * 1024
/** A new base is begun after so long, or when so much more came after the base than it held. */
const baseDays = 28
const dayMs = 24 * 60 * 60 * 1000
/** Points that a head remembers; segments stay. */
const keptPoints = 60

/** What is backed up, and where to. */
export interface BackupJob {
  readonly documents: Pick<StoredDocuments, 'name' | 'changedSince'>
  /** The data folder. */
  readonly data: string
  readonly practice: PracticeName
  readonly station: string
  /** 32 bytes, derived for backups. */
  readonly key: Uint8Array
  /** Keys under which archive files may be sealed. */
  readonly archiveKeys: readonly Uint8Array[]
  /** Tells data keys apart, see {@link Head.keys}. */
  readonly keys: string
  /** The practice file with nothing in it that only this computer can open; text. */
  readonly practiceFile: string
  /** This workstation's folder on the backup disk; must exist. */
  readonly place: string
  readonly slices: Slices
  readonly now: () => number
  progress?(done: number): void
  /** Sets that are known to be damaged: they are not gone on with. */
  readonly avoid?: ReadonlySet<string>
  /** For tests: a disk that fails. */
  readonly write?: WriteSealed
}

/** What a backup did. */
export interface BackupDone {
  readonly set: string
  readonly point: Point
  /** Versions of documents written this time. */
  readonly documents: number
  /** Files put into the pool this time. */
  readonly files: number
  /** Archive files that do not read back on this computer, so were left out. */
  readonly damagedFiles: number
  readonly isNewBase: boolean
}

/** Writes a small readable file whole or not at all; leaves it when it says the same. */
const writeText = async (path: string, text: string): Promise<void> => {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return
  const part = `${path}.part`
  const file = await open(part, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, path)
  await syncFolder(join(path, '..'))
}

/** The newest set that can be gone on with: of this database file, under this key. */
const openableSet = async ({ place, key, documents, keys, avoid }: BackupJob): Promise<BackupSet | undefined> => {
  for (const name of await setNames(place)) {
    const set = await openSet(join(place, name), key).catch((reason: unknown) => {
      if (reason instanceof BackupProblem) return undefined
      throw reason
    })
    if (set && !avoid?.has(name) && set.head.set === name && set.head.replica === documents.name && set.head.keys === keys) return set
  }
  return undefined
}

const wantsNewBase = (set: BackupSet, now: number): boolean => {
  const [first] = set.head.points
  const last = lastPoint(set)
  if (!first || !last) return false
  return now - Date.parse(first.at) > baseDays * dayMs || last.documents - first.documents > 2 * first.documents + 50_000
}

/** A base that would not fit must not push out the increments that do. */
const hasRoomFor = async (place: string, set: BackupSet): Promise<boolean> => {
  const disk = await statfs(place).catch(() => undefined)
  const [first] = set.head.points
  return disk === undefined || first === undefined || disk.bavail * disk.bsize > 1.5 * first.bytes
}

interface Growing {
  readonly set: BackupSet
  readonly segments: number
  readonly digest: string
  readonly places: Places
  readonly documents: number
  readonly files: number
  readonly bytes: number
  readonly grown: Readonly<Record<string, GrownFile>>
  readonly fileSegments: readonly number[]
}

const beginningOf = (set: BackupSet): Growing => {
  const { segments = 0, digest = '', places = { records: 0, local: 0 }, documents = 0, files = 0, bytes = 0 } = lastPoint(set) ?? {}
  return { set, segments, digest, places, documents, files, bytes, grown: set.head.grown, fileSegments: set.head.fileSegments }
}

/** Takes over whole segments that an interrupted backup left behind; how far growing files were taken, only a head knows. */
const resumed = async (growing: Growing, practice: string): Promise<Growing> => {
  let going = growing
  for (;;) {
    const number = going.segments + 1
    let segment: Segment
    try {
      segment = await readSegment(segmentPath(going.set.folder, number), going.set.key, { practice, set: going.set.head.set, number })
    } catch (reason) {
      if (reason instanceof BackupProblem) break
      throw reason
    }
    const { header, trailer } = segment
    if (header.previous !== going.digest || trailer.pieces > 0) break
    const { size } = await stat(segmentPath(going.set.folder, number))
    going = after(going, number, trailer, size)
  }
  // What follows is not gone on with, and must not be taken for a part of what comes now.
  for (let number = going.segments + 1; ; number += 1) {
    const path = segmentPath(going.set.folder, number)
    if (!(await stat(path).catch(() => undefined))) return going
    await rm(path)
  }
}

const after = (growing: Growing, number: number, { digest, upTo, documents, files }: SegmentTrailer, bytes: number): Growing => ({
  ...growing,
  segments: number,
  digest,
  places: upTo,
  documents: growing.documents + documents,
  files: growing.files + files,
  bytes: growing.bytes + bytes,
  fileSegments: files > 0 ? [...growing.fileSegments, number] : growing.fileSegments,
})

const written = async (job: BackupJob, growing: Growing, contents: (bytes: () => number) => AsyncIterable<Content>): Promise<Growing> => {
  const number = growing.segments + 1
  const { set } = growing
  const trailer = await writeSegment(segmentPath(set.folder, number), set.key, { practice: job.practice.id, set: set.head.set, number, previous: growing.digest }, growing.places, contents, job.write)
  return after(growing, number, trailer, trailer.bytes)
}

/** Documents until both collections are at their end at one instant. */
const writeDocuments = async (job: BackupJob, growing: Growing, count: (more: number) => void): Promise<Growing> => {
  let going = growing
  for (let atEnd = false; !atEnd; ) {
    let places = going.places
    let first: Awaited<ReturnType<StoredDocuments['changedSince']>> | undefined = await job.documents.changedSince(places, pageLength)
    if (first.local.length === 0 && first.records.length === 0) break
    const contents = async function* (bytes: () => number): AsyncIterable<Content> {
      for (let inSegment = 0; inSegment < segmentDocuments && bytes() < segmentBytes; ) {
        await job.slices.rest()
        const changes = first ?? (await job.documents.changedSince(places, pageLength))
        first = undefined
        places = changes.places
        const documents: PlacedDocument[] = [
          ...changes.local.map((document) => ({ collection: 'local' as const, document })),
          ...changes.records.map((document) => ({ collection: 'records' as const, document })),
        ]
        if (documents.length > 0) yield { kind: 'documents', documents, upTo: places }
        inSegment += documents.length
        count(documents.length)
        atEnd = changes.local.length < pageLength && changes.records.length < pageLength
        if (atEnd) return
      }
    }
    going = await written(job, going, contents)
  }
  return going
}

const knownFiles = async (set: BackupSet, fileSegments: readonly number[]): Promise<Map<string, FileEntry>> => {
  const known = new Map<string, FileEntry>()
  for (const number of fileSegments) {
    const segment = await readSegment(segmentPath(set.folder, number), set.key, { practice: set.head.practice.id, set: set.head.set, number })
    for await (const content of segment.contents()) if (content.kind === 'files') for (const file of content.files) known.set(file.path, file)
  }
  return known
}

/** All files in the pool that a set speaks of. */
export const filesOfSet = (set: BackupSet): Promise<Map<string, FileEntry>> => knownFiles(set, set.head.fileSegments)

/** The archive, file by file. */
const writeFiles = async (job: BackupJob, growing: Growing): Promise<{ readonly growing: Growing; readonly copied: number; readonly damaged: number }> => {
  let going = growing
  let copied = 0
  let damaged = 0
  const known = await knownFiles(going.set, going.fileSegments)
  const fresh = (await filesBelow(join(job.data, 'archive'))).map((path) => `archive/${path}`).filter((path) => !known.has(path))
  for (let from = 0; from < fresh.length; from += segmentFiles) {
    const entries: FileEntry[] = []
    for (const path of fresh.slice(from, from + segmentFiles)) {
      await job.slices.rest()
      const entry = await pool(poolIn(job.place), job.data, path, job.archiveKeys, job.slices)
      if (entry) entries.push(entry)
      else damaged += 1
    }
    copied += entries.length
    if (entries.length > 0) {
      going = await written(job, going, async function* () {
        yield { kind: 'files', files: entries }
      })
    }
  }
  return { growing: going, copied, damaged }
}

/** What the journal grew by. */
const writeGrown = async (job: BackupJob, growing: Growing): Promise<Growing> => {
  let going = growing
  const grown: Record<string, GrownFile> = { ...going.grown }
  const journal = (await filesBelow(join(job.data, 'journal'))).map((path) => `journal/${path}`)
  const pieces = (async function* () {
    for (const path of journal) yield* grownPieces(job.data, path, going.grown[path], job.slices, (file) => (grown[path] = file))
  })()
  try {
    for (let next = await pieces.next(); !next.done; ) {
      going = await written(job, going, async function* (bytes) {
        for (; !next.done && bytes() < segmentBytes; next = await pieces.next()) yield { kind: 'piece', piece: next.value }
      })
    }
  } finally {
    // Closes the file that a failed write left half read.
    await pieces.return(undefined)
  }
  return { ...going, grown }
}

const finished = async (job: BackupJob, growing: Growing): Promise<{ readonly set: BackupSet; readonly point: Point }> => {
  const { set, segments, digest, places, documents, files, bytes, grown, fileSegments } = growing
  const point: Point = { at: new Date(job.now()).toISOString(), segments, digest, places, documents, files, bytes }
  const [first, ...others] = [...set.head.points, point]
  // The first tells how large the base was.
  const points = [first as Point, ...others.slice(-keptPoints)]
  const head: Head = { ...set.head, points, grown, fileSegments }
  return { set: await writeHead({ ...set, head }, job.write), point }
}

const backUpInto = async (job: BackupJob, into: BackupSet): Promise<Omit<BackupDone, 'isNewBase'>> => {
  await removeUnfinished(into.folder)
  await removeUnfinished(poolIn(job.place))
  await writeText(join(into.folder, 'practice.json'), job.practiceFile)
  let documents = 0
  const began = await resumed(beginningOf(into), job.practice.id)
  // Files first: a record must not speak of an image that is not in the backup.
  const files = await writeFiles(job, began)
  const growing = await writeDocuments(job, files.growing, (more) => {
    documents += more
    job.progress?.(documents)
  })
  const { set, point } = await finished(job, await writeGrown(job, growing))
  return { set: set.head.set, point, documents, files: files.copied, damagedFiles: files.damaged }
}

/** Whether the end of what is there still reads back; the whole is read by the rehearsal. */
const isSoundAtEnd = async (set: BackupSet): Promise<boolean> => {
  const point = lastPoint(set)
  if (!point || point.segments === 0) return true
  try {
    await readSegment(segmentPath(set.folder, point.segments), set.key, { practice: set.head.practice.id, set: set.head.set, number: point.segments }, point.digest)
    return true
  } catch (reason) {
    if (reason instanceof BackupProblem) return false
    throw reason
  }
}

const attempt = async (job: BackupJob): Promise<BackupDone> => {
  await stat(job.place)
  const before = await openableSet(job)
  const goesOn = before && (await isSoundAtEnd(before)) && !(wantsNewBase(before, job.now()) && (await hasRoomFor(job.place, before)))
  if (goesOn) {
    try {
      return { ...(await backUpInto(job, before)), isNewBase: before.head.points.length === 0 }
    } catch (reason) {
      // A damaged set is left as it is: its earlier backups may be all that somebody has.
      if (!(reason instanceof BackupProblem) || reason.kind !== 'backup-damaged') throw reason
    }
  }
  const made = await newSet(job.place, job.key, { practice: job.practice, station: job.station, replica: job.documents.name, keys: job.keys }, job.now(), job.write)
  return { ...(await backUpInto(job, made)), isNewBase: true }
}

/**
 * Makes one backup: what changed since the last one, or everything in a new base. Goes on where an interrupted one
 * stopped. Until the head is written, last, nothing of it counts.
 *
 * @throws {BackupProblem}
 */
export const backUp = async (job: BackupJob): Promise<BackupDone> => {
  try {
    return await attempt(job)
  } catch (reason) {
    const problem = problemOfDisk(reason)
    const isCancelled = problem instanceof BackupProblem && problem.kind === 'cancelled'
    // A folder that vanished answers in many ways.
    if (!isCancelled && !(await isReachable(job.place))) throw new BackupProblem('backup-folder-missing')
    throw problem
  }
}
