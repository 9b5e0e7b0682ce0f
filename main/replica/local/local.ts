import { type MangoQuery, normalizeMangoQuery, prepareQuery, type PreparedQuery, type RxCollection, type RxDocumentData } from 'rxdb'
import { filter, map, mergeMap } from 'rxjs'
import { type HybridClock, instantOf } from '../../../shared/records/clock'
import { attempts, plain, written } from '../records/plain'
import { type LocalDocument, type LocalStore, ReplicaProblem } from '../types'
import type { StoredLocal } from './schema'

type Stored = RxDocumentData<StoredLocal>

/** The kind under which counters are kept. */
const counterKind = 'counter'

const keyOf = (kind: string, id: string): string => `${kind}|${id}`

const documentOf = <Value>(stored: Stored): LocalDocument<Value> => {
  const { id, kind, state, at, value } = plain<StoredLocal>(stored)
  return { id, kind, state, at, value: value as Value }
}

/** {@link LocalStore} over RxDB's collection. */
export const localIn = (collection: RxCollection<StoredLocal>, clock: HybridClock): LocalStore => {
  const storage = collection.storageInstance

  const stored = async (kind: string, id: string): Promise<Stored | undefined> => (await storage.findDocumentsById([keyOf(kind, id)], true))[0]

  const preparedOf = (kind: string, state?: string, skip?: number, limit?: number): PreparedQuery<StoredLocal> => {
    const selector = { _deleted: { $eq: false }, kind: { $eq: kind }, ...(state === undefined ? {} : { state: { $eq: state } }) }
    const query: MangoQuery<StoredLocal> = { selector, sort: [{ stamp: 'desc' }, { key: 'desc' }], ...(skip === undefined ? {} : { skip }), ...(limit === undefined ? {} : { limit }) }
    return prepareQuery(storage.schema, normalizeMangoQuery(storage.schema, query))
  }

  /** Writes what `change` makes of the value as it is; undefined: nothing is to be written. */
  const change = async <Value>(kind: string, id: string, state: string, make: (old: Value | undefined) => { readonly value: Value } | undefined): Promise<LocalDocument<Value> | undefined> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const previous = await stored(kind, id)
      const made = make(previous === undefined || previous._deleted ? undefined : (previous.value as Value))
      if (made === undefined) return undefined
      const stamp = clock.next()
      const document = written<StoredLocal>({ key: keyOf(kind, id), kind, id, state, at: instantOf(stamp), stamp, value: made.value })
      const { error } = await storage.bulkWrite([{ previous, document }], 'local')
      if (error.length === 0) return documentOf<Value>(document)
    }
    throw new ReplicaProblem('conflict')
  }

  const putNew = async <Value>(kind: string, id: string, value: Value, state = ''): Promise<boolean> =>
    (await change<Value>(kind, id, state, (old) => (old === undefined ? { value } : undefined))) !== undefined

  const removeAll = async (kind: string, ids: readonly string[]): Promise<void> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const there = (await storage.findDocumentsById([...new Set(ids)].map((id) => keyOf(kind, id)), true)).filter(({ _deleted }) => !_deleted)
      if (there.length === 0) return
      // What they said is not kept in the tombstones.
      const { error } = await storage.bulkWrite(there.map((previous) => ({ previous, document: { ...previous, value: null, _deleted: true } })), 'local')
      if (error.length === 0) return
    }
    throw new ReplicaProblem('conflict')
  }

  let counting: Promise<unknown> = Promise.resolve()

  return {
    async get<Value>(kind: string, id: string) {
      const found = await stored(kind, id)
      return found === undefined || found._deleted ? undefined : documentOf<Value>(found)
    },
    async put<Value>(kind: string, id: string, value: Value, state = '') {
      return (await change<Value>(kind, id, state, () => ({ value }))) as LocalDocument<Value>
    },
    putNew,
    async putAllNew<Value>(kind: string, entries: readonly { readonly id: string; readonly value: Value; readonly state?: string }[]) {
      const keys = [...new Set(entries.map(({ id }) => keyOf(kind, id)))]
      const before = new Map((await storage.findDocumentsById(keys, true)).map((found) => [found.key, found]))
      const added = new Set<string>()
      const rows = entries.flatMap(({ id, value, state = '' }) => {
        const key = keyOf(kind, id)
        const previous = before.get(key)
        if (added.has(key) || (previous !== undefined && !previous._deleted)) return []
        added.add(key)
        const stamp = clock.next()
        return [{ previous, document: written<StoredLocal>({ key, kind, id, state, at: instantOf(stamp), stamp, value }) }]
      })
      const { error } = rows.length === 0 ? { error: [] } : await storage.bulkWrite(rows, 'local')
      // Somebody else added it, or took it away, meanwhile: asked again alone.
      const again = new Set(error.map(({ documentId }) => documentId))
      const answers: boolean[] = []
      for (const { id, value, state } of entries) {
        const key = keyOf(kind, id)
        answers.push(again.has(key) ? await putNew(kind, id, value, state) : added.delete(key))
      }
      return answers
    },
    async list<Value>(kind: string, query: { readonly state?: string; readonly limit?: number; readonly skip?: number } = {}) {
      const { documents } = await storage.query(preparedOf(kind, query.state, query.skip, query.limit))
      return documents.map((found) => documentOf<Value>(found))
    },
    async count(kind, state) {
      return (await storage.count(preparedOf(kind, state))).count
    },
    remove: (kind, id) => removeAll(kind, [id]),
    removeAll,
    nextNumber(counter) {
      const next = counting.then(async () => (await change<number>(counterKind, counter, '', (old) => ({ value: (old ?? 0) + 1 })))?.value ?? 0)
      counting = next.catch(() => undefined)
      return next
    },
    changes: (kind) =>
      storage.changeStream().pipe(
        mergeMap((bulk) => bulk.events),
        filter((event) => event.documentId.startsWith(keyOf(kind, ''))),
        map((event) => event.documentId.slice(keyOf(kind, '').length)),
      ),
  }
}
