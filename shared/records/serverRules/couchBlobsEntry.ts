import { whyBlobForbidden, type BlobDocument } from '../blobDatabase'
import { practiceDocumentId } from '../practiceDatabase'
import { whyMarkRefused, type PracticeRules } from './rules'

/** As `couchRecordsEntry.ts`, for a practice's database for files. */
declare const newDoc: BlobDocument
declare const oldDoc: BlobDocument | null
declare const isAdmin: boolean
declare const outpost: PracticeRules

const reason = newDoc._id === practiceDocumentId ? whyMarkRefused(oldDoc, outpost, isAdmin) : whyBlobForbidden(newDoc, oldDoc || undefined, outpost.practice, isAdmin)
// oxlint-disable-next-line no-throw-literal
if (reason !== undefined) throw { forbidden: reason }
