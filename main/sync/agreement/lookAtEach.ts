import type { RxDocumentData } from 'rxdb'
import type { Envelope } from '../../../shared/records/envelope'
import { wordsOf } from '../../../shared/records/digestView'
import { saysTheSame } from '../../../shared/records/merge'
import type { DifferenceFound } from '../../../shared/contract'
import { digestOfDocument } from '../../replica'
import { fromDocument, type ServerDocument, type Stored } from '../documents'
import { rowsOf, type KeepsParts } from '../serverKeeps'

/** A record that this workstation and the server do not have alike, and nothing is under way that would explain it. */
export interface Difference {
  readonly id: string
  /** As far as it is known here or there. */
  readonly type: string
  /** Stamp of the version here, else there. */
  readonly at: string
  readonly found: DifferenceFound
}

/** What looking needs of a running replication. */
export type LookParts = Pick<KeepsParts, 'link' | 'practice' | 'collection' | 'outbox' | 'refused'> & {
  /** This version was purged here and need not be here. */
  passOver(record: Stored): boolean
}

const pieceSize = 50

const hashOf = (document: RxDocumentData<Envelope> | ServerDocument | undefined): string =>
  document ? wordsOf(digestOfDocument(Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith('_'))))).join() : ''

/** What looking came to. */
export interface Looked {
  readonly left: Difference[]
  /** Mean the same on both sides, or are nothing that should be here; with both hashes as they are now, as `Suspects` writes them. */
  readonly same: (readonly [id: string, key: string])[]
}

/** Compares documents word for word, as they are at this moment here and there. What waits or was refused is explained, and in neither list. */
export const lookAtEach = async ({ link, practice, collection, outbox, refused, passOver }: LookParts, ids: readonly string[]): Promise<Looked> => {
  const found: Difference[] = []
  const same: [string, string][] = []
  for (let from = 0; from < ids.length; from += pieceSize) {
    const piece = ids.slice(from, from + pieceSize)
    const rows = new Map((await link.try((server) => rowsOf(server, piece, true))).map((row) => [row.key ?? row.id ?? '', row]))
    const here = new Map(((await collection.storageInstance.findDocumentsById(piece, true)) as RxDocumentData<Envelope>[]).map((record) => [record.id, record]))
    for (const id of piece) {
      if (outbox.has(id) || refused.has(id)) continue
      const [record, row] = [here.get(id), rows.get(id)]
      const master = row?.doc ? fromDocument(row.doc, practice) : undefined
      const before = found.length
      const note = (about: Pick<Envelope, 'type' | 'at'> | undefined, kind: DifferenceFound) => found.push({ id, type: about?.type ?? '', at: about?.at ?? '', found: kind })
      if (record && !record._deleted) {
        if (row?.value?.deleted) note(record, 'deleted-there')
        else if (!row?.doc) note(record, 'here-only')
        else if (!master || !saysTheSame(master, record)) note(record, 'differs')
      } else if (master) {
        // A tombstone here is what the server would not take.
        if (!record && !passOver(master)) note(master, 'there-only')
      } else if (!record && !row?.doc) note(undefined, 'gone')
      if (found.length === before) same.push([id, `${hashOf(record?._deleted ? undefined : record)}|${hashOf(row?.doc ?? undefined)}`])
    }
  }
  return { left: found, same }
}
