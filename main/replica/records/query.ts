import { normalizeMangoQuery, prepareQuery, type PreparedQuery, type RxCollection } from 'rxdb'
import type { Envelope, RecordType } from '../../../shared/records/envelope'
import type { Match, RecordQuery } from '../types'

type Condition = { readonly $eq: string } | { readonly $exists: boolean } | { readonly $in: string[] } | { readonly $gte?: string; readonly $lte?: string; readonly $lt?: string }

/** Sorts behind everything that begins as the prefix does. */
const behindAll = '\uffff'

/** A date given as upper end means all of that day, month or year. */
const conditionOf = (match: Match): Condition => {
  if (typeof match === 'string') return { $eq: match }
  if ('isThere' in match) return { $exists: match.isThere }
  if ('in' in match) return { $in: [...match.in] }
  if ('prefix' in match) return { $gte: match.prefix, $lt: match.prefix + behindAll }
  return { ...(match.from === undefined ? {} : { $gte: match.from }), ...(match.to === undefined ? {} : { $lte: match.to + behindAll }) }
}

const sortFields = { at: ['at'], date: ['search.date'], family: ['search.family', 'search.given'], birthdate: ['search.birthdate'] } as const

/** A records query as RxDB's storage takes it. */
export const preparedQueryOf = (collection: RxCollection<Envelope>, type: RecordType, query: RecordQuery = {}): PreparedQuery<Envelope> => {
  const selector: Record<string, Condition | { $eq: boolean }> = { _deleted: { $eq: false }, type: { $eq: type } }
  for (const [name, match] of Object.entries(query.where ?? {})) {
    if (match !== undefined) selector[`search.${name}`] = conditionOf(match)
  }
  const order = (query.sort?.order ?? 'descending') === 'ascending' ? 'asc' : 'desc'
  const sort = [...sortFields[query.sort?.by ?? 'at'], 'id'].map((field) => ({ [field]: order }))
  const mango = { selector, sort, ...(query.skip === undefined ? {} : { skip: query.skip }), ...(query.limit === undefined ? {} : { limit: query.limit }) }
  const { schema } = collection.storageInstance
  // RxDB's query type walks through every FHIR resource type, which the compiler gives up on.
  return prepareQuery(schema, normalizeMangoQuery(schema as never, mango as never) as never)
}
