import Database from 'libsql'

/** Bounds of a scan; keys compare as UTF-8 bytes. */
export interface KeyRange {
  readonly gt?: string
  readonly gte?: string
  readonly lt?: string
  readonly lte?: string
}

/** One change of a batch. */
export type StoreChange = { readonly type: 'put'; readonly key: string; readonly value: string } | { readonly type: 'del'; readonly key: string }

/** Ordered keys and values in one encrypted file; a change that has returned is on disk. */
export interface OrderedStore {
  get(key: string): string | undefined
  /** Those of them that are there. */
  getAll(keys: readonly string[]): Map<string, string>
  /** All or none. */
  apply(changes: readonly StoreChange[]): void
  /** At most `limit` pairs of the range, in key order or its reverse. */
  scan(range: KeyRange, reverse: boolean, limit: number): [key: string, value: string][]
  close(): void
}

/** The file cannot be opened with this key, or another process has the folder open. */
export class StoreProblem extends Error {
  constructor(readonly kind: 'wrong-key' | 'in-use', cause?: unknown) {
    super(kind, { cause })
    this.name = 'StoreProblem'
  }
}

const quoted = /^(?:gt|gte|lt|lte)$/
/** Keys that are asked for in one question. */
const askedAtOnce = 50
const signs = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/**
 * Opens or creates the file.
 *
 * @param key 32 bytes
 * @throws {StoreProblem} `wrong-key`
 */
export const openOrderedStore = (path: string, key: Uint8Array): OrderedStore => {
  if (key.length !== 32) throw new RangeError('a key has 32 bytes')
  const database = openEncrypted(path, key)
  const get = database.prepare('SELECT value FROM pairs WHERE key = ?').raw()
  const getMany = database.prepare(`SELECT key, value FROM pairs WHERE key IN (${Array.from({ length: askedAtOnce }, () => '?').join(', ')})`).raw()
  const put = database.prepare('INSERT INTO pairs (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
  const del = database.prepare('DELETE FROM pairs WHERE key = ?')
  const scans = new Map<string, Database.Statement>()

  const scanOf = (bounds: readonly (keyof typeof signs)[], reverse: boolean): Database.Statement => {
    const name = `${bounds.join()} ${reverse}`
    const known = scans.get(name)
    if (known) return known
    const where = bounds.map((bound) => `key ${signs[bound]} ?`).join(' AND ') || '1'
    const made = database.prepare(`SELECT key, value FROM pairs WHERE ${where} ORDER BY key ${reverse ? 'DESC' : 'ASC'} LIMIT ?`).raw()
    scans.set(name, made)
    return made
  }

  return {
    get: (wanted) => (get.get(wanted) as [string] | undefined)?.[0],
    getAll: (wanted) => {
      const found = new Map<string, string>()
      for (let from = 0; from < wanted.length; from += askedAtOnce) {
        const asked = Array.from({ length: askedAtOnce }, (_, place) => wanted[from + place] ?? null)
        for (const [name, value] of getMany.all(...asked) as [string, string][]) found.set(name, value)
      }
      return found
    },
    apply: (changes) => {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const change of changes) {
          if (change.type === 'put') put.run(change.key, change.value)
          else del.run(change.key)
        }
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    scan: (range, reverse, limit) => {
      const bounds = (Object.keys(range) as (keyof typeof signs)[]).filter((bound) => quoted.test(bound) && range[bound] !== undefined)
      return scanOf(bounds, reverse).all(...bounds.map((bound) => range[bound]), limit) as [string, string][]
    },
    close: () => {
      // The driver keeps a connection while its statements wait for the garbage collector: its log must not be in the way of the next.
      try {
        database.exec('PRAGMA journal_mode = DELETE')
      } catch {
        // Something is still read; whoever opens the file next carries the log into it.
      }
      database.close()
    },
  }
}

const openEncrypted = (path: string, key: Uint8Array): Database.Database => {
  // The types of the package leave the encryption options out.
  const options = { encryptionCipher: 'aes256cbc', encryptionKey: Buffer.from(key).toString('hex') } as unknown as Database.Options
  const database = new Database(path, options)
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    // With rows of their own: in an index, all but the first kilobyte of a value would lie on a page of its own (an earlier version made them so, and its files stay as they are).
    database.exec('CREATE TABLE IF NOT EXISTS pairs (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)')
    return database
  } catch (error) {
    database.close()
    throw new StoreProblem('wrong-key', error)
  }
}
