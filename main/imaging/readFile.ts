import { constants, inflateRaw } from 'node:zlib'
import {
  formOf, judgePixels, openFile, readElements, readInstance, tags, transferSyntaxOf,
  type CannotShow, type DataElement, type FileOpening, type InstanceHeader, type TransferSyntax,
} from '../../shared/standards/dicom'
import { largestFile } from './spool'

/** A file whose elements are found: the bytes (inflated where they were deflated), and what is said in them. */
export interface ReadFile {
  readonly bytes: Uint8Array
  readonly opening: FileOpening
  readonly syntax: TransferSyntax
  readonly elements: ReadonlyMap<string, DataElement>
  /** See `Elements.end`. */
  readonly end: 'stopped' | 'whole' | 'cut' | 'damaged'
  readonly header: InstanceHeader
}

export { largestFile }

/** Inflates as much as there is, at most {@link largestFile}; a damaged or endless stream throws. */
const inflate = (deflated: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    inflateRaw(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: largestFile }, (error, inflated) => {
      if (error) reject(error)
      else resolve(new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length))
    })
  })

/**
 * Reads the elements of a file, or of a window onto its beginning (then `end` may be `cut`).
 * A deflated data set is inflated, which needs the whole file.
 *
 * @returns undefined when it is not DICOM
 */
export const readFileElements = async (contents: Uint8Array): Promise<ReadFile | undefined> => {
  const opening = openFile(contents)
  if (!opening) return undefined
  const syntax = transferSyntaxOf(opening.transferSyntaxUid)
  const bytes = syntax.deflated ? await inflated(contents, opening.dataSetAt) : contents
  const form = formOf(syntax.uid)
  const { byTag, end } = readElements(bytes, opening.dataSetAt, form, tags.PixelData)
  const elements = new Map([...opening.meta, ...byTag])
  return { bytes, opening, syntax, elements, end, header: readInstance(bytes, byTag, form.bigEndian) }
}

const inflated = async (contents: Uint8Array, dataSetAt: number): Promise<Uint8Array> => {
  const dataSet = await inflate(contents.subarray(dataSetAt))
  const bytes = new Uint8Array(dataSetAt + dataSet.length)
  bytes.set(contents.subarray(0, dataSetAt))
  bytes.set(dataSet, dataSetAt)
  return bytes
}

/** Why the pixels of a whole file cannot be shown right; undefined when they can. */
export const judge = ({ bytes, elements, header, syntax }: ReadFile): CannotShow | undefined => judgePixels(bytes, elements, header, syntax)
