import type { RxJsonSchema } from 'rxdb'
import { getPrimaryFieldOfPrimaryKey, getSchemaByObjectPath } from 'rxdb'
import { orderKey } from './orderKey'
import type { Bound } from './encryptedFile'

/** An index that RxDB's schema cannot tell of, because it holds only some of the documents. */
export interface PartialIndex {
  /** Paths in the document, in order. */
  readonly fields: readonly string[]
  /** Only documents that have this field. */
  readonly present?: string
  /** Only documents in which this field has this value. */
  readonly only?: { readonly field: string; readonly value: string }
}

type Kind = 'text' | 'number' | 'boolean'

/** A field that has a column of its own, by which queries search and sort. */
export interface Column {
  readonly path: string
  /** Quoted, as SQL names it. */
  readonly sql: string
  readonly kind: Kind
}

/** How a collection lies in its table. */
export interface Layout {
  readonly primary: string
  /** By path: the fields of all indexes, and what every document has. */
  readonly columns: ReadonlyMap<string, Column>
  /** Those of them that are read out of the document, in the table's order. */
  readonly extracted: readonly Column[]
  readonly indexes: readonly PartialIndex[]
  /** Fields that partial indexes compare with a constant: a query must name the constant for the index to serve. */
  readonly constants: ReadonlySet<string>
}

// The parameter is RxDB's own `any`: every collection has its own document type.
// oxlint-disable-next-line no-explicit-any
type AnySchema = RxJsonSchema<any>

const quoted = (name: string): string => `"${name.replace(/"/g, '""')}"`

/** Columns that every table has; a field of the same name has to be called something else. SQL does not tell `A` from `a`. */
const ownColumns = ['seq', 'id', 'rev', 'deleted', 'lwt', 'odd', 'doc', 'seal', 'rowid', 'oid', '_rowid_']

const freeName = (path: string, taken: Set<string>): string => {
  let name = path
  while (taken.has(name.toLowerCase())) name += "'"
  taken.add(name.toLowerCase())
  return name
}

const kindOf = (schema: AnySchema, path: string): Kind => {
  const type = (getSchemaByObjectPath(schema, path) as { type?: unknown } | undefined)?.type
  if (type === 'string') return 'text'
  if (type === 'boolean') return 'boolean'
  if (type === 'number' || type === 'integer') return 'number'
  throw new Error(`the field ${path} cannot be indexed`)
}

/** The layout of a collection: `partial` are indexes, `searched` columns besides those of the schema's indexes. */
export const layoutOf = (schema: AnySchema, partial: readonly PartialIndex[], searched: readonly string[]): Layout => {
  const primary = getPrimaryFieldOfPrimaryKey(schema.primaryKey) as string
  const columns = new Map<string, Column>([
    [primary, { path: primary, sql: 'id', kind: 'text' }],
    ['_deleted', { path: '_deleted', sql: 'deleted', kind: 'boolean' }],
    ['_meta.lwt', { path: '_meta.lwt', sql: 'lwt', kind: 'number' }],
  ])
  const builtIn = new Set(columns.keys())
  const ofSchema = ((schema.indexes ?? []) as readonly (readonly string[])[]).filter((fields) => fields.some((field) => !builtIn.has(field))).map((fields) => ({ fields }))
  const indexes: readonly PartialIndex[] = [...ofSchema, ...partial]
  const extracted: Column[] = []
  const taken = new Set(ownColumns)
  const add = (path: string): void => {
    if (columns.has(path)) return
    const column = { path, sql: quoted(freeName(path, taken)), kind: kindOf(schema, path) }
    columns.set(path, column)
    extracted.push(column)
  }
  for (const index of indexes) {
    index.fields.forEach(add)
    if (index.present !== undefined) add(index.present)
    if (index.only !== undefined) add(index.only.field)
  }
  searched.forEach(add)
  return { primary, columns, extracted, indexes, constants: new Set(indexes.flatMap(({ only }) => (only === undefined ? [] : [only.field]))) }
}

/** A constant in SQL. */
export const literal = (text: string): string => `'${orderKey(text).replace(/'/g, "''")}'`

/** The statements that make the table and its indexes. */
export const tableSql = (table: string, layout: Layout): string[] => {
  const types: Readonly<Record<Kind, string>> = { text: 'TEXT', number: 'REAL', boolean: 'INTEGER' }
  const extracted = layout.extracted.map(({ sql, kind }) => `, ${sql} ${types[kind]}`).join('')
  return [
    // `seq` grows with every write and is never used again: what has changed since, whatever the wall clock did.
    `CREATE TABLE ${quoted(table)} (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, rev TEXT NOT NULL, deleted INTEGER NOT NULL, lwt REAL NOT NULL, odd INTEGER NOT NULL, doc TEXT NOT NULL, seal TEXT NOT NULL${extracted})`,
    `CREATE UNIQUE INDEX ${quoted(`${table} id`)} ON ${quoted(table)} (id)`,
    `CREATE INDEX ${quoted(`${table} odd`)} ON ${quoted(table)} (odd) WHERE odd = 1`,
    ...layout.indexes.map((index, place) => {
      const fields = index.fields.map((field) => layout.columns.get(field)?.sql).join(', ')
      const conditions = [
        ...(index.fields[0] === '_deleted' ? [] : ['deleted = 0']),
        ...(index.only === undefined ? [] : [`${layout.columns.get(index.only.field)?.sql} = ${literal(index.only.value)}`]),
        ...(index.present === undefined ? [] : [`${layout.columns.get(index.present)?.sql} IS NOT NULL`]),
      ]
      return `CREATE INDEX ${quoted(`${table} ${place}`)} ON ${quoted(table)} (${fields})${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`
    }),
  ]
}

/** What a document writes into its row, or that a column cannot hold one of its values as a query would compare it. */
export interface RowValues {
  readonly values: readonly Bound[]
  readonly odd: boolean
}

const valueAt = (document: unknown, path: readonly string[]): unknown => {
  let value = document
  for (const name of path) {
    if (value === undefined) return undefined
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** Reads the extracted columns' values out of documents. */
export const extractor = (layout: Layout): ((document: unknown) => RowValues) => {
  const paths = layout.extracted.map(({ path, kind }) => ({ names: path.split('.'), kind }))
  return (document) => {
    let odd = false
    const values = paths.map(({ names, kind }) => {
      const value = valueAt(document, names)
      if (value === undefined) return null
      if (kind === 'text' && typeof value === 'string') return orderKey(value)
      if (kind === 'number' && typeof value === 'number') return value
      if (kind === 'boolean' && typeof value === 'boolean') return value ? 1 : 0
      odd = true
      return null
    })
    return { values, odd }
  }
}

/** The quoted name of a table. */
export const tableName = quoted
