import { done, refuse, type Answer, type OutboxEntry, type PracticeName, type ReviewChoice, type ReviewItem, type SyncState } from '../../shared/contract'
import type { ClinicEvents } from '../../shared/contract'
import { digestOfDocument, type DigestSource, openDigests, type PurgedVersion, type Replica } from '../replica'
import { practiceDatabaseName, practiceDocumentId } from '../../shared/records/practiceDatabase'
import { createSkewMeter, noticeableSkewMs, type SkewMeter } from '../../shared/records/skew'
import { openAgreement, type AgreementPauses, type Difference } from './agreement'
import { copiesOfOthers, joinAnew, notePath, noteSeq, readGeneration, renewNote, serverKey, settleGeneration, takeOver, turnTo, type Generation } from './generation'
import { openLink, Stopped, type Link, type LinkOptions, type LinkState } from './link'
import { claimAccount } from './claimAccount'
import { checkDatabase } from './practiceAt'
import type { FirstLoad } from './pullChanges'
import { openRefused } from './refused'
import { resendRefused, takeServersVersion } from './resend'
import { rememberAnswers } from './rememberAnswers'
import { startReplication, type Replication } from './replication'
import { countReviewItems, listReviewItems, resolveReviewItem } from './reviewItems'
import { bringBack, forgetKept, keptByServer } from './serverKeeps'
import { openServer, ServerProblem, splitUrl, type Server, type AnswerHead, type ServerAddress } from './server'
import { watchNetwork } from './watchNetwork'

/** Sync of one practice with a hub or centre. */
export interface Sync {
  state(): SyncState
  /**
   * Sets the server up, or another one. Refuses with `server-unreachable`, `server-refused`,
   * `server-other-practice` or `training-never-syncs`; the former server then stays. `untried`: does not ask it first, and goes on trying.
   */
  configure(address: ServerAddress, how?: { readonly untried?: boolean }): Promise<Answer<SyncState>>
  /** The server that is set up. */
  address(): ServerAddress | undefined
  /** Tries a server without setting it up; refuses as {@link configure}. */
  probe(address: ServerAddress): Promise<Answer<null>>
  /** Forgets the server and its password; what waits to be sent stays here. */
  disconnect(): Promise<SyncState>
  /** One full pass both ways. `not-found`: no server is set up. */
  pass(): Promise<Answer<PassResult>>
  outbox(page: { readonly skip: number; readonly limit: number }): Promise<OutboxEntry[]>
  /** Sends refused records again, all of them when none is named. Refuses with `no-server`, or with why the line is down. */
  resend(ids?: readonly string[]): Promise<Answer<null>>
  /** Gives a refused change up for what the server has. Refuses as {@link resend}, and with `not-found`. */
  takeServersVersion(id: string): Promise<Answer<null>>
  /** Compares with the server now and mends what it can; see `Agreement`. */
  compare(): Promise<Answer<SyncState>>
  /** What the last comparison could not mend. */
  differences(): readonly Difference[]
  /** Joins the database at the server, which was made anew, and sends it what is here. Refuses with `no-server`. */
  joinAgain(): Promise<Answer<SyncState>>
  reviewItems(patient?: string): Promise<ReviewItem[]>
  resolve(item: string, keep: ReviewChoice, practitioner: string): Promise<Answer<ReviewItem>>
  /**
   * Takes those of the records out of this workstation that the server has at this moment, word for word; `about` is called with them
   * before they go. Answers the ids of those that are gone. Refuses with `no-server`, or with why the line is down.
   */
  forget(ids: readonly string[], about: (records: readonly PurgedVersion[]) => Promise<void>): Promise<Answer<string[]>>
  /** Fetches records that are on the server only; answers the ids that it does not have. Refuses as {@link forget}. */
  bringBack(ids: readonly string[]): Promise<Answer<string[]>>
  /** Another database of the same server and user, over sockets of its own; undefined while no server is set up. The caller closes it. */
  beside(suffix: string): Server | undefined
  /** Lets go of the line; what is under way is taken up again at the next start. */
  close(): Promise<void>
}

/** What one pass did. */
export interface PassResult {
  readonly pushed: number
  readonly pulled: number
  /** Records that the server does not take, altogether. */
  readonly refused: number
  /** Review items that are open, altogether. */
  readonly reviewItems: number
}

/** What sync needs. */
export interface SyncOptions {
  readonly replica: Replica
  readonly practice: PracticeName
  readonly announce: <Name extends 'syncStateChanged'>(name: Name, value: ClinicEvents[Name]) => void
  readonly now?: () => number
  /** Whether this version of a record was purged here, so that the feed need not bring it back. */
  readonly passOver?: (record: { readonly id: string; readonly at: string }) => boolean
  /** What this workstation has of each day; by default counted here when it is asked for. */
  readonly digests?: DigestSource
  /** For tests: the record types that an earlier version knew. */
  readonly types?: readonly string[]
  /** For tests: how soon to try again, and to compare. */
  readonly pauses?: Pick<LinkOptions, 'firstPauseMs' | 'longestPauseMs'> & { readonly silenceMs?: number; readonly agreement?: AgreementPauses; readonly firstLoad?: FirstLoad }
  /** A fault of ours, for the log; never with what is in a record. */
  readonly log?: (line: string) => void
}

interface Connection {
  readonly address: ServerAddress
  readonly server: Server
  readonly link: Link
  readonly replication: Replication
  readonly skew: SkewMeter
}

const kind = 'sync'
/** The bar does not have to follow every document. */
const announceEveryMs = 150

/** Opens sync; a server that was set up earlier is connected to in the background. */
export const openSync = async ({ replica, practice, announce, now = Date.now, passOver = () => false, digests, types, pauses = {}, log = () => undefined }: SyncOptions): Promise<Sync> => {
  const { local } = replica
  let connection: Connection | undefined
  /** The server that is being changed to: the bar must not say meanwhile that there is none. */
  let coming: ServerAddress | undefined
  let generation: Generation = await readGeneration(local)
  let lastSync = (await local.get<string>(kind, 'last-sync'))?.value
  let reviewItems = await countReviewItems(replica)
  let announcing: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let turn: Promise<unknown> = Promise.resolve()

  const fault = (error: unknown) => {
    if (!closed) log(`sync: ${error instanceof Error ? `${error.name} ${(error as { code?: string }).code ?? ''}`.trim() : 'fault'}`)
  }
  const changed = () => {
    if (closed || announcing) return
    announcing = setTimeout(() => {
      announcing = undefined
      announce('syncStateChanged', state())
    }, announceEveryMs)
  }
  const refused = await openRefused(local, changed, now)
  const ownDigests = digests ? undefined : openDigests(replica.collection, { follow: false })
  const agreement = await openAgreement({
    local,
    digests: (digests ?? ownDigests) as DigestSource,
    connected: () => connection && { link: connection.link, keeps: connection.replication.keeps, seq: connection.replication.seq, waitingIn: connection.replication.waitingIn, sendAgain: connection.replication.sendAgain },
    passOver,
    changed,
    log,
    now,
    pauses: pauses.agreement,
  })
  const watching = replica.records.changes().subscribe(({ type }) => {
    if (type === 'Task') void countReviewItems(replica).then((count) => ((reviewItems = count), changed()), () => undefined)
  })

  const stopWatchingNetwork = watchNetwork({ changed: () => connection?.link.renew() })

  const state = (): SyncState => {
    if (!connection && coming) return { link: 'connecting', server: coming.url, lastSync, waitingOut: 0, refused: refused.size, reviewItems }
    if (!connection) return { link: 'none', lastSync, waitingOut: 0, refused: refused.size, reviewItems }
    const { link, replication, address, skew: { skewMs } } = connection
    const { problem } = link.state
    return {
      link: link.state.link,
      server: address.url,
      lastSync,
      waitingOut: replication.outbox.size,
      ...(link.state.link === 'online' && replication.waitingIn !== undefined ? { waitingIn: replication.waitingIn } : {}),
      refused: refused.size,
      reviewItems,
      ...(problem === undefined ? {} : { problem }),
      ...(skewMs === undefined || Math.abs(skewMs) < noticeableSkewMs ? {} : { skewMs }),
      ...(replication.progress === undefined ? {} : { progress: replication.progress }),
      ...(agreement.state === undefined ? {} : { agreement: agreement.state }),
    }
  }
  /** The feed has been read to its end: if nothing waits either way, both are in step now. */
  const heard = () => {
    if (!connection) return
    const { replication } = connection
    if (replication.outbox.size > 0 || (replication.waitingIn ?? 0) > 0) return
    const before = lastSync
    lastSync = new Date(now()).toISOString()
    changed()
    agreement.inStep()
    if (before === undefined || Date.parse(lastSync) - Date.parse(before) > 20_000) remember(replication.seq).catch(fault)
  }
  const noted = async (note: (from: Generation) => Promise<Generation>): Promise<void> => {
    const from = generation
    const to = await note(from)
    generation = await takeOver(local, generation, from, to)
  }
  let remembering: Promise<unknown> = Promise.resolve()
  /** One after another: two at once would put the number in the note back, as a copy put back does. */
  const remember = (seq: string): Promise<void> => {
    const mine = remembering.then(async () => {
      if (lastSync !== undefined) await local.put(kind, 'last-sync', lastSync)
      const using = connection
      await noted((from) => noteSeq(local, from, seq))
      // Of a renewal that was cut the number that it began with is on disk.
      if (using) await noted((from) => using.link.try((server) => renewNote(server, local, from, now())).catch(() => readGeneration(local)))
    })
    remembering = mine.catch(() => undefined)
    return mine
  }
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  /** What is on disk may lag behind. */
  const furthest = () => (connection && connection.replication.seq !== '0' ? connection.replication.seq : generation.seq)
  /** Names the copies of the server that this workstation is connected to, or was last. */
  let copies: string | undefined
  const reconnect = async (address: ServerAddress, isOther = false): Promise<void> => {
    coming = address
    try {
      await release()
      if (isOther) await agreement.forget()
      await local.put(kind, 'server', address)
      await connect(address)
    } finally {
      coming = undefined
    }
  }
  const connect = async (address: ServerAddress): Promise<void> => {
    generation = await turnTo(local, generation, address, copies, now())
    const skew = createSkewMeter()
    const answered = ({ date, roundTripMs }: AnswerHead) => skew.read({ receivedAt: now(), roundTripMs, date: date ?? '' })
    const server = openServer(address, practiceDatabaseName(practice.id), pauses.silenceMs, { answered })
    const check: LinkOptions['check'] = async (there) => {
      const at = rememberAnswers(there, ['', encodeURIComponent(practiceDocumentId), notePath(generation)])
      // What was joined here once and is gone is made anew by nobody but a person.
      const verdict = await checkDatabase(at, practice, generation.epochs?.[serverKey(address)] === undefined)
      if (verdict !== 'ours') return verdict
      const before = generation
      const settled = await settleGeneration(at, local, { ...before, seq: furthest() }, serverKey(address), now())
      if (settled === 'made-anew') return 'server-made-anew'
      if (settled.id !== generation.id) {
        generation = settled
        // The bookkeeping of the running replication belongs to a database that is no more.
        inTurn(async () => {
          if (connection?.server !== server || closed) return
          await reconnect(address)
        }).catch(fault)
        throw new ServerProblem('unreachable', 0, 'the database was made anew')
      }
      generation = await takeOver(local, generation, before, settled)
      return verdict
    }
    const link = openLink({ server, check, changed, fault, ...pauses })
    const replication = await startReplication({ replica, link, generation, refused, keepCopies: copiesOfOthers(generation), passOver, changed, heard, fault, ...(pauses.firstLoad ? { firstLoad: pauses.firstLoad } : {}), ...(types ? { types } : {}) })
    copies = replication.copies
    connection = { address, server, link, replication, skew }
    changed()
  }
  const release = async (): Promise<void> => {
    const going = connection
    connection = undefined
    if (!going) return
    await going.replication.stop()
    going.server.close()
    changed()
  }

  /** Work that needs the server at this moment. */
  const withServer = async <Value>(work: (using: Connection) => Promise<Value>): Promise<Answer<Value>> => {
    const using = connection
    if (!using) return refuse('no-server')
    try {
      return done(await work(using))
    } catch (error) {
      if (error instanceof Stopped) return refuse('cancelled')
      const { problem } = using.link.state
      if (problem === undefined && !(error instanceof ServerProblem)) throw error
      return refuse(problem ?? 'server-unreachable')
    }
  }

  /** Tries the server before anything is changed here. */
  const probe = async (address: ServerAddress): Promise<Answer<null>> => {
    const server = openServer(address, practiceDatabaseName(practice.id), pauses.silenceMs)
    try {
      const verdict = await checkDatabase(server, practice)
      return verdict === 'ours' ? done(null) : refuse(verdict)
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error
      return refuse(error.trust ?? (error.kind === 'unreachable' ? 'server-unreachable' : 'server-refused'))
    } finally {
      server.close()
    }
  }

  const stored = await local.get<ServerAddress>(kind, 'server')
  if (stored) await connect(stored.value)

  return {
    state,
    address: () => connection?.address,
    probe,
    configure: (given, { untried = false } = {}) =>
      inTurn(async () => {
        const probed = untried ? done(null) : await probe(given)
        if (!probed.ok) return probed
        const claimed = untried ? done(given) : await claimAccount(given)
        if (!claimed.ok) return claimed
        const address = claimed.value
        const now = connection?.address
        const isSame = now?.url === address.url && now.user === address.user && now.password === address.password && now.pin === address.pin
        // Setting up what is set up already says nothing about a database that may come later.
        if (!untried && (now?.url !== address.url || connection?.link.state.problem === 'server-made-anew')) generation = await joinAnew(local, generation, serverKey(address))
        if (!isSame) await reconnect(address, now?.url !== address.url)
        connection?.link.kick()
        return done(state())
      }),
    joinAgain: () =>
      inTurn(async () => {
        const address = connection?.address
        if (!address) return refuse('no-server')
        generation = await joinAnew(local, generation, serverKey(address))
        await reconnect(address)
        return done(state())
      }),
    disconnect: () =>
      inTurn(async () => {
        await release()
        await agreement.forget()
        await local.remove(kind, 'server')
        return state()
      }),
    pass: async () => {
      await turn
      const using = connection
      if (!using) return refuse('not-found')
      const { link, replication } = using
      link.kick()
      const { pushed, pulled } = { ...replication.tally }
      try {
        // The check may find a database made anew and begin again.
        await link.try((server) => server.read({ path: '' }))
      } catch (error) {
        await turn
        if (connection !== using && connection) return refuse('server-unreachable')
        return refuse(link.state.problem ?? (error instanceof ServerProblem ? 'server-unreachable' : 'cancelled'))
      }
      const problem = await unlessDown(link, replication.settle())
      if (problem) return refuse(problem)
      heard()
      await remember(replication.seq)
      reviewItems = await countReviewItems(replica)
      return done({ pushed: replication.tally.pushed - pushed, pulled: replication.tally.pulled - pulled, refused: refused.size, reviewItems })
    },
    outbox: async ({ skip, limit }) => {
      const waiting: OutboxEntry[] = (connection?.replication.outbox.list() ?? []).map(({ id, type, at, author }) => ({ id, type, at: at.slice(0, 24), author }))
      const held = refused.list().map(({ at, reason, ...entry }) => ({ ...entry, at: at.slice(0, 24), refused: reason }))
      const unsent = waiting.filter(({ id }) => !refused.has(id))
      return [...held, ...unsent].slice(skip, skip + limit)
    },
    resend: (ids) => withServer(({ replication }) => resendRefused({ refused, sendAgain: replication.sendAgain }, ids)),
    takeServersVersion: async (id) => {
      const taken = await withServer(({ replication }) => takeServersVersion(replication.keeps, id))
      return taken.ok ? taken.value : taken
    },
    compare: async () => {
      const compared = await agreement.check()
      return compared.ok ? done(state()) : compared
    },
    differences: agreement.differences,
    reviewItems: (patient) => listReviewItems(replica, { patient }),
    forget: (ids, about) =>
      withServer(async ({ replication: { keeps } }) => {
        const kept = await keptByServer(keeps, ids)
        if (kept.length === 0) return []
        await about(kept.map((record) => ({ id: record.id, at: record.at, digest: digestOfDocument(record as never) })))
        return forgetKept(keeps, kept)
      }),
    bringBack: (ids) => withServer(({ replication: { keeps } }) => bringBack(keeps, ids)),
    resolve: (item, keep, practitioner) => resolveReviewItem(replica, { item, keep, practitioner }, now),
    beside: (suffix) => {
      if (!connection) return undefined
      const { address, server } = connection
      const database = `${server.database}${suffix}`
      return openServer({ ...address, url: `${splitUrl(address.url).root.href.replace(/\/$/, '')}/${encodeURIComponent(database)}` }, database, pauses.silenceMs)
    },
    close: () =>
      inTurn(async () => {
        if (closed) return
        closed = true
        clearTimeout(announcing)
        watching.unsubscribe()
        stopWatchingNetwork()
        if (connection && lastSync !== undefined) {
          await local.put(kind, 'last-sync', lastSync)
          const { seq } = connection.replication
          await noted((from) => noteSeq(local, from, seq))
        }
        const compared = agreement.close()
        await release()
        await remembering
        await compared
        await ownDigests?.close()
      }),
  }
}

/** The work, unless the line is cut meanwhile: a pass must not wait for it. */
const unlessDown = async (link: Link, work: Promise<void>): Promise<LinkState['problem']> => {
  let timer: ReturnType<typeof setInterval> | undefined
  const down = new Promise<LinkState['problem']>((resolve) => {
    timer = setInterval(() => link.state.problem && resolve(link.state.problem), 100)
  })
  try {
    return await Promise.race([work.then(() => undefined), down])
  } finally {
    clearInterval(timer)
  }
}
