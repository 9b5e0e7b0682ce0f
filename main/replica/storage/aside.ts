import type Database from 'libsql'
import AsyncDatabase from 'libsql/promise'

/** What is being done aside. */
interface Work {
  /** Whether it has been done; to be asked while the event loop stands still. */
  isDone(): boolean
  /** What has to follow at once, before anybody else writes. Done once; what it threw is thrown to everybody who asks. */
  finish(): void
}

/** Longer than the thread takes to begin: how often it is looked whether the statement has been done, while none is under way. */
const mostLooks = 3_000
const nobody = new Int32Array(new SharedArrayBuffer(4))

/** A millisecond without a turn of the event loop. */
const standStill = (): void => void Atomics.wait(nobody, 0, 0, 1)

/**
 * One statement on a thread of the driver's, while the event loop goes on: a commit of a thousand records or a checkpoint writes some thousand
 * pages and waits for the disk. The driver's other class, whose calls answer later, holds the same kind of connection. Who reads meanwhile is made to wait by
 * SQLite itself; who wants to write must {@link sitOut} first.
 */
export class Aside {
  private work: Work | undefined

  constructor(private readonly database: Database.Database) {}

  /** Runs a statement; resolves when it is done and `finish` has been called. */
  async run(sql: string, isDone: () => boolean, finish: () => unknown): Promise<void> {
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
    const work = { isDone, finish: finishOnce }
    this.work = work
    try {
      await AsyncDatabase.prototype.exec.call(this.database, sql)
    } finally {
      if (this.work === work) this.work = undefined
    }
    if (isFinished || isDone()) finishOnce()
  }

  /**
   * Waits without a turn of the event loop, for who can wait in no other way: seldom, and no longer than the statement would have held it.
   *
   * @throws {Error} the statement was refused, as on a full disk: only its promise knows of what
   */
  sitOut(): void {
    const { work } = this
    if (work === undefined) return
    for (let looks = 0; !work.isDone(); looks += 1) {
      if (looks > mostLooks) throw new Error('the file is busy')
      // The driver answers this only between two statements: however slow the disk is, it is waited for.
      void this.database.inTransaction
      standStill()
    }
    this.work = undefined
    work.finish()
  }
}
