import { createHmac } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import Database from 'libsql'
import { deriveKey } from '../../sealed'
import { ReplicaProblem } from '../types'
import { Aside } from './aside'

/** What can be bound to a statement. (The driver aborts the process on a boolean.) */
export type Bound = string | number | null | Buffer

/**
 * A row as the driver gives it: columns in order. Text is always asked for as {@link textOf} and read by
 * {@link readText}: the driver aborts the process when a damaged page gives it text that is not UTF-8.
 */
export type Row = readonly (Uint8Array | number | null)[]

/** Names a text column in a SELECT. */
export const textOf = (column: string): string => `CAST(${column} AS BLOB)`

const decoder = new TextDecoder()

/** The text of a column that was named by {@link textOf}. */
export const readText = (value: Row[number] | undefined): string => (value instanceof Uint8Array ? decoder.decode(value) : '')

/** Watches over what the file says, and over what is written into it. */
export interface Guard {
  /** Throws unless all that the answer to this statement rests on is as it was written. */
  before(sql: string): void
  /** A transaction was committed; when this returns it is acknowledged. */
  committed(): void
  /** Whether the write-ahead log has grown so long that it is to be carried into the database. */
  readonly isLogLong: boolean
  /** Carries it. Takes some ten milliseconds: the file asks for it in a turn of the event loop of its own. */
  carryLog(): void
  /** The same, its statement run by `run`; `finish` is to be called before anybody writes again. */
  carryLogAside(run: (sql: string, finish: () => unknown) => Promise<void>): Promise<void>
  /** The file is about to be closed. */
  closing(): void
  /** It is closed. */
  closed(): void
}

/** Makes the guard of a file that has just been opened and locked; `query` asks the file past the guard. */
export type GuardFile = (query: (sql: string, ...bound: readonly Bound[]) => Row[]) => Guard

const statementLimit = 200

const nothing = (): void => undefined

const problemKinds: readonly (readonly [prefix: string, kind: ReplicaProblem['kind']])[] = [
  ['SQLITE_BUSY', 'practice-in-use'],
  ['SQLITE_NOTADB', 'wrong-passphrase'],
  ['SQLITE_CORRUPT', 'replica-damaged'],
  ['SQLITE_FULL', 'disk-full'],
]

/** What the driver refused, as a problem of ours; any other error unchanged. */
const problemOf = (reason: unknown): unknown => {
  const code = (reason as { code?: unknown }).code
  const found = typeof code === 'string' ? problemKinds.find(([prefix]) => code.startsWith(prefix)) : undefined
  return found === undefined ? reason : new ReplicaProblem(found[1])
}

/**
 * An SQLite file with encrypted pages that this process alone has open. Do not open the file by any other
 * way in this process: POSIX drops a process's locks on a file when any handle of it is closed.
 */
export class EncryptedFile {
  private readonly statements = new Map<string, Database.Statement>()
  private inTransaction = false
  private slicesDone: Promise<void> | undefined
  private lastInTurn: Promise<void> | undefined
  private isToCarry = false
  private open = true
  private guard: Guard | undefined
  private readonly aside: Aside

  private constructor(
    private readonly database: Database.Database,
    private readonly sealKey: Uint8Array,
  ) {
    this.aside = new Aside(database)
  }

  /**
   * Opens or makes the file. A transaction that resolved is on disk (`synchronous=FULL`).
   *
   * @param key 32 bytes
   * @param guardFile what is written is then noted, and what is read is checked
   * @throws {ReplicaProblem} `practice-in-use` · `wrong-passphrase` (also when the first page is damaged) · `replica-damaged` · `disk-full`
   */
  static open(path: string, key: Uint8Array, guardFile?: GuardFile): EncryptedFile {
    const options = { encryptionCipher: 'aes256cbc', encryptionKey: Buffer.from(key).toString('hex') }
    const file = new EncryptedFile(new Database(path, options as Database.Options), deriveKey(key, 'outpost/replica/seal'))
    try {
      // Exclusive from the first access on: a second process is refused, and the lock goes with the process.
      file.exec('PRAGMA locking_mode = EXCLUSIVE')
      // A guard notes what a checkpoint will write: none may run before it stands, and any write may begin one, also a setting's.
      if (guardFile !== undefined) file.exec('PRAGMA wal_autocheckpoint = 0')
      // Room that is no longer needed can be given back to the disk in small pieces; a file of version 0 learns it by VACUUM.
      // Where it is set already, setting it again would write a page, before anybody has looked whether the file is whole.
      const [vacuum] = file.all('PRAGMA auto_vacuum')
      if (vacuum?.[0] !== 2) file.exec('PRAGMA auto_vacuum = INCREMENTAL')
      file.exec('PRAGMA journal_mode = WAL')
      file.exec('PRAGMA synchronous = FULL')
      // Sorting must not leave plain text in a temporary file.
      file.exec('PRAGMA temp_store = MEMORY')
      file.exec('PRAGMA cache_size = -32000')
      file.exec('PRAGMA cell_size_check = ON')
      file.exec('BEGIN IMMEDIATE; COMMIT')
      file.guard = guardFile?.((sql, ...bound) => file.attempt(() => file.statement(sql).all(...bound) as Row[]))
      return file
    } catch (reason) {
      file.abandon()
      throw reason
    }
  }

  exec(sql: string): void {
    if (!this.open) throw new Error('the replica is closed')
    this.aside.sitOut()
    this.guard?.before(sql)
    this.attempt(() => this.database.exec(sql))
    if (!this.database.inTransaction) this.committed()
  }

  /** All rows; never leaves a statement half read, which would hold up the write-ahead log. */
  all(sql: string, ...bound: readonly Bound[]): Row[] {
    this.guard?.before(sql)
    return this.attempt(() => this.statement(sql).all(...bound) as Row[])
  }

  run(sql: string, ...bound: readonly Bound[]): { readonly lastInsertRowid: number } {
    this.aside.sitOut()
    this.guard?.before(sql)
    const lastInsertRowid = this.attempt(() => Number(this.statement(sql).run(...bound).lastInsertRowid))
    if (!this.inTransaction && !this.database.inTransaction) this.committed()
    return { lastInsertRowid }
  }

  /** Shows later whether the text is still what was written: the pages are encrypted, but a flipped bit in one would pass. */
  sealOf(text: string | Uint8Array): string {
    return createHmac('sha256', this.sealKey).update(text).digest('base64').slice(0, 16)
  }

  /** Whether a transaction is open whose work comes in slices, so that what is read now may yet be taken back, or the log is being carried over aside. */
  get isWritingInSlices(): boolean {
    return this.slicesDone !== undefined
  }

  /** Resolves when neither is so. */
  async settled(): Promise<void> {
    while (this.slicesDone !== undefined) await this.slicesDone
  }

  /** Does the work when all that came before it here is done; at once when that is so already. */
  inTurn<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    const before = this.lastInTurn
    const done = before === undefined ? (async () => work())() : before.then(work)
    // What the work itself has put in the queue comes before what follows.
    const last = Promise.all([done.then(nothing, nothing), this.lastInTurn]).then(nothing)
    this.lastInTurn = last
    void last.then(() => {
      if (this.lastInTurn === last) this.lastInTurn = undefined
    })
    return done
  }

  /** Carries a long write-ahead log into the database, in a turn of its own. To be called {@link inTurn}. */
  async carryLog(): Promise<void> {
    if (this.guard?.isLogLong !== true) return
    await turn()
    if (this.open && !this.database.inTransaction) this.guard.carryLog()
  }

  /** The same without holding the event loop, for who writes much. To be called {@link inTurn}. */
  async carryLogAside(): Promise<void> {
    if (this.guard?.isLogLong !== true || !this.open || this.database.inTransaction) return
    let done = nothing
    // Who reads waits for it in turns of the loop; SQLite would make them wait without.
    this.slicesDone = new Promise((resolve) => (done = resolve))
    try {
      await this.guard.carryLogAside((sql, finish) => this.attemptAside(sql, finish))
    } finally {
      this.slicesDone = undefined
      done()
    }
  }

  /** All that `work` writes, or nothing when it throws. Within a transaction that comes in slices it is on disk when that one is. */
  transaction<Value>(work: () => Value): Value {
    if (this.inTransaction) return work()
    // The driver aborts the process when it is asked about a transaction of a file that is closed.
    if (!this.open) throw new Error('the replica is closed')
    this.aside.sitOut()
    const isPart = this.isWritingInSlices && this.database.inTransaction
    this.exec(isPart ? 'SAVEPOINT part' : 'BEGIN IMMEDIATE')
    this.inTransaction = true
    try {
      const value = work()
      this.exec(isPart ? 'RELEASE part' : 'COMMIT')
      return value
    } catch (reason) {
      // A full disk may have rolled back by itself.
      if (this.open && this.database.inTransaction) this.database.exec(isPart ? 'ROLLBACK TO part; RELEASE part' : 'ROLLBACK')
      throw reason
    } finally {
      this.inTransaction = false
    }
  }

  /**
   * One transaction, with a turn of the event loop after each slice. To be called {@link inTurn}.
   *
   * @param committed called when it is on disk, before anybody else can read it
   */
  async transactionInSlices(slices: readonly (() => void)[], committed: () => void): Promise<void> {
    this.exec('BEGIN IMMEDIATE')
    let done = nothing
    this.slicesDone = new Promise((resolve) => (done = resolve))
    try {
      for (const slice of slices) {
        this.inTransaction = true
        try {
          slice()
        } finally {
          this.inTransaction = false
        }
        await turn()
      }
      await this.attemptAside('COMMIT', () => this.open && this.committed())
      committed()
    } catch (reason) {
      if (this.open && this.database.inTransaction) this.database.exec('ROLLBACK')
      throw reason
    } finally {
      this.slicesDone = undefined
      done()
    }
  }

  /** Leaves one plain database file without a write-ahead log, and gives up the lock. */
  close(): void {
    if (!this.open) return
    try {
      this.aside.sitOut()
    } catch {
      // What cannot be waited for is found in the write-ahead log.
    }
    try {
      // What is between two slices is taken back; while it is open, the lock cannot be given up.
      if (this.database.inTransaction) this.database.exec('ROLLBACK')
    } catch {
      // Then so does the end of the connection.
    }
    this.abandon()
  }

  /**
   * The driver keeps a connection while any of its statements waits for the garbage collector; so the lock is
   * given up by leaving write-ahead mode first.
   */
  private abandon(): void {
    try {
      this.guard?.closing()
    } catch {
      // What the guard could not note stays in the write-ahead log.
    }
    this.open = false
    this.statements.clear()
    for (const sql of ['PRAGMA journal_mode = DELETE', 'PRAGMA locking_mode = NORMAL', 'SELECT count(*) FROM sqlite_schema']) {
      try {
        this.database.exec(sql)
      } catch {
        // The next process to open it recovers the write-ahead log.
      }
    }
    this.database.close()
    this.guard?.closed()
  }

  private committed(): void {
    if (this.guard === undefined) return
    this.guard.committed()
    if (!this.guard.isLogLong || this.isToCarry) return
    this.isToCarry = true
    // The guard tells of damage by itself.
    void this.inTurn(() => this.carryLog()).catch(nothing).then(() => (this.isToCarry = false))
  }

  private statement(sql: string): Database.Statement {
    if (!this.open) throw new Error('the replica is closed')
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const made = this.database.prepare(sql)
    // `raw` fails on statements that answer no rows.
    if (made.reader) made.raw(true)
    if (this.statements.size >= statementLimit) this.statements.delete(this.statements.keys().next().value as string)
    this.statements.set(sql, made)
    return made
  }

  private async attemptAside(sql: string, finish: () => unknown): Promise<void> {
    if (!this.open) throw new Error('the replica is closed')
    try {
      await this.aside.run(sql, finish)
    } catch (reason) {
      throw problemOf(reason)
    }
  }

  private attempt<Value>(work: () => Value): Value {
    try {
      return work()
    } catch (reason) {
      throw problemOf(reason)
    }
  }
}
