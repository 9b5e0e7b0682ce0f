import { badRequest, CouchProblem } from './couchProblem'
import { documentLimit } from './body'
import type { CouchDocument } from './pouch'
import { appendOnlyTypes, recordTypes } from '../shared/records/envelope'
import { practiceDocumentId } from '../shared/records/practiceDatabase'

const revision = /^\d{1,12}-[0-9a-f]{1,64}$/i
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

/** A revision that a client named. */
export const checkRevision = (rev: unknown): string => {
  if (typeof rev !== 'string' || !revision.test(rev)) throw badRequest('Invalid rev format')
  return rev
}

/** A whole document, as far as the protocol goes. */
export const checkDocument = (value: unknown): CouchDocument => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('Document must be a JSON object')
  const document = value as Record<string, unknown>
  if (document['_id'] !== undefined) checkId(document['_id'])
  if (document['_rev'] !== undefined) checkRevision(document['_rev'])
  if (document['_deleted'] !== undefined && typeof document['_deleted'] !== 'boolean') throw badRequest('_deleted must be a boolean')
  if (document['_revisions'] !== undefined) checkRevisions(document['_revisions'])
  const attachments = document['_attachments']
  if (attachments !== undefined && Object.keys(attachments as object).length > 0)
    throw new CouchProblem(415, 'attachments_refused', 'this database takes records only')
  for (const member of Object.keys(document))
    if (member.startsWith('_') && !known.has(member)) throw new CouchProblem(400, 'doc_validation', `Bad special document member: ${member}`)
  if (JSON.stringify(document).length > documentLimit) throw new CouchProblem(413, 'document_too_large', String(document['_id'] ?? ''))
  return document as unknown as CouchDocument
}

const checkRevisions = (value: unknown): void => {
  const { start, ids } = (value ?? {}) as { start?: unknown; ids?: unknown }
  const sound = Number.isSafeInteger(start) && Array.isArray(ids) && ids.length > 0 && ids.length <= 1000 && (start as number) >= ids.length
  if (!sound || !(ids as unknown[]).every((id) => typeof id === 'string' && /^[0-9a-f]{1,64}$/i.test(id))) throw badRequest('Invalid _revisions')
}

/**
 * What a practice database takes, as CouchDB's `validate_doc_update` would: the reason of a refusal,
 * or undefined. Architecture §6: the practice's stamp, known types, append-only types.
 */
export const whyForbidden = (document: CouchDocument, before: CouchDocument | undefined, practice: string | undefined, isAdmin: boolean): string | undefined => {
  if (document._id.startsWith('_design/')) return isAdmin ? undefined : 'only an administrator may write design documents'
  if (document._id === practiceDocumentId) return isAdmin || before === undefined ? undefined : 'only an administrator may change the practice document'
  // Merged branches are closed; what a record says now is never taken away.
  if (document._deleted) return isAdmin || !before || before._rev !== document._rev ? undefined : 'records are not deleted'
  if (practice === undefined) return 'the database has no practice document yet'
  if (document['practice'] !== practice) return 'the record carries the stamp of another practice'
  const type = recordTypes.find((each) => each === document['type'])
  if (!type) return 'unknown record type'
  if (document['id'] !== document._id) return 'the record has another id than its document'
  if (!before || before._deleted || !appendOnlyTypes.includes(type)) return undefined
  return canonical(before['resource']) === canonical(document['resource']) ? undefined : `${type} is append-only`
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
