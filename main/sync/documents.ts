import type { WithDeleted } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { searchParametersOf } from '../../shared/records/search'
import { recordTypes } from '../../shared/records/envelope'
import { inPresentForm } from '../replica'

/** A record as the replica stores it: `rev` is the server's revision that it was last read with. */
export type Stored = WithDeleted<Envelope> & {
  readonly rev?: string
  /** What CouchDB says of files that hang on the document; sent back with each change, or it would drop them. Nothing of ours hangs any there. */
  readonly attached?: Readonly<Record<string, object>>
}

/** A document as the server has it. */
export interface ServerDocument {
  readonly _id: string
  readonly _rev: string
  readonly _deleted?: boolean
  readonly _conflicts?: readonly string[]
  readonly [member: string]: unknown
}

/** How many revisions there were up to this one. */
export const generationOf = (rev: string): number => Number(/^\d+/.exec(rev)?.[0] ?? 0)

/** The document to send. `search` is derived and stays here. */
export const toDocument = ({ rev: _rev, search: _search, attached, _deleted, ...record }: Stored, rev: string | undefined): object => ({
  _id: record.id,
  ...(rev === undefined ? {} : { _rev: rev }),
  ...(_deleted ? { _deleted: true } : {}),
  // Without a revision there is nothing that they could hang on.
  ...(attached && rev !== undefined ? { _attachments: attached } : {}),
  ...record,
})

const underscore = 0x5f
const known = new Set<unknown>(recordTypes)
const members = new Set(['id', 'type', 'practice', 'resource', 'search', 'author', 'station', 'at', 'prior', 'rev', 'attached'])

/** A resource of another shape than it should have is kept as it is, and found by nothing. */
const searchIn = (type: Envelope['type'], resource: Envelope['resource']): Envelope['search'] => {
  try {
    return searchParametersOf(type, resource)
  } catch {
    return {}
  }
}

/** Whether a document is a record of the practice of a type that only a newer version knows. */
export const isOfNewerType = (document: ServerDocument, practice: string, types: ReadonlySet<unknown> = known): boolean =>
  !document._deleted && document['practice'] === practice && typeof document['type'] === 'string' && document._id === document['id'] && !types.has(document['type'])

/**
 * The record in a document, or undefined when it is none of ours to keep: a design document, the
 * practice's mark, a tombstone, another practice's, or not of a record's shape. Members that only a newer
 * version knows are kept, and go back with the next change that is made here.
 */
export const fromDocument = (document: ServerDocument, practice: string): Stored | undefined => {
  // A first load makes hundreds of thousands of these: nothing is copied twice.
  const form = inPresentForm(document) as Partial<Envelope> & ServerDocument
  const { id, type, resource, author, station, at, prior } = form
  if (document._deleted || document._id !== id || document['practice'] !== practice || type === undefined || !known.has(type)) return undefined
  if (typeof resource !== 'object' || resource === null || typeof at !== 'string') return undefined
  const record: Record<string, unknown> & Stored = {
    id,
    type,
    practice,
    resource,
    search: searchIn(type, resource),
    author: String(author ?? ''),
    station: String(station ?? ''),
    at,
    prior: Array.isArray(prior) ? prior : [],
    rev: document._rev,
    _deleted: false,
  }
  for (const name in form) if (name.charCodeAt(0) !== underscore && !members.has(name)) record[name] = form[name]
  const attached = document['_attachments'] as Stored['attached']
  return attached ? { ...record, attached } : record
}
