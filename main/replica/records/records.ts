import { setImmediate as turn } from 'node:timers/promises'
import type { BulkWriteRow, RxCollection, RxDocumentData } from 'rxdb'
import { mergeMap, type Observable } from 'rxjs'
import type { HybridClock } from '../../../shared/records/clock'
import { appendOnlyTypes, type Envelope, type PriorVersion, type RecordType, type ResourceOf } from '../../../shared/records/envelope'
import { searchParametersOf } from '../../../shared/records/search'
import { allOrNone } from '../storage'
import { type NewRecord, type RecordChange, type RecordQuery, type Records, ReplicaProblem } from '../types'
import { changeOf } from './change'
import { isRecordId, newRecordId, recordIdOfKey } from './identifier'
import { attempts, plain, written } from './plain'
import { preparedQueryOf } from './query'

/** What records need of the replica they live in. */
export interface RecordsParts {
  readonly collection: RxCollection<Envelope>
  readonly practice: string
  readonly station: string
  readonly clock: HybridClock
  readonly now: () => number
}

type Stored = RxDocumentData<Envelope>

/** Records that are made before the event loop turns. */
const entriesAtOnce = 250

/** {@link Records} over RxDB's collection; it goes to the storage directly, for plain documents instead of RxDB's live ones. */
export const recordsIn = ({ collection, practice, station, clock, now }: RecordsParts): Records => {
  const storage = collection.storageInstance

  const stored = async (id: string): Promise<Stored | undefined> => (await storage.findDocumentsById([id], false))[0]

  const envelopeOf = (entry: NewRecord, author: string): Envelope => {
    const given = entry.resource.id
    const id = entry.key === undefined ? (given !== undefined && isRecordId(given) ? given : newRecordId(now())) : recordIdOfKey(practice, entry.type, entry.key)
    const resource = { ...entry.resource, id } as ResourceOf[RecordType]
    return { id, type: entry.type, practice, resource, search: searchParametersOf(entry.type, resource), author, station, at: clock.next(), prior: [] }
  }

  const insertAll = async (entries: readonly NewRecord[], author: string): Promise<Envelope[]> => {
    const made: Envelope[] = []
    for (const entry of entries) {
      if (made.length > 0 && made.length % entriesAtOnce === 0) await turn()
      made.push(envelopeOf(entry, author))
    }
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const known = new Map((await storage.findDocumentsById([...new Set(made.map(({ id }) => id))], true)).map((data) => [data.id, data]))
      const rows = new Map<string, BulkWriteRow<Envelope>>()
      made.forEach((envelope, place) => {
        const previous = known.get(envelope.id)
        if (rows.has(envelope.id) || previous?._deleted === false) {
          if (entries[place]?.key === undefined) throw new ReplicaProblem('conflict', 'there is a record with this id')
        } else {
          // A tombstone is named as what goes before: RxDB would otherwise write this row alone a second time.
          rows.set(envelope.id, { previous, document: written(envelope) })
        }
      })
      if (rows.size > 0) {
        const { error } = await storage.bulkWrite([...rows.values()], allOrNone('add'))
        if (error.length > 0) continue
      }
      return made.map(({ id }) => plain((rows.get(id)?.document ?? known.get(id)) as Stored))
    }
    throw new ReplicaProblem('conflict')
  }

  const revise = async (type: RecordType, id: string, change: (resource: ResourceOf[RecordType]) => ResourceOf[RecordType], author: string, at?: string): Promise<Envelope> => {
    if (appendOnlyTypes.includes(type)) throw new ReplicaProblem('append-only')
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const previous = await stored(id)
      if (previous === undefined || previous.type !== type) throw new ReplicaProblem('not-found')
      if (at !== undefined && previous.at !== at) throw new ReplicaProblem('conflict')
      const old: PriorVersion = { resource: previous.resource, author: previous.author, station: previous.station, at: previous.at, ...(previous.after ? { after: previous.after } : {}) }
      const resource = { ...change(structuredClone(previous.resource)), id } as ResourceOf[RecordType]
      const document: Stored = { ...previous, resource, search: searchParametersOf(type, resource), author, station, at: clock.nextAfter(previous.at), after: [previous.at], prior: [...previous.prior, old] }
      const { error } = await storage.bulkWrite([{ previous, document }], 'revise')
      if (error.length === 0) return plain(document)
    }
    throw new ReplicaProblem('conflict')
  }

  return {
    async get<Type extends RecordType>(type: Type, id: string) {
      const found = await stored(id)
      return found?.type === type ? (plain(found) as Envelope<Type>) : undefined
    },
    async getAll<Type extends RecordType>(type: Type, ids: readonly string[]) {
      const found = new Map((ids.length === 0 ? [] : await storage.findDocumentsById([...new Set(ids)], false)).map((data) => [data.id, data]))
      return ids.map((id) => found.get(id)).filter((each) => each?.type === type).map((each) => plain(each as Stored) as Envelope<Type>)
    },
    async find<Type extends RecordType>(type: Type, query?: RecordQuery) {
      const { documents } = await storage.query(preparedQueryOf(collection, type, query))
      return documents.map((found) => plain(found)) as Envelope<Type>[]
    },
    async count(type, query) {
      return (await storage.count(preparedQueryOf(collection, type, query))).count
    },
    async add<Type extends RecordType>(type: Type, resource: ResourceOf[Type], author: string, key?: string) {
      const [added] = await insertAll([{ type, resource, key } as NewRecord], author)
      return added as Envelope<Type>
    },
    addAll: insertAll,
    revise: revise as Records['revise'],
    changes: (): Observable<RecordChange> => storage.changeStream().pipe(mergeMap((bulk) => bulk.events.map(({ documentData, operation }) => changeOf(plain(documentData as Stored), operation === 'DELETE')))),
  }
}
