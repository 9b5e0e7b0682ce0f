import * as z from 'zod'
import { type ImagingPeer, isAeTitle, peerUses } from '../records/imaging-peer/peer'
import { request } from './request'
import { line, optionalLine, recordId } from './shapes'

export type { ImagingPeer, PeerUse } from '../records/imaging-peer/peer'

/** Somebody with whom images are exchanged. */
export interface ImagingPeerEntry extends ImagingPeer {
  readonly id: string
}

/** Somebody who called and was turned away: the list of peers lacks it, or it called us by another title. */
export interface RefusedCaller {
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  readonly address: string
  /** In terms of the standard. */
  readonly reason: string
  /** ISO instant of the last time. */
  readonly at: string
  readonly times: number
}

/** An instance that arrived and that the archive would not have: it is kept until a person decides. */
export interface PutAside {
  readonly id: string
  readonly callingAeTitle: string
  /** As `LeftOut.reason`. */
  readonly reason: string
  readonly at: string
}

/** This workstation on DICOM's network. */
export interface DicomNetworkState {
  /** `off`: nobody can send anything here. `starting`: its process is on its way. `failed`: see `problem`. */
  readonly state: 'off' | 'starting' | 'listening' | 'failed'
  readonly problem?: 'port-in-use' | 'port-denied' | 'port-failed' | 'spool-failed'
  readonly aeTitle: string
  readonly port: number
  readonly tls: boolean
  /** SHA-256 of the certificate that is shown over TLS. */
  readonly fingerprint?: string
  /** Of this computer in its networks. */
  readonly addresses: readonly string[]
  /** Counted since it began to listen. */
  readonly traffic: { readonly associations: number; readonly open: number; readonly echoes: number; readonly received: number; readonly refusedInstances: number }
  /** Received, on disk, and on their way into the archive. */
  readonly waiting: number
  /** Nothing is taken for want of room on the disk. */
  readonly isDiskFull: boolean
  readonly refused: readonly RefusedCaller[]
  readonly putAside: readonly PutAside[]
}

const aeTitle = z.string().refine(isAeTitle)
const port = z.int().min(1).max(65535)
const hostName = z.string().max(253).regex(/^[A-Za-z0-9._:-]*$/)
const fingerprint = z.string().regex(/^([0-9a-f]{64})?$/)

const peer = z.object({
  name: line,
  protocol: z.enum(['dimse', 'dicomweb']),
  aeTitle: z.union([aeTitle, z.literal('')]),
  host: hostName,
  port: z.union([port, z.literal(0)]),
  tls: z.boolean(),
  pin: fingerprint,
  url: optionalLine,
  uses: z.array(z.enum(peerUses)).max(peerUses.length),
}).refine((each) => each.protocol === 'dicomweb' || each.aeTitle !== '')
  // Whoever is called needs a place where it is called.
  .refine((each) => each.protocol === 'dicomweb' || !each.uses.some((use) => use !== 'sends-to-us' && use !== 'reads-our-worklist') || (each.host !== '' && each.port !== 0))

/** Others that send images here, and whom we call. */
export const dicomNetworkRequests = {
  dicomNetworkState: request(z.undefined(), 'imaging.configure').answers<DicomNetworkState>(),
  /** Switches the listener of this workstation on or off, or has it listen otherwise. How it goes comes as `dicomNetworkChanged`. */
  setDicomNetwork: request(z.object({ isOn: z.boolean(), aeTitle, port: z.int().min(1024).max(65535).or(z.literal(104)), tls: z.boolean() }), 'imaging.configure', 'write').answers<DicomNetworkState>(),
  /** A received instance that the archive would not have: tried once more, or thrown away. */
  decidePutAside: request(z.object({ id: line, decision: z.enum(['again', 'discard']) }), 'imaging.configure', 'write').answers<DicomNetworkState>(),
  listImagingPeers: request(z.undefined(), 'imaging.read').answers<ImagingPeerEntry[]>(),
  saveImagingPeer: request(z.object({ id: recordId.optional(), peer }), 'imaging.configure', 'write').answers<ImagingPeerEntry>(),
  removeImagingPeer: request(z.object({ id: recordId }), 'imaging.configure', 'write').answers<null>(),
  /**
   * C-ECHO: whether the peer answers. Problems: `peer-unreachable`, `peer-rejected` (facts.reason), `peer-silent`, `peer-broke-off`,
   * `certificate-unknown` (facts.fingerprint: of what it shows), `certificate-changed`, `not-secure`.
   */
  testImagingPeer: request(z.object({ id: recordId }), 'imaging.configure').answers<{ readonly ms: number }>(),
}
