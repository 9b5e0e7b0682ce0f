/** With whom the practice exchanges images. */
export { openPeers, type KnownPeer, type Peers } from './peers'
