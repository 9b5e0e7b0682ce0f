import { type BulkWriteRow, prepareQuery, type RxCollection, type RxDocumentData, type RxStorageInstance } from 'rxdb'
import type { TableParts } from './storage'
import { tableName } from './storage/layout'
import type { CollectionName, DocumentChanges, Places, StoredDocument, StoredDocuments } from './types'

type Stored = RxDocumentData<Record<string, unknown>>
type Instance = RxStorageInstance<Record<string, unknown>, unknown, unknown, { readonly seq: number }>

const primaryOf: Readonly<Record<CollectionName, string>> = { records: 'id', local: 'key' }

/** Rows of one bulk write: short enough that the event loop is not held. */
const sliceLength = 100

/** What a document says; RxDB's revision and times belong to the file it lies in. */
const documentOf = (name: CollectionName, { _rev, _meta, _attachments, _deleted, ...content }: Stored): StoredDocument => ({
  id: String(content[primaryOf[name]]),
  deleted: _deleted,
  content,
})

const storedOf = ({ content, deleted }: StoredDocument): Stored => ({ ...content, _deleted: deleted, _attachments: {}, _rev: '', _meta: { lwt: 0 } })

/** {@link StoredDocuments} over RxDB's collections. `name` is the file's own. */
export const documentsIn = (name: string, collections: Readonly<Record<CollectionName, RxCollection>>): StoredDocuments => {
  const instanceOf = (of: CollectionName): Instance => collections[of].storageInstance as unknown as Instance

  const changesIn = async (of: CollectionName, after: number, limit: number) => {
    const { documents, checkpoint } = await instanceOf(of).getChangedDocumentsSince!(limit, { seq: after })
    return { documents: documents.map((each) => documentOf(of, each)), place: checkpoint.seq }
  }

  const lastPlaceIn = async (of: CollectionName): Promise<number> => {
    const { file, table } = instanceOf(of).internals as TableParts
    // What is written in slices may yet be taken back, and its places given to others.
    while (file.isWritingInSlices) await file.settled()
    return Number(file.all(`SELECT max(seq) FROM ${tableName(table)}`)[0]?.[0] ?? 0)
  }

  return {
    name,
    async changedSince(after: Places, limit: number): Promise<DocumentChanges> {
      // Both are read in the same turn of the event loop: nothing is written between them.
      const [local, records] = await Promise.all([changesIn('local', after.local, limit), changesIn('records', after.records, limit)])
      return { local: local.documents, records: records.documents, places: { local: local.place, records: records.place } }
    },
    async places() {
      const [records, local] = await Promise.all([lastPlaceIn('records'), lastPlaceIn('local')])
      return { records, local }
    },
    async get(of, ids) {
      return (await instanceOf(of).findDocumentsById([...ids], true)).map((each) => documentOf(of, each))
    },
    async put(of, documents) {
      for (let from = 0; from < documents.length; from += sliceLength) {
        const slice = documents.slice(from, from + sliceLength)
        const before = new Map((await instanceOf(of).findDocumentsById(slice.map(({ id }) => id), true)).map((each) => [String(each[primaryOf[of]]), each]))
        const rows = slice.map((each): BulkWriteRow<Record<string, unknown>> => ({ previous: before.get(each.id), document: storedOf(each) }))
        const { error } = await instanceOf(of).bulkWrite(rows, 'put')
        if (error.length > 0) throw new Error(`${error.length} documents could not be put in (${error[0]?.status})`)
        await new Promise<void>((next) => setImmediate(next))
      }
    },
    async putIf(of, entries) {
      const missed: string[] = []
      for (let from = 0; from < entries.length; from += sliceLength) {
        const slice = entries.slice(from, from + sliceLength)
        const before = new Map((await instanceOf(of).findDocumentsById(slice.map(({ document }) => document.id), true)).map((each) => [String(each[primaryOf[of]]), each]))
        const rows: BulkWriteRow<Record<string, unknown>>[] = []
        for (const { document, isAsRead } of slice) {
          const previous = before.get(document.id)
          if (isAsRead(previous && !previous._deleted ? documentOf(of, previous) : undefined)) rows.push({ previous, document: storedOf(document) })
          else missed.push(document.id)
        }
        const { error } = rows.length > 0 ? await instanceOf(of).bulkWrite(rows, 'put-if') : { error: [] }
        for (const { status, documentId } of error) {
          // Somebody wrote between the look and the write.
          if (status !== 409) throw new Error(`documents could not be put in (${status})`)
          missed.push(documentId)
        }
        await new Promise<void>((next) => setImmediate(next))
      }
      return missed
    },
    async count(of) {
      const { schema } = instanceOf(of)
      const query = { selector: { _deleted: { $eq: false } }, sort: [{ [primaryOf[of]]: 'asc' as const }], skip: 0 }
      return (await instanceOf(of).count(prepareQuery(schema, query as never))).count
    },
  }
}
