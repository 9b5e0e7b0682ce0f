/** The clinic's own network: a hub's certificate, how a workstation finds and joins it, and how each proves who it is. */
export { lanAddresses } from './addresses'
export { announceHub, type Announcement } from './announce'
export { fingerprintOf, makeCertificate, type OwnCertificate } from './certificate'
export { findHubs, type HubOnLan } from './findHubs'
export { hubAddress, joinHub, type Joined } from './joinHub'
export { isSameProof, joinKeyOf, type JoinKey } from './joinProof'
export { hubPort, joinPath, type JoinAnswer, type JoinGrant, type JoinMessage, type JoinRefusal, type JoinWish } from './messages'
