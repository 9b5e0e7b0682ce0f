import { readCodestream, type Codestream } from './codestream'
import { undefinedLength, type DataElement } from './dataSet'
import { framesOf, readFragments, type Span } from './encapsulated'
import type { InstanceHeader } from './instance'
import { tags } from './tags'
import { rleLossless, type TransferSyntax } from './transferSyntax'

/** Why an instance is not shown: in its place the viewer says this, never a wrong picture. */
const cannotShowReasons = [
  'not-an-image', // a report, a document, a plan: there is no picture in it
  'no-pixel-data', // it says it is an image, and the pixels are not in the file
  'truncated-pixels', // the file ends before the picture does
  'damaged-pixels', // the pixel data contradict themselves
  'unsupported-transfer-syntax', // no decoder for it (video, or unknown)
  'unsupported-pixels', // the viewer shows pixels of this kind wrong (one bit, 32 bits, floating point, deep colour)
] as const

/** See {@link cannotShowReasons}. */
export type CannotShow = (typeof cannotShowReasons)[number]

/** Bytes of all frames as PS3.5 §8.1.1 and PS3.3 §C.7.6.3.1.2 have them, unpadded. */
export const nativeLength = ({ rows, columns, frames, samplesPerPixel, bitsAllocated, photometricInterpretation }: InstanceHeader): number => {
  const samples = photometricInterpretation === 'YBR_FULL_422' ? 2 : samplesPerPixel
  return Math.ceil((rows * columns * frames * samples * bitsAllocated) / 8)
}

/**
 * Judges whether the pixels of a whole, inflated file can be shown right.
 *
 * @returns why not; undefined when they can
 */
export const judgePixels = (
  bytes: Uint8Array,
  elements: ReadonlyMap<string, DataElement>,
  header: InstanceHeader,
  syntax: TransferSyntax,
): CannotShow | undefined => {
  if (elements.has(tags.FloatPixelData) || elements.has(tags.DoubleFloatPixelData)) return 'unsupported-pixels'
  const pixels = elements.get(tags.PixelData)
  const isImage = header.rows > 0 && header.columns > 0
  if (!pixels) return isImage ? 'no-pixel-data' : 'not-an-image'
  if (!isImage || header.bitsAllocated === 0) return 'damaged-pixels'
  if (!syntax.viewable) return 'unsupported-transfer-syntax'
  if (!isShownRight(header, syntax)) return 'unsupported-pixels'
  if (!syntax.encapsulated) {
    if (pixels.length === undefinedLength) return 'damaged-pixels'
    const there = Math.min(pixels.length, bytes.length - pixels.offset)
    if (there === 0) return 'no-pixel-data'
    return there < nativeLength(header) ? 'truncated-pixels' : undefined
  }
  if (pixels.length !== undefinedLength) return 'damaged-pixels'
  const fragments = readFragments(bytes, pixels.offset)
  if (fragments.end === 'damaged') return 'damaged-pixels'
  const frames = framesOf(bytes, fragments, header.frames)
  if (!frames || fragments.end === 'truncated') return fragments.end === 'truncated' ? 'truncated-pixels' : 'damaged-pixels'
  if (frames.some((spans) => spans.every(({ length }) => length === 0))) return 'truncated-pixels'
  return syntax.uid === rleLossless ? undefined : judgeCodestream(bytes, frames, header)
}

/** Compared with dcmtk's pictures: 16 bits a colour come out too bright or wrong, 32 bits black. */
const isShownRight = ({ bitsAllocated, bitsStored, highBit, samplesPerPixel, photometricInterpretation }: InstanceHeader, syntax: TransferSyntax): boolean => {
  // Values that do not begin at the lowest bit would have to be shifted first; run-length coding keeps the cells as they are.
  if (highBit !== bitsStored - 1 && (!syntax.encapsulated || syntax.uid === rleLossless)) return false
  // Black, so it is turned into RGB on the way to the viewer, which is done for this form only.
  const subsampled = photometricInterpretation === 'YBR_FULL_422' && !syntax.encapsulated
  if (subsampled && (!syntax.explicit || syntax.bigEndian)) return false
  return bitsAllocated === 8 || (bitsAllocated === 16 && samplesPerPixel === 1)
}

/**
 * Lossy JPEG with 12 bits a sample in several passes comes out wrong (dcmtk's values differ by up to 141); in one pass it is within one
 * value, with the level shift that `build/jpegLevelShift.mjs` puts in. JPEG 2000 whose own sign is not the data set's comes out white where
 * it should be black.
 */
const judgeCodestream = (bytes: Uint8Array, frames: readonly (readonly Span[])[], header: InstanceHeader): CannotShow | undefined => {
  for (const [first] of frames) {
    const codestream = first && readCodestream(bytes, first)
    if (!codestream) return 'damaged-pixels'
    if (codestream.coding === 'jpeg-dct' && !isDecodedRight(codestream, header)) return 'unsupported-transfer-syntax'
    if (codestream.signed !== undefined && codestream.signed !== header.signed) return 'damaged-pixels'
  }
  return undefined
}

const isDecodedRight = ({ precision, progressive }: Codestream, { bitsAllocated, samplesPerPixel }: InstanceHeader): boolean =>
  precision === 8 || (precision === 12 && !progressive && bitsAllocated === 16 && samplesPerPixel === 1)
