import * as z from 'zod'
import type { PracticeName } from './practice'
import { request } from './request'
import { line, optionalLine } from './shapes'
import type { SyncState } from './sync'

/** A workstation that joined the hub by a code. */
export interface HubMember {
  /** Its user on the hub. */
  readonly user: string
  /** Its prefix. */
  readonly station: string
  /** ISO instant. */
  readonly joinedAt: string
  readonly isOnline: boolean
  /** ISO instant; absent: not since the hub was started. */
  readonly seenAt?: string
}

/** How the hub and the centre are in step. */
export interface RelayState {
  /** Address of the centre. */
  readonly server: string
  readonly link: 'connecting' | 'online' | 'offline'
  /** Why it is not online, in a word that the wording knows. */
  readonly problem?: string
  /** When both last had the same, ISO instant. */
  readonly lastInStep?: string
  /** Changes known to wait, either way. */
  readonly toCentre?: number
  readonly fromCentre?: number
  /** Records that the centre does not take from the hub, and the hub not from the centre; why, in the servers' own words. */
  readonly refused: number
  readonly refusedHere: number
  readonly reasons: readonly string[]
}

/** Whether this workstation serves the others on the clinic's network, and how that goes. */
export interface HubState {
  readonly state: 'off' | 'starting' | 'running' | 'failed'
  /** Why it failed, in a word that the wording knows. */
  readonly problem?: string
  /** What is typed on the other workstations, best first, e.g. `192.168.1.20:6984`. */
  readonly addresses: readonly string[]
  /** SHA-256 of its certificate, 64 hexadecimal digits. */
  readonly fingerprint?: string
  /** Until when a join code is open, ISO instant; absent: none is. */
  readonly codeUntil?: string
  readonly members: readonly HubMember[]
  /** Absent: there is no centre. */
  readonly centre?: RelayState
}

/** A hub that was found on the clinic's network. */
export interface FoundHub {
  /** Names it wherever it moves to. */
  readonly hub: string
  /** What it says of itself. */
  readonly name: string
  /** `host:port` */
  readonly address: string
  /** It says that it is of the practice that is open here. */
  readonly isOurs: boolean
}

/** A server that this workstation was connected to and may go back to. */
export interface KnownServer {
  readonly id: string
  readonly kind: 'hub' | 'server'
  readonly url: string
  readonly isCurrent: boolean
}

const joinCode = z.string().min(12).max(40)
const address = z.string().trim().min(1).max(300)

/** This workstation as the hub, and joining one. */
export const hubRequests = {
  hubState: request(z.undefined(), 'sync.read').answers<HubState>(),
  /** The other workstations may join from now on; this one goes through the hub, too. Not for training practices. */
  turnOnHub: request(z.undefined(), 'sync.configure', 'write').answers<HubState>(),
  /** Nobody is served any more; this workstation goes back to the centre, where there is one. */
  turnOffHub: request(z.undefined(), 'sync.configure', 'write').answers<HubState>(),
  /** A code that lets one workstation in, for some minutes. */
  makeJoinCode: request(z.undefined(), 'sync.configure', 'write').answers<{ code: string; until: string }>(),
  endJoinCode: request(z.undefined(), 'sync.configure').answers<HubState>(),
  /** Shuts a workstation out of the hub. What it has stays there. */
  removeHubMember: request(z.object({ user: line }), 'sync.configure', 'write').answers<HubState>(),
  /** The centre that the hub keeps in step with. Refuses as `configureSync`. */
  setHubCentre: request(
    z.object({ url: z.url({ protocol: /^https?$/ }).max(500), user: line, password: z.string().min(1).max(200), pin: optionalLine.optional() }),
    'sync.configure',
    'write',
  ).answers<HubState>(),
  forgetHubCentre: request(z.undefined(), 'sync.configure', 'write').answers<HubState>(),
  /** Connects this workstation to a hub in place of the server it had. */
  joinHub: request(z.object({ address, code: joinCode }), 'sync.configure', 'write').answers<SyncState>(),
  listServers: request(z.undefined(), 'sync.read').answers<KnownServer[]>(),
  /** Goes back to a server that this workstation was connected to. */
  useServer: request(z.object({ id: z.string().min(1).max(64) }), 'sync.configure', 'write').answers<SyncState>(),
}

/** Of the hub, what may be asked before there is a practice here. */
export const joinRequests = {
  /** Listens on the network for some seconds. */
  findHubs: request(z.undefined(), 'anyone').answers<FoundHub[]>(),
  /** First run of a further workstation: takes over the practice of a hub. */
  joinPracticeAtHub: request(
    z.object({ address, code: joinCode, stationPrefix: z.string().regex(/^[A-Z]{1,3}$/), passphrase: z.string().min(12).max(200).optional() }),
    'anyone',
  ).answers<{ practice: PracticeName; recoveryCode: string }>(),
}
