import type { RxJsonSchema } from 'rxdb'
import type { Envelope, SearchParameters } from '../../../shared/records/envelope'

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const

const searchParameters = {
  family: text(200),
  given: text(200),
  birthdate: text(10),
  identifier: text(200),
  phone: text(50),
  subject: text(64),
  encounter: text(64),
  code: text(200),
  date: text(40),
  status: text(50),
} as const satisfies Record<keyof SearchParameters, { type: 'string'; maxLength: number }>

/** Where the search parameters lie in a record. */
export const searchParameterPaths = Object.keys(searchParameters).map((name) => `search.${name}`)

/**
 * RxDB's schema of the collection that syncs. Indexes are the storage's, see {@link recordIndexes}. What came later (`after`) is kept
 * without being named: to RxDB a schema with one more name is another version.
 */
export const recordSchema: RxJsonSchema<Omit<Envelope, 'after'>> = {
  title: 'record',
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: text(26),
    type: text(40),
    practice: text(64),
    resource: { type: 'object', additionalProperties: true },
    search: { type: 'object', properties: searchParameters },
    author: text(100),
    station: text(8),
    at: text(40),
    prior: { type: 'array', items: { type: 'object', additionalProperties: true } },
    rev: text(100),
  },
  required: ['id', 'type', 'practice', 'resource', 'search', 'author', 'station', 'at', 'prior'],
}
