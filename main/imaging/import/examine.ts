import { createHash } from 'node:crypto'
import { constants, open, type FileHandle } from 'node:fs/promises'
import {
  formOf, mediaStorageDirectory, readItems, tags, type CannotShow, type InstanceHeader,
} from '../../../shared/standards/dicom'
import type { LeftOut } from '../../../shared/contract'
import { judge, largestFile, readFileElements, type ReadFile } from '../readFile'

/** What one file turned out to be. Plain values: it comes out of a worker thread. */
export type Examined =
  | {
      readonly kind: 'instance'
      readonly header: InstanceHeader
      readonly transferSyntaxUid: string
      /** Of the whole file, hexadecimal. */
      readonly sha256: string
      readonly size: number
      readonly cannotShow?: CannotShow
    }
  /** A DICOMDIR: the paths that it names, parts joined with `/`. */
  | { readonly kind: 'directory'; readonly names: readonly string[]; readonly damaged: boolean }
  | { readonly kind: 'left-out'; readonly reason: LeftOut['reason'] }

/** Enough for the header of most files; more is read when it is not. */
const windowLength = 64 * 1024
const chunkLength = 1024 * 1024
/** Far more than a disc holds. */
const mostNames = 100_000

const leftOut = (reason: LeftOut['reason']): Examined => ({ kind: 'left-out', reason })

/**
 * Looks at one file: whether it is DICOM, which instance it is, whether its pixels can be shown.
 * Never throws for what is in a file; reads a window first, so that what is not DICOM is not read whole.
 */
export const examine = async (path: string): Promise<Examined> => {
  let file: FileHandle | undefined
  try {
    // A pipe or a device in the folder must not make us wait; a link is not followed.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0))
    const stat = await file.stat()
    if (!stat.isFile()) return leftOut('unreadable')
    return await examineOpen(file, stat.size)
  } catch {
    return leftOut('unreadable')
  } finally {
    await file?.close().catch(() => undefined)
  }
}

const examineOpen = async (file: FileHandle, size: number): Promise<Examined> => {
  const opening = await readUpTo(file, new Uint8Array(Math.min(size, windowLength)), 0)
  const first = await readFileElements(opening).catch(() => undefined)
  if (!first) return leftOut('not-dicom')
  if (size > largestFile) return leftOut('too-large')
  const contents = new Uint8Array(size)
  contents.set(opening)
  const hash = createHash('sha256').update(opening)
  // In slices, so that a large file on a slow disc leaves the thread free in between.
  for (let at = opening.length; at < size; at += chunkLength) {
    const chunk = contents.subarray(at, Math.min(size, at + chunkLength))
    if ((await readUpTo(file, chunk, at)).length < chunk.length) return leftOut('unreadable')
    hash.update(chunk)
  }
  const whole = await readFileElements(contents).catch(() => undefined)
  if (!whole) return leftOut('unreadable')
  return isDirectory(whole) ? directoryOf(whole) : instanceOf(whole, hash.digest('hex'), size)
}

const readUpTo = async (file: FileHandle, into: Uint8Array, position: number): Promise<Uint8Array> => {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return into.subarray(0, filled)
}

const instanceOf = (file: ReadFile, sha256: string, size: number): Examined => {
  const { header } = file
  // Without prefix and UID it only happened to begin like a data set.
  if (!file.opening.partTen && file.opening.meta.size === 0 && header.sopInstanceUid === '') return leftOut('not-dicom')
  if (file.end === 'cut') return leftOut('truncated')
  if (header.sopInstanceUid === '' || header.studyInstanceUid === '' || header.seriesInstanceUid === '') {
    return leftOut(file.end === 'damaged' ? 'unreadable' : 'no-uid')
  }
  const cannotShow = file.end === 'damaged' ? 'damaged-pixels' : judge(file)
  return { kind: 'instance', header, transferSyntaxUid: file.syntax.uid, sha256, size, ...(cannotShow && { cannotShow }) }
}

const ascii = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

const isDirectory = ({ bytes, opening, elements }: ReadFile): boolean => {
  const sopClass = opening.meta.get(tags.MediaStorageSOPClassUID)
  const said = sopClass ? ascii(bytes.subarray(sopClass.offset, sopClass.offset + sopClass.length)).replace(/[\0 ]+$/, '') : ''
  return said === mediaStorageDirectory || elements.has(tags.DirectoryRecordSequence)
}

/** The files that a DICOMDIR names (PS3.3 §F.3.2.2); its links between records are not followed, so they cannot mislead. */
const directoryOf = ({ bytes, syntax, elements, end }: ReadFile): Examined => {
  const records = elements.get(tags.DirectoryRecordSequence)
  const items = records ? readItems(bytes, records, formOf(syntax.uid), mostNames) : []
  const names = items.flatMap(({ byTag }) => {
    const id = byTag.get(tags.ReferencedFileID)
    const parts = id ? ascii(bytes.subarray(id.offset, id.offset + Math.min(id.length, 256))).split('\\') : []
    const name = parts.map((part) => part.replace(/\0/g, '').trim()).filter((part) => part !== '').join('/')
    return name === '' ? [] : [name]
  })
  return { kind: 'directory', names, damaged: end === 'cut' || end === 'damaged' || !records || items.some((item) => item.end !== 'whole') }
}
