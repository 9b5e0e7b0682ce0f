import { tags } from '../../../shared/standards/dicom'
import type { ImagingFile } from '../../../shared/contract'
import { readFileElements } from '../readFile'

/** Enough for the header of most files; read again with four times as much when it is not. */
const firstWindow = 256 * 1024
/** No more than this is handed out: a window holds it in memory. Reports, recordings and documents are far smaller. */
const mostHandedOut = 64 * 1024 * 1024

/**
 * A stored file without its pixels: it is read from the archive only as far as they begin.
 *
 * @param contents the stored bytes, from the first one on
 * @param size of the stored file
 * @returns undefined when it is not DICOM
 */
export const fileForReading = async (contents: AsyncIterable<Uint8Array>, size: number, most: number = mostHandedOut): Promise<ImagingFile | undefined> => {
  const reader = contents[Symbol.asyncIterator]()
  try {
    let held = new Uint8Array(Math.min(size, firstWindow))
    let filled = 0
    for (;;) {
      for (let piece = await nextPiece(reader, filled, held.length); piece; piece = await nextPiece(reader, filled, held.length)) {
        if (filled + piece.length > held.length) held = grown(held, filled + piece.length)
        held.set(piece, filled)
        filled += piece.length
      }
      const here = held.subarray(0, filled)
      const isAll = filled >= size || filled < held.length
      const read = await readFileElements(here)
      if (!read) return undefined
      const last = read.end === 'stopped' ? [...read.elements.values()].at(-1) : undefined
      if (last?.tag === tags.PixelData && (isAll || !read.syntax.deflated)) return { bytes: read.bytes.slice(0, last.offset), leftAway: 'pixels', size }
      if (isAll || filled >= most) {
        const bytes = read.bytes.slice(0, most)
        return { bytes, leftAway: isAll && bytes.length === read.bytes.length ? 'nothing' : 'rest', size }
      }
      held = grown(held, Math.min(size, most, held.length * 4))
    }
  } finally {
    await reader.return?.()
  }
}

const nextPiece = async (reader: AsyncIterator<Uint8Array>, filled: number, wanted: number): Promise<Uint8Array | undefined> => {
  if (filled >= wanted) return undefined
  const { done, value } = await reader.next()
  return done ? undefined : value
}

const grown = (bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> => {
  const larger = new Uint8Array(length)
  larger.set(bytes)
  return larger
}
