/** The part of abstract-leveldown 7 that the hub's store implements; the package brings no types. */
declare module 'abstract-leveldown' {
  type Callback = (error?: Error | null, ...values: unknown[]) => void
  export class AbstractIterator {
    constructor(store: AbstractLevelDOWN)
    _next(tell: Callback): void
  }
  export class AbstractLevelDOWN {
    constructor(manifest?: object)
    _get(key: string, options: object, tell: Callback): void
    _put(key: string, value: string | Buffer, options: object, tell: Callback): void
    _del(key: string, options: object, tell: Callback): void
    _batch(changes: readonly object[], options: object, tell: Callback): void
    _iterator(options: object): AbstractIterator
  }
}

/** PouchDB's adapter over any LevelDB-like store; the package brings no types. */
declare module 'pouchdb-adapter-leveldb-core' {
  const LevelPouch: {
    (this: unknown, options: object, tell: (error: Error | null, api?: unknown) => void): void
    valid(): boolean
    use_prefix: boolean
  }
  export default LevelPouch
}

/** The part of PouchDB 9 that the hub uses; the published types redefine Node's Buffer for the whole program. */
declare module 'pouchdb-core' {
  interface Stored {
    readonly _id: string
    readonly _rev: string
    readonly _deleted?: boolean
    readonly _conflicts?: string[]
    readonly [member: string]: unknown
  }
  export interface AllDocsRow {
    readonly id?: string
    readonly key: string
    readonly value?: { readonly rev: string; readonly deleted?: boolean }
    readonly doc?: Stored | null
    readonly error?: string
  }
  export interface ChangesAnswer {
    readonly results: readonly { readonly id: string; readonly seq: number; readonly changes: readonly { rev: string }[]; readonly deleted?: true; readonly doc?: Stored }[]
    readonly last_seq: number
  }
  export default class PouchDB {
    constructor(name: string, options?: object)
    static plugin(plugin: (pouch: typeof PouchDB) => void): typeof PouchDB
    /** With `pouchdb-replication`. */
    static replicate(from: PouchDB, to: PouchDB, options?: object): Promise<{ readonly ok: boolean; readonly docs_written: number; readonly doc_write_failures: number }>
    static adapter(name: string, adapter: { (this: unknown, options: never, tell: (error: Error | null) => void): void; valid(): boolean; use_prefix: boolean }): void
    setMaxListeners(count: number): void
    info(): Promise<{ readonly doc_count: number; readonly update_seq: number }>
    get(id: string, options?: object): Promise<Stored>
    put(document: object): Promise<{ ok: true; id: string; rev: string }>
    getAttachment(id: string, name: string): Promise<Buffer>
    remove(document: { _id: string; _rev: string }): Promise<{ ok: true; id: string; rev: string }>
    bulkDocs(documents: readonly object[], options?: object): Promise<object[]>
    allDocs(options?: object): Promise<{ readonly total_rows: number; readonly offset: number; readonly rows: readonly AllDocsRow[] }>
    changes(options: object): Promise<ChangesAnswer>
    bulkGet(options: object): Promise<{ readonly results: readonly object[] }>
    revsDiff(revisions: Record<string, readonly string[]>): Promise<object>
    close(): Promise<void>
  }
}

/** Talks to a server of CouchDB's protocol; the package brings no types. */
declare module 'pouchdb-adapter-http' {
  import type PouchDB from 'pouchdb-core'
  const plugin: (pouch: typeof PouchDB) => void
  export default plugin
}

/** CouchDB's replication protocol, from the outside; the package brings no types. */
declare module 'pouchdb-replication' {
  import type PouchDB from 'pouchdb-core'
  const plugin: (pouch: typeof PouchDB) => void
  export default plugin
}
