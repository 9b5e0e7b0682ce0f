export { NetworkPanel } from './NetworkPanel'
export { PeersPanel } from './PeersPanel'
