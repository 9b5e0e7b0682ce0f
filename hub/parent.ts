import { createHub, type Hub, type HubMember, type HubUser, type PracticeMark } from './hub'
import type { JoinCode, JoinOffer } from './joining'

/** What the practice host says over the link: start serving. Said again after a restart of either side. */
export interface HubStart {
  readonly kind: 'start'
  readonly folder: string
  /** 32 bytes. */
  readonly key: Uint8Array
  /** The key before, while a change of it is not finished; once the hub has started, nothing is under it. */
  readonly earlierKey?: Uint8Array
  readonly host?: string
  readonly port?: number
  readonly training?: boolean
  /** Serves the clinic's network; see `HubOptions`. */
  readonly lan?: { readonly name: string; readonly practice?: string }
  readonly users: readonly HubUser[]
  /** Databases that are to exist; each user without `databases` of its own may use them. */
  readonly practices: readonly PracticeMark[]
}

/** What the hub answers, once for each {@link HubStart}. */
export type HubStarted =
  | { readonly kind: 'started'; readonly url: string; readonly id: string; readonly fingerprint?: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** What a running hub is asked for; `call` names the answer. */
export type HubAsk =
  | { readonly kind: 'make-code'; readonly call: number; readonly offer: JoinOffer }
  | { readonly kind: 'end-code'; readonly call: number }
  | { readonly kind: 'members'; readonly call: number }
  | { readonly kind: 'remove-member'; readonly call: number; readonly user: string }

/** What each {@link HubAsk} is answered with; null: there is no hub to ask, or it could not do it. */
export interface HubAnswers {
  readonly 'make-code': JoinCode | null
  readonly 'end-code': true | null
  readonly members: readonly HubMember[] | null
  readonly 'remove-member': true | null
}

/** Everything that a hub says over the link. `changed`: the members are to be asked for again. */
export type HubSaid = HubStarted | { readonly kind: 'answer'; readonly call: number; readonly value: HubAnswers[keyof HubAnswers] } | { readonly kind: 'changed' }

/** One end of a message channel in a utility process. */
interface Port {
  on(name: 'message', tell: (event: { data: unknown }) => void): void
  postMessage(message: HubSaid): void
  start(): void
}

/** Electron's `process.parentPort`. */
export interface ParentPort {
  on(name: 'message', tell: (event: { data: unknown; ports: readonly Port[] }) => void): void
}

const isMessage = (message: unknown): message is HubStart | HubAsk => typeof message === 'object' && message !== null && typeof (message as { kind?: unknown }).kind === 'string'

/** At the port that was asked for; at another one when a stranger has it. */
const createAt = async (message: HubStart, changed: () => void): Promise<Hub> => {
  const { earlierKey } = message
  const options = { ...message, changed, key: new Uint8Array(message.key), ...(earlierKey && { earlierKey: new Uint8Array(earlierKey) }) }
  try {
    return await createHub(options)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error
    return createHub({ ...options, port: 0 })
  }
}

/** Serves what the parent's links ask for, one hub for all of them; answers how to close it. */
export const serveParent = (parent: ParentPort): (() => Promise<void>) => {
  let hub: Promise<Hub> | undefined
  const listeners = new Set<Port>()
  const changed = () => {
    for (const port of listeners) port.postMessage({ kind: 'changed' })
  }
  const start = async (message: HubStart): Promise<HubStarted> => {
    try {
      hub ??= createAt(message, changed)
      const running = await hub
      const names: string[] = []
      for (const practice of message.practices) names.push(await running.createPracticeDatabase(practice))
      for (const user of message.users) await running.addUser({ databases: names, ...user })
      const { url, id, fingerprint } = running
      return { kind: 'started', url, id, ...(fingerprint !== undefined && { fingerprint }) }
    } catch (error) {
      hub = undefined
      return { kind: 'failed', reason: error instanceof Error ? ((error as { code?: string }).code ?? error.message) : 'unknown' }
    }
  }
  const answer = async (asked: HubAsk): Promise<HubAnswers[keyof HubAnswers]> => {
    const running = await hub?.catch(() => undefined)
    if (!running) return null
    switch (asked.kind) {
      case 'make-code':
        return running.makeJoinCode(asked.offer)
      case 'end-code':
        running.endJoinCode()
        return true
      case 'members':
        return running.members()
      case 'remove-member':
        running.removeMember(asked.user)
        return true
    }
  }
  parent.on('message', ({ ports: [port] }) => {
    if (!port) return
    listeners.add(port)
    port.on('message', ({ data }) => {
      if (!isMessage(data)) return
      if (data.kind === 'start') void start(data).then((started) => port.postMessage(started))
      else void answer(data).then((value) => value, () => null).then((value) => port.postMessage({ kind: 'answer', call: data.call, value }))
    })
    port.start()
  })
  return async () => (await hub?.catch(() => undefined))?.close()
}
