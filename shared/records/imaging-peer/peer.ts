import type { Basic, Extension } from 'fhir/r4'
import { extensions, systems } from '../systems'

/** What a peer may do, each seen from this practice. */
export const peerUses = ['sends-to-us', 'receives-from-us', 'is-queried', 'gives-worklist', 'reads-our-worklist'] as const

/**
 * `sends-to-us`: it may store instances here. `receives-from-us`: we may store there. `is-queried`: we may look for studies
 * there and fetch them. `gives-worklist`: we may read its worklist. `reads-our-worklist`: it may ask for today's imaging orders.
 */
export type PeerUse = (typeof peerUses)[number]

/** Who images are exchanged with: a modality, an archive, a reading service. One record of the practice, on every workstation. */
export interface ImagingPeer {
  /** As people call it. */
  readonly name: string
  /** `dimse`: DICOM's own network protocol. `dicomweb`: DICOM over HTTP. */
  readonly protocol: 'dimse' | 'dicomweb'
  /** DIMSE: its application entity title, 1 to 16 characters. */
  readonly aeTitle: string
  /** DIMSE: host name or IP address. Empty for one that only calls us: then it may call from anywhere. */
  readonly host: string
  /** DIMSE: where it listens; 0 for one that only calls us. */
  readonly port: number
  /** DIMSE: whether it is to be called over TLS. */
  readonly tls: boolean
  /** SHA-256 of the certificate that it shows, 64 hexadecimal digits; empty: one that the computer trusts. */
  readonly pin: string
  /** DICOMweb: the address under which `/studies` lies. */
  readonly url: string
  readonly uses: readonly PeerUse[]
}

/** Code of the `Basic` records. */
export const peerCode = 'imaging-peer'

const text = (url: string, valueString: string): Extension => ({ url, valueString })
/** Stands before a use in the name of its part, so that two workstations can each add one. */
const usePart = 'use:'

/** The record of a peer; every part is said, also of what is not, so that two workstations' words never mix by gaps. */
export const peerRecord = (peer: ImagingPeer | 'removed', created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: peerCode }] },
  created,
  extension: [{
    url: extensions.imagingPeer,
    extension: peer === 'removed'
      ? [text('state', 'removed')]
      : [
          text('state', 'present'), text('name', peer.name), text('protocol', peer.protocol), text('aeTitle', peer.aeTitle), text('host', peer.host || 'none'),
          { url: 'port', valueInteger: peer.port }, text('tls', peer.tls ? 'yes' : 'no'), text('pin', peer.pin || 'none'), text('url', peer.url || 'none'),
          ...peerUses.map((use) => text(`${usePart}${use}`, peer.uses.includes(use) ? 'yes' : 'no')),
        ],
  }],
})

/** The peer in a record; undefined when it is none, was removed, or is not whole. */
export const peerOf = (record: Basic): ImagingPeer | undefined => {
  if (!record.code.coding?.some(({ code }) => code === peerCode)) return undefined
  const parts = record.extension?.find(({ url }) => url === extensions.imagingPeer)?.extension ?? []
  const said = (url: string): string => {
    const value = parts.find((part) => part.url === url)?.valueString ?? ''
    return value === 'none' ? '' : value
  }
  const protocol = said('protocol')
  if (said('state') !== 'present' || (protocol !== 'dimse' && protocol !== 'dicomweb')) return undefined
  return {
    name: said('name'), protocol, aeTitle: said('aeTitle'), host: said('host'),
    port: parts.find(({ url }) => url === 'port')?.valueInteger ?? 0,
    tls: said('tls') === 'yes', pin: said('pin'), url: said('url'),
    uses: peerUses.filter((use) => said(`${usePart}${use}`) === 'yes'),
  }
}

/** An AE title as PS3.5 §6.2 has it: 1 to 16 printable characters without backslash, no spaces around. */
export const isAeTitle = (title: string): boolean => /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(title) && title.trim() === title
