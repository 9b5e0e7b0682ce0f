import Database from 'libsql'
import type { Bound, Row } from '../storage/encryptedFile'
import type { Depth } from './treePages'

/** What must be as it was written before a statement may answer. */
export type Needs = 'everything' | readonly { readonly root: number; readonly depth: Depth }[]

/** Asks the guarded file itself. */
export type Query = (sql: string, ...bound: readonly Bound[]) => Row[]

/*
 * Opcodes of SQLite's virtual machine (https://sqlite.org/opcode.html). Those in `seeking` put a cursor somewhere by what the pages
 * say, so that rows may be left out; those in `reshaping` touch more than their program tells.
 */
const seeking = new Set(
  ('Last SeekEnd Sort Rewind Prev Next SeekLT SeekLE SeekGE SeekGT SeekScan IfNoHope NoConflict NotFound Found SeekRowid RowCell RowData IdxRowid ' +
    'IdxLE IdxGT IdxLT IdxGE Count IfEmpty IfSizeBetween Offset').split(' '),
)
const reshaping = new Set('VOpen VFilter VUpdate VCreate VDestroy CreateBtree Destroy Clear ParseSchema DropTable DropIndex SqlExec IntegrityCk Vacuum'.split(' '))
const rootInRegister = 0x10

interface Tree {
  readonly root: number
  readonly isTable: boolean
  /** Columns for which the document's seal speaks. */
  readonly sealed: ReadonlySet<number>
}

const schemaSql = 'SELECT CAST(type AS BLOB), CAST(name AS BLOB), rootpage, CAST(sql AS BLOB) FROM sqlite_schema'
const text = (value: Row[number] | undefined): string => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '')

/**
 * Tells from SQLite's own program for a statement which b-trees it reads, and how. The driver never lets go of an EXPLAIN, which
 * would hold up checkpoints; so an empty database in memory with the same schema is asked.
 */
export class StatementNeeds {
  private readonly known = new Map<string, Needs>()
  private readonly trees = new Map<number, Tree>()
  private twin: Database.Database | undefined
  private version = -1

  constructor(private readonly query: Query) {}

  of(sql: string): Needs {
    const version = Number(this.query('PRAGMA schema_version')[0]?.[0])
    if (version !== this.version) this.copySchema(version)
    let needs = this.known.get(sql)
    if (needs === undefined) this.known.set(sql, (needs = this.explain(sql)))
    return needs
  }

  close(): void {
    this.known.clear()
    this.twin?.close()
    this.twin = undefined
  }

  private copySchema(version: number): void {
    this.close()
    this.trees.clear()
    const twin = new Database(':memory:')
    const roots = new Map<string, number>([['sqlite_schema', 1]])
    twin.exec('BEGIN')
    for (const [, name, root, sql] of this.query(schemaSql)) {
      roots.set(text(name), Number(root))
      if (!(sql instanceof Uint8Array) || text(name).startsWith('sqlite_')) continue
      try {
        twin.exec(text(sql))
      } catch {
        // Inner tables of a virtual one came with it.
      }
    }
    if (roots.has('sqlite_stat1')) {
      twin.exec('ANALYZE')
      const insert = twin.prepare('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)')
      for (const row of this.query('SELECT CAST(tbl AS BLOB), CAST(idx AS BLOB), CAST(stat AS BLOB) FROM sqlite_stat1')) insert.run(...row.map((value) => (value === null ? null : text(value))))
    }
    twin.exec('COMMIT')
    if (roots.has('sqlite_stat1')) twin.exec('ANALYZE sqlite_schema')
    this.trees.set(1, { root: 1, isTable: true, sealed: new Set() })
    for (const [type, name, root] of twin.prepare('SELECT type, name, rootpage FROM sqlite_schema').raw(true).all() as [string, string, number][]) {
      const own = roots.get(name)
      if (own === undefined || root === 0) continue
      const columns = type === 'table' ? (twin.prepare('SELECT name FROM pragma_table_xinfo(?)').raw(true).all(name) as [string][]).map(([column]) => column) : []
      const doc = columns.indexOf('doc')
      const seal = columns.indexOf('seal')
      this.trees.set(root, { root: own, isTable: type === 'table', sealed: new Set(doc >= 0 && seal >= 0 ? [doc, seal] : []) })
    }
    this.twin = twin
    this.version = version
  }

  private explain(sql: string): Needs {
    const program = this.twin?.prepare(`EXPLAIN ${sql}`).raw(true).all() as [number, string, number, number, number, unknown, number][]
    if (program.some(([, opcode]) => reshaping.has(opcode))) return 'everything'
    const cursors = new Map<number, Tree>()
    const depths = new Map<Tree, Depth>()
    const need = (tree: Tree | undefined, depth: Depth): void => {
      if (tree !== undefined && (depth !== 'way' || !depths.has(tree))) depths.set(tree, depth)
    }
    for (const [, opcode, cursor, root, database, , flags] of program) {
      if ((opcode !== 'OpenRead' && opcode !== 'OpenWrite' && opcode !== 'ReopenIdx') || database !== 0) continue
      const tree = (flags & rootInRegister) === 0 ? this.trees.get(root) : undefined
      if (tree === undefined || (cursors.has(cursor) && cursors.get(cursor) !== tree)) return 'everything'
      cursors.set(cursor, tree)
      need(tree, 'way')
    }
    const isWrite = program.some(([, opcode]) => opcode === 'OpenWrite')
    for (const [, opcode, cursor, column] of program) {
      const tree = cursors.get(cursor)
      if (tree === undefined) continue
      if (seeking.has(opcode) || (opcode === 'NotExists' && !isWrite)) need(tree, tree.isTable ? 'all' : 'leaves')
      // A row that a write replaces lies in a page that the write changes, and such pages are checked before it is acknowledged.
      if (opcode === 'Column' && tree.isTable && !isWrite && !tree.sealed.has(column)) need(tree, 'all')
    }
    return [...depths].map(([{ root }, depth]) => ({ root, depth }))
  }
}
