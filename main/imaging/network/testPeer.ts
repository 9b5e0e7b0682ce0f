import { done, refuse, type Answer } from '../../../shared/contract'
import { DimseProblem, echo, peerCertificate } from '../dimse'
import type { KnownPeer } from '../peers'

/** Whether a peer answers a C-ECHO, and what is wrong where it does not. */
export const testPeer = async (peer: KnownPeer, callingAeTitle: string, signal?: AbortSignal): Promise<Answer<{ readonly ms: number }>> => {
  const began = performance.now()
  try {
    await echo({
      host: peer.host, port: peer.port, callingAeTitle, calledAeTitle: peer.aeTitle, connectMs: 5_000, idleMs: 10_000,
      ...(peer.tls && { tls: peer.pin === '' ? {} : { pin: peer.pin } }), ...(signal && { signal }),
    })
    return done({ ms: Math.round(performance.now() - began) })
  } catch (reason) {
    if (!(reason instanceof DimseProblem)) throw reason
    return problemOf(reason, peer)
  }
}

const problemOf = async ({ kind, detail }: DimseProblem, peer: KnownPeer): Promise<Answer<never>> => {
  switch (kind) {
    case 'unreachable':
      return refuse('peer-unreachable')
    case 'rejected':
      return refuse('peer-rejected', { reason: detail })
    case 'no-context':
      return refuse('peer-rejected', { reason: 'verification is not offered' })
    case 'timed-out':
      return refuse('peer-silent')
    case 'not-secure': {
      const fingerprint = await peerCertificate(peer).catch(() => undefined)
      if (fingerprint === undefined) return refuse('not-secure')
      return peer.pin === '' ? refuse('certificate-unknown', { fingerprint }) : refuse('certificate-changed', { fingerprint })
    }
    case 'cancelled':
      return refuse('cancelled')
    case 'aborted':
    case 'protocol':
    case 'closed':
      return refuse('peer-broke-off')
  }
}
