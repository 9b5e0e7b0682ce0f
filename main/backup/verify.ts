import { dirname } from 'node:path'
import { filesOfSet } from './backUp'
import { documentsDigest } from './digest'
import { newestVersions } from './newestVersions'
import { poolIn } from './place'
import { checkPooled } from './pool'
import { BackupProblem } from './problem'
import type { SegmentTrailer } from './segment'
import type { BackupSet, Point } from './set'
import type { Slices } from './slices'

/** What was found when a backup was read from end to end. */
export interface Verified {
  readonly set: string
  /** When the backup was finished, ISO instant. */
  readonly at: string
  readonly segments: number
  /** Records and this station's own documents as they would be restored, tombstones not counted. */
  readonly documents: number
  /** Versions of them in all segments. */
  readonly versions: number
  readonly files: number
  readonly fileBytes: number
  /** Segments that hold files or pieces of them, the last first. */
  readonly fileSegments: readonly number[]
  /** Over all newest versions, see {@link documentsDigest}. */
  readonly digest: string
}

/** How thoroughly the pool is read. */
export interface VerifyOptions {
  readonly slices: Slices
  /** Bytes of files that are read whole, beginning with the file at this place in turn; of the others only the size. Default: all. */
  readonly fileBytes?: { readonly limit: number; readonly from: number }
  progress?(done: number, of: number): void
}

/**
 * Reads a backup from end to end and compares all counts and digests.
 * @throws {BackupProblem} `backup-damaged` with `facts.segment` or `facts.file`, and `facts.reason`
 */
export const verify = async (set: BackupSet, point: Point, { slices, fileBytes, progress }: VerifyOptions): Promise<Verified> => {
  const digest = documentsDigest()
  const of = point.documents + point.files
  let documents = 0
  let versions = 0
  let checked = 0
  const fileSegments: number[] = []
  const passed = (trailer: SegmentTrailer, number: number) => {
    if (trailer.files > 0 || trailer.pieces > 0) fileSegments.push(number)
    versions += trailer.documents
    progress?.(versions, of)
  }
  for await (const { collection, document } of newestVersions(set, point, slices, passed)) {
    digest.add(collection, document)
    if (!document.deleted) documents += 1
  }
  if (versions !== point.documents) throw new BackupProblem('backup-damaged', { file: 'head.sealed', reason: 'count' })
  const files = [...(await filesOfSet(set)).values()]
  const pool = poolIn(dirname(set.folder))
  let bytes = 0
  let whole = 0
  const from = fileBytes ? fileBytes.from % Math.max(1, files.length) : 0
  for (const entry of [...files.slice(from), ...files.slice(0, from)]) {
    await slices.rest()
    const isWhole = fileBytes === undefined || whole < fileBytes.limit
    await checkPooled(pool, entry, isWhole, slices)
    if (isWhole) whole += entry.size
    bytes += entry.size
    progress?.(versions + ++checked, of)
  }
  return { set: set.head.set, at: point.at, segments: point.segments, documents, versions, files: files.length, fileBytes: bytes, fileSegments, digest: digest.value() }
}
