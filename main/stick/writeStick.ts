import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Envelope } from '../../shared/records/envelope'
import { isUnreadable, type FileKeeper } from '../blobs'
import type { Places, Replica } from '../replica'
import { writeSealedFile } from '../sealed'
import { toDocument, type Stored } from '../sync'
import { encode, readStickFile, type StickContent, type StickHeader, type StickRecord } from './format'
import { problemOfStick, StickProblem } from './problem'

/** What is written, and how. */
export interface StickJob {
  readonly replica: Replica
  /** The stick, or a folder on it. */
  readonly folder: string
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly header: StickHeader
  /** What was written after this goes on the stick; undefined: everything. */
  readonly from?: Places
  /** Images of the studies that go on the stick; absent: none. */
  readonly images?: Pick<FileKeeper, 'filesOf' | 'read'> & { setOf(study: Envelope<'ImagingStudy'>): string }
  readonly signal: AbortSignal
  /** Records and images so far. */
  progress(done: { readonly records: number; readonly files: number }): void
}

/** What was written. */
export interface StickWritten {
  readonly path: string
  readonly records: number
  readonly files: number
  /** Images that do not read back here: whoever reads the stick leaves them out. */
  readonly leftOut: number
  /** Up to where all that was written here is on this stick or one before. */
  readonly upTo: Places
}

/** Ends the names of stick files. */
export const stickFileName = ({ practice, station, number }: Pick<StickHeader, 'practice' | 'station' | 'number'>): string => `outpost-${practice}-${station}-${String(number).padStart(6, '0')}.stick`

const pageLength = 200
const beginning: Places = { records: 0, local: 0 }

/**
 * Writes what changed onto a stick, whole or not at all, and reads it back before it says so.
 *
 * @throws {StickProblem}
 */
export const writeStick = async (job: StickJob): Promise<StickWritten> => {
  const { replica, header, images, signal } = job
  let upTo = job.from ?? beginning
  const counted = { records: 0, files: 0 }
  let leftOut = 0
  const studies: Envelope<'ImagingStudy'>[] = []
  const goOn = async () => {
    job.progress({ ...counted })
    await new Promise<void>((next) => setImmediate(next))
    if (signal.aborted) throw new StickProblem('cancelled')
  }

  async function* contents(): AsyncIterable<StickContent> {
    yield { kind: 'header', header }
    for (;;) {
      const page = await replica.documents.changedSince(upTo, pageLength)
      upTo = page.places
      const records: StickRecord[] = []
      for (const { content, deleted } of page.records) {
        if (deleted) continue
        const record = content as unknown as Stored
        records.push(toDocument(record, undefined) as StickRecord)
        if (record.type === 'ImagingStudy' && images) studies.push(record as unknown as Envelope<'ImagingStudy'>)
      }
      if (records.length > 0) yield { kind: 'records', records }
      counted.records += records.length
      await goOn()
      if (page.records.length < pageLength && page.local.length < pageLength) break
    }
    for (const study of images ? studies : []) {
      const set = images?.setOf(study) ?? ''
      for (const { sha256, size, about } of (await images?.filesOf(set)) ?? []) {
        yield { kind: 'file', file: { set, sha256, size, about } }
        try {
          for await (const bytes of images?.read(sha256, 0) ?? []) yield { kind: 'piece', bytes }
        } catch (error) {
          if (!isUnreadable(error)) throw error
          leftOut += 1
        }
        counted.files += 1
        await goOn()
      }
    }
    yield { kind: 'trailer', trailer: counted }
  }
  async function* bytes(): AsyncIterable<Uint8Array> {
    for await (const content of contents()) yield encode(content)
  }

  const path = join(job.folder, stickFileName(header))
  try {
    await writeSealedFile(path, job.key, bytes())
    // A stick that does not give back what it took is worse than none.
    for await (const _content of readStickFile(path, [job.key])) if (signal.aborted) throw new StickProblem('cancelled')
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined)
    throw problemOfStick(error)
  }
  return { path, records: counted.records, files: counted.files - leftOut, leftOut, upTo }
}
