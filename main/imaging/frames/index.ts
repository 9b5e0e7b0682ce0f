import { framesOf, readFragments, tags, transferSyntaxOf, type Span } from '../../../shared/standards/dicom'
import type { Archive } from '../archive/archive'
import type { StoredInstance } from '../archive/studies'
import { fileForReading } from '../documents/fileForReading'
import { readFileElements, type ReadFile } from '../readFile'
import { oneFrame, type FramePixels } from './oneFrame'

/** Where the frames of a stored file lie. */
interface FrameIndex {
  /** Up to the pixel data. */
  readonly file: ReadFile
  readonly native: boolean
  /** By frame, in the stored file. */
  readonly spans: readonly (readonly Span[])[]
}

/** Files below this are shown as a whole: they are there at once. Bytes. */
const wholeUpTo = 8 * 1024 * 1024
/** Where a frame lies in space is worked out from all of them (PS3.3 §C.8.4, §C.8.8.3.2), so they are not taken apart. */
const keptWhole = ['NM', 'PT', 'RTDOSE']
/** Files whose frames are known at once. */
const remembered = 8

/** Whether the frames of a file are handed out one by one: the first is there before the last was read, and nobody holds them all. */
export const isByFrame = ({ frames, size, modality, transferSyntax }: Pick<StoredInstance, 'frames' | 'size' | 'modality' | 'transferSyntax'>): boolean =>
  frames > 1 && size > wholeUpTo && !keptWhole.includes(modality) && !transferSyntaxOf(transferSyntax).deflated

/** Hands out frames of large files as files of one frame. */
export interface Frames {
  /** `frame` from 1; undefined when there is no such frame, or it cannot be told where it lies. Throws `ArchiveProblem`. */
  read(instance: Pick<StoredInstance, 'sha256' | 'size' | 'frames'>, frame: number): Promise<Uint8Array | undefined>
}

const readSpan = async (contents: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length)
  let at = 0
  for await (const piece of contents) {
    bytes.set(piece.subarray(0, length - at), at)
    at += Math.min(piece.length, length - at)
    if (at === length) break
  }
  return bytes.subarray(0, at)
}

/** Opens the frames of an archive's files. */
export const openFrames = (archive: Pick<Archive, 'read' | 'stream'>): Frames => {
  const known = new Map<string, Promise<FrameIndex | undefined>>()

  const look = async ({ sha256, size, frames }: Parameters<Frames['read']>[0]): Promise<FrameIndex | undefined> => {
    const opening = await fileForReading(archive.stream(sha256, 0), size)
    const header = opening && (await readFileElements(opening.bytes))
    const pixels = header?.elements.get(tags.PixelData)
    if (!header || !pixels || opening.leftAway !== 'pixels' || header.syntax.deflated) return undefined
    if (header.syntax.encapsulated) {
      // Which fragments make which frame can need a look at each of them; it is kept, the bytes are not.
      const bytes = await archive.read(sha256)
      const spans = framesOf(bytes, readFragments(bytes, pixels.offset), frames)
      return spans && { file: header, native: false, spans }
    }
    const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = header.header
    const samples = photometricInterpretation === 'YBR_FULL_422' ? 2 : samplesPerPixel
    const length = rows * columns * samples * (bitsAllocated / 8)
    if (!Number.isInteger(length) || length === 0 || length * frames > pixels.length) return undefined
    return { file: header, native: true, spans: Array.from({ length: frames }, (_each, index) => [{ offset: pixels.offset + index * length, length }]) }
  }
  const indexOf = (instance: Parameters<Frames['read']>[0]): Promise<FrameIndex | undefined> => {
    const before = known.get(instance.sha256)
    if (before) return before
    const index = look(instance)
    known.set(instance.sha256, index)
    index.catch(() => known.delete(instance.sha256))
    for (const [oldest] of known) if (known.size > remembered) known.delete(oldest)
    return index
  }

  return {
    async read(instance, frame) {
      const index = await indexOf(instance)
      const spans = index?.spans[frame - 1]
      if (!index || !spans) return undefined
      const parts: Uint8Array[] = []
      for (const { offset, length } of spans) parts.push(await readSpan(archive.stream(instance.sha256, offset), length))
      if (parts.some((part, at) => part.length !== spans[at]?.length)) return undefined
      const pixels: FramePixels = index.native ? { kind: 'native', bytes: parts[0] ?? new Uint8Array(0) } : { kind: 'fragments', fragments: parts }
      return oneFrame(index.file, frame - 1, pixels)
    },
  }
}
