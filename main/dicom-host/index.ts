/**
 * The DICOM host: what others send over DICOM's network protocol is taken here, in a process of its own, so that no peer can hold
 * up or bring down the records. As a utility process it waits for a port from its parent.
 */
import { linkOverParentPort, type ParentPort } from './link'
import { createDicomStation } from './station'

export { runDicomHost, type NearLink } from './run'
export { createDicomStation, type DicomStation, type HostLink, type StationOptions } from './station'
export type { Caller, FromDicomHost, ListenerSettings, ListenerTraffic, SearchAsked, ToDicomHost } from './messages'

const parent = (process as unknown as { parentPort?: ParentPort }).parentPort
if (parent) {
  const station = createDicomStation()
  linkOverParentPort(parent, (link) => station.attach(link))
  process.once('SIGTERM', () => void station.close().finally(() => process.exit(0)))
}
