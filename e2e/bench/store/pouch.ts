import { createRequire } from 'node:module'
import { join } from 'node:path'
import { timesOf } from './figures'
import type { Stored } from './subject'

/** PouchDB in LevelDB with pouchdb-find: the peer that is embedded and durable, but not encrypted. Both publish no types. */
interface Pouch {
  bulkDocs(documents: readonly object[]): Promise<unknown>
  createIndex(index: object): Promise<unknown>
  find(question: object): Promise<{ readonly docs: readonly unknown[] }>
  close(): Promise<void>
}

export interface PeerTimes {
  readonly load: number
  readonly finds: readonly number[]
  readonly found: number
}



export const measurePouch = async (folder: string, documents: readonly Stored[], questions: readonly Record<string, unknown>[]): Promise<PeerTimes> => {
  // Their ES builds import each other's CommonJS by names that Node does not see.
  const load = createRequire(import.meta.url)
  const PouchDB = (load('pouchdb-core') as { default?: never }) as unknown as { plugin(plugin: unknown): void; new (name: string, options: object): Pouch }
  PouchDB.plugin(load('pouchdb-adapter-leveldb'))
  PouchDB.plugin(load('pouchdb-find'))
  const database = new PouchDB(join(folder, 'pouch'), { adapter: 'leveldb', auto_compaction: false })
  try {
    const started = performance.now()
    for (let from = 0; from < documents.length; from += 1000) {
      await database.bulkDocs(documents.slice(from, from + 1000).map(({ id, _rev, _deleted, _meta, _attachments, ...fields }) => ({ _id: id, ...fields })))
    }
    const load = performance.now() - started
    for (const fields of [['type', 'at'], ['family'], ['subject', 'date'], ['status', 'at']]) await database.createIndex({ index: { fields } })
    // The first question of each kind builds its index.
    for (const question of questions.slice(0, 3)) await database.find(question)
    let found = 0
    const finds = await timesOf(questions, async (question) => (found += (await database.find(question)).docs.length))
    return { load, finds, found }
  } finally {
    await database.close()
  }
}
