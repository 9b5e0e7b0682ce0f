import { createHash } from 'node:crypto'
import {
  formOf, mediaStorageDirectory, readItems, tags, type CannotShow, type InstanceHeader,
} from '../../../shared/standards/dicom'
import type { LeftOut } from '../../../shared/contract'
import { judge, largestFile, readFileElements, type ReadFile } from '../readFile'
import { openSource, type FileAsk, type OpenSource, type Source } from './source'

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

const leftOut = (reason: LeftOut['reason']) => ({ kind: 'left-out', reason }) as const

/**
 * Looks at one file: whether it is DICOM, which instance it is, whether its pixels can be shown.
 * Never throws for what is in a file; reads a window first, so that what is not DICOM is not read whole.
 *
 * @param keep given the contents of what turned out to be an instance
 */
export const examine = (ask: FileAsk, keep?: (sha256: string, contents: Uint8Array) => void, opening: OpenSource = openSource): Promise<Examined> =>
  lookAt(ask, opening, (source) => examineOpen(source, keep))

const lookAt = async <Seen>(ask: FileAsk, open: OpenSource, look: (source: Source) => Promise<Seen>): Promise<Seen | ReturnType<typeof leftOut>> => {
  let source: Source | undefined
  try {
    source = await open(ask)
    return await look(source)
  } catch {
    return leftOut('unreadable')
  } finally {
    await source?.close().catch(() => undefined)
  }
}

/** What a file says at its beginning. It may turn out to be cut off, or a duplicate, only when it is imported. */
export type Glanced = { readonly kind: 'instance'; readonly header: InstanceHeader; readonly size: number } | Exclude<Examined, { readonly kind: 'instance' }>

/** Looks only at the beginning of a file, as far as its header goes: what a disc holds is told before it is copied. */
export const glance = (ask: FileAsk, opening: OpenSource = openSource): Promise<Glanced> =>
  lookAt(ask, opening, async (source): Promise<Glanced> => {
    const { size } = source
    const window = await readUpTo(source, Math.min(size, windowLength))
    if (!window) return leftOut('unreadable')
    const seen = await readFileElements(window).catch(() => undefined)
    if (!seen) return leftOut('not-dicom')
    if (size > largestFile) return leftOut('too-large')
    const isWhole = size <= windowLength || (seen.end === 'stopped' && !isDirectory(seen))
    const whole = isWhole && !seen.syntax.deflated ? seen : await restOf(source, window)
    if (!whole) return leftOut('unreadable')
    if (isDirectory(whole)) return directoryOf(whole)
    const instance = instanceOf(whole, '', size, () => undefined)
    return instance.kind === 'instance' ? { kind: 'instance', header: instance.header, size } : instance
  })

const readUpTo = async (source: Source, length: number): Promise<Uint8Array | undefined> => {
  const bytes = new Uint8Array(length)
  return (await source.next(bytes)) < length ? undefined : bytes
}

/** A header that is longer than the window, or that is deflated. */
const restOf = async (source: Source, window: Uint8Array): Promise<ReadFile | undefined> => {
  const contents = new Uint8Array(source.size)
  contents.set(window)
  if ((await source.next(contents.subarray(window.length))) < contents.length - window.length) return undefined
  return readFileElements(contents).catch(() => undefined)
}

const examineOpen = async (source: Source, keep?: (sha256: string, contents: Uint8Array) => void): Promise<Examined> => {
  const { size } = source
  const window = await readUpTo(source, Math.min(size, windowLength))
  if (!window) return leftOut('unreadable')
  const first = await readFileElements(window).catch(() => undefined)
  if (!first) return leftOut('not-dicom')
  if (size > largestFile) return leftOut('too-large')
  const contents = new Uint8Array(size)
  contents.set(window)
  const hash = createHash('sha256').update(window)
  // In slices, so that a large file on a slow disc leaves the thread free in between.
  for (let at = window.length; at < size; at += chunkLength) {
    const chunk = contents.subarray(at, Math.min(size, at + chunkLength))
    if ((await source.next(chunk)) < chunk.length) return leftOut('unreadable')
    hash.update(chunk)
  }
  await source.ended()
  const whole = await readFileElements(contents).catch(() => undefined)
  if (!whole) return leftOut('unreadable')
  if (isDirectory(whole)) return directoryOf(whole)
  const sha256 = hash.digest('hex')
  const instance = instanceOf(whole, sha256, size, judge)
  if (instance.kind === 'instance') keep?.(sha256, contents)
  return instance
}

const instanceOf = (file: ReadFile, sha256: string, size: number, judged: (file: ReadFile) => CannotShow | undefined): Examined => {
  const { header } = file
  // Without prefix and UID it only happened to begin like a data set.
  if (!file.opening.partTen && file.opening.meta.size === 0 && header.sopInstanceUid === '') return leftOut('not-dicom')
  if (file.end === 'cut') return leftOut('truncated')
  if (header.sopInstanceUid === '' || header.studyInstanceUid === '' || header.seriesInstanceUid === '') {
    return leftOut(file.end === 'damaged' ? 'unreadable' : 'no-uid')
  }
  const cannotShow = file.end === 'damaged' ? 'damaged-pixels' : judged(file)
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
