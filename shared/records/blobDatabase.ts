/*
 * Files (images, documents) travel in a second database of the practice, beside its records. What lies there is
 * sealed by the workstations, named by what is in it, and never changed:
 *
 *   chunk-<64 hex>            one sealed piece of a file, as the attachment `c`
 *   note-<32 hex>-<32 hex>    which pieces make up a file; the first part names the set (a study), the second the file
 *
 * The names are keyed hashes: whoever has the database alone learns sizes and times, and nothing else.
 */

/** What the name of a practice's database for files ends in. */
export const blobDatabaseSuffix = '-blobs'

/** The database for files beside a database for records. */
export const blobDatabaseName = (records: string): string => `${records}${blobDatabaseSuffix}`

/** Whether this is the name of a database for files. */
export const isBlobDatabase = (name: string): boolean => name.endsWith(blobDatabaseSuffix)

/** The database for records beside a database for files. */
export const recordsDatabaseOf = (blobs: string): string => blobs.slice(0, -blobDatabaseSuffix.length)

/** Name of the one attachment of a chunk. */
export const chunkAttachment = 'c'

/** A chunk is 128 KiB before it is sealed; a little more is never more than this, in bytes. */
export const chunkLimit = 160 * 1024

const chunkShape = /^chunk-[0-9a-f]{64}$/
const noteShape = /^note-[0-9a-f]{32}-[0-9a-f]{32}$/

/** Whether it is the id of a chunk. */
export const isChunkId = (id: string): boolean => chunkShape.test(id)

/** Whether it is the id of a note. */
export const isNoteId = (id: string): boolean => noteShape.test(id)

/** A document as far as the rules look at it. */
export interface BlobDocument {
  readonly _id: string
  readonly _rev?: string
  readonly _deleted?: boolean
  readonly _attachments?: unknown
  readonly [member: string]: unknown
}

/**
 * What the database for files takes: the reason of a refusal, or undefined. Nothing in it is ever changed or taken
 * away, but by an administrator; a second write of the same is a conflict, and no refusal.
 */
export const whyBlobForbidden = (document: BlobDocument, before: BlobDocument | undefined, practice: string | undefined, isAdmin: boolean): string | undefined => {
  if (document._deleted) return isAdmin ? undefined : 'files are not deleted'
  const isHere = before !== undefined && !before._deleted
  if (isHere && document._rev === undefined) return undefined
  if (isHere && !isAdmin) return 'files are never changed'
  const members = Object.keys(document).filter((name) => !name.startsWith('_'))
  if (isChunkId(document._id)) {
    const attachments = Object.keys((document._attachments ?? {}) as object)
    return members.length === 0 && attachments.length === 1 && attachments[0] === chunkAttachment ? undefined : 'a chunk is one attachment and nothing else'
  }
  if (!isNoteId(document._id)) return 'neither a chunk nor a note'
  if (document._attachments !== undefined) return 'a note has no attachment'
  if (document['practice'] !== practice) return 'the note carries the stamp of another practice'
  return typeof document['key'] === 'string' && typeof document['sealed'] === 'string' ? undefined : 'a note names its key and is sealed'
}
