import { ensureRxStorageInstanceParamsAreCorrect, RXDB_VERSION, type RxStorage, type RxStorageInstance, type RxStorageInstanceCreationParams } from 'rxdb'
import { type DerivedTable, derivedRows, ensureDerived, type Tables } from './derived'
import { type EncryptedFile, readText, textOf } from './encryptedFile'
import { unpackedText } from './packed'
import { ReplicaProblem } from '../types'
import { TableInstance, type TableParts } from './instance'
import { extractor, type Layout, layoutOf, type PartialIndex, tableName, tableSql } from './layout'

export type { DerivedTable, Tables } from './derived'
export { type Bound, EncryptedFile, readText, type Row, textOf } from './encryptedFile'
export { orderKey } from './orderKey'
export { unpackedText } from './packed'
export { allOrNone, type SequenceCheckpoint, type TableParts } from './instance'
export type { PartialIndex } from './layout'

/** What a collection may ask of the storage. */
export interface StorageOptions {
  readonly indexes?: readonly PartialIndex[]
  /** Fields without an index of their own that queries narrow by; numbers, texts or booleans. */
  readonly searched?: readonly string[]
  /** Side tables that are kept with the documents; see `derived.ts`. */
  readonly derived?: readonly DerivedTable[]
}

/** How RxDB names what replication remembers of a collection. */
const replicationState = 'rx-replication-meta-'

const catalogSql = 'CREATE TABLE IF NOT EXISTS outpost_tables (name TEXT PRIMARY KEY, layout TEXT NOT NULL) WITHOUT ROWID'

/** A table of another layout (an index came or went), filled again from its documents. */
const rebuild = (file: EncryptedFile, table: string, layout: Layout): void => {
  const old = `${table} before`
  file.exec(`ALTER TABLE ${tableName(table)} RENAME TO ${tableName(old)}`)
  for (const row of file.all(`SELECT ${textOf('name')} FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`, old)) file.exec(`DROP INDEX ${tableName(readText(row[0]))}`)
  for (const sql of tableSql(table, layout)) file.exec(sql)
  const valuesOf = extractor(layout)
  const columns = ['seq', 'id', 'rev', 'deleted', 'lwt', 'odd', 'doc', 'seal', ...layout.extracted.map(({ sql }) => sql)]
  const insert = `INSERT INTO ${tableName(table)} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  let seq = 0
  for (;;) {
    const rows = file.all(`SELECT seq, deleted, lwt, ${['id', 'rev', 'doc', 'seal'].map(textOf).join(', ')} FROM ${tableName(old)} WHERE seq > ? ORDER BY seq LIMIT 1000`, seq)
    for (const row of rows) {
      const [, deleted, lwt, idText, revText, stored, sealText] = row
      const [id, rev, seal] = [readText(idText), readText(revText), readText(sealText)]
      if (!(stored instanceof Uint8Array) || file.sealOf(stored) !== seal) throw new ReplicaProblem('replica-damaged')
      const json = unpackedText(stored)
      const doc = json === readText(stored) ? json : Buffer.from(stored)
      seq = Number(row[0])
      const { values, odd } = valuesOf(JSON.parse(json))
      file.run(insert, seq, id, rev, Number(deleted), Number(lwt), odd ? 1 : 0, doc, seal, ...values)
    }
    if (rows.length === 0) break
  }
  // Numbers that cleaned-up documents once had are not given out again either.
  file.run('DELETE FROM sqlite_sequence WHERE name = ?', table)
  file.run('INSERT INTO sqlite_sequence (name, seq) SELECT ?, seq FROM sqlite_sequence WHERE name = ?', table, old)
  file.exec(`DROP TABLE ${tableName(old)}`)
}

const ensureTable = (file: EncryptedFile, table: string, layout: Layout, derived: readonly DerivedTable[]): void =>
  file.transaction(() => {
    file.exec(catalogSql)
    const statements = tableSql(table, layout)
    const wanted = JSON.stringify(statements)
    const [known] = file.all(`SELECT ${textOf('layout')} FROM outpost_tables WHERE name = ?`, table)
    if (known === undefined || readText(known[0]) !== wanted) {
      if (known === undefined) statements.forEach((sql) => file.exec(sql))
      else rebuild(file, table, layout)
      file.run('INSERT OR REPLACE INTO outpost_tables (name, layout) VALUES (?, ?)', table, wanted)
    }
    ensureDerived(file, table, derived)
  })

/** RxDB's storage in an encrypted file. The file is the caller's to close, after the database. */
export const encryptedStorage = (file: EncryptedFile): RxStorage<TableParts, StorageOptions> => ({
  name: 'outpost-sqlite',
  rxdbVersion: RXDB_VERSION,
  async createStorageInstance<Document>(params: RxStorageInstanceCreationParams<Document, StorageOptions>): Promise<RxStorageInstance<Document, TableParts, StorageOptions>> {
    ensureRxStorageInstanceParamsAreCorrect(params as never)
    if (params.schema.attachments !== undefined) throw new Error('the replica keeps no attachments')
    const table = `${params.collectionName} ${params.schema.version}`
    const layout = layoutOf(params.schema, params.options?.indexes ?? [], params.options?.searched ?? [])
    const tables = params.options?.derived ?? []
    ensureTable(file, table, layout, tables)
    const derived = derivedRows(file, table, tables)
    const removed = (): void => void file.run('DELETE FROM outpost_tables WHERE name = ?', table)
    return new TableInstance<Document>(params.databaseName, params.collectionName, params.schema, { file, table, layout, derived, isPacked: params.collectionName.startsWith(replicationState), removed }, params.options) as unknown as RxStorageInstance<
      Document,
      TableParts,
      StorageOptions
    >
  },
})

/** Questions in SQL over the tables of an instance, given its `internals`. */
export const tablesOf = ({ file, table, derived }: TableParts): Tables => ({
  documents: tableName(table),
  derived: (name) => derived.nameOf(name),
  all: (sql, ...bound) => file.all(sql, ...bound),
})
