import type { ImagingFile } from '../../../../shared/contract'
import {
  formOf, isReport, isWaveform, openFile, readEncapsulatedDocument, readReport, readTree, readWaveform,
  type DataSetTree, type EncapsulatedDocument, type ReadTree, type StructuredReport, type Waveform,
} from '../../../../shared/standards/dicom'
import { representationOf } from './dictionary'

/** A file whose elements are found. */
export interface Reading {
  readonly bytes: Uint8Array
  /** Group 0002. */
  readonly meta: DataSetTree
  readonly dataSet: DataSetTree
  /** Elements in both. */
  readonly count: number
  /** `whole`, also where the file ends with the tag of its pixel data because its pixels were left away. See `ReadTree.end` for the others. */
  readonly end: ReadTree['end']
}

/** What is in a file that is no image. */
export type ImagingDocument =
  | { readonly kind: 'report'; readonly report: StructuredReport }
  | { readonly kind: 'waveform'; readonly waveform: Waveform }
  | { readonly kind: 'encapsulated'; readonly document: EncapsulatedDocument }
  /** A plan, a presentation state, a registration …: nothing that is read as a document. */
  | { readonly kind: 'none' }

/** More than anything real but a study of thousands of frames in one file. */
const mostElements = 50_000
const mostItems = 5_000
/** Half an hour of twelve channels at 500 samples a second would be 10.8 million. */
const waveformLimits = { samples: 4_000_000, channels: 256, annotations: 500 }

/** Breaths of the reader between two turns of the window. */
const breathsATurn = 5

/** Reads the elements of a file, letting the window live in between; undefined when it is not DICOM. */
export const readElementsOf = async ({ bytes, leftAway }: Pick<ImagingFile, 'bytes' | 'leftAway'>, limit = mostElements): Promise<Reading | undefined> => {
  const opening = openFile(bytes)
  if (!opening) return undefined
  const metaAt = [...opening.meta.values()][0]?.start
  const metaForm = { explicit: true, bigEndian: false }
  const meta = metaAt === undefined ? { elements: new Map(), characterSets: [] } : (await read(bytes, metaAt, { form: metaForm, end: opening.dataSetAt, limit })).dataSet
  const { dataSet, count, end } = await read(bytes, opening.dataSetAt, { form: formOf(opening.transferSyntaxUid), limit, representationOf })
  const isPixelsEnd = leftAway === 'pixels' && end === 'cut' && [...dataSet.elements.keys()].at(-1) === '7fe00010'
  return { bytes, meta, dataSet, count: count + meta.elements.size, end: isPixelsEnd ? 'whole' : end }
}

const read = async (...ask: Parameters<typeof readTree>): Promise<ReadTree> => {
  const reading = readTree(...ask)
  for (let breaths = 1; ; breaths++) {
    const { done, value } = reading.next()
    if (done) return value
    if (breaths % breathsATurn === 0) await new Promise((next) => setTimeout(next))
  }
}

/** What is to be shown of it. */
export const documentIn = ({ bytes, dataSet }: Reading): ImagingDocument => {
  if (isWaveform(dataSet)) return { kind: 'waveform', waveform: readWaveform(bytes, dataSet, waveformLimits) }
  if (isReport(dataSet)) return { kind: 'report', report: readReport(bytes, dataSet, mostItems) }
  const document = readEncapsulatedDocument(bytes, dataSet)
  return document ? { kind: 'encapsulated', document } : { kind: 'none' }
}
