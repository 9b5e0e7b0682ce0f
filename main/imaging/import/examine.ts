import { createHash } from 'node:crypto'
import { constants, open, type FileHandle } from 'node:fs/promises'
import {
  formOf, mediaStorageDirectory, readItems, tags, type CannotShow, type InstanceHeader,
} from '../../../shared/standards/dicom'
import type { LeftOut } from '../../../shared/contract'
import { judge, largestFile, readFileElements, type ReadFile } from '../readFile'

/** Where the bytes of a file are. Plain values: it goes into a worker thread. */
export type FileAsk = { readonly path: string } | { readonly bytes: Uint8Array }

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

/** Bytes of a file that is open, read from its beginning on. */
interface Source {
  readonly size: number
  /** Fills `into` with what follows; less than its length: the file ends, or cannot be read on. */
  next(into: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** Bytes in memory. */
const inMemory = (bytes: Uint8Array): Source => {
  let at = 0
  return {
    size: bytes.length,
    next: async (into) => {
      const part = bytes.subarray(at, at + into.length)
      into.set(part)
      at += part.length
      return part.length
    },
    close: async () => undefined,
  }
}

/** A file on disk; throws when it is none. */
const onDisk = async (path: string): Promise<Source> => {
  // A pipe or a device in the folder must not make us wait; a link is not followed.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0))
  const stat = await file.stat()
  let at = 0
  const next = async (into: Uint8Array): Promise<number> => {
    const filled = await readUpTo(file, into, at)
    at += filled
    return filled
  }
  if (stat.isFile()) return { size: stat.size, next, close: () => file.close() }
  await file.close()
  throw new Error('no file')
}

const openSource = (ask: FileAsk): Promise<Source> | Source => ('bytes' in ask ? inMemory(ask.bytes) : onDisk(ask.path))

/**
 * Looks at one file: whether it is DICOM, which instance it is, whether its pixels can be shown.
 * Never throws for what is in a file; reads a window first, so that what is not DICOM is not read whole.
 *
 * @param keep given the contents of what turned out to be an instance
 */
export const examine = async (ask: FileAsk, keep?: (sha256: string, contents: Uint8Array) => void): Promise<Examined> => {
  let source: Source | undefined
  try {
    source = await openSource(ask)
    return await examineOpen(source, keep)
  } catch {
    return leftOut('unreadable')
  } finally {
    await source?.close().catch(() => undefined)
  }
}

/** The whole of a file. Throws when it cannot be read, or is larger than {@link largestFile}. */
export const readContents = async (ask: FileAsk): Promise<Uint8Array> => {
  if ('bytes' in ask) return ask.bytes
  const source = await openSource(ask)
  try {
    if (source.size > largestFile) throw new Error('too large')
    const contents = new Uint8Array(source.size)
    if ((await source.next(contents)) < contents.length) throw Object.assign(new Error('cut short'), { code: 'EIO' })
    return contents
  } finally {
    await source.close().catch(() => undefined)
  }
}

const examineOpen = async (source: Source, keep?: (sha256: string, contents: Uint8Array) => void): Promise<Examined> => {
  const { size } = source
  const opening = new Uint8Array(Math.min(size, windowLength))
  if ((await source.next(opening)) < opening.length) return leftOut('unreadable')
  const first = await readFileElements(opening).catch(() => undefined)
  if (!first) return leftOut('not-dicom')
  if (size > largestFile) return leftOut('too-large')
  const contents = new Uint8Array(size)
  contents.set(opening)
  const hash = createHash('sha256').update(opening)
  // In slices, so that a large file on a slow disc leaves the thread free in between.
  for (let at = opening.length; at < size; at += chunkLength) {
    const chunk = contents.subarray(at, Math.min(size, at + chunkLength))
    if ((await source.next(chunk)) < chunk.length) return leftOut('unreadable')
    hash.update(chunk)
  }
  const whole = await readFileElements(contents).catch(() => undefined)
  if (!whole) return leftOut('unreadable')
  if (isDirectory(whole)) return directoryOf(whole)
  const sha256 = hash.digest('hex')
  const instance = instanceOf(whole, sha256, size)
  if (instance.kind === 'instance') keep?.(sha256, contents)
  return instance
}

const readUpTo = async (file: FileHandle, into: Uint8Array, position: number): Promise<number> => {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
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
