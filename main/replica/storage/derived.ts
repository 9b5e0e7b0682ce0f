import { ReplicaProblem } from '../types'
import { type Bound, type EncryptedFile, readText, type Row, textOf } from './encryptedFile'
import { tableName } from './layout'

/*
 * Derived rows: side tables in the same file, kept in the same transaction as the documents they are derived from.
 *
 *   1. Declare a table: a name, its columns, its indexes, and a pure function from a document to rows.
 *
 *        const wordTable: DerivedTable<Envelope> = {
 *          name: 'words', version: 1, columns: { word: 'TEXT', weight: 'INTEGER' }, indexes: [['word', 'weight']],
 *          rowsOf: (envelope) => wordsOf(envelope).map((word) => [word, 1]),
 *        }
 *
 *   2. Give it to the collection: `StorageOptions.derived` (for records: the list in `records/derived.ts`).
 *
 *   3. Ask it in SQL: `replica.tables.all(sql, …)`. `replica.tables.derived('words')` is the table's name in SQL,
 *      `replica.tables.documents` that of the documents' table. Both have a number by which they are joined: `doc` in
 *      the derived table is `seq` in the documents' table. Every index ends in `doc` by itself. Text is asked for by
 *      `textOf(column)` and read by `readText`, as everywhere.
 *
 *        const { all, derived, documents } = replica.tables
 *        all(`SELECT DISTINCT ${textOf('d.id')} FROM ${derived('words')} w JOIN ${documents} d ON d.seq = w.doc
 *             WHERE w.word >= ? AND w.word < ? LIMIT 20`, 'mok', 'mol')
 *
 * The storage does the rest: a document that is written again gets new rows in place of its old ones, one that is deleted
 * or cleaned up loses them, a dropped collection drops its tables. A table whose columns, indexes or `version` differ
 * from what is in the file is filled again from the documents; one that is no longer declared is dropped.
 *
 * `doc` changes with each write of a document: keep it no longer than one question. Text is stored and compared as UTF-8
 * bytes; give text without NUL (or its `orderKey`).
 */

/** Rows that are derived from each document of a collection. */
export interface DerivedTable<Document = never> {
  /** Within its collection; lower-case letters. */
  readonly name: string
  /** To be raised whenever `rowsOf` answers otherwise than before. */
  readonly version: number
  /** In the order of the values of a row. */
  readonly columns: Readonly<Record<string, 'TEXT' | 'INTEGER' | 'REAL'>>
  /** The columns of each index, in order. */
  readonly indexes: readonly (readonly string[])[]
  /** The rows of a document. Pure: the same document always gives the same rows. */
  readonly rowsOf: (document: Document) => readonly (readonly Bound[])[]
  /** Whether `rowsOf` is asked about deleted documents, too; otherwise they have no rows. */
  readonly ofTombstones?: boolean
}

/** Answers questions in SQL over a collection's tables. */
export interface Tables {
  /** The quoted name of the documents' table: `seq`, `id`, `deleted`, `lwt`, `doc`, and a column for each indexed path. */
  readonly documents: string
  /** The quoted name of a derived table. */
  derived(name: string): string
  /** All rows; text columns are asked for by `textOf` and read by `readText`. */
  all(sql: string, ...bound: readonly Bound[]): Row[]
}

/** Keeps the derived tables of one collection. To be called within the transaction of the documents' write. */
export interface DerivedRows {
  readonly isEmpty: boolean
  /** The quoted name of a table. */
  nameOf(derived: string): string
  /** The document was written as `seq`; `before` is the `seq` that it had until now. */
  put(document: unknown, seq: number, before: number | undefined): void
  /** The document that was `seq` is no longer there. */
  remove(seq: number): void
  /** The collection is dropped. */
  drop(): void
}

/** The table's name, unquoted, as the catalogue has it. */
export const fullName = (table: string, name: string): string => `${table}: ${name}`

/** The statements that make a derived table and its indexes. */
export const statementsOf = (table: string, { name, columns, indexes }: DerivedTable): string[] => {
  const full = fullName(table, name)
  const listed = Object.entries(columns).map(([column, type]) => `, ${tableName(column)} ${type}`)
  return [
    `CREATE TABLE ${tableName(full)} (doc INTEGER NOT NULL, place INTEGER NOT NULL${listed.join('')}, PRIMARY KEY (doc, place)) WITHOUT ROWID`,
    ...indexes.map((index, place) => `CREATE INDEX ${tableName(`${full} ${place}`)} ON ${tableName(full)} (${index.map(tableName).join(', ')})`),
  ]
}

/** Writes the rows of documents. */
export const writerOf = (file: EncryptedFile, table: string, derived: DerivedTable): ((document: unknown, seq: number) => void) => {
  const columns = ['doc', 'place', ...Object.keys(derived.columns).map(tableName)]
  const row = `(${columns.map(() => '?').join(', ')})`
  const start = `INSERT INTO ${tableName(fullName(table, derived.name))} (${columns.join(', ')}) VALUES `
  return (document, seq) => {
    if (derived.ofTombstones !== true && (document as { readonly _deleted?: boolean })._deleted === true) return
    const rows = derived.rowsOf(document as never)
    // Statements are kept prepared: so only a few widths are used.
    for (let place = 0; place < rows.length; ) {
      const width = [8, 4, 2, 1].find((each) => each <= rows.length - place) as number
      const bound = rows.slice(place, place + width).flatMap((values, index) => [seq, place + index, ...values])
      file.run(start + Array.from({ length: width }, () => row).join(', '), ...bound)
      place += width
    }
  }
}

/** What the catalogue says of a table as it is declared. */
export const derivedForm = (table: string, derived: DerivedTable): string => JSON.stringify([derived.version, derived.ofTombstones === true, ...statementsOf(table, derived)])

const fill = (file: EncryptedFile, table: string, writers: readonly ((document: unknown, seq: number) => void)[]): void => {
  for (let last = 0; ; ) {
    const rows = file.all(`SELECT seq, ${textOf('doc')}, ${textOf('seal')} FROM ${tableName(table)} WHERE seq > ? ORDER BY seq LIMIT 500`, last)
    for (const [seq, doc, seal] of rows) {
      if (!(doc instanceof Uint8Array) || readText(seal) !== file.sealOf(doc)) throw new ReplicaProblem('replica-damaged')
      last = Number(seq)
      const document: unknown = JSON.parse(readText(doc))
      for (const write of writers) write(document, last)
    }
    if (rows.length === 0) return
  }
}

/** Makes the tables as they are declared, fills those that are new or declared otherwise, drops those that are not declared. */
export const ensureDerived = (file: EncryptedFile, table: string, tables: readonly DerivedTable[]): void => {
  const prefix = fullName(table, '')
  const known = new Map(
    file
      .all(`SELECT ${textOf('name')}, ${textOf('layout')} FROM outpost_tables WHERE substr(name, 1, length(?)) = ?`, prefix, prefix)
      .map(([name, layout]) => [readText(name), readText(layout)]),
  )
  const toFill: DerivedTable[] = []
  for (const derived of tables) {
    const full = fullName(table, derived.name)
    const statements = statementsOf(table, derived)
    const wanted = derivedForm(table, derived)
    const layout = known.get(full)
    known.delete(full)
    if (layout === wanted) continue
    if (layout !== undefined) file.exec(`DROP TABLE ${tableName(full)}`)
    for (const sql of statements) file.exec(sql)
    file.run('INSERT OR REPLACE INTO outpost_tables (name, layout) VALUES (?, ?)', full, wanted)
    toFill.push(derived)
  }
  for (const full of known.keys()) {
    file.exec(`DROP TABLE ${tableName(full)}`)
    file.run('DELETE FROM outpost_tables WHERE name = ?', full)
  }
  if (toFill.length > 0) fill(file, table, toFill.map((derived) => writerOf(file, table, derived)))
}

/** The derived tables of a collection, once they are there. */
export const derivedRows = (file: EncryptedFile, table: string, tables: readonly DerivedTable[]): DerivedRows => {
  const kept = tables.map((derived) => ({
    write: writerOf(file, table, derived),
    removal: `DELETE FROM ${tableName(fullName(table, derived.name))} WHERE doc = ?`,
  }))
  const remove = (seq: number): void => kept.forEach(({ removal }) => file.run(removal, seq))
  return {
    isEmpty: tables.length === 0,
    nameOf(name) {
      if (!tables.some((derived) => derived.name === name)) throw new Error(`there is no derived table ${name}`)
      return tableName(fullName(table, name))
    },
    put(document, seq, before) {
      if (before !== undefined) remove(before)
      kept.forEach(({ write }) => write(document, seq))
    },
    remove,
    drop() {
      for (const { name } of tables) {
        file.exec(`DROP TABLE ${tableName(fullName(table, name))}`)
        file.run('DELETE FROM outpost_tables WHERE name = ?', fullName(table, name))
      }
    },
  }
}
