import { appendOnlyTypes, recordTypes } from '../envelope'
import { practiceDocumentId } from '../practiceDatabase'

/*
 * What a practice's database takes (architecture §6), for the hub and the centre alike: the hub calls `whyRefused`, the
 * centre runs the same lines as CouchDB's `validate_doc_update`, made of this file by `build/serverRules.mjs`. So this file
 * imports only what is plain data and uses nothing that is younger than ES2015.
 *
 * `before` is what CouchDB hands over: the version that the new one was made from; null for a first one, or when that version
 * is no longer kept. It is not always the version that the database shows.
 */

/** What a database has been told of its practice. */
export interface PracticeRules {
  /** Id of the practice. Absent: nobody has said yet whose database it is. */
  readonly practice?: string
  /** Prefixes of all workstations that were ever let in. Absent: any is taken. */
  readonly stations?: readonly string[]
  /** The oldest form of records that is taken, as a document's `schema` counts it. Absent: any. */
  readonly oldestSchema?: number
}

/** The design document of a database whose member `outpost` holds its {@link PracticeRules}. */
export const rulesDocumentId = '_design/outpost'

/** A document on its way into the database. */
export interface ArrivingDocument {
  readonly _id: string
  readonly _rev?: string
  readonly _deleted?: boolean
  readonly [member: string]: unknown
}

/** The member of a tombstone that closes a branch: the revision that its version was merged into. */
export const mergedInto = 'mergedInto'

const stampShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-[0-9a-f]{4}-[0-9A-Z]{1,8}$/
/** What is merged by rule was written by no workstation. */
const merged = 'merge'

/**
 * Whether the document in which a database says whose it is may be written: once by anybody who is let in, later by an administrator. A
 * branch of its own has nothing before it, but the rules know by then.
 */
export const whyMarkRefused = (before: ArrivingDocument | null | undefined, { practice }: PracticeRules, isAdmin: boolean): string | undefined =>
  isAdmin || (!before && practice === undefined) ? undefined : 'only an administrator may change the practice document'

/** The reason why a document is not taken, in words for the person who reads the list; undefined: it is taken. */
export const whyRefused = (document: ArrivingDocument, before: ArrivingDocument | null | undefined, rules: PracticeRules, isAdmin: boolean): string | undefined => {
  if (document._id === practiceDocumentId) return whyMarkRefused(before, rules, isAdmin)
  // A merged branch is closed; what a record says now is never taken away.
  if (document._deleted) return isAdmin || !before || typeof document[mergedInto] === 'string' ? undefined : 'records are not deleted'
  if (rules.practice === undefined) return 'the database has no practice document yet'
  if (document['practice'] !== rules.practice) return 'the record carries the stamp of another practice'
  return whyMalformed(document) || whyFromNobody(document, rules) || whyRewritten(document, before)
}

const whyMalformed = (document: ArrivingDocument): string | undefined => {
  if (recordTypes.indexOf(document['type'] as never) < 0) return 'unknown record type'
  if (document['id'] !== document._id) return 'the record has another id than its document'
  const resource = document['resource'] as { readonly resourceType?: unknown; readonly id?: unknown } | null | undefined
  if (typeof resource !== 'object' || resource === null || resource.resourceType !== document['type'] || resource.id !== document._id) return 'the record has no resource of its type and id'
  if (typeof document['author'] !== 'string' || typeof document['station'] !== 'string') return 'the record does not say who wrote it, and where'
  if (typeof document['at'] !== 'string' || !stampShape.test(document['at'])) return 'the record does not say when it was written'
  return Array.isArray(document['prior']) ? undefined : 'the record has no history'
}

const whyFromNobody = (document: ArrivingDocument, { stations, oldestSchema }: PracticeRules): string | undefined => {
  const station = document['station'] as string
  if (stations && station !== merged && stations.indexOf(station) < 0) return 'the workstation is not known to the practice'
  const schema = document['schema'] === undefined ? 0 : document['schema']
  if (typeof schema !== 'number' || schema % 1 !== 0 || schema < 0) return 'the record does not say in which form it is'
  return oldestSchema !== undefined && schema < oldestSchema ? 'this version of Outpost is too old for the practice: update it' : undefined
}

const whyRewritten = (document: ArrivingDocument, before: ArrivingDocument | null | undefined): string | undefined => {
  if (!before || before._deleted) return undefined
  if (before['type'] !== document['type']) return 'a record keeps its type'
  if (appendOnlyTypes.indexOf(document['type'] as never) >= 0) {
    const isSame = isAlike(before['resource'], document['resource']) && before['author'] === document['author'] && before['at'] === document['at']
    return isSame ? undefined : `${String(document['type'])} is append-only`
  }
  return keepsHistory(document, before) ? undefined : 'the version before is missing in the history'
}

/** Whether the version before and all that it came from are still told of: a history is never cut. */
const keepsHistory = (document: ArrivingDocument, before: ArrivingDocument): boolean => {
  const told = stampsOf(document)
  for (const stamp of Object.keys(stampsOf(before))) if (!told[stamp]) return false
  return true
}

/** The stamps of a record's versions. */
const stampsOf = (document: ArrivingDocument): Readonly<Record<string, true>> => {
  const stamps: Record<string, true> = {}
  const prior: readonly ({ readonly at?: unknown } | null)[] = Array.isArray(document['prior']) ? document['prior'] : []
  for (const version of [document, ...prior]) if (version && typeof version.at === 'string') stamps[version.at] = true
  return stamps
}

/** Whether two JSON values say the same; the order of members says nothing. */
export const isAlike = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  for (const name of names) {
    if (!Object.prototype.hasOwnProperty.call(other, name)) return false
    if (!isAlike((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name])) return false
  }
  return true
}
