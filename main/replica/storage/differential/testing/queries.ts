import fc from 'fast-check'
import { anyCell, type Cell, type FieldKind, onceIn, texts, valueOf, type Vocabulary } from './values'

/** What one condition asks of a field: an operator, and cells for whatever it compares with. */
export interface Condition {
  readonly field: number
  readonly operator: (typeof operators)[number]
  readonly cells: readonly Cell[]
}

/** A selector: all conditions must hold, and the parts as `logic` says. */
export interface Selector {
  readonly conditions: readonly Condition[]
  readonly logic?: { readonly word: '$and' | '$or' | '$nor'; readonly parts: readonly Selector[] }
}

/** A Mango query before the schema is known. */
export interface Asked {
  readonly selector: Selector
  readonly sort: readonly { readonly field: number; readonly direction: 'asc' | 'desc' }[]
  readonly skip?: number
  readonly limit?: number
  /** Whether the query says that deleted documents are not wanted, as all of RxDB's own queries do. */
  readonly living: boolean
}

const operators = [
  '$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists', '$regex', '$prefix', '$not', '$elemMatch', '$size', '$type', '$mod', '=', '$between', '$empty',
] as const

/** A field of the schema, or now and then any that can be asked about. */
const field = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 8 }) }, { weight: 1, arbitrary: fc.nat({ max: 23 }) })

const condition: fc.Arbitrary<Condition> = fc.record({
  field,
  operator: fc.constantFrom(...operators, '$eq', '$eq', '$in', '$gt', '$between', '$prefix'),
  cells: fc.array(anyCell, { minLength: 1, maxLength: 3 }),
})

const selectorOfDepth = (depth: number): fc.Arbitrary<Selector> => {
  const conditions = fc.oneof({ weight: 4, arbitrary: fc.array(condition, { maxLength: 1 }) }, { weight: 1, arbitrary: fc.array(condition, { maxLength: 3 }) })
  if (depth === 0) return fc.record({ conditions })
  const logic = fc.record({ word: fc.constantFrom('$and' as const, '$or' as const, '$nor' as const), parts: fc.array(selectorOfDepth(depth - 1), { minLength: 1, maxLength: 3 }) })
  return fc.record({ conditions, logic: onceIn(3, logic) })
}

export const asked: fc.Arbitrary<Asked> = fc.record({
  selector: selectorOfDepth(2),
  sort: fc.array(fc.record({ field, direction: fc.constantFrom('asc' as const, 'desc' as const) }), { maxLength: 3 }),
  skip: onceIn(3, fc.nat({ max: 4 })),
  limit: onceIn(2, fc.nat({ max: 8 })),
  living: fc.boolean(),
})

/** A field that can be asked about. */
export interface AskableField {
  readonly path: string
  readonly kind: FieldKind
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const operand = ({ operator, cells }: Condition, kind: FieldKind, speaks: Vocabulary): Record<string, unknown> | undefined => {
  const [first = 0, second = 1] = cells
  const value = valueOf(first, kind, speaks)
  const all = cells.map((cell) => valueOf(cell, kind, speaks))
  const number = typeof first === 'number' ? first + (speaks[first] ?? 0) : 0
  const word = typeof value === 'string' ? value : (texts[number % texts.length] ?? '')
  switch (operator) {
    case '=': return undefined
    case '$in':
    case '$nin': return { [operator]: number % 13 === 0 ? [] : all }
    case '$exists': return { $exists: number % 2 === 0 }
    case '$regex': return { $regex: escaped(word.slice(0, 2)), ...(number % 5 === 0 ? { $options: 'i' } : {}) }
    case '$prefix': return { $regex: `^${escaped(word.slice(0, 3))}` }
    case '$not': return { $not: number % 3 === 0 ? { $in: all } : number % 3 === 1 ? { $eq: value } : { $gt: value } }
    case '$elemMatch': return { $elemMatch: number % 3 === 0 ? { k: { $eq: valueOf(second, 'number', speaks) } } : number % 3 === 1 ? { $eq: value } : { $gt: value } }
    case '$size': return { $size: number % 4 }
    case '$type': return { $type: ['string', 'number', 'boolean', 'array', 'object', 'null'][number % 6] }
    case '$mod': return { $mod: [2, number % 2] }
    case '$between': return { [number % 2 === 0 ? '$gt' : '$gte']: value, [number % 3 === 0 ? '$lt' : '$lte']: valueOf(second, kind, speaks) }
    case '$empty': return {}
    default: return { [operator]: value }
  }
}

const at = (fields: readonly AskableField[], place: number): AskableField => fields[place % fields.length] as AskableField

const selectorFor = ({ conditions, logic }: Selector, fields: readonly AskableField[], speaks: Vocabulary): Record<string, unknown> => {
  const made: Record<string, unknown> = {}
  for (const each of conditions) {
    const { path, kind } = at(fields, each.field)
    const said = operand(each, kind, speaks)
    const before = made[path]
    if (said === undefined) made[path] = valueOf(each.cells[0] ?? 0, kind, speaks)
    else made[path] = typeof before === 'object' && before !== null && !Array.isArray(before) ? { ...before, ...said } : said
  }
  if (logic !== undefined) made[logic.word] = logic.parts.map((part) => selectorFor(part, fields, speaks))
  return made
}

/** The query as a caller of RxDB would write it. */
export const mangoOf = ({ selector, sort, skip, limit, living }: Asked, fields: readonly AskableField[], speaks: Vocabulary): Record<string, unknown> => {
  const order = new Map(sort.map(({ field, direction }) => [at(fields, field).path, direction]))
  return {
    selector: { ...(living ? { _deleted: { $eq: false } } : {}), ...selectorFor(selector, fields, speaks) },
    ...(order.size > 0 ? { sort: [...order].map(([path, direction]) => ({ [path]: direction })) } : {}),
    ...(skip === undefined ? {} : { skip }),
    ...(limit === undefined ? {} : { limit }),
  }
}
