import { randomUUID } from 'node:crypto'
import type { ExchangeProblem, SendEntry, SendState } from '../../../../shared/contract'
import type { LocalStore } from '../../../replica'
import type { Person } from '../../archive/studies'
import { problemOf } from '../problem'
import { isNight, mayPass, mostAttempts, nextNight, pauseMs, usualNight, type NightHours } from './rules'

/** What is to be sent, to whom, and on whose say-so. */
export interface SendAsk {
  /** Made by the screen once per act; the same key is the same send. */
  readonly key?: string
  readonly patient: string
  /** Id of the ImagingStudy record. */
  readonly study: string
  readonly studyInstanceUid: string
  /** For the list: what the study is. Nothing of the patient. */
  readonly description: string
  /** All of them were here when it was asked for. */
  readonly instances: number
  readonly peer: { readonly id: string; readonly name: string }
  readonly when: 'now' | 'night'
  readonly by: Person
}

/** A send as it lies in the station's own documents. */
interface StoredSend extends Omit<SendAsk, 'key'> {
  /** ISO instant. */
  readonly askedAt: string
  readonly attempts: number
  /** Not before, ms since 1970. */
  readonly nextAt: number
  readonly total: number
  /** SOP Instance UIDs that the peer has confirmed: what a cut leaves is sent, not everything. */
  readonly sent: readonly string[]
  /** How many there were, once all of them are there and nobody needs their UIDs. */
  readonly done?: number
  /** Instances that the peer will not have, in the last attempt. */
  readonly refused: number
  readonly problem?: ExchangeProblem
  /** What the peer said, in terms of the standard. */
  readonly detail?: string
  readonly endedAt?: string
}

/** What a delivery tells while it goes on. */
export interface DeliveryNews {
  /** How many instances the study has. */
  total(instances: number): void
  /** The peer has confirmed that it has stored it. */
  sent(sopInstanceUid: string): void
  /** The peer will not have it, or may later. */
  refused(sopInstanceUid: string, problem: ExchangeProblem, detail: string): void
}

/** Sends the instances of a study that are not in `sent`. Throws {@link PeerProblem} when it does not get on. */
export type Deliver = (send: Pick<SendAsk, 'studyInstanceUid' | 'peer'>, sent: ReadonlySet<string>, news: DeliveryNews, signal: AbortSignal) => Promise<void>

/** What the outbox works with. */
export interface OutboxParts {
  readonly local: LocalStore
  readonly deliver: Deliver
  /** Something about a send changed; at most a few times a second. */
  readonly changed?: () => void
  readonly log?: (line: string) => void
  /** ms since 1970. */
  readonly now?: () => number
  readonly random?: () => number
  /** How long it sleeps at most before it looks at the clock again: computers sleep, and clocks are put right. */
  readonly lookEveryMs?: number
  /** Attempts after which a person has to look; see {@link mostAttempts}. */
  readonly giveUpAfter?: number
}

/** Studies on their way to other places; durable, in the order in which they were asked for. */
export interface Outbox {
  /** It is on disk when this resolves, and leaves when it may. */
  queue(ask: SendAsk): Promise<SendEntry>
  list(): Promise<SendEntry[]>
  /** Now, whatever the rule: of one that waits, failed or was cancelled. */
  retry(id: string): Promise<SendEntry | 'not-found' | 'not-now'>
  /** Stops it after the instance at hand. */
  cancel(id: string): Promise<SendEntry | 'not-found' | 'not-now'>
  night(): Promise<NightHours>
  setNight(hours: NightHours): Promise<void>
  /** Resolves when nothing is being sent. */
  settled(): Promise<void>
  close(): Promise<void>
}

const SEND = 'dicom-send'
const RULES = 'dicom-send-rules'
/** Sends that are over and still listed. */
const mostEnded = 200
const atOnce = 2
const tellEveryMs = 300
const keepEvery = 50

const entryOf = (id: string, state: SendState, send: StoredSend): SendEntry => ({
  id,
  patient: send.patient,
  study: send.study,
  studyInstanceUid: send.studyInstanceUid,
  description: send.description,
  peer: send.peer,
  when: send.when,
  state,
  total: send.total,
  sent: send.done ?? send.sent.length,
  refused: send.refused,
  attempts: send.attempts,
  by: send.by.name,
  askedAt: send.askedAt,
  ...(state === 'waiting' && { nextAt: new Date(send.nextAt).toISOString() }),
  ...(send.problem && { problem: send.problem }),
  ...(send.detail !== undefined && { detail: send.detail }),
  ...(send.endedAt !== undefined && { endedAt: send.endedAt }),
})

/** Opens the outbox; what a crash interrupted goes on by itself. */
export const openOutbox = async (parts: OutboxParts): Promise<Outbox> => {
  const { local, deliver, changed = () => undefined, log = () => undefined, now = Date.now, random = Math.random, lookEveryMs = 60_000, giveUpAfter = mostAttempts } = parts
  const running = new Map<string, { readonly stop: AbortController; readonly peer: string; readonly ended: Promise<void>; cancelled: boolean; live: StoredSend }>()
  let timer: NodeJS.Timeout | undefined
  let telling: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let closed = false

  const tell = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined
      changed()
    }, tellEveryMs)
  }
  const stateOf = (text: string): SendState => text as SendState
  const put = (id: string, send: StoredSend, state: SendState) => local.put<StoredSend>(SEND, id, send, state)
  const night = async (): Promise<NightHours> => (await local.get<NightHours>(RULES, 'night'))?.value ?? usualNight
  const inState = async (state: SendState) => (await local.list<StoredSend>(SEND, { state, limit: 10_000 })).reverse()

  for (const { id, value } of await inState('sending')) await put(id, { ...value, nextAt: 0 }, 'waiting')

  const attempt = async (id: string, send: StoredSend, run: { live: StoredSend; cancelled: boolean }, signal: AbortSignal): Promise<void> => {
    const sent = new Set(send.sent)
    const refusals: { readonly problem: ExchangeProblem; readonly detail: string }[] = []
    let total = send.total
    let saving: Promise<unknown> = put(id, run.live, 'sending')
    const live = (): StoredSend => (run.live = { ...run.live, total, sent: [...sent], refused: refusals.length })
    const news: DeliveryNews = {
      total(instances) {
        total = instances
        live()
        tell()
      },
      sent(sopInstanceUid) {
        sent.add(sopInstanceUid)
        live()
        // Noted in between: a peer that is cut off is not sent everything again. What is not yet noted is sent twice, which harms nobody.
        if (sent.size % keepEvery === 0) saving = saving.then(() => put(id, run.live, 'sending')).catch(() => undefined)
        tell()
      },
      refused(_sopInstanceUid, problem, detail) {
        refusals.push({ problem, detail })
        live()
        tell()
      },
    }
    const failure = await deliver(send, sent, news, signal).then(
      // Images that left this workstation meanwhile were not sent, though nothing was refused.
      () => refusals.find(({ problem }) => mayPass(problem)) ?? refusals[0] ?? (total < send.instances ? { problem: 'damaged' as const, detail: '' } : undefined),
      (reason: unknown) => {
        const said = problemOf(reason)
        if (said.problem === 'internal') log(`send: ${reason instanceof Error ? reason.name : 'fault'}`)
        return said
      },
    )
    await saving.catch(() => undefined)
    const { problem: _problem, detail: _detail, ...rest } = live()
    const ended = { endedAt: new Date(now()).toISOString() }
    if (run.cancelled) await put(id, { ...rest, ...ended }, 'cancelled')
    // The practice is being closed: it goes on when it is opened again.
    else if (signal.aborted) await put(id, { ...rest, nextAt: 0 }, 'waiting')
    else if (!failure) await put(id, { ...rest, attempts: send.attempts + 1, refused: 0, sent: [], done: rest.sent.length, ...ended }, 'sent')
    else {
      const attempts = send.attempts + 1
      const again = mayPass(failure.problem) && attempts < giveUpAfter
      const next: StoredSend = { ...rest, attempts, problem: failure.problem, ...(failure.detail !== '' && { detail: failure.detail }) }
      if (again) await put(id, { ...next, nextAt: now() + pauseMs(attempts, random()) }, 'waiting')
      else await put(id, { ...next, ...ended }, 'failed')
    }
  }

  const start = (id: string, send: StoredSend): void => {
    const stop = new AbortController()
    const run = { stop, peer: send.peer.id, cancelled: false, live: send, ended: Promise.resolve() }
    run.ended = attempt(id, send, run, stop.signal)
      .catch((reason: unknown) => log(`send: ${(reason as { code?: string }).code ?? 'not noted'}`))
      .finally(() => {
        running.delete(id)
        tell()
        look()
      })
    running.set(id, run)
  }

  const startDue = async (): Promise<void> => {
    clearTimeout(timer)
    if (closed) return
    const hours = await night()
    let wake = lookEveryMs
    for (const { id, value } of await inState('waiting')) {
      if (running.has(id)) continue
      const at = value.when === 'night' && !isNight(now(), hours) ? nextNight(now(), hours) : now()
      const due = Math.max(value.nextAt, at)
      const isPeerBusy = [...running.values()].some(({ peer }) => peer === value.peer.id)
      if (due > now()) wake = Math.min(wake, due - now())
      else if (!isPeerBusy && running.size < atOnce) start(id, value)
    }
    if (!closed) timer = setTimeout(look, wake)
  }
  const look = (): void => {
    looking = looking.then(startDue).catch((reason: unknown) => {
      log(`send: ${(reason as { code?: string }).code ?? 'not looked at'}`)
      // The disk is full, perhaps; it may have room again later.
      if (!closed) timer = setTimeout(look, lookEveryMs)
    })
  }

  const forgetOldest = async (): Promise<void> => {
    for (const state of ['sent', 'cancelled'] as const) {
      for (const { id } of await local.list(SEND, { state, skip: mostEnded, limit: 1000 })) await local.remove(SEND, id)
    }
  }
  await forgetOldest()
  look()

  const entry = async (id: string): Promise<SendEntry | undefined> => {
    const found = await local.get<StoredSend>(SEND, id)
    if (!found) return undefined
    const run = running.get(id)
    return entryOf(id, run ? 'sending' : stateOf(found.state), run?.live ?? found.value)
  }

  return {
    async queue({ key, ...ask }) {
      const id = key ?? randomUUID()
      const send: StoredSend = { ...ask, askedAt: new Date(now()).toISOString(), attempts: 0, nextAt: 0, total: 0, sent: [], refused: 0 }
      await local.putNew(SEND, id, send, 'waiting')
      tell()
      look()
      return (await entry(id)) ?? entryOf(id, 'waiting', send)
    },
    async list() {
      const found = await local.list<StoredSend>(SEND, { limit: 1000 })
      return found
        .map(({ id, state, value }) => {
          const run = running.get(id)
          return entryOf(id, run ? 'sending' : stateOf(state), run?.live ?? value)
        })
        .sort((a, b) => (a.askedAt < b.askedAt ? 1 : -1))
    },
    async retry(id) {
      const found = await local.get<StoredSend>(SEND, id)
      if (!found) return 'not-found'
      if (running.has(id) || found.state === 'sent') return 'not-now'
      const { problem: _problem, detail: _detail, endedAt: _ended, ...rest } = found.value
      await put(id, { ...rest, when: 'now', attempts: 0, nextAt: 0, refused: 0 }, 'waiting')
      tell()
      look()
      return (await entry(id)) ?? 'not-found'
    },
    async cancel(id) {
      const found = await local.get<StoredSend>(SEND, id)
      if (!found) return 'not-found'
      const run = running.get(id)
      if (run) {
        run.cancelled = true
        run.stop.abort()
        await run.ended
      } else if (found.state === 'waiting' || found.state === 'failed') {
        await put(id, { ...found.value, endedAt: new Date(now()).toISOString() }, 'cancelled')
      } else return 'not-now'
      tell()
      return (await entry(id)) ?? 'not-found'
    },
    night,
    async setNight(hours) {
      await local.put(RULES, 'night', hours)
      tell()
      look()
    },
    async settled() {
      await looking
      for (let each = [...running.values()]; each.length > 0; each = [...running.values()]) {
        await Promise.all(each.map(({ ended }) => ended))
        await looking
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await looking
      for (const { stop } of running.values()) stop.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
      clearTimeout(timer)
      clearTimeout(telling)
    },
  }
}
