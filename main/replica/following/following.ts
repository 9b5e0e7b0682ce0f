import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Subscription } from 'rxjs'
import type { Envelope } from '../../../shared/records/envelope'
import { changeOf } from '../records/change'
import type { RecordChange, Replica } from '../types'

/** Kind in the local store; the id is the follower's name. */
const followedKind = 'followed'

/** Up to where a follower has come in one file. */
interface Mark {
  /** {@link Replica.documents}'s name. */
  readonly file: string
  readonly place: number
}

/** Left-over changes that are read at once. */
const pageOfChanges = 200
/** How far a follower has come is kept at most so often, milliseconds: after a stop, changes of this long are taken again. */
const keptEveryMs = 30_000

/** Somebody who makes something of records as they change, and wants none left out by a crash. */
export interface Follower {
  /** Its own name among followers. */
  readonly name: string
  /** A change of a record, here or by sync, as the record is now; perhaps one that was taken before. Does not throw. */
  take(change: RecordChange): void
  /** Whether all that was taken has been dealt with, on disk. */
  isDone(): boolean
  /** Where nobody of this name has followed this file before: looks at what was written so far. */
  first(): Promise<void>
}

/** See {@link followRecords}. */
export interface Following {
  /**
   * Takes what was written since the follower was done last, before a stop or a crash, and every change from now on. Once it resolved, how
   * far the follower has come is kept from time to time. Refused while the file cannot be read; it may be called again then.
   */
  catchUp(): Promise<void>
  /** Keeps how far the follower has come when it is done, and hears of no further changes then; it takes some until this resolved. */
  close(): Promise<void>
}

/** Tells a follower of every change of a record, over restarts and crashes; begins with {@link Following.catchUp}. */
export const followRecords = ({ records, local, documents }: Pick<Replica, 'records' | 'local' | 'documents'>, { name, take, isDone, first }: Follower): Following => {
  let timer: NodeJS.Timeout | undefined
  let keeping: Promise<void> = Promise.resolve()
  let isCaughtUp = false
  let isClosed = false
  let kept = -1

  const keep = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const { records: place } = await documents.places()
    // A change is told of in the turn of the loop in which it was written: after this one nothing up to that place is still to be told.
    await turnOfTheLoop()
    if (place === kept || !isDone()) return
    await local.put<Mark>(followedKind, name, { file: documents.name, place })
    kept = place
  }
  const keepNow = (): Promise<void> => {
    // What cannot be written down (a full disk) is read again after the next stop.
    keeping = keeping.then(keep).catch(() => undefined)
    return keeping
  }
  const plan = (): void => {
    if (!isCaughtUp || isClosed) return
    timer ??= setTimeout(() => void keepNow().then(() => (isDone() ? undefined : plan())), keptEveryMs).unref()
  }
  let changes: Subscription | undefined

  const takeMissed = async (from: number): Promise<void> => {
    for (let place = from; !isClosed; ) {
      // The station's own documents are none of it.
      const page = await documents.changedSince({ records: place, local: Number.MAX_SAFE_INTEGER }, pageOfChanges)
      for (const { content, deleted } of page.records) take(changeOf(content as unknown as Envelope, deleted))
      if (page.records.length < pageOfChanges) return
      place = page.places.records
      await turnOfTheLoop()
    }
  }

  return {
    async catchUp() {
      changes ??= records.changes().subscribe((change) => {
        take(change)
        plan()
      })
      const mark = (await local.get<Mark>(followedKind, name))?.value
      if (mark?.file === documents.name) await takeMissed(mark.place)
      else await first()
      // What it did not come to is read again after the next start.
      if (isClosed) return
      isCaughtUp = true
      await keepNow()
      plan()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      // It hears of changes for as long as it is not said up to where they are done.
      if (isCaughtUp) await keepNow()
      await keeping
      changes?.unsubscribe()
    },
  }
}
