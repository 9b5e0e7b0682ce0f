import type { DataSetTree } from './dataSetTree'
import { numbersOf, textOf } from './values'

const tags = {
  SOPClassUID: '00080016',
  DocumentTitle: '00420010',
  EncapsulatedDocument: '00420011',
  MIMETypeOfEncapsulatedDocument: '00420012',
  EncapsulatedDocumentLength: '00420015',
} as const

/** What is in an encapsulated document. */
export type DocumentForm = 'pdf' | 'cda' | 'model' | 'unknown'

/** SOP classes of PS3.4 annex B whose instances carry a document. */
const forms: Readonly<Record<string, DocumentForm>> = {
  '1.2.840.10008.5.1.4.1.1.104.1': 'pdf',
  '1.2.840.10008.5.1.4.1.1.104.2': 'cda',
  '1.2.840.10008.5.1.4.1.1.104.3': 'model',
  '1.2.840.10008.5.1.4.1.1.104.4': 'model',
  '1.2.840.10008.5.1.4.1.1.104.5': 'model',
}

/** A document inside an instance (PS3.3 §C.24.2). */
export interface EncapsulatedDocument {
  readonly form: DocumentForm
  readonly title: string
  readonly mimeType: string
  /** Without the byte that makes its length even. */
  readonly bytes: Uint8Array
}

/** The document in a data set; undefined where there is none. The form goes by what the bytes are, then by the MIME type, then by the SOP class. */
export const readEncapsulatedDocument = (bytes: Uint8Array, dataSet: DataSetTree): EncapsulatedDocument | undefined => {
  const element = dataSet.elements.get(tags.EncapsulatedDocument)
  if (!element || element.items || element.fragments !== undefined) return undefined
  const value = bytes.subarray(element.offset, Math.min(element.offset + element.length, bytes.length))
  const [length] = numbersOf(bytes, dataSet, tags.EncapsulatedDocumentLength)
  const mimeType = textOf(bytes, dataSet, tags.MIMETypeOfEncapsulatedDocument).trim().toLowerCase()
  const isSaid = length !== undefined && length > 0 && length <= value.length
  return {
    form: formOf(value, mimeType, textOf(bytes, dataSet, tags.SOPClassUID).trim()),
    title: textOf(bytes, dataSet, tags.DocumentTitle).trim(),
    mimeType,
    bytes: isSaid ? value.subarray(0, length) : value,
  }
}

const formOf = (value: Uint8Array, mimeType: string, sopClassUid: string): DocumentForm => {
  if (new TextDecoder('latin1').decode(value.subarray(0, 1024)).includes('%PDF-')) return 'pdf'
  if (mimeType === 'text/xml' || mimeType === 'application/hl7-cda+xml') return 'cda'
  if (mimeType.startsWith('model/')) return 'model'
  const form = forms[sopClassUid] ?? 'unknown'
  // It says so and is not: nothing that could be drawn.
  return form === 'pdf' ? 'unknown' : form
}
