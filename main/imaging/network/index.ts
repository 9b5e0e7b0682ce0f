/** This workstation on DICOM's network. */
export type { Expected } from './handOver'
export { openImagingNetwork, type DicomHostLink, type ImagingNetwork, type NetworkParts, type NetworkUses } from './network'
export { testPeer } from './testPeer'
