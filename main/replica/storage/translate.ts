import type { Bound } from './encryptedFile'
import { type Column, type Layout, literal } from './layout'
import { orderKey } from './orderKey'

/**
 * A selector in SQL. Where it is not `exact`, the SQL lets through every document that the selector means and
 * perhaps others, which have to be asked in JavaScript.
 */
export interface Translation {
  readonly sql: string
  readonly bound: readonly Bound[]
  readonly exact: boolean
}

const anything: Translation = { sql: '1', bound: [], exact: false }
const comparisons: Readonly<Record<string, string>> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' }

const join = (parts: readonly Translation[], word: 'AND' | 'OR'): Translation => ({
  sql: parts.map(({ sql }) => `(${sql})`).join(` ${word} `),
  bound: parts.flatMap(({ bound }) => bound),
  exact: parts.every(({ exact }) => exact),
})

/** The value as the column holds it; undefined: the column cannot hold such a value. */
const boundOf = (column: Column, value: unknown): Bound | undefined => {
  if (column.kind === 'text' && typeof value === 'string') return orderKey(value)
  if (column.kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return value
  if (column.kind === 'boolean' && typeof value === 'boolean') return value ? 1 : 0
  return undefined
}

const equals = (column: Column, value: unknown, layout: Layout): Translation => {
  const bound = boundOf(column, value)
  if (bound === undefined) return anything
  // Constants where a partial index asks for them: SQLite does not look into bound values when it chooses.
  if (column.kind === 'boolean') return { sql: `${column.sql} = ${bound}`, bound: [], exact: true }
  if (layout.constants.has(column.path)) return { sql: `${column.sql} = ${literal(value as string)}`, bound: [], exact: true }
  return { sql: `${column.sql} = ?`, bound: [bound], exact: true }
}

const among = (column: Column, values: unknown): readonly Bound[] | undefined => {
  if (!Array.isArray(values) || values.length > 500) return undefined
  const bound = values.map((value) => boundOf(column, value))
  return bound.includes(undefined) ? undefined : (bound as Bound[])
}

const operation = (column: Column, operator: string, value: unknown, layout: Layout): Translation => {
  const comparison = comparisons[operator]
  if (comparison !== undefined) {
    const bound = boundOf(column, value)
    return bound === undefined ? anything : { sql: `${column.sql} ${comparison} ?`, bound: [bound], exact: true }
  }
  switch (operator) {
    case '$eq':
      return value === null ? { sql: `${column.sql} IS NULL`, bound: [], exact: true } : equals(column, value, layout)
    case '$ne': {
      if (value === null) return { sql: `${column.sql} IS NOT NULL`, bound: [], exact: true }
      const bound = boundOf(column, value)
      return bound === undefined ? anything : { sql: `${column.sql} IS NOT ?`, bound: [bound], exact: true }
    }
    case '$in': {
      const bound = among(column, value)
      return bound === undefined ? anything : { sql: `${column.sql} IN (${bound.map(() => '?').join(', ')})`, bound, exact: true }
    }
    case '$nin': {
      const bound = among(column, value)
      return bound === undefined ? anything : { sql: `${column.sql} IS NULL OR ${column.sql} NOT IN (${bound.map(() => '?').join(', ')})`, bound, exact: true }
    }
    case '$exists':
      return typeof value === 'boolean' ? { sql: `${column.sql} IS ${value ? 'NOT ' : ''}NULL`, bound: [], exact: true } : anything
    default:
      return anything
  }
}

const field = (path: string, matcher: unknown, layout: Layout): Translation => {
  const column = layout.columns.get(path)
  if (column === undefined) return anything
  if (typeof matcher !== 'object' || matcher === null) return operation(column, '$eq', matcher, layout)
  const operators = Object.entries(matcher)
  if (operators.length === 0 || operators.some(([name]) => !name.startsWith('$'))) return anything
  return join(operators.map(([name, value]) => operation(column, name, value, layout)), 'AND')
}

/** A Mango selector in SQL over the layout's columns. */
export const translate = (selector: object, layout: Layout): Translation => {
  const parts = Object.entries(selector).map(([name, value]: [string, unknown]): Translation => {
    if (!name.startsWith('$')) return field(name, value, layout)
    if ((name !== '$and' && name !== '$or') || !Array.isArray(value) || value.length === 0) return anything
    return join(value.map((each) => translate(each as object, layout)), name === '$and' ? 'AND' : 'OR')
  })
  return parts.length === 0 ? { sql: '1', bound: [], exact: true } : join(parts, 'AND')
}

/** Fields of which the selector leaves few values: one, several named ones, or what lies between two ends. */
const narrowed = (selector: object): ReadonlySet<string> =>
  new Set(
    Object.entries(selector).flatMap(([name, matcher]: [string, unknown]) => {
      if (typeof matcher !== 'object' || matcher === null) return []
      const operators = Object.keys(matcher)
      const bounded = operators.some((operator) => operator.startsWith('$gt')) && operators.some((operator) => operator.startsWith('$lt'))
      return bounded || operators.includes('$eq') || operators.includes('$in') ? [name] : []
    }),
  )

/**
 * Whether SQLite should look documents up by a search parameter and then sort them. Left to itself it takes an index
 * that has the wanted order, and walks through the whole practice for the few documents of one patient.
 */
const shouldSortAfterwards = (selector: object, paths: readonly string[], layout: Layout): boolean => {
  const fields = narrowed(selector)
  const selective = layout.indexes.filter(({ present }) => present !== undefined && fields.has(present))
  const inOrder = selective.some(({ fields: indexed, present }) => {
    const rest = indexed.slice(indexed.indexOf(present as string) + 1)
    // Documents that are equal but for their id are few: SQLite sorts these by itself.
    return paths.every((path, place) => rest[place] === path || (path === layout.primary && place === rest.length)) || paths[0] === present
  })
  return selective.length > 0 && !inOrder
}

/** The sort order in SQL; undefined when a field has no column. SQLite sorts what is absent first, as RxDB does. */
export const translateSort = (selector: object, sort: readonly Readonly<Record<string, string>>[], layout: Layout): string | undefined => {
  const parts = sort.flatMap((part) => Object.entries(part))
  const columns = parts.map(([path, direction]) => ({ sql: layout.columns.get(path)?.sql, direction: direction === 'desc' ? 'DESC' : 'ASC' }))
  if (columns.some(({ sql }) => sql === undefined)) return undefined
  // A plus sign takes the term away from indexes.
  const first = shouldSortAfterwards(selector, parts.map(([path]) => path), layout) ? '+' : ''
  return first + columns.map(({ sql, direction }) => `${sql} ${direction}`).join(', ')
}
