import { badRequest, CouchProblem } from './couchProblem'
import { documentLimit } from './body'
import type { CouchDocument } from './pouch'
import { practiceDocumentId } from '../shared/records/practiceDatabase'
import { whyRefused, type PracticeRules } from '../shared/records/serverRules/rules'

/** One spelling only: what is compared as text here is read as a number further down. */
const revision = /^[1-9]\d{0,11}-[0-9a-f]{1,64}$/
const localRevision = /^0-\d{1,12}$/
const known = new Set(['_id', '_rev', '_deleted', '_revisions', '_attachments', '_conflicts', '_deleted_conflicts', '_local_seq', '_revs_info'])
const illFormed = /[\u0000]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** A document id that a client named; throws what CouchDB answers to a bad one. */
export const checkId = (id: unknown): string => {
  if (typeof id !== 'string') throw new CouchProblem(400, 'illegal_docid', 'Document id must be a string')
  if (id === '') throw new CouchProblem(400, 'illegal_docid', 'Document id must not be empty')
  if (id.length > 500 || illFormed.test(id)) throw new CouchProblem(400, 'illegal_docid', 'Document id is too long or not well-formed')
  if (id.startsWith('_') && !/^_(design|local)\/./.test(id)) throw new CouchProblem(400, 'illegal_docid', 'Only reserved document ids may start with underscore.')
  return id
}

/** A revision that a client named, of the document with this id. */
export const checkRevision = (rev: unknown, id?: unknown): string => {
  const shape = typeof id === 'string' && id.startsWith('_local/') ? localRevision : revision
  if (typeof rev !== 'string' || !shape.test(rev)) throw badRequest('Invalid rev format')
  return rev
}

/** A whole document, as far as the protocol goes. */
export const checkDocument = (value: unknown): CouchDocument => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('Document must be a JSON object')
  const document = value as Record<string, unknown>
  if (document['_id'] !== undefined) checkId(document['_id'])
  if (document['_rev'] !== undefined) checkRevision(document['_rev'], document['_id'])
  if (document['_deleted'] !== undefined && typeof document['_deleted'] !== 'boolean') throw badRequest('_deleted must be a boolean')
  if (document['_revisions'] !== undefined) checkRevisions(document['_revisions'], document['_rev'])
  const attachments = document['_attachments']
  if (attachments !== undefined && Object.keys(attachments as object).length > 0)
    throw new CouchProblem(415, 'attachments_refused', 'this database takes records only')
  for (const member of Object.keys(document))
    if (member.startsWith('_') && !known.has(member)) throw new CouchProblem(400, 'doc_validation', `Bad special document member: ${member}`)
  if (JSON.stringify(document).length > documentLimit) throw new CouchProblem(413, 'document_too_large', String(document['_id'] ?? ''))
  return document as unknown as CouchDocument
}

const checkRevisions = (value: unknown, rev: unknown): void => {
  const { start, ids } = (value ?? {}) as { start?: unknown; ids?: unknown }
  const sound = Number.isSafeInteger(start) && Array.isArray(ids) && ids.length > 0 && ids.length <= 1000 && (start as number) >= ids.length
  if (!sound || !(ids as unknown[]).every((id) => typeof id === 'string' && /^[0-9a-f]{1,64}$/.test(id))) throw badRequest('Invalid _revisions')
  if (rev !== undefined && rev !== `${start as number}-${String((ids as unknown[])[0])}`) throw badRequest('_revisions is not of this _rev')
}

/** Whether a version was made from this one: what was written beside it is a conflict, which PouchDB finds. */
const isMadeFrom = (document: CouchDocument, before: CouchDocument): boolean => {
  if (document._rev === before._rev) return true
  const [, hash] = String(before._rev).split('-')
  return hash !== undefined && ((document['_revisions'] as { readonly ids?: readonly string[] } | undefined)?.ids?.includes(hash) ?? false)
}

/**
 * What a practice's database takes: the reason of a refusal, or undefined. The rules are the centre's (`shared/records/serverRules`); the hub
 * also knows which version it shows, so that a tombstone can only ever close another one.
 *
 * @param before what the database shows under this id
 */
export const whyForbidden = (document: CouchDocument, before: CouchDocument | undefined, rules: PracticeRules, isAdmin: boolean): string | undefined => {
  if (document._id.startsWith('_design/')) return isAdmin ? undefined : 'only an administrator may write design documents'
  if (document._deleted && !isAdmin && before && !before._deleted && isMadeFrom(document, before)) return 'records are not deleted'
  const isChange = document._deleted || document._id === practiceDocumentId || (before && isMadeFrom(document, before))
  const from = isChange ? before : undefined
  return whyRefused(document, from, rules, isAdmin)
}
