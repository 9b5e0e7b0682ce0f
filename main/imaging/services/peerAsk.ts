import type { AssociationAsk } from '../dimse'
import type { KnownPeer } from '../peers'

/** How a peer is called: everything of an association but its services. */
export type PeerAsk = Omit<AssociationAsk, 'contexts' | 'signal'>

/** A peer's address as an association takes it. `callingAeTitle`: our own. */
export const peerAsk = (peer: KnownPeer, callingAeTitle: string): PeerAsk => ({
  host: peer.host,
  port: peer.port,
  callingAeTitle,
  calledAeTitle: peer.aeTitle,
  ...(peer.tls && { tls: peer.pin === '' ? {} : { pin: peer.pin } }),
})
