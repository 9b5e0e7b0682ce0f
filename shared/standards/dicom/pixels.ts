import { undefinedLength, type DataElement } from './dataSet'
import { framesOf, readFragments } from './encapsulated'
import type { InstanceHeader } from './instance'
import { tags } from './tags'
import type { TransferSyntax } from './transferSyntax'

/** Why an instance is not shown: in its place the viewer says this, never a wrong picture. */
export const cannotShowReasons = [
  'not-an-image', // a report, a document, a plan: there is no picture in it
  'no-pixel-data', // it says it is an image, and the pixels are not in the file
  'truncated-pixels', // the file ends before the picture does
  'damaged-pixels', // the pixel data contradict themselves
  'unsupported-transfer-syntax', // no decoder for it (video, or unknown)
  'unsupported-pixels', // one bit, or floating point, a pixel
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
  if (header.bitsAllocated !== 8 && header.bitsAllocated !== 16 && header.bitsAllocated !== 32) return 'unsupported-pixels'
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
  return frames.some((spans) => spans.every(({ length }) => length === 0)) ? 'truncated-pixels' : undefined
}
