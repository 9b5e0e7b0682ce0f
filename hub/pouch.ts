import LevelPouch from 'pouchdb-adapter-leveldb-core'
import PouchDB from 'pouchdb-core'
import { LevelStore } from './levelStore'
import { openOrderedStore, type OrderedStore } from './orderedStore'
import { readStored, type StoredChange } from './storedFeed'

/** A document as CouchDB's protocol carries it. */
export interface CouchDocument {
  readonly _id: string
  readonly _rev?: string
  readonly _deleted?: boolean
  readonly [member: string]: unknown
}

/** An open PouchDB and the store under it. */
export interface Pouch {
  readonly database: PouchDB
  /** What was written after a sequence, as it is stored; see {@link readStored}. */
  stored(since: number, limit: number): StoredChange[]
  /** Why the file can no longer be trusted; the database must then not be asked any more. */
  failed(): Error | undefined
  close(): Promise<void>
}

interface AdapterOptions {
  readonly level: () => LevelStore
}

const encrypted = Object.assign(
  function OrderedStorePouch(this: unknown, options: AdapterOptions, tell: (error: Error | null) => void) {
    const { level, ...rest } = options
    LevelPouch.call(this, { ...rest, db: level, revs_limit: 1000 }, tell)
  },
  { valid: () => true, use_prefix: false },
)
PouchDB.adapter('ordered-store', encrypted)

let opened = 0

/**
 * Opens PouchDB over an encrypted file.
 *
 * @param key 32 bytes
 */
export const openPouch = async (path: string, key: Uint8Array): Promise<Pouch> => openPouchOver(openOrderedStore(path, key), path)

/** As {@link openPouch}, over a store that is open already; `name` is only for messages. */
export const openPouchOver = async (store: OrderedStore, name: string): Promise<Pouch> => {
  const level = new LevelStore(store)
  // The adapter remembers open databases by name for the whole process; each opening gets its own.
  const options = { adapter: 'ordered-store', level: () => level, auto_compaction: true }
  const database = new PouchDB(`${name}#${++opened}`, options)
  database.setMaxListeners(0)
  await database.info()
  return {
    database,
    stored: (since, limit) => {
      try {
        return readStored(store, since, limit)
      } catch (error) {
        level.fail(error)
        throw error
      }
    },
    failed: () => level.failed,
    close: async () => {
      await database.close()
      store.close()
    },
  }
}
