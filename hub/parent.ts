import { createHub, type Hub, type HubUser, type PracticeMark } from './hub'

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
  readonly users: readonly HubUser[]
  /** Databases that are to exist; each user without `databases` of its own may use them. */
  readonly practices: readonly PracticeMark[]
}

/** What the hub answers, once for each {@link HubStart}. */
export type HubStarted = { readonly kind: 'started'; readonly url: string } | { readonly kind: 'failed'; readonly reason: string }

/** One end of a message channel in a utility process. */
interface Port {
  on(name: 'message', tell: (event: { data: unknown }) => void): void
  postMessage(message: HubStarted): void
  start(): void
}

/** Electron's `process.parentPort`. */
export interface ParentPort {
  on(name: 'message', tell: (event: { data: unknown; ports: readonly Port[] }) => void): void
}

const isStart = (message: unknown): message is HubStart => typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'start'

/** At the port that was asked for; at another one when a stranger has it. */
const createAt = async (message: HubStart): Promise<Hub> => {
  const { earlierKey } = message
  const options = { ...message, key: new Uint8Array(message.key), ...(earlierKey && { earlierKey: new Uint8Array(earlierKey) }) }
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
  const start = async (message: HubStart): Promise<HubStarted> => {
    try {
      hub ??= createAt(message)
      const running = await hub
      const names: string[] = []
      for (const practice of message.practices) names.push(await running.createPracticeDatabase(practice))
      for (const user of message.users) await running.addUser({ databases: names, ...user })
      return { kind: 'started', url: running.url }
    } catch (error) {
      hub = undefined
      return { kind: 'failed', reason: error instanceof Error ? ((error as { code?: string }).code ?? error.message) : 'unknown' }
    }
  }
  parent.on('message', ({ ports: [port] }) => {
    if (!port) return
    port.on('message', ({ data }) => {
      if (isStart(data)) void start(data).then((answer) => port.postMessage(answer))
    })
    port.start()
  })
  return async () => (await hub?.catch(() => undefined))?.close()
}
