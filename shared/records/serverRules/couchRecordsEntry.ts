import { whyRefused, type ArrivingDocument, type PracticeRules } from './rules'

/*
 * The body of `validate_doc_update` of a practice's records: these names are the parameters that CouchDB gives it; `outpost` is the
 * member of that name of the design document, where the practice's own values stand. Made into text by `build/serverRules.mjs`.
 */
declare const newDoc: ArrivingDocument
declare const oldDoc: ArrivingDocument | null
declare const isAdmin: boolean
declare const outpost: PracticeRules

const reason = whyRefused(newDoc, oldDoc, outpost, isAdmin)
// CouchDB's form of a refusal: a value, not an error.
// oxlint-disable-next-line no-throw-literal
if (reason !== undefined) throw { forbidden: reason }
