import { mergeRecords, saysTheSame } from '../../shared/records/merge'
import type { Clash } from '../../shared/records/mergeClash'
import type { Envelope } from '../../shared/records/envelope'
import type { Replica, StoredDocument } from '../replica'
import { addReviewItems, fromDocument, type ServerDocument, type Stored } from '../sync'
import type { StickRecord } from './format'

/** What became of records from a stick. */
export interface TakenIn {
  /** Were not here. */
  readonly added: number
  /** Were here, and are another version now. */
  readonly changed: number
  /** Fields that two workstations gave different values: review items. */
  readonly clashes: number
  /** Not records of this practice, or not of a form that this version knows. */
  readonly passedOver: number
}

const asDocument = (record: Stored): StoredDocument => {
  const { _deleted: _never, ...content } = record
  return { id: record.id, deleted: false, content: content as unknown as StoredDocument['content'] }
}

const asRecord = ({ content }: StoredDocument): Stored => ({ ...(content as unknown as Envelope), _deleted: false })

/** How often a record is tried that somebody is writing at the same time. */
const attempts = 5

/**
 * Merges records into the replica as sync would: by meaning, with a review item for each clash. A record that is taken in
 * twice is there once, since what it says is in the history already.
 */
export const takeIn = async (replica: Replica, given: readonly StickRecord[], passOver: (record: Stored) => boolean): Promise<TakenIn> => {
  const counted = { added: 0, changed: 0, clashes: 0, passedOver: 0 }
  const records = given.flatMap((each) => {
    const record = fromDocument({ _rev: '', ...each } as ServerDocument, replica.practice)
    if (!record) counted.passedOver += 1
    return record && !passOver(record) ? [withoutRevision(record)] : []
  })
  let left: readonly Stored[] = records
  for (let attempt = 0; left.length > 0 && attempt < attempts; attempt += 1) {
    const here = new Map((await replica.documents.get('records', left.map(({ id }) => id))).filter(({ deleted }) => !deleted).map((each) => [each.id, asRecord(each)]))
    const wanted: { readonly document: StoredDocument; readonly before?: string }[] = []
    for (const record of left) {
      const before = here.get(record.id)
      if (!before) {
        counted.added += 1
        wanted.push({ document: asDocument(record) })
        continue
      }
      const { merged, clashes } = mergedInto(before, record)
      if (saysTheSame(merged, before)) continue
      // On disk before the record is, so that no clash passes unseen if the power goes between.
      await addReviewItems(replica.collection, merged, clashes)
      counted.changed += 1
      counted.clashes += clashes.length
      wanted.push({ document: asDocument(merged), before: before.at })
    }
    const missed = new Set(await replica.documents.putIf('records', wanted.map(({ document, before }) => ({ document, isAsRead: (now) => (now?.content as { at?: string } | undefined)?.at === before }))))
    counted.added -= wanted.filter(({ document, before }) => before === undefined && missed.has(document.id)).length
    counted.changed -= wanted.filter(({ document, before }) => before !== undefined && missed.has(document.id)).length
    left = left.filter(({ id }) => missed.has(id))
  }
  if (left.length > 0) throw new Error(`${left.length} records were being written all the time`)
  return counted
}

const withoutRevision = ({ rev: _rev, ...record }: Stored): Stored => record as Stored

const mergedInto = (before: Stored, record: Stored): { readonly merged: Stored; readonly clashes: readonly Clash[] } => {
  if (saysTheSame(before, record)) return { merged: before, clashes: [] }
  const { record: merged, clashes } = mergeRecords({ master: before, mine: record })
  return { merged: { ...merged, ...(before.rev !== undefined && { rev: before.rev }), _deleted: false }, clashes }
}
