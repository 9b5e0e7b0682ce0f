import { request } from 'node:http'
import { practiceDatabaseName } from '../../../../shared/records/practiceDatabase'
import { openRelay, type Relay } from '../../relay/relay'
import { adminUser, clinicUser } from './centre'
import type { World } from './world'

/** Says to a server what an administrator says to it. */
export interface AdminLine {
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: never }>
}

/** A line for an administrator; `url` is the root of a server. */
export const openAdminLine = (url: string, practice: string, patienceMs = 30_000): AdminLine => ({
  ask: (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { Authorization: `Basic ${Buffer.from(`${adminUser.user}:${adminUser.password}`).toString('base64')}`, 'Content-Type': 'application/json' }
      const asked = request(`${url}/${practiceDatabaseName(practice)}${path}`, { method, headers, timeout: patienceMs }, (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('error', reject)
        answer.on('end', () => {
          try {
            resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(pieces).toString()) as never })
          } catch (error) {
            reject(error as Error)
          }
        })
      })
      asked.on('timeout', () => asked.destroy(new Error('silence')))
      asked.on('error', reject)
      asked.end(body === undefined ? undefined : JSON.stringify(body))
    }),
})

/** What joins hub and centre: the real relay, on a machine of its own, so that it can die by itself. */
export interface SimulatedRelay {
  readonly isUp: boolean
  /** Nothing waits, either way. What one side did not take of the other is seen by comparing them. */
  readonly isInStep: boolean
  /** How it is, in words. */
  readonly state: string
  start(): void
  /** Its process ends from one instant to the next. */
  crash(): Promise<void>
  stop(): Promise<void>
}

const name = 'bridge'

/** A relay that has not been started yet. */
export const buildRelay = ({ network, practice, chance, fault }: World): SimulatedRelay => {
  let relay: Relay | undefined
  let epoch: string | undefined
  const stop = async (): Promise<void> => {
    const old = relay
    relay = undefined
    await old?.stop()
  }
  return {
    get isUp() {
      return relay !== undefined
    },
    get isInStep() {
      const { link, toCentre, fromCentre } = relay?.state() ?? {}
      return link === 'online' && toCentre === 0 && fromCentre === 0
    },
    get state() {
      return JSON.stringify(relay?.state())
    },
    start: () => {
      network.revive(name)
      relay = openRelay({
        name: 'hub-of-the-clinic',
        hub: { url: network.urlOf(name, 'hub'), ...clinicUser },
        centre: { url: network.urlOf(name, 'centre'), ...clinicUser },
        practice,
        ...(epoch === undefined ? {} : { epoch }),
        met: async (there) => void (epoch = there),
        changed: () => undefined,
        log: (line) => relay && fault(`${name}: ${line}`),
      })
    },
    crash: () => {
      network.kill(name, chance.happens(0.5))
      return stop()
    },
    stop,
  }
}
