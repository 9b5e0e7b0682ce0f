import type { RxDocumentData } from 'rxdb'

/** What a document says, without what RxDB keeps beside it. */
export const plain = <Document>(data: RxDocumentData<Document>): Document => {
  const { _deleted, _rev, _meta, _attachments, ...document } = data
  return document as unknown as Document
}

/** A document as RxDB's storage takes it; revision and time are filled in by RxDB. */
export const written = <Document>(document: Document): RxDocumentData<Document> => ({ ...document, _deleted: false, _attachments: {}, _rev: '', _meta: { lwt: 0 } })

/** How many times a write is tried again when somebody else's came between reading and writing. */
export const attempts = 20
