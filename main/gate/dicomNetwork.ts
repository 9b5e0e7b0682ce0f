import { done, refuse, type dicomNetworkRequests } from '../../shared/contract'
import { type ImagingNetwork, type Peers, testPeer } from '../imaging'
import type { Handlers } from './handler'

/** What the requests of DICOM's network need of the practice. */
export interface DicomNetworkParts {
  readonly network: ImagingNetwork
  readonly peers: Peers
}

/** Others that send images here, and whom we call. */
export const dicomNetworkHandlers = ({ network, peers }: DicomNetworkParts): Handlers<typeof dicomNetworkRequests> => ({
  dicomNetworkState: async () => done(await network.state()),
  setDicomNetwork: async (settings) => done(await network.set(settings)),
  async decidePutAside({ id, decision }) {
    const state = await network.decide(id, decision)
    return state === 'not-found' ? refuse(state) : done(state)
  },
  listImagingPeers: async () => done([...(await peers.list())]),
  async saveImagingPeer({ id, peer }, { session }) {
    if (peers.isOffLimits(peer)) return refuse('training-stays-here')
    const saved = id === undefined ? await peers.add(peer, session.practitioner) : await peers.change(id, peer, session.practitioner)
    return saved ? done(saved) : refuse('not-found')
  },
  removeImagingPeer: async ({ id }, { session }) => ((await peers.remove(id, session.practitioner)) ? done(null) : refuse('not-found')),
  async testImagingPeer({ id }) {
    const peer = await peers.get(id)
    if (peer && peers.isOffLimits(peer)) return refuse('training-stays-here')
    return peer?.protocol === 'dimse' && peer.host !== '' ? testPeer(peer, await network.aeTitle()) : refuse('not-found')
  },
})
