import { randomBytes } from 'node:crypto'
import type { Observable } from 'rxjs'
import type { TravelRule } from '../../shared/contract'
import type { LocalStore } from '../replica'
import { ServerProblem, type Server } from '../sync'
import { usualRule } from './types'

/** Local documents: one a set that lies here, `waiting` until the server has all of it; one a set that is being fetched. */
const SET = 'blob-set'
const WANTED = 'blob-wanted'
const SETTINGS = 'blob-settings'

const everything = 1_000_000

/** Says that something of a set lies here and may not be on the server yet. On disk when it resolves. */
export const offerSet = async (local: LocalStore, set: string): Promise<void> => {
  await local.put(SET, set, { offered: randomBytes(6).toString('hex') }, 'waiting')
}

interface Offer {
  /** Another with each offer: what was offered meanwhile is not marked as sent. */
  readonly offered: string
}

/** What this workstation remembers of its files' travels. */
export interface Ledger {
  rule(): Promise<TravelRule>
  setRule(rule: TravelRule): Promise<void>
  /** Sets that wait to be sent, the newest first; the answer's second part names the offer. */
  waiting(): Promise<(readonly [set: string, offered: string])[]>
  /** How one set stands; undefined: it waits for nothing. */
  offerOf(set: string): Promise<string | undefined>
  /** Sets that were ever offered. */
  known(): Promise<Set<string>>
  /** The server has all of the set, unless more of it was offered meanwhile. */
  sent(set: string, offered: string): Promise<void>
  /** Whether the server has all of it, as far as is remembered. */
  isSent(set: string): Promise<boolean>
  /** Sets that were offered, as it happens. */
  offers(): Observable<string>
  wanted(): Promise<string[]>
  want(set: string): Promise<void>
  wantNoMore(set: string): Promise<void>
  /** Whether the server's database is the one that `sent` was said of; if not, everything waits again. */
  settle(server: Server, signal: AbortSignal): Promise<void>
}

interface Life {
  readonly workstation: string
  readonly id: string
  readonly seq: number
}

/** The leading number of a `seq`: grows with every write, on a node and on a cluster. */
const numberOf = (seq: unknown): number => Number(/^\d+/.exec(String(seq))?.[0] ?? 0)

/** See {@link Ledger}. */
export const openLedger = (local: LocalStore): Ledger => {
  const allWaitAgain = async (): Promise<void> => {
    for (const { id, value } of await local.list<Offer>(SET, { state: 'sent', limit: everything })) await local.put(SET, id, value, 'waiting')
  }
  return {
    rule: async () => ({ ...usualRule, ...(await local.get<TravelRule>(SETTINGS, 'rule'))?.value }),
    setRule: async (rule) => void (await local.put(SETTINGS, 'rule', rule)),
    waiting: async () => (await local.list<Offer>(SET, { state: 'waiting', limit: everything })).map(({ id, value }) => [id, value.offered]),
    offerOf: async (set) => {
      const found = await local.get<Offer>(SET, set)
      return found?.state === 'waiting' ? found.value.offered : undefined
    },
    known: async () => new Set((await local.list(SET, { limit: everything })).map(({ id }) => id)),
    sent: async (set, offered) => {
      const found = await local.get<Offer>(SET, set)
      if (found?.value.offered === offered) await local.put(SET, set, found.value, 'sent')
    },
    isSent: async (set) => (await local.get<Offer>(SET, set))?.state === 'sent',
    offers: () => local.changes(SET),
    wanted: async () => (await local.list(WANTED, { limit: everything })).map(({ id }) => id),
    want: async (set) => void (await local.put(WANTED, set, null)),
    wantNoMore: (set) => local.remove(WANTED, set),
    settle: async (server, signal) => {
      const known = (await local.get<Life>(SETTINGS, 'life'))?.value
      const workstation = known?.workstation ?? randomBytes(12).toString('hex')
      const path = `_local/outpost-${workstation}`
      const [note, database] = await Promise.all([server.ask({ path, signal }), server.read({ path: '', signal })])
      const noted = note.status === 200 ? (note.body as { _rev?: string; life?: unknown }) : undefined
      const seq = numberOf((database as { update_seq?: unknown } | null)?.update_seq)
      const isSame = known !== undefined && noted?.life === known.id && seq >= known.seq
      const id = isSame ? known.id : randomBytes(12).toString('hex')
      if (!isSame) {
        await allWaitAgain()
        const { status } = await server.ask({ method: 'PUT', path, body: { life: id, ...(noted?._rev === undefined ? {} : { _rev: noted._rev }) }, signal })
        if (status >= 300) throw new ServerProblem('unreachable', status, 'the note could not be left')
      }
      if (!isSame || seq - known.seq >= 100) await local.put(SETTINGS, 'life', { workstation, id, seq })
    },
  }
}
