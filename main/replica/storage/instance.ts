import { setImmediate as turn } from 'node:timers/promises'
import {
  type BulkWriteRow, categorizeBulkWriteRows, type EventBulk, getQueryMatcher, getSortComparator, type PreparedQuery, type RxDocumentData, type RxJsonSchema,
  type RxStorageBulkWriteResponse, type RxStorageChangeEvent, type RxStorageInstance, type RxStorageWriteError,
} from 'rxdb'
import { type Observable, Subject } from 'rxjs'
import { ReplicaProblem } from '../types'
import { type Bound, type EncryptedFile, readText, type Row, textOf } from './encryptedFile'
import type { WrittenDocument } from './counts'
import type { DerivedRows } from './derived'
import { extractor, type Layout, tableName } from './layout'
import { orderKey } from './orderKey'
import { forgetTable, type TableState, tableStateOf } from './tableState'
import { packed, unpackedText } from './packed'
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
  /** Whether room counts for more than time. */
  readonly isPacked: boolean
  /** Called when the table has been dropped. */
  readonly removed: () => void
}

const allOrNonePrefix = 'all-or-none:'

/** Marks the context of a bulk write of which nothing is written when one row cannot be. */
export const allOrNone = (context: string): string => `${allOrNonePrefix}${context}`

const docAndSeal = `${textOf('doc')}, ${textOf('seal')}`

/** Characters of a seal. */
const sealLength = 16

/** Documents that are read before the event loop turns. */
const pageRows = 500

/** Documents of a long list in order whose places are looked up at once. */
const placesAtOnce = 5_000

/** Lets the event loop turn; answers whether what was read until now still holds. */
type Pause = () => Promise<boolean>

/** How often a long read begins again because of writes in between, before it holds the loop. */
const patientReads = 3

/** Rows that are written before the event loop turns. */
const sliceRows = 200

/** Rows of a bulk write that share one transaction. */
const transactionRows = 1000

/** How many values statements take at a time: few widths, so that they stay prepared. */
const widths = [50, 10, 1]

const widthsOf = <Value>(values: readonly Value[]): (readonly [part: readonly Value[], width: number])[] => {
  const parts: (readonly [readonly Value[], number])[] = []
  for (let place = 0; place < values.length; ) {
    const width = widths.find((each) => each <= values.length - place) as number
    parts.push([values.slice(place, place + width), width])
    place += width
  }
  return parts
}

const placeholders = (many: number): string => Array.from({ length: many }, () => '?').join(', ')

const piecesOf = <Value>(values: readonly Value[], length: number): (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / length) }, (_, place) => values.slice(place * length, (place + 1) * length))

/** What is known of a document that is to be written again. */
interface Known {
  readonly _rev: string
  readonly seq: number
}

interface Written<Document> {
  readonly error: RxStorageWriteError<Document>[]
  /** What is to be announced when it is on disk. */
  readonly bulks: EventBulk<RxStorageChangeEvent<Document>, SequenceCheckpoint>[]
  readonly documents: WrittenDocument[]
}

/** Ends a transaction of which nothing is to stay. */
class NothingWritten extends Error {}

/**
 * RxDB's storage of one collection, in one table: the document as JSON, and in columns the fields that indexes
 * speak of. What SQL cannot answer exactly as RxDB would is asked of RxDB's own functions.
 */
export class TableInstance<Document> implements RxStorageInstance<Document, TableParts, object, SequenceCheckpoint> {
  private readonly changes = new Subject<EventBulk<RxStorageChangeEvent<Document>, SequenceCheckpoint>>()
  private readonly name: string
  private readonly valuesOf: ReturnType<typeof extractor>
  private readonly insertInto: string
  private readonly insertRow: string
  private readonly state: TableState
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
    this.insertInto = `INSERT INTO ${this.name} (${columns.join(', ')}) VALUES `
    this.insertRow = `(${placeholders(columns.length)})`
    this.state = tableStateOf(file, table)
    this.state.odd = file.all(`SELECT 1 FROM ${this.name} WHERE odd = 1 LIMIT 1`).length > 0
  }

  async bulkWrite(rows: BulkWriteRow<Document>[], context: string): Promise<RxStorageBulkWriteResponse<Document>> {
    this.checkOpen()
    const { file } = this.internals
    const isWhole = context.startsWith(allOrNonePrefix)
    return file.inTurn(async () => {
      this.checkOpen()
      const error: RxStorageWriteError<Document>[] = []
      for (const part of isWhole ? [rows] : piecesOf(rows, transactionRows)) {
        const written = part.length <= sliceRows ? this.writeAtOnce(part, context) : await this.writeInSlices(part, context)
        error.push(...written.error)
        for (const bulk of written.bulks) this.changes.next(bulk)
        // Readers come in between two parts.
        if (part.length > sliceRows) await turn()
        if (part.length > sliceRows) await file.carryLogAside()
      }
      return { error }
    })
  }

  private writeAtOnce(rows: readonly BulkWriteRow<Document>[], context: string): Written<Document> {
    const written = this.internals.file.transaction(() => this.write(rows, context))
    this.follow(written.documents)
    return written
  }

  /** In one transaction, with turns of the event loop in it. */
  private async writeInSlices(rows: readonly BulkWriteRow<Document>[], context: string): Promise<Written<Document>> {
    const all: Written<Document> = { error: [], bulks: [], documents: [] }
    const slices = piecesOf(rows, sliceRows).map((part) => () => {
      const { error, bulks, documents } = this.write(part, context)
      all.error.push(...error)
      all.bulks.push(...bulks)
      all.documents.push(...documents)
      if (error.length > 0 && context.startsWith(allOrNonePrefix)) throw new NothingWritten()
    })
    try {
      await this.internals.file.transactionInSlices(slices, () => this.follow(all.documents))
      return all
    } catch (reason) {
      if (reason instanceof NothingWritten) return { error: all.error, bulks: [], documents: [] }
      throw reason
    }
  }

  /** What is known of the table goes with what was written into it. */
  private follow(documents: readonly WrittenDocument[]): void {
    this.state.version += 1
    this.state.counts.written(documents)
  }

  /** Writes within a transaction. */
  private write(rows: readonly BulkWriteRow<Document>[], context: string): Written<Document> {
    const known = this.revisionsOf(rows)
    const { bulkInsertDocs, bulkUpdateDocs, errors, eventBulk } = categorizeBulkWriteRows<Document>(this as never, this.internals.layout.primary as never, known as never, rows as never, context)
    for (const conflict of errors) {
      if (conflict.status === 409) Object.assign(conflict, { documentInDb: this.documentById(conflict.documentId) })
    }
    if (errors.length > 0 && context.startsWith(allOrNonePrefix)) return { error: errors, bulks: [], documents: [] }
    // Of one that is named twice, the last counts.
    const rowsById = new Map([...bulkInsertDocs, ...bulkUpdateDocs].map((row) => [this.idOf(row.document), row]))
    // What the caller says was there before is believed as to its revision only.
    const befores = this.state.counts.canFollow(rowsById.size) ? this.documentsAt([...rowsById.keys()].flatMap((id) => known.get(id)?.seq ?? [])) : undefined
    const seq = this.putAll([...rowsById.values()].map(({ document }) => document as RxDocumentData<Document>), known)
    const documents = [...rowsById].map(([id, { document }]) => ({ now: document, before: befores?.get(id) }))
    eventBulk.checkpoint = { seq }
    const bulks = eventBulk.events.length === 0 ? [] : [eventBulk as unknown as EventBulk<RxStorageChangeEvent<Document>, SequenceCheckpoint>]
    return { error: errors, bulks, documents }
  }

  async findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<Document>[]> {
    return this.steadily(async (pause) => {
      const keys = ids.map(orderKey)
      const found = new Map<string, RxDocumentData<Document>>()
      for (const page of piecesOf([...new Set(keys)], pageRows)) {
        if (found.size > 0 && !(await pause())) return undefined
        for (const [part, width] of widthsOf(page)) {
          const sql = `SELECT ${docAndSeal}, ${textOf('id')} FROM ${this.name} WHERE id IN (${placeholders(width)})${withDeleted ? '' : ' AND deleted = 0'}`
          for (const row of this.internals.file.all(sql, ...part)) found.set(readText(row[2]), this.documentOf(row))
        }
      }
      return keys.flatMap((key) => found.get(key) ?? [])
    })
  }

  async query({ query }: PreparedQuery<Document>): Promise<{ documents: RxDocumentData<Document>[] }> {
    const { layout } = this.internals
    const skip = query.skip ?? 0
    const limit = query.limit ?? Infinity
    const documents = await this.steadily(async (pause) => {
      const where = this.state.odd ? { sql: '1', bound: [], exact: false } : translate(query.selector, layout)
      const order = this.state.odd ? undefined : translateSort(query.selector, query.sort as Readonly<Record<string, string>>[], layout)
      const matches = where.exact ? undefined : (getQueryMatcher(this.schema as never, query as never) as (document: RxDocumentData<Document>) => boolean)
      if (order !== undefined && matches === undefined) return this.pages(where, order, skip, limit, undefined, pause)
      if (order !== undefined) return (await this.pages(where, order, 0, skip + limit, matches, pause))?.slice(skip)
      const found = await this.pages(where, undefined, 0, Infinity, matches, pause)
      return found?.sort(getSortComparator(this.schema as never, query as never)).slice(skip, skip + limit)
    })
    return { documents }
  }

  async count(prepared: PreparedQuery<Document>): Promise<{ count: number; mode: 'fast' }> {
    while (this.isUnsettled()) await this.internals.file.settled()
    const { query } = prepared
    const where = this.state.odd ? { sql: '1', bound: [], exact: false } : translate(query.selector, this.internals.layout)
    if (!where.exact) return { count: (await this.query(prepared)).documents.length, mode: 'fast' }
    const question = JSON.stringify([where.sql, where.bound])
    let found = this.state.counts.get(question)
    if (found === undefined) {
      found = Number(this.internals.file.all(`SELECT count(*) FROM ${this.name} WHERE ${where.sql}`, ...where.bound)[0]?.[0] ?? 0)
      this.state.counts.remember(question, found, getQueryMatcher(this.schema as never, query as never) as (document: unknown) => boolean)
    }
    return { count: Math.min(Math.max(0, found - (query.skip ?? 0)), query.limit ?? Infinity), mode: 'fast' }
  }

  async getChangedDocumentsSince(limit: number, checkpoint?: SequenceCheckpoint): Promise<{ documents: RxDocumentData<Document>[]; checkpoint: SequenceCheckpoint }> {
    while (this.isUnsettled()) await this.internals.file.settled()
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
    const gone = `SELECT seq FROM ${this.name} WHERE deleted = 1 AND lwt <= ? AND seq > ? ORDER BY seq LIMIT ${sliceRows}`
    for (let last = 0; ; ) {
      const slice = await file.inTurn(() =>
        file.transaction(() => {
          this.checkOpen()
          const seqs = file.all(gone, before, last).map(([seq]) => Number(seq))
          for (const seq of seqs) derived.remove(seq)
          for (const [part, width] of widthsOf(seqs)) file.run(`DELETE FROM ${this.name} WHERE seq IN (${placeholders(width)})`, ...part)
          return seqs
        }),
      )
      this.state.version += 1
      this.state.counts.forget()
      if (slice.length < sliceRows) return true
      last = slice[slice.length - 1] as number
      await turn()
    }
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
    this.state.version += 1
    this.state.counts.forget()
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
    await this.internals.file.inTurn(() => undefined)
    this.changes.complete()
  }

  async remove(): Promise<void> {
    this.checkOpen()
    const { file, table, derived, removed } = this.internals
    await file.inTurn(() =>
      file.transaction(() => {
        derived.drop()
        file.exec(`DROP TABLE ${this.name}`)
        removed()
        forgetTable(file, table)
      }),
    )
    await this.close()
  }

  private insertSql(rows: number): string {
    return this.insertInto + Array.from({ length: rows }, () => this.insertRow).join(', ')
  }

  private idOf(document: unknown): string {
    return (document as Readonly<Record<string, unknown>>)[this.internals.layout.primary] as string
  }

  /** Writes the documents in their order; answers the last one's place in the sequence. */
  private putAll(documents: readonly RxDocumentData<Document>[], known: ReadonlyMap<string, Known>): number {
    const { file, derived } = this.internals
    const befores = documents.map((document) => known.get(this.idOf(document))?.seq)
    const replaced = befores.filter((seq) => seq !== undefined)
    for (const [part, width] of widthsOf(replaced)) file.run(`DELETE FROM ${this.name} WHERE seq IN (${placeholders(width)})`, ...part)
    let last = 0
    for (const [part, width] of widthsOf(documents)) {
      last = file.run(this.insertSql(width), ...part.flatMap((document) => this.rowOf(document))).lastInsertRowid
      if (!derived.isEmpty) {
        // Rows of one statement have places that follow each other.
        part.forEach((document, place) => derived.put(document, last - part.length + 1 + place, known.get(this.idOf(document))?.seq))
      }
    }
    return last
  }

  private rowOf(document: RxDocumentData<Document>): Bound[] {
    const { values, odd } = this.valuesOf(document)
    if (odd) this.state.odd = true
    const { isPacked } = this.internals
    const doc = isPacked ? packed(JSON.stringify(document)) : JSON.stringify(document)
    return [orderKey(this.idOf(document)), document._rev, document._deleted ? 1 : 0, document._meta.lwt, odd ? 1 : 0, doc, this.internals.file.sealOf(doc), ...values]
  }

  /** All that finding conflicts needs of the documents as they are. */
  private revisionsOf(rows: readonly BulkWriteRow<Document>[]): Map<string, Known> {
    const ids = new Map(rows.map(({ document }) => this.idOf(document)).map((id) => [orderKey(id), id]))
    const found = new Map<string, Known>()
    for (const [part, width] of widthsOf([...ids.keys()])) {
      const sql = `SELECT ${textOf('id')}, ${textOf('rev')}, seq FROM ${this.name} WHERE id IN (${placeholders(width)})`
      for (const [id, rev, seq] of this.internals.file.all(sql, ...part)) found.set(ids.get(readText(id)) as string, { _rev: readText(rev), seq: Number(seq) })
    }
    return found
  }

  private documentsAt(places: readonly number[]): Map<string, RxDocumentData<Document>> {
    const found = widthsOf(places).flatMap(([part, width]) => this.internals.file.all(`SELECT ${docAndSeal} FROM ${this.name} WHERE seq IN (${placeholders(width)})`, ...part))
    return new Map(found.map((row) => this.documentOf(row)).map((document) => [this.idOf(document), document]))
  }

  private documentById(id: string): RxDocumentData<Document> | undefined {
    const [row] = this.internals.file.all(`SELECT ${docAndSeal} FROM ${this.name} WHERE id = ?`, orderKey(id))
    return row === undefined ? undefined : this.documentOf(row)
  }

  private documentOf(row: Row): RxDocumentData<Document> {
    const [doc, seal] = row
    if (!(doc instanceof Uint8Array) || readText(seal) !== this.internals.file.sealOf(doc)) throw new ReplicaProblem('replica-damaged')
    return JSON.parse(unpackedText(doc)) as RxDocumentData<Document>
  }

  /**
   * Documents page by page, with turns of the event loop between the pages; undefined when `pause` says that it was in vain.
   *
   * @param order undefined: in no order
   * @param matches what SQL could not ask; undefined: nothing
   */
  private async pages(
    where: { readonly sql: string; readonly bound: readonly Bound[] },
    order: string | undefined,
    skip: number,
    wanted: number,
    matches: ((document: RxDocumentData<Document>) => boolean) | undefined,
    pause: Pause,
  ): Promise<RxDocumentData<Document>[] | undefined> {
    if (order !== undefined && matches === undefined && wanted > pageRows) return this.longList(where, order, skip, wanted, pause)
    const found: RxDocumentData<Document>[] = []
    const after = order === undefined ? ' AND seq > ? ORDER BY seq LIMIT ?' : ` ORDER BY ${order} LIMIT ? OFFSET ?`
    const rest = `FROM ${this.name} WHERE (${where.sql})${after}`
    for (let last = 0, offset = skip; found.length < wanted; ) {
      const length = matches === undefined ? Math.min(pageRows, wanted - found.length) : pageRows
      const page = this.page(rest, [...where.bound, ...(order === undefined ? [last, length] : [length, offset])])
      for (const document of page.documents) {
        if (found.length < wanted && (matches === undefined || matches(document))) found.push(document)
      }
      if (page.documents.length < length) break
      last = page.last
      offset += page.documents.length
      if (found.length < wanted && !(await pause())) return undefined
    }
    return found
  }

  /** The same of a list of several pages in order: where its documents are is asked once, not by each page from the beginning of the list. */
  private async longList(
    where: { readonly sql: string; readonly bound: readonly Bound[] },
    order: string,
    skip: number,
    wanted: number,
    pause: Pause,
  ): Promise<RxDocumentData<Document>[] | undefined> {
    const found: RxDocumentData<Document>[] = []
    const inOrder = `SELECT ${textOf('group_concat(seq)')} FROM (SELECT seq FROM ${this.name} WHERE (${where.sql}) ORDER BY ${order} LIMIT ? OFFSET ?)`
    for (;;) {
      const length = Math.min(placesAtOnce, wanted - found.length)
      const [row] = this.internals.file.all(inOrder, ...where.bound, length, skip + found.length)
      const places = row?.[0] === null || row === undefined ? [] : readText(row[0]).split(',')
      for (const part of piecesOf(places, pageRows)) {
        if (found.length > 0 && !(await pause())) return undefined
        const { documents } = this.page(`FROM json_each(?) CROSS JOIN ${this.name} ON seq = value`, [`[${part.join(',')}]`])
        if (documents.length < part.length) throw new ReplicaProblem('replica-damaged')
        found.push(...documents)
      }
      if (places.length < length || found.length >= wanted) return found
    }
  }

  /**
   * The documents of some rows, and the place of the last one in the sequence. Read as one text where they are stored as text: handing a
   * row from the driver to us takes as long as finding it.
   */
  private page(rest: string, bound: readonly Bound[]): { readonly documents: RxDocumentData<Document>[]; readonly last: number } {
    const { file, isPacked } = this.internals
    if (isPacked) {
      const rows = file.all(`SELECT ${docAndSeal}, seq ${rest}`, ...bound)
      return { documents: rows.map((row) => this.documentOf(row)), last: Number(rows[rows.length - 1]?.[2]) }
    }
    const texts = [textOf('group_concat(doc)'), textOf("group_concat(seal, '')"), textOf('group_concat(octet_length(doc))')]
    const [row] = file.all(`SELECT ${texts.join(', ')}, count(*), max(seq) FROM (SELECT doc, seal, seq ${rest})`, ...bound)
    const [docs, seals, lengths, count, last] = row ?? []
    if (count === 0) return { documents: [], last: 0 }
    const sealed = readText(seals)
    const each = readText(lengths).split(',').map(Number)
    // A damaged row may have lost its text, which joining passes over.
    if (!(docs instanceof Uint8Array) || each.length !== count || sealed.length !== each.length * sealLength) throw new ReplicaProblem('replica-damaged')
    let from = 0
    for (const [place, length] of each.entries()) {
      if (sealed.slice(place * sealLength, (place + 1) * sealLength) !== file.sealOf(docs.subarray(from, from + length))) throw new ReplicaProblem('replica-damaged')
      from += length + 1
    }
    const documents = JSON.parse(`[${readText(docs)}]`) as RxDocumentData<Document>[]
    return { documents, last: Number(last) }
  }

  /**
   * A read that may take long, as of one moment. It pauses between its pages; when a write came in between it begins again, and
   * the last time it takes no pauses.
   */
  private async steadily<Value>(read: (pause: Pause) => Promise<Value | undefined>): Promise<Value> {
    for (let attempt = 0; ; attempt += 1) {
      while (this.isUnsettled()) await this.internals.file.settled()
      const { version } = this.state
      // Also without a turn there are promises that somebody else's write may come in between.
      const pause: Pause = async () => {
        if (attempt < patientReads) await turn()
        return !this.isUnsettled() && this.state.version === version
      }
      const value = await read(pause)
      if (value !== undefined) return value
    }
  }

  /**
   * Whether what would be read now may yet be taken back. To be asked right before reading, with no `await` in between: the next
   * part of a long write may begin in any of them.
   */
  private isUnsettled(): boolean {
    this.checkOpen()
    return this.internals.file.isWritingInSlices
  }

  private checkOpen(): void {
    if (this.closed) throw new Error(`the collection ${this.collectionName} is closed`)
  }
}
