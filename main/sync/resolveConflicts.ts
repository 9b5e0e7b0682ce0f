import type { RxCollection, RxConflictHandler } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import { isWithin, mergeRecords, saysTheSame } from '../../shared/records/merge'
import type { Clash } from '../../shared/records/mergeClash'
import { reviewRecordOf } from '../../shared/records/mergeReview'
import type { Stored } from './documents'

/** Adds those of the records that are not here yet, deleted or not. */
export const addMissing = async (collection: RxCollection<Envelope>, records: readonly Envelope[]): Promise<void> => {
  if (records.length === 0) return
  const there = new Set((await collection.storageInstance.findDocumentsById(records.map(({ id }) => id), true)).map(({ id }) => id))
  const missing = records.filter(({ id }) => !there.has(id))
  if (missing.length === 0) return
  const { error } = await collection.bulkInsert([...missing])
  const lost = error.find(({ status }) => status !== 409)
  if (lost) throw new Error(`a review item could not be written (${lost.status})`)
}

/** Adds the review items of a merge; the same item made elsewhere is the same record, and is not added twice. */
export const addReviewItems = (collection: RxCollection<Envelope>, record: Envelope, clashes: readonly Clash[]): Promise<void> =>
  addMissing(collection, clashes.map((clash) => reviewRecordOf(record, clash)))

/** RxDB asks whether what came from the server is what is here. */
const arrival = 'downstream-check-if-equal-1'

/**
 * What came takes the place of what is here only if it knows of it. It may be older: it was on its way while a newer version was sent. Or
 * the server was put back to a copy that lacks what was sent from here, and somebody else's version came instead: the two have to meet.
 *
 * What RxDB asks when the server has another version than this workstation thought. The review items
 * are on disk before the merged record is, so that no clash passes unseen if the power goes between.
 *
 * @param agreed told of a merge that came out as what the server has: nothing of it is to be sent
 * @param apart told of a record that is kept as it is here beside what came: it is to be sent again, and merged then
 */
export const conflictHandlerOf = (collection: () => RxCollection<Envelope>, agreed: (record: Envelope) => void = () => undefined, apart: (id: string) => void = () => undefined): RxConflictHandler<Envelope> => ({
  isEqual: (one, other, context) => {
    if (one._deleted !== other._deleted) return false
    if (saysTheSame(one, other) || (context === arrival && isWithin(one, other))) return true
    // What two made apart under one stamp cannot be told apart by it: what the server has stands.
    if (context !== arrival || one._deleted || one.at === other.at || isWithin(other, one)) return false
    apart(other.id)
    return true
  },
  resolve: async ({ assumedMasterState, realMasterState, newDocumentState }) => {
    // An edit beats a delete.
    if (newDocumentState._deleted) return realMasterState
    if (realMasterState._deleted) return newDocumentState
    const { record, clashes } = mergeRecords({ master: realMasterState, mine: newDocumentState, assumed: assumedMasterState })
    await addReviewItems(collection(), record, clashes)
    if (saysTheSame(record, realMasterState)) agreed(record)
    const { rev } = realMasterState as Stored
    return { ...record, rev, _deleted: false } as Stored
  },
})
