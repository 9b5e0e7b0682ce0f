import type Database from 'libsql'
import AsyncDatabase from 'libsql/promise'

/** What is being done aside. */
interface Work {
  /** Stands in the setting while it is being done; the next one, once it has been. */
  readonly mark: number
  /** What has to follow at once, before anybody else writes. Done once; what it threw is thrown to everybody who asks. */
  finish(): void
}

/** How often it is looked whether the thread has begun: some seconds. */
const mostLooks = 3_000
const nobody = new Int32Array(new SharedArrayBuffer(4))

/** A millisecond without a turn of the event loop. */
const standStill = (): void => void Atomics.wait(nobody, 0, 0, 1)

/**
 * One statement on a thread of the driver's, while the event loop goes on: a commit of a thousand records or a checkpoint writes some thousand
 * pages and waits for the disk. The driver's other class, whose calls answer later, holds the same kind of connection. Who reads meanwhile is made to wait by
 * SQLite itself; who wants to write must {@link sitOut} first.
 *
 * How far a statement is shows in a setting that the connection alone keeps and that nothing here goes by: a mark is put there before it, and another
 * one behind it, which is not come to when it is refused.
 */
export class Aside {
  private work: Work | undefined
  private lastMark = 0
  private setting: Database.Statement | undefined

  constructor(private readonly database: Database.Database) {}

  /** Runs a statement; resolves when it is done and `finish` has been called. */
  async run(sql: string, finish: () => unknown): Promise<void> {
    let isFinished = false
    let failure: { readonly reason: unknown } | undefined
    const finishOnce = (): void => {
      try {
        if (!isFinished) {
          isFinished = true
          finish()
        }
      } catch (reason) {
        failure = { reason }
      }
      if (failure) throw failure.reason
    }
    const work = { mark: (this.lastMark += 2), finish: finishOnce }
    this.work = work
    try {
      await AsyncDatabase.prototype.exec.call(this.database, `PRAGMA analysis_limit = ${work.mark}; ${sql}; PRAGMA analysis_limit = ${work.mark + 1}`)
    } finally {
      if (this.work === work) this.work = undefined
    }
    finishOnce()
  }

  /** Waits without a turn of the event loop, for who can wait in no other way: seldom, and no longer than the statement would have held it. */
  sitOut(): void {
    const { work } = this
    if (work === undefined) return
    for (let looks = 0; this.reached() < work.mark; looks += 1) {
      if (looks > mostLooks) throw new Error('the file is busy')
      standStill()
    }
    // The driver answers this only when the thread is done with all that it was given.
    void this.database.inTransaction
    this.work = undefined
    // What was refused, its promise tells.
    if (this.reached() > work.mark) work.finish()
  }

  private reached(): number {
    this.setting ??= this.database.prepare('PRAGMA analysis_limit').raw(true)
    const [row] = this.setting.all() as number[][]
    return row?.[0] ?? 0
  }
}
