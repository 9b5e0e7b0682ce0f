import { getComposedPrimaryKeyOfDocumentData, getHeightOfRevision, type RxDocumentData, type RxStorageInstanceReplicationState } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import type { Stored } from './documents'

/** What a record says of how it came: RxDB's own mark, and which version it was. */
export interface ArrivalMark {
  /** Height of the revision that was written when it came. */
  readonly _rev: number
  /** The replication that brought it. */
  readonly hash: string
  /** The stamp of the version that came. */
  readonly at?: string
}

/** The mark in a stored record. */
const arrivalMarkOf = ({ _meta }: RxDocumentData<Envelope>): ArrivalMark | undefined => (_meta as { readonly o?: ArrivalMark }).o

/** Identifiers that are kept in mind. */
const mostNoted = 100_000

type Copy = RxDocumentData<{ readonly id: string; readonly isCheckpoint: '0'; readonly itemId: string; readonly docData: Stored }>

/** The version of a record that the server sent, from the record as it is now; undefined: that can no longer be said. */
const versionThatCame = (document: RxDocumentData<Envelope>): Stored | undefined => {
  const mark = arrivalMarkOf(document)
  if (mark?.at === undefined) return undefined
  const { _meta, _rev, _attachments, ...record } = document
  // A record that was taken away here keeps its stamp.
  if (mark._rev === getHeightOfRevision(_rev) || record.at === mark.at) return { ...record, _deleted: false } as Stored
  const place = record.prior.findIndex(({ at }) => at === mark.at)
  const prior = record.prior[place]
  return prior && ({ ...record, ...prior, prior: record.prior.slice(0, place), _deleted: false } as Stored)
}

/**
 * RxDB keeps a second copy of each record that came, to know later what is new here and what both sides began from. As long as a
 * record is as it came, the copy says nothing that the record does not say; once it was changed here, the version that came is among
 * its prior ones. So for records that were new here no copy is written, and this answers in its place. A copy that is there counts:
 * RxDB writes one when a record changes on the server, or was sent. What is answered takes note of records that were just read.
 */
export const leanCopies = ({ input: { metaInstance, forkInstance } }: RxStorageInstanceReplicationState<Envelope>, hash: string, revision: string): ((records: readonly RxDocumentData<Envelope>[]) => void) => {
  /** Records that did not come from there: they need not be read to know that. Only RxDB marks one later, and writes a copy with it. */
  const ownMade = new Set<string>()
  const find = metaInstance.findDocumentsById.bind(metaInstance)
  const keyOf = (itemId: string): string => getComposedPrimaryKeyOfDocumentData(metaInstance.schema, { itemId, isCheckpoint: '0' } as never)
  const inPlaceOf = (document: RxDocumentData<Envelope>): Copy[] => {
    const docData = arrivalMarkOf(document)?.hash === hash ? versionThatCame(document) : undefined
    return docData ? [{ id: keyOf(document.id), isCheckpoint: '0', itemId: document.id, docData, _attachments: {}, _deleted: false, _meta: { lwt: document._meta.lwt }, _rev: revision }] : []
  }
  metaInstance.findDocumentsById = async (keys, withDeleted) => {
    const found = await find(keys, withDeleted)
    if (found.length === keys.length) return found
    const there = new Set(found.map(({ id }) => id))
    const missing = keys.filter((key) => !there.has(key) && key.endsWith('|0')).map((key) => key.slice(0, -2)).filter((id) => !ownMade.has(id))
    if (missing.length === 0) return found
    const records = (await forkInstance.findDocumentsById(missing, true)) as RxDocumentData<Envelope>[]
    return [...found, ...(records.flatMap(inPlaceOf) as unknown as typeof found)]
  }
  return (records) => {
    for (const record of records) {
      if (arrivalMarkOf(record) !== undefined) ownMade.delete(record.id)
      else if (ownMade.size < mostNoted) ownMade.add(record.id)
    }
  }
}
