import { replicateRxCollection } from 'rxdb/plugins/replication'
import type { RxCollection } from 'rxdb'
import type { Envelope } from '../../shared/records/envelope'
import type { Replica } from '../replica'
import { closeBranches } from './closeBranches'
import type { ServerDocument, Stored } from './documents'
import { followFeed } from './followFeed'
import type { Generation } from './generation'
import type { Link } from './link'
import { openOutbox, type Outbox } from './outbox'
import { pullChanges, type Checkpoint } from './pullChanges'
import { pushChanges } from './pushChanges'
import type { RefusedList } from './refused'
import { conflictHandlerOf } from './resolveConflicts'

/** Documents in one turn of RxDB: small enough that a cut line loses little. */
const batchSize = 200

/** Counts of one life of the replication. */
export interface Tally {
  pushed: number
  pulled: number
}

/** The feed of one practice, running. */
export interface Replication {
  readonly outbox: Outbox
  readonly tally: Readonly<Tally>
  /** Changes that the server is known to have for us. */
  readonly waitingIn: number | undefined
  /** Where the feed has been read to. */
  readonly seq: string
  /** Reads and sends everything; resolves when nothing is under way. Never, while the line is down. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** What the replication needs and tells. */
export interface ReplicationOptions {
  readonly replica: Replica
  readonly link: Link
  readonly generation: Generation
  readonly refused: RefusedList
  changed(): void
  /** The server answered. */
  heard(): void
  /** A fault of ours: RxDB could not write what it had to. */
  fault(error: unknown): void
}

/** Starts replicating; works its way as soon as the link is up. */
export const startReplication = async ({ replica, link, generation, refused, changed, heard, fault }: ReplicationOptions): Promise<Replication> => {
  const collection = replica.collection as RxCollection<Envelope>
  collection.conflictHandler = conflictHandlerOf(() => collection)
  const tally: Tally = { pushed: 0, pulled: 0 }
  const branched = new Map<string, ServerDocument>()
  let seq = '0'
  let waitingIn: number | undefined
  let reads = 0
  let readers: (() => void)[] = []
  let stopped = false
  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (isReady = resolve))

  const pull = pullChanges({
    link,
    practice: replica.practice,
    read: (at, pending) => {
      seq = at
      waitingIn = pending
      heard()
      changed()
    },
    branched: (document) => branched.set(document._id, document),
  })
  const push = pushChanges({
    link,
    practice: replica.practice,
    sent: async (record) => {
      tally.pushed++
      await refused.clear(record.id)
      outbox.sent(record)
    },
    refused: async (record, reason) => {
      await refused.put(record, reason)
      outbox.sent(record)
    },
  })

  const replication = replicateRxCollection<Envelope, Checkpoint>({
    replicationIdentifier: `outpost-${generation.id}`,
    collection,
    live: true,
    waitForLeadership: false,
    toggleOnDocumentVisible: false,
    retryTime: 200,
    pull: {
      batchSize,
      handler: async (checkpoint, size) => {
        await ready
        const pulled = await pull(checkpoint, size)
        tally.pulled += pulled.documents.length
        if (pulled.documents.length < size) {
          reads++
          const waiting = readers
          readers = []
          setTimeout(() => waiting.forEach((each) => each()))
        }
        return pulled
      },
    },
    push: {
      batchSize,
      handler: async (rows) => {
        await ready
        return push(rows as { newDocumentState: Stored; assumedMasterState?: Stored }[])
      },
    },
  })
  const faults = replication.error$.subscribe((error) => !stopped && fault(error))
  await replication.startPromise
  const state = replication.internalReplicationState
  if (!state) throw new Error('the replication did not start')
  const outbox: Outbox = await openOutbox(collection, state, changed)
  isReady()

  /** The reader goes on from its checkpoint; resolves when it has come to the end. */
  const readMore = (): Promise<void> =>
    new Promise((resolve) => {
      readers.push(resolve)
      replication.reSync()
    })
  const close = closeBranches({ link, practice: replica.practice, collection })
  const closeAllBranches = async () => {
    for (const [id, document] of branched) {
      branched.delete(id)
      await close(document)
    }
  }
  /** RxDB forgets a change when a write of its own bookkeeping fails; the outbox does not. */
  const sendAgain = async (ids: readonly string[]): Promise<void> => {
    const documents = await collection.storageInstance.findDocumentsById([...ids], true)
    if (documents.length > 0) await push(documents.map((document) => ({ newDocumentState: document as unknown as Stored })))
  }

  const following = followFeed({
    link,
    seq: () => seq,
    heard,
    more: async () => {
      await readMore()
      await closeAllBranches()
    },
  }).catch((error: unknown) => !stopped && fault(error))

  return {
    outbox,
    tally,
    get waitingIn() {
      return waitingIn
    },
    get seq() {
      return seq
    },
    settle: async () => {
      const before = reads
      await readMore()
      if (reads === before) return
      await replication.awaitInSync()
      await sendAgain(refused.list().map(({ id }) => id))
      for (let left = outbox.size; left > 0; ) {
        await replication.awaitInSync()
        if (outbox.size === 0) break
        if (outbox.size >= left) {
          await sendAgain(outbox.list().map(({ id }) => id))
          await readMore()
          if (outbox.size >= left) break
        }
        left = outbox.size
      }
      await closeAllBranches()
    },
    stop: async () => {
      stopped = true
      outbox.stop()
      const cancelled = replication.cancel()
      await Promise.resolve()
      link.stop()
      faults.unsubscribe()
      for (const each of readers) each()
      await cancelled
      await following
    },
  }
}

