import { badRequest } from './couchProblem'

/** Whether a document is one of those that were asked for. */
export type Matches = (document: Readonly<Record<string, unknown>>) => boolean

type Test = (value: unknown) => boolean

const deepest = 8
const longestList = 10_000

const valueAt = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined), document)

const isScalar = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** Comparison of two values of one kind; of others nothing is said. CouchDB orders text by ICU, which for identifiers and instants is the same. */
const compared = (value: unknown, other: unknown): number | undefined => {
  if ((typeof value === 'string' && typeof other === 'string') || (typeof value === 'number' && typeof other === 'number')) return value < other ? -1 : value > other ? 1 : 0
  return undefined
}

const bad = (what: string) => badRequest(`the hub does not filter by ${what}`)

const listOf = (given: unknown): ReadonlySet<unknown> => {
  if (!Array.isArray(given) || given.length > longestList || !given.every(isScalar)) throw bad('such a list')
  return new Set(given as unknown[])
}

/** As in CouchDB, a field that is absent answers no comparison, not even one that denies. */
const operators: Readonly<Record<string, (operand: unknown) => Test>> = {
  $eq: (operand) => (value) => value === operand,
  $ne: (operand) => (value) => value !== undefined && value !== operand,
  $lt: (operand) => (value) => (compared(value, operand) ?? 1) < 0,
  $lte: (operand) => (value) => (compared(value, operand) ?? 1) <= 0,
  $gt: (operand) => (value) => (compared(value, operand) ?? -1) > 0,
  $gte: (operand) => (value) => (compared(value, operand) ?? -1) >= 0,
  $exists: (operand) => (value) => (value !== undefined) === operand,
  $in: (operand) => {
    const list = listOf(operand)
    return (value) => value !== undefined && list.has(value)
  },
  $nin: (operand) => {
    const list = listOf(operand)
    return (value) => value !== undefined && !list.has(value)
  },
}

const testOf = (condition: unknown): Test => {
  if (isScalar(condition)) return (value) => value === condition
  const tests = Object.entries(condition as object).map(([operator, operand]) => {
    const make = Object.hasOwn(operators, operator) ? operators[operator] : undefined
    if (!make) throw bad(operator)
    return make(operand)
  })
  return (value) => tests.every((test) => test(value))
}

/**
 * The part of CouchDB's selectors that a workstation fetches by: comparisons of single values under `$and` and `$or`. Anything else is
 * refused with 400, never answered wrong.
 */
export const readSelector = (selector: unknown, depth = 0): Matches => {
  if (typeof selector !== 'object' || selector === null || Array.isArray(selector) || depth > deepest) throw bad('this selector')
  const parts = Object.entries(selector).map(([name, condition]): Matches => {
    if (name === '$and' || name === '$or') {
      if (!Array.isArray(condition) || condition.length > 100) throw bad(name)
      const several = condition.map((each) => readSelector(each, depth + 1))
      return name === '$and' ? (document) => several.every((matches) => matches(document)) : (document) => several.some((matches) => matches(document))
    }
    if (name.startsWith('$')) throw bad(name)
    if (Array.isArray(condition)) throw bad('lists')
    const [path, test] = [name.split('.'), testOf(condition)]
    return (document) => test(valueAt(document, path))
  })
  return (document) => parts.every((matches) => matches(document))
}
