import {
  type BulkWriteRow, categorizeBulkWriteRows, type EventBulk, getQueryMatcher, getSortComparator, type PreparedQuery, type RxDocumentData, type RxJsonSchema,
  type RxStorageBulkWriteResponse, type RxStorageChangeEvent, type RxStorageInstance,
} from 'rxdb'
import { type Observable, Subject } from 'rxjs'
import { ReplicaProblem } from '../types'
import { type Bound, type EncryptedFile, readText, type Row, textOf } from './encryptedFile'
import type { DerivedRows } from './derived'
import { extractor, type Layout, tableName } from './layout'
import { orderKey } from './orderKey'
import { translate, translateSort } from './translate'

/** Where replication goes on: the last write that it has seen. */
export interface SequenceCheckpoint {
  readonly seq: number
}

/** What an instance needs of the table it works on. */
export interface TableParts {
  readonly file: EncryptedFile
  readonly table: string
  readonly layout: Layout
  readonly derived: DerivedRows
  /** Called when the table has been dropped. */
  readonly removed: () => void
}

const allOrNonePrefix = 'all-or-none:'

/** Marks the context of a bulk write of which nothing is written when one row cannot be. */
export const allOrNone = (context: string): string => `${allOrNonePrefix}${context}`

const docAndSeal = `${textOf('doc')}, ${textOf('seal')}`

/** Rows that are read at a time where JavaScript has to look at each. */
const chunkRows = 500

/**
 * RxDB's storage of one collection, in one table: the document as JSON, and in columns the fields that indexes
 * speak of. What SQL cannot answer exactly as RxDB would is asked of RxDB's own functions.
 */
export class TableInstance<Document> implements RxStorageInstance<Document, TableParts, object, SequenceCheckpoint> {
  private readonly changes = new Subject<EventBulk<RxStorageChangeEvent<Document>, SequenceCheckpoint>>()
  private readonly name: string
  private readonly valuesOf: ReturnType<typeof extractor>
  private readonly insertSql: string
  /** Whether a document has a value in an indexed field that its column cannot hold: then columns are not trusted. */
  private odd: boolean
  private closed = false

  constructor(
    readonly databaseName: string,
    readonly collectionName: string,
    readonly schema: Readonly<RxJsonSchema<RxDocumentData<Document>>>,
    readonly internals: TableParts,
    readonly options: Readonly<object>,
  ) {
    const { file, table, layout } = internals
    this.name = tableName(table)
    this.valuesOf = extractor(layout)
    const columns = ['id', 'rev', 'deleted', 'lwt', 'odd', 'doc', 'seal', ...layout.extracted.map(({ sql }) => sql)]
    this.insertSql = `INSERT OR REPLACE INTO ${this.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    this.odd = file.all(`SELECT 1 FROM ${this.name} WHERE odd = 1 LIMIT 1`).length > 0
  }

  async bulkWrite(rows: BulkWriteRow<Document>[], context: string): Promise<RxStorageBulkWriteResponse<Document>> {
    this.checkOpen()
    const { file, layout } = this.internals
    const { error, eventBulk, sequence } = file.transaction(() => {
      const known = this.revisionsOf(rows)
      const categorized = categorizeBulkWriteRows<Document>(this as never, layout.primary as never, known as never, rows, context)
      for (const conflict of categorized.errors) {
        if (conflict.status === 409) Object.assign(conflict, { documentInDb: this.documentById(conflict.documentId) })
      }
      if (categorized.errors.length > 0 && context.startsWith(allOrNonePrefix)) return { error: categorized.errors, eventBulk: undefined, sequence: 0 }
      let last = 0
      for (const { document } of categorized.bulkInsertDocs) last = this.put(document as RxDocumentData<Document>, undefined)
      for (const { document } of categorized.bulkUpdateDocs) last = this.put(document as RxDocumentData<Document>, known.get(this.idOf(document))?.seq)
      return { error: categorized.errors, eventBulk: categorized.eventBulk, sequence: last }
    })
    if (eventBulk !== undefined && eventBulk.events.length > 0) {
      eventBulk.checkpoint = { seq: sequence }
      this.changes.next(eventBulk as unknown as EventBulk<RxStorageChangeEvent<Document>, SequenceCheckpoint>)
    }
    return { error }
  }

  async findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<Document>[]> {
    this.checkOpen()
    const sql = `SELECT ${docAndSeal} FROM ${this.name} WHERE id = ?${withDeleted ? '' : ' AND deleted = 0'}`
    return ids.flatMap((id) => this.internals.file.all(sql, orderKey(id))).map((row) => this.documentOf(row))
  }

  async query({ query }: PreparedQuery<Document>): Promise<{ documents: RxDocumentData<Document>[] }> {
    this.checkOpen()
    const { layout } = this.internals
    const skip = query.skip ?? 0
    const limit = query.limit ?? Infinity
    const where = this.odd ? { sql: '1', bound: [], exact: false } : translate(query.selector, layout)
    const order = this.odd ? undefined : translateSort(query.selector, query.sort as Readonly<Record<string, string>>[], layout)
    const select = `SELECT ${docAndSeal} FROM ${this.name} WHERE ${where.sql}`
    if (order !== undefined && where.exact) {
      const rows = this.internals.file.all(`${select} ORDER BY ${order} LIMIT ? OFFSET ?`, ...where.bound, limit === Infinity ? -1 : limit, skip)
      return { documents: rows.map((row) => this.documentOf(row)) }
    }
    const matches = where.exact ? () => true : getQueryMatcher(this.schema as never, query as never)
    if (order !== undefined) return { documents: this.firstMatching(`${select} ORDER BY ${order}`, where.bound, matches, skip + limit).slice(skip) }
    const found = this.firstMatching(select, where.bound, matches, Infinity).sort(getSortComparator(this.schema as never, query as never))
    return { documents: found.slice(skip, skip + limit) }
  }

  async count(prepared: PreparedQuery<Document>): Promise<{ count: number; mode: 'fast' }> {
    this.checkOpen()
    const { query } = prepared
    const where = this.odd ? { sql: '1', bound: [], exact: false } : translate(query.selector, this.internals.layout)
    if (!where.exact) return { count: (await this.query(prepared)).documents.length, mode: 'fast' }
    const [row] = this.internals.file.all(`SELECT count(*) FROM ${this.name} WHERE ${where.sql}`, ...where.bound)
    const all = Math.max(0, Number(row?.[0] ?? 0) - (query.skip ?? 0))
    return { count: Math.min(all, query.limit ?? Infinity), mode: 'fast' }
  }

  async getChangedDocumentsSince(limit: number, checkpoint?: SequenceCheckpoint): Promise<{ documents: RxDocumentData<Document>[]; checkpoint: SequenceCheckpoint }> {
    this.checkOpen()
    const rows = this.internals.file.all(`SELECT ${docAndSeal}, seq FROM ${this.name} WHERE seq > ? ORDER BY seq LIMIT ?`, checkpoint?.seq ?? 0, limit)
    const last = rows[rows.length - 1]
    return { documents: rows.map((row) => this.documentOf(row)), checkpoint: last === undefined ? (checkpoint ?? { seq: 0 }) : { seq: Number(last[2]) } }
  }

  changeStream(): Observable<EventBulk<RxStorageChangeEvent<Document>, SequenceCheckpoint>> {
    return this.changes.asObservable()
  }

  /** Files belong into sealed files of their own, never into the replica. */
  async getAttachmentData(): Promise<Blob> {
    throw new Error('the replica keeps no attachments')
  }

  async cleanup(minimumDeletedMs: number): Promise<boolean> {
    this.checkOpen()
    const { file, derived } = this.internals
    const before = Date.now() - minimumDeletedMs
    file.transaction(() => {
      const gone = derived.isEmpty ? [] : file.all(`SELECT seq FROM ${this.name} WHERE deleted = 1 AND lwt <= ?`, before)
      for (const [seq] of gone) derived.remove(Number(seq))
      file.run(`DELETE FROM ${this.name} WHERE deleted = 1 AND lwt <= ?`, before)
    })
    return true
  }

  /**
   * Takes documents out of this file alone: no tombstone, no event, nothing that replication would pass on. For what a server
   * keeps. One that is no longer as it is given stays. To be called within a transaction where more has to go with them.
   *
   * @returns the ids of those that are gone
   */
  forget(documents: readonly RxDocumentData<Document>[]): string[] {
    this.checkOpen()
    const { file, derived } = this.internals
    return file.transaction(() =>
      documents.flatMap((document) => {
        const id = this.idOf(document)
        const [row] = file.all(`SELECT seq, ${textOf('rev')} FROM ${this.name} WHERE id = ?`, orderKey(id))
        if (row === undefined || readText(row[1]) !== document._rev) return []
        if (!derived.isEmpty) derived.remove(Number(row[0]))
        file.run(`DELETE FROM ${this.name} WHERE seq = ?`, Number(row[0]))
        return [id]
      }),
    )
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.changes.complete()
  }

  async remove(): Promise<void> {
    this.checkOpen()
    const { file, derived, removed } = this.internals
    file.transaction(() => {
      derived.drop()
      file.exec(`DROP TABLE ${this.name}`)
      removed()
    })
    await this.close()
  }

  private idOf(document: unknown): string {
    return (document as Readonly<Record<string, unknown>>)[this.internals.layout.primary] as string
  }

  /** Answers the document's new place in the sequence; `before` is the one that it had. */
  private put(document: RxDocumentData<Document>, before: number | undefined): number {
    const id = this.idOf(document)
    const { values, odd } = this.valuesOf(document)
    if (odd) this.odd = true
    const { file, derived } = this.internals
    const doc = JSON.stringify(document)
    const bound: Bound[] = [orderKey(id), document._rev, document._deleted ? 1 : 0, document._meta.lwt, odd ? 1 : 0, doc, file.sealOf(doc), ...values]
    const seq = file.run(this.insertSql, ...bound).lastInsertRowid
    derived.put(document, seq, before)
    return seq
  }

  /** All that finding conflicts needs of the documents as they are. */
  private revisionsOf(rows: readonly BulkWriteRow<Document>[]): Map<string, { readonly _rev: string; readonly seq: number }> {
    const found = new Map<string, { readonly _rev: string; readonly seq: number }>()
    for (const { document } of rows) {
      const id = this.idOf(document)
      const [row] = this.internals.file.all(`SELECT ${textOf('rev')}, seq FROM ${this.name} WHERE id = ?`, orderKey(id))
      if (row !== undefined) found.set(id, { _rev: readText(row[0]), seq: Number(row[1]) })
    }
    return found
  }

  private documentById(id: string): RxDocumentData<Document> | undefined {
    const [row] = this.internals.file.all(`SELECT ${docAndSeal} FROM ${this.name} WHERE id = ?`, orderKey(id))
    return row === undefined ? undefined : this.documentOf(row)
  }

  private documentOf(row: Row): RxDocumentData<Document> {
    const [doc, seal] = row
    if (!(doc instanceof Uint8Array) || readText(seal) !== this.internals.file.sealOf(doc)) throw new ReplicaProblem('replica-damaged')
    return JSON.parse(readText(doc)) as RxDocumentData<Document>
  }

  private firstMatching(select: string, bound: readonly Bound[], matches: (document: RxDocumentData<Document>) => boolean, wanted: number): RxDocumentData<Document>[] {
    const found: RxDocumentData<Document>[] = []
    if (wanted <= 0) return found
    for (let offset = 0; ; offset += chunkRows) {
      const rows = this.internals.file.all(`${select} LIMIT ${chunkRows} OFFSET ?`, ...bound, offset)
      for (const row of rows) {
        const document = this.documentOf(row)
        if (matches(document)) found.push(document)
        if (found.length >= wanted) return found
      }
      if (rows.length < chunkRows) return found
    }
  }

  private checkOpen(): void {
    if (this.closed) throw new Error(`the collection ${this.collectionName} is closed`)
  }
}
