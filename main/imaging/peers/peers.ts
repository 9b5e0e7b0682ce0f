import type { Basic } from 'fhir/r4'
import { peerCode, peerOf, peerRecord, type ImagingPeer, type PeerUse } from '../../../shared/records/imaging-peer/peer'
import { isThisComputer } from '../../http'
import type { Replica } from '../../replica'

/** A peer with the id of its record. */
export interface KnownPeer extends ImagingPeer {
  readonly id: string
}

/** The practice's list of those with whom images are exchanged. It syncs with the records. */
export interface Peers {
  /** Whether nothing is exchanged with such a one, whoever put it on the list: a training practice stays on this computer. */
  isOffLimits(peer: ImagingPeer): boolean
  /** By name. */
  list(): Promise<readonly KnownPeer[]>
  get(id: string): Promise<KnownPeer | undefined>
  /** Those that may do this. */
  allowed(use: PeerUse): Promise<readonly KnownPeer[]>
  add(peer: ImagingPeer, author: string): Promise<KnownPeer>
  change(id: string, peer: ImagingPeer, author: string): Promise<KnownPeer | undefined>
  /** Its record stays and says that it was removed. False: there is none. */
  remove(id: string, author: string): Promise<boolean>
  /** Calls back after each change, made here or come by sync; answers how to stop. */
  onChange(tell: () => void): () => void
}

/** More peers than this, no clinic has. */
const most = 1000

/** What a list of peers is opened with. */
export interface PeersOptions {
  /** The patients are made up. */
  readonly training?: boolean
  /** ms since 1970. */
  readonly now?: () => number
}

/** Whether whoever is called there is a program on this computer. One without an address only calls us. */
const isHere = ({ protocol, host, url }: ImagingPeer): boolean => {
  if (protocol === 'dimse') return host === '' || isThisComputer(host)
  try {
    return isThisComputer(new URL(url).hostname)
  } catch {
    return false
  }
}

/** Reads and writes the list in the replica. */
export const openPeers = ({ records }: Pick<Replica, 'records'>, { training = false, now = Date.now }: PeersOptions = {}): Peers => {
  const known = (id: string, resource: Basic): KnownPeer | undefined => {
    const peer = peerOf(resource)
    return peer && { id, ...peer }
  }
  const created = () => new Date(now()).toISOString()
  const list = async (): Promise<readonly KnownPeer[]> =>
    (await records.find('Basic', { where: { code: peerCode }, limit: most }))
      .flatMap(({ id, resource }) => known(id, resource) ?? [])
      .sort((one, other) => one.name.localeCompare(other.name))
  const get = async (id: string): Promise<KnownPeer | undefined> => {
    const record = await records.get('Basic', id)
    return record && known(id, record.resource)
  }
  return {
    isOffLimits: (peer) => training && !isHere(peer),
    list,
    get,
    allowed: async (use) => (await list()).filter(({ uses }) => uses.includes(use)),
    add: async (peer, author) => {
      const { id } = await records.add('Basic', peerRecord(peer, created()), author)
      return { id, ...peer }
    },
    change: async (id, peer, author) => {
      if (!(await get(id))) return undefined
      await records.revise('Basic', id, () => peerRecord(peer, created()), author)
      return { id, ...peer }
    },
    remove: async (id, author) => {
      if (!(await get(id))) return false
      await records.revise('Basic', id, () => peerRecord('removed', created()), author)
      return true
    },
    onChange: (tell) => {
      const changes = records.changes().subscribe(({ type, envelope }) => {
        if (type === 'Basic' && envelope.search.code === peerCode) tell()
      })
      return () => changes.unsubscribe()
    },
  }
}
