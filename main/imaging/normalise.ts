import {
  decodedAs, element, explicitLittleEndian, fileMetaInformation, framesOf, joinBytes, packFrames, readCodestream, readFragments, rgbOfYbr422, rleLossless, tags,
  undefinedLength, type CannotShow, type DataElement,
} from '../../shared/standards/dicom'
import { judge, readFileElements, type ReadFile } from './readFile'

/** What the viewer receives. */
export type Normalised = { readonly bytes: Uint8Array } | { readonly cannotShow: CannotShow }

/** What is served in place of the original's: only what is named differs from it. */
interface Changes {
  readonly transferSyntaxUid: string
  /** Elements in place of those with the same tag, whole. */
  readonly elements: readonly { readonly old: DataElement; readonly bytes: Uint8Array }[]
}

/**
 * Makes of an original file what the viewer shows right, or says why it cannot be shown. The stored original
 * is never touched. Changed on the way:
 * - a deflated data set is inflated (the viewer refuses it);
 * - frames in several fragments are re-packed, one fragment a frame (the viewer takes the first fragment for the
 *   whole frame and shows a nearly black picture without a word);
 * - the transfer syntax is the one that the frames are really coded in (the viewer decodes noise without a word);
 * - uncompressed YBR_FULL_422 becomes RGB (the viewer shows black);
 * - what old scanners keep in the bits above the stored ones is taken away (the viewer shows it as bright specks);
 * - a missing preamble, prefix or transfer syntax is put in.
 */
export const normalise = async (original: Uint8Array): Promise<Normalised> => {
  const file = await readFileElements(original)
  if (!file) return { cannotShow: 'damaged-pixels' }
  const cannotShow = judge(file)
  if (cannotShow) return { cannotShow }
  const changes = await changesOf(file)
  const asItIs = file.opening.partTen && changes.transferSyntaxUid === file.syntax.uid && changes.elements.length === 0
  return { bytes: asItIs ? original : rebuild(file, changes) }
}

const changesOf = async (file: ReadFile): Promise<Changes> => {
  const pixels = file.elements.get(tags.PixelData)
  const transferSyntaxUid = file.syntax.deflated ? explicitLittleEndian : file.syntax.uid
  if (!pixels) return { transferSyntaxUid, elements: [] }
  if (!file.syntax.encapsulated) {
    return { transferSyntaxUid, elements: file.header.photometricInterpretation === 'YBR_FULL_422' ? asRgb(file, pixels) : await withoutHighBits(file, pixels) }
  }
  const fragments = readFragments(file.bytes, pixels.offset)
  const frames = framesOf(file.bytes, fragments, file.header.frames) ?? []
  const codestream = frames[0]?.[0] && readCodestream(file.bytes, frames[0][0])
  const packed = fragments.fragments.length === file.header.frames && fragments.end === 'delimited'
  return {
    transferSyntaxUid: codestream && transferSyntaxUid !== rleLossless ? decodedAs(transferSyntaxUid, codestream) : transferSyntaxUid,
    elements: packed ? [] : [{ old: pixels, bytes: ofUndefinedLength(packFrames(file.bytes, frames)) }],
  }
}

const rebuild = ({ bytes, header, opening, elements }: ReadFile, changes: Changes): Uint8Array => {
  const parts: Uint8Array[] = [
    fileMetaInformation({ sopClassUid: header.sopClassUid, sopInstanceUid: header.sopInstanceUid, transferSyntaxUid: changes.transferSyntaxUid }),
  ]
  let at = opening.dataSetAt
  for (const { old, bytes: replacement } of changes.elements) {
    parts.push(bytes.subarray(at, old.start), replacement)
    at = old.length === undefinedLength ? bytes.length : old.offset + old.length
  }
  // What follows re-packed pixel data is left away: only padding and signatures may stand there.
  const pixels = elements.get(tags.PixelData)
  if (!changes.elements.some(({ old }) => old.tag === pixels?.tag)) parts.push(bytes.subarray(at))
  return joinBytes(parts)
}

const ofUndefinedLength = (value: Uint8Array): Uint8Array => {
  const opening = element(tags.PixelData, 'OB', new Uint8Array(0))
  new DataView(opening.buffer).setUint32(8, undefinedLength, true)
  return joinBytes([opening, value])
}

/** In the order of their tags, as {@link rebuild} needs them. */
const asRgb = ({ bytes, header, elements }: ReadFile, pixels: DataElement): Changes['elements'] => {
  const photometric = elements.get(tags.PhotometricInterpretation)
  const rgb = rgbOfYbr422(bytes.subarray(pixels.offset), header.rows * header.columns * header.frames)
  return [
    ...(photometric ? [{ old: photometric, bytes: element(tags.PhotometricInterpretation, 'CS', 'RGB') }] : []),
    { old: pixels, bytes: element(tags.PixelData, 'OB', rgb) },
  ]
}

/** Values looked at in one go; other work goes on in between. */
const sliceLength = 4 * 1024 * 1024

/**
 * Overlays were once kept in the unused bits of the pixels (PS3.5-2004 §8.1.2). Signed values need nothing: the viewer
 * extends the sign from the highest stored bit, over whatever stands above it.
 */
const withoutHighBits = async ({ bytes, header, syntax }: ReadFile, pixels: DataElement): Promise<Changes['elements']> => {
  const { bitsAllocated, bitsStored, signed } = header
  if (bitsAllocated !== 16 || bitsStored < 1 || bitsStored >= 16 || signed) return []
  const above = 0xffff & ~((1 << bitsStored) - 1)
  const end = pixels.offset + (Math.min(pixels.length, bytes.length - pixels.offset) & ~1)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let clean: Uint8Array | undefined
  let changed: DataView | undefined
  for (let at = pixels.offset; at + 1 < end; at += 2) {
    if ((at - pixels.offset) % sliceLength === sliceLength - 2) await new Promise((next) => setImmediate(next))
    const value = view.getUint16(at, !syntax.bigEndian)
    if ((value & above) === 0) continue
    clean ??= bytes.slice(pixels.start, end)
    changed ??= new DataView(clean.buffer)
    changed.setUint16(at - pixels.start, value & ~above, !syntax.bigEndian)
  }
  return clean ? [{ old: { ...pixels, length: end - pixels.offset }, bytes: clean }] : []
}
