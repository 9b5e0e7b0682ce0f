import {
  element, explicitLittleEndian, fileMetaInformation, framesOf, joinBytes, packFrames, readFragments, tags, undefinedLength,
  type CannotShow, type DataElement,
} from '../../shared/standards/dicom'
import { judge, readFileElements, type ReadFile } from './readFile'

/** What the viewer receives. */
export type Normalised = { readonly bytes: Uint8Array } | { readonly cannotShow: CannotShow }

/**
 * Makes of an original file what the viewer shows right, or says why it cannot be shown. The stored original
 * is never touched. Changed on the way:
 * - a deflated data set is inflated (the viewer refuses it);
 * - frames in several fragments are re-packed, one fragment a frame (the viewer takes the first fragment for the
 *   whole frame and shows a nearly black picture without a word);
 * - a missing preamble, prefix or transfer syntax is put in.
 */
export const normalise = async (original: Uint8Array): Promise<Normalised> => {
  const file = await readFileElements(original)
  if (!file) return { cannotShow: 'damaged-pixels' }
  const cannotShow = judge(file)
  if (cannotShow) return { cannotShow }
  const pixels = file.elements.get(tags.PixelData)
  const repacked = pixels && repack(file, pixels)
  const { partTen, dataSetAt } = file.opening
  if (partTen && !file.syntax.deflated && !repacked) return { bytes: original }
  const dataSet = file.bytes.subarray(dataSetAt)
  return {
    bytes: joinBytes([
      metaOf(file),
      ...(pixels && repacked ? [file.bytes.subarray(dataSetAt, pixels.start), repacked] : [dataSet]),
    ]),
  }
}

const metaOf = ({ header, syntax }: ReadFile): Uint8Array =>
  fileMetaInformation({
    sopClassUid: header.sopClassUid,
    sopInstanceUid: header.sopInstanceUid,
    transferSyntaxUid: syntax.deflated ? explicitLittleEndian : syntax.uid,
  })

/** The pixel data element with one fragment a frame; undefined when it is so already. What follows it is left away. */
const repack = ({ bytes, header, syntax }: ReadFile, pixels: DataElement): Uint8Array | undefined => {
  if (!syntax.encapsulated || pixels.length !== undefinedLength) return undefined
  const fragments = readFragments(bytes, pixels.offset)
  if (fragments.fragments.length === header.frames && fragments.end === 'delimited') return undefined
  const frames = framesOf(bytes, fragments, header.frames)
  if (!frames) return undefined
  const opening = element(tags.PixelData, 'OB', new Uint8Array(0))
  new DataView(opening.buffer).setUint32(8, undefinedLength, true)
  return joinBytes([opening, packFrames(bytes, frames)])
}
