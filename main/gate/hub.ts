import type { Answer, CheckedAsk, FoundHub, HubState, hubRequests, joinRequests, KnownServer, PracticeName, SyncState } from '../../shared/contract'
import { done } from '../../shared/contract'
import type { Handlers } from './handler'

/** This workstation as the hub of the clinic's network, and joining another one. */
export interface HubDesk {
  /** This workstation is the hub: which server it has itself is not for anybody to change. */
  serves(): boolean
  state(): Promise<HubState>
  turnOn(): Promise<Answer<HubState>>
  turnOff(): Promise<Answer<HubState>>
  makeCode(): Promise<Answer<{ code: string; until: string }>>
  endCode(): Promise<Answer<HubState>>
  removeMember(user: string): Promise<Answer<HubState>>
  setCentre(ask: CheckedAsk<'setHubCentre'>): Promise<Answer<HubState>>
  forgetCentre(): Promise<Answer<HubState>>
  join(address: string, code: string): Promise<Answer<SyncState>>
  servers(): Promise<KnownServer[]>
  useServer(id: string): Promise<Answer<SyncState>>
}

/** The requests of `hubRequests`. */
export const hubHandlers = ({ hub }: { readonly hub: HubDesk }): Handlers<typeof hubRequests> => ({
  hubState: async () => done(await hub.state()),
  turnOnHub: () => hub.turnOn(),
  turnOffHub: () => hub.turnOff(),
  makeJoinCode: () => hub.makeCode(),
  endJoinCode: () => hub.endCode(),
  removeHubMember: ({ user }) => hub.removeMember(user),
  setHubCentre: (ask) => hub.setCentre(ask),
  forgetHubCentre: () => hub.forgetCentre(),
  joinHub: ({ address, code }) => hub.join(address, code),
  listServers: async () => done(await hub.servers()),
  useServer: ({ id }) => hub.useServer(id),
})

/** What the host offers of the clinic's network before there is a practice here. */
export interface JoinLifecycle {
  find(): Promise<FoundHub[]>
  joinAtHub(ask: CheckedAsk<'joinPracticeAtHub'>): Promise<Answer<{ practice: PracticeName; recoveryCode: string }>>
}

/** The requests of `joinRequests`. */
export const joinHandlers = (lifecycle: JoinLifecycle): Handlers<typeof joinRequests> => ({
  findHubs: async () => done(await lifecycle.find()),
  joinPracticeAtHub: (ask) => lifecycle.joinAtHub(ask),
})
