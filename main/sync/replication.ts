import { replicateRxCollection, type RxReplicationState } from 'rxdb/plugins/replication'
import type { RxCollection, RxReplicationPullStreamItem, RxStorageInstanceReplicationState } from 'rxdb'
import { Subject } from 'rxjs'
import type { SyncProgress } from '../../shared/contract'
import { recordTypes, type Envelope } from '../../shared/records/envelope'
import { dropOldCopies, type Replica } from '../replica'
import type { Stored } from './documents'
import { openEstimate } from './estimate'
import { followFeed } from './followFeed'
import type { Generation } from './generation'
import { keepBase } from './keepBase'
import { Stopped, type Link } from './link'
import { openOutbox, type Outbox } from './outbox'
import { pullChanges, type Checkpoint, type FirstLoad, type Incoming } from './pullChanges'
import { openPush } from './pushChanges'
import type { RefusedList } from './refused'
import { conflictHandlerOf } from './resolveConflicts'
import { openSendAgain } from './sendAgain'
import { addTakenAway, openServerBranches } from './serverBranches'
import type { KeepsParts } from './serverKeeps'
import { openStoreFresh } from './storeFresh'

/** Documents in one turn of RxDB: small enough that a cut line loses little. */
const batchSize = 200
const pushedAtOnce = 1_000
/** Fewer changes than this come before anybody has read how many there are. */
const worthTelling = 100
/** With a line and something to send, nothing was being sent for so long, twice in a row: it was forgotten on the way. */
const forgottenMs = 5_000
/** RxDB begins to read within this time, unless it has forgotten to; a push that is under way comes first. */
const forgottenReadMs = 2_000

/** How the first release named RxDB's bookkeeping of a replication; under another name everything would be sent and compared again. */
const bookkeeping = '5806ff1d'

/** Counts of one life of the replication. */
export interface Tally {
  pushed: number
  pulled: number
}

/** The feed of one practice, running. */
export interface Replication {
  readonly outbox: Outbox
  readonly tally: Readonly<Tally>
  /** Names RxDB's copies of what this server has. */
  readonly copies: string
  /** Changes that the server is known to have for us. */
  readonly waitingIn: number | undefined
  /** The same for a person, while it is much. */
  readonly progress: SyncProgress | undefined
  /** Where the feed has been read to. */
  readonly seq: string
  /** Sends these as they are here now; see {@link openSendAgain}. */
  sendAgain(ids: readonly string[]): Promise<void>
  /** For what has to be sure that the server keeps a record. */
  readonly keeps: KeepsParts
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
  /** Copies that belong to another server and will be used again; see `Replication.copies`. */
  readonly keepCopies?: readonly string[]
  /** Whether this version was purged here and need not come back. */
  passOver(record: Stored): boolean
  changed(): void
  /** The server answered, and the feed has been read to its end. */
  heard(): void
  /** For tests: when a first load goes in steps. */
  readonly firstLoad?: FirstLoad
  /** For tests: what an earlier version knew. */
  readonly types?: readonly string[]
  /** A fault of ours: RxDB could not write what it had to. */
  fault(error: unknown): void
}

const runningState = ({ internalReplicationState: state }: RxReplicationState<Envelope, Checkpoint>): RxStorageInstanceReplicationState<Envelope> => {
  if (!state) throw new Error('the replication did not start')
  return state
}

/** Starts replicating; works its way as soon as the link is up. */
export const startReplication = async ({ replica, link, generation, refused, keepCopies = [], passOver, changed, heard, firstLoad, types = recordTypes, fault }: ReplicationOptions): Promise<Replication> => {
  const collection = replica.collection as RxCollection<Envelope>
  /** Merges that came out as what the server has: RxDB writes them here, and sends nothing. */
  const agreed = new Map<string, string>()
  collection.conflictHandler = conflictHandlerOf(() => collection, ({ id, at }) => agreed.set(id, at), (id) => sendAgainLater([id]))
  const tally: Tally = { pushed: 0, pulled: 0 }
  let seq = '0'
  let incoming: Incoming | undefined
  const estimate = openEstimate(Date.now)
  let begun = 0
  let reads = 0
  let readers: (() => void)[] = []
  /** Batches that are on their way, and records that the server has answered for. */
  let sending = 0
  let answeredFor = 0
  let stopped = false
  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (isReady = resolve))

  const { push, echoes } = openPush({
    link,
    practice: replica.practice,
    sent: async (record, wrote) => {
      if (wrote) tally.pushed++
      answeredFor++
      await refused.clear(record.id)
      outbox.sent(record)
    },
    refused: async (record, reason, error) => {
      answeredFor++
      await refused.put(record, reason, error)
      outbox.sent(record)
    },
    deletedThere: (record, deletion) => addTakenAway(collection, [{ record, deletion }]),
  })
  const branches = await openServerBranches({ link, practice: replica.practice, collection, local: replica.local, sendAgain: (ids) => again(ids), fault })
  const pull = pullChanges({
    link,
    practice: replica.practice,
    echoes,
    state: () => runningState(replication),
    store: (records) => store(records),
    countHere: () => replica.documents.count('records'),
    read: (at, expected) => {
      seq = at
      incoming = expected
      if (expected) estimate.note(expected.left)
      changed()
    },
    stored: (count) => {
      tally.pulled += count
    },
    again: () => replication.reSync(),
    ended: () => {
      heard()
      reads++
      const waiting = readers
      readers = []
      setTimeout(() => waiting.forEach((each) => each()))
    },
    passOver,
    seen: (documents) => branches.note(documents),
    ...(firstLoad ? { firstLoad } : {}),
    types: new Set(types),
    now: Date.now,
  })
  const broughtBack = new Subject<RxReplicationPullStreamItem<Envelope, Checkpoint>>()

  const replication: RxReplicationState<Envelope, Checkpoint> = replicateRxCollection<Envelope, Checkpoint>({
    replicationIdentifier: `outpost-${generation.id}-${bookkeeping}`,
    collection,
    live: true,
    waitForLeadership: false,
    toggleOnDocumentVisible: false,
    retryTime: 200,
    pull: {
      batchSize,
      stream$: broughtBack.asObservable(),
      handler: async (checkpoint) => {
        await ready
        begun++
        const pulled = await pull.read(checkpoint)
        // Somebody changed what was refused here: it is merged with that now, and may be taken.
        const met = pulled.documents.flatMap(({ id }) => (refused.has(id) ? [id] : []))
        if (met.length > 0) sendAgainLater(met)
        return pulled
      },
    },
    push: {
      // What goes in one piece, the sender decides.
      batchSize: pushedAtOnce,
      handler: async (rows) => {
        await ready
        sending++
        try {
          return await push(rows as { newDocumentState: Stored; assumedMasterState?: Stored }[])
        } finally {
          sending--
        }
      },
    },
  })
  const arrivals = replication.received$.subscribe(() => void tally.pulled++)
  const faults = replication.error$.subscribe((error) => !stopped && fault(error))
  await replication.startPromise
  const state = runningState(replication)
  const { store, note } = await openStoreFresh(collection, state)
  keepBase(state, refused.isRefused)
  const outbox: Outbox = await openOutbox(collection, state, changed, (id, at) => agreed.get(id) === at && agreed.delete(id), note)
  isReady()
  const dropping = dropOldCopies(replica, [state.input.metaInstance.collectionName, ...keepCopies]).catch((error: unknown) => !stopped && fault(error))

  /**
   * The reader goes on from its checkpoint; resolves when it has come to the end. RxDB forgets the wish to read where records were handed
   * to it in the same moment: it is asked again until it begins.
   */
  const readMore = (): Promise<void> =>
    new Promise((resolve) => {
      const before = begun
      const asking = setInterval(() => begun === before && replication.reSync(), forgottenReadMs)
      readers.push(() => {
        clearInterval(asking)
        resolve()
      })
      replication.reSync()
    })
  const again = openSendAgain({ link, practice: replica.practice, collection, state, push, refused, batchSize })
  let sendingAgain: Promise<unknown> | undefined
  /** RxDB forgets a change when a write of its own bookkeeping fails, and never sends a refused one again; this does, in the background. */
  const sendAgainLater = (ids: readonly string[]): void => {
    const mine = Promise.resolve(sendingAgain)
      .then(() => again(ids))
      .catch((error: unknown) => error instanceof Stopped || fault(error))
      .finally(() => sendingAgain === mine && (sendingAgain = undefined))
    sendingAgain = mine
  }
  /** How many were answered for when last nothing was being sent that should have been. */
  let idleAt: number | undefined
  const watch = setInterval(() => {
    const isIdle = !stopped && !sendingAgain && sending === 0 && outbox.size > 0 && link.state.link === 'online'
    if (isIdle && idleAt === answeredFor) sendAgainLater(outbox.list().map(({ id }) => id))
    idleAt = isIdle ? answeredFor : undefined
  }, forgottenMs)
  watch.unref()

  // What was noted before the last stop.
  const mending = (branches.size > 0 ? branches.mend() : Promise.resolve()).catch((error: unknown) => stopped || error instanceof Stopped || fault(error))
  const following = followFeed({
    link,
    seq: () => seq,
    heard,
    withDocuments: () => !echoes.expected(),
    more: async (since, known) => {
      if (since !== undefined && known) pull.offer(since, known)
      await readMore()
      await branches.mend()
    },
  }).catch((error: unknown) => !stopped && fault(error))

  return {
    outbox,
    tally,
    copies: state.input.metaInstance.collectionName,
    sendAgain: again,
    keeps: { link, practice: replica.practice, collection, state, outbox, refused, arrivals: broughtBack },
    get waitingIn() {
      return incoming?.left
    },
    get progress() {
      if (!incoming || incoming.left < worthTelling) return undefined
      const minutesLeft = estimate.minutesLeft()
      return { ...incoming, ...(minutesLeft === undefined ? {} : { minutesLeft }) }
    },
    get seq() {
      return seq
    },
    settle: async () => {
      const before = reads
      await readMore()
      if (reads === before) return
      await replication.awaitInSync()
      await again(refused.list().map(({ id }) => id))
      for (let left = outbox.size; left > 0; ) {
        await replication.awaitInSync()
        if (outbox.size === 0) break
        if (outbox.size >= left) {
          await again(outbox.list().map(({ id }) => id))
          await readMore()
          if (outbox.size >= left) break
        }
        left = outbox.size
      }
      await branches.mend()
    },
    stop: async () => {
      stopped = true
      clearInterval(watch)
      outbox.stop()
      pull.stop()
      const cancelled = replication.cancel()
      await Promise.resolve()
      link.stop()
      faults.unsubscribe()
      arrivals.unsubscribe()
      for (const each of readers) each()
      await cancelled
      await following
      await mending
      await dropping
      await sendingAgain
    },
  }
}

