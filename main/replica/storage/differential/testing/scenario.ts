import fc from 'fast-check'
import { type Asked, asked } from './queries'
import { anyCell, type Cell, type FieldKind, nearlyTidyCell, onceIn, tidyCell, vocabulary, type Vocabulary } from './values'

/** Fields that a random schema may declare; some are SQL's words, or the names of columns that the table has anyway. */
export const paths = ['a', 'b', 'c', 'order', 'seq', 'A', 's.x', 's.y', 's.t.z'] as const

/** A partial index before the schema is known. */
export interface PartialChoice {
  readonly fields: readonly number[]
  readonly present?: number
  readonly only?: { readonly field: number; readonly cell: number }
}

/** What the storage is asked to index, besides the schema. */
export interface StorageChoice {
  readonly partial: readonly PartialChoice[]
  readonly searched: readonly number[]
}

/** A row of a bulk write, before it is known what the database holds. */
export interface RowChoice {
  readonly id: number
  /** Names the version it replaces rightly, wrongly, or not at all. */
  readonly previous: 'right' | 'stale' | 'none'
  readonly deleted: boolean
  /** Late: the clock of whoever wrote it was far ahead. */
  readonly late: boolean
  readonly cells: Readonly<Partial<Record<(typeof paths)[number] | 'free' | 'list', Cell>>>
  /** What stands in place of the object that `s.…` lie in. */
  readonly inPlaceOfObject?: unknown
}

export type Step =
  | { readonly do: 'write'; readonly rows: readonly RowChoice[] }
  | { readonly do: 'burst'; readonly writes: readonly (readonly RowChoice[])[] }
  /** A batch that is too long for one turn of the event loop, of documents like these rows; and a question in the middle of it. */
  | { readonly do: 'flood'; readonly many: number; readonly rows: readonly RowChoice[]; readonly asked: Asked }
  | { readonly do: 'query' | 'count'; readonly asked: Asked }
  | { readonly do: 'byId'; readonly ids: readonly number[]; readonly withDeleted: boolean }
  | { readonly do: 'pull'; readonly limit: number }
  | { readonly do: 'cleanup'; readonly minimumDeletedMs: number }
  | { readonly do: 'reopen' }
  | { readonly do: 'index anew'; readonly storage: StorageChoice }

/** One random case: a schema, what is indexed, and what is done. */
export interface Scenario {
  /** Whether the table is one in which replication remembers. */
  readonly isReplications: boolean
  readonly kinds: readonly FieldKind[]
  readonly vocabulary: Vocabulary
  readonly indexes: readonly (readonly number[])[]
  readonly storage: StorageChoice
  /** Asked how many after every step, as a screen keeps a number up to date. */
  readonly watched: readonly Asked[]
  readonly steps: readonly Step[]
}

const field = fc.nat({ max: paths.length - 1 })
const storage: fc.Arbitrary<StorageChoice> = fc.record({
  partial: fc.array(
    fc.record({
      fields: fc.array(field, { minLength: 1, maxLength: 3 }),
      present: onceIn(2, field),
      only: onceIn(3, fc.record({ field, cell: fc.nat({ max: 5 }) })),
    }),
    { maxLength: 3 },
  ),
  searched: fc.array(field, { maxLength: 2 }),
})

/** What may stand where the schema says that an object does. */
const noObject = fc.constantFrom<unknown>(null, 'text', 7, [], [{ x: 'a' }, { x: 'b', t: [{ z: 1 }] }], { x: { y: 1 } })

const rowOf = (cell: fc.Arbitrary<Cell>, inPlaceOfObject: fc.Arbitrary<unknown>): fc.Arbitrary<RowChoice> =>
  fc.record({
    id: fc.nat({ max: 15 }),
    previous: fc.constantFrom('right', 'right', 'right', 'right', 'stale', 'none'),
    deleted: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
    late: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
    cells: fc.record(Object.fromEntries([...paths, 'free', 'list'].map((path) => [path, fc.option(cell, { nil: undefined, freq: 5 })]))) as fc.Arbitrary<RowChoice['cells']>,
    inPlaceOfObject,
  })

const stepOf = (row: fc.Arbitrary<RowChoice>): fc.Arbitrary<Step> => {
  const rows = fc.array(row, { minLength: 1, maxLength: 6 })
  const flood = fc.record({ do: fc.constant('flood' as const), many: fc.integer({ min: 201, max: 450 }), rows, asked })
  return fc.oneof(
    { weight: 1, arbitrary: flood },
    { weight: 48, arbitrary: rows.map((list): Step => ({ do: 'write', rows: list })) },
    { weight: 6, arbitrary: fc.array(rows, { minLength: 2, maxLength: 3 }).map((writes): Step => ({ do: 'burst', writes })) },
    { weight: 84, arbitrary: asked.map((query): Step => ({ do: 'query', asked: query })) },
    { weight: 18, arbitrary: asked.map((query): Step => ({ do: 'count', asked: query })) },
    { weight: 12, arbitrary: fc.record({ do: fc.constant('byId' as const), ids: fc.array(fc.nat({ max: 17 }), { maxLength: 5 }), withDeleted: fc.boolean() }) },
    { weight: 12, arbitrary: fc.integer({ min: 1, max: 5 }).map((limit): Step => ({ do: 'pull', limit })) },
    { weight: 6, arbitrary: fc.constantFrom(0, 60_000).map((minimumDeletedMs): Step => ({ do: 'cleanup', minimumDeletedMs })) },
    { weight: 6, arbitrary: fc.constant<Step>({ do: 'reopen' }) },
    { weight: 6, arbitrary: storage.map((choice): Step => ({ do: 'index anew', storage: choice })) },
  )
}

const scenarioOf = (row: fc.Arbitrary<RowChoice>): fc.Arbitrary<Scenario> => {
  const kind = fc.constantFrom<FieldKind>('text', 'text', 'text', 'number', 'integer', 'boolean', 'free')
  return fc.record({
    kinds: fc.array(kind, { minLength: paths.length, maxLength: paths.length }),
    isReplications: fc.integer({ min: 0, max: 4 }).map((number) => number === 4),
    vocabulary,
    indexes: fc.array(fc.array(field, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    storage,
    watched: fc.array(asked, { minLength: 1, maxLength: 2 }),
    // The first write is large, so that most questions have something to answer.
    steps: fc
      .tuple(fc.array(row, { minLength: 1, maxLength: 14, size: 'max' }), fc.array(stepOf(row), { minLength: 1, maxLength: 16, size: 'max' }))
      .map(([rows, rest]): Step[] => [{ do: 'write', rows }, ...rest]),
  })
}

const nothing = fc.constant(undefined)

/** Mostly every value is of the type that the schema says, so that columns and indexes are trusted. */
export const scenario: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 4, arbitrary: scenarioOf(rowOf(tidyCell, nothing)) },
  { weight: 1, arbitrary: scenarioOf(rowOf(tidyCell, onceIn(12, noObject))) },
  { weight: 1, arbitrary: scenarioOf(rowOf(nearlyTidyCell, nothing)) },
  { weight: 2, arbitrary: scenarioOf(rowOf(anyCell, onceIn(9, noObject))) },
)
