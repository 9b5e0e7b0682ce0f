import { memoryLinks, type Link } from './link'
import type { ToDesk, ToStation } from './messages'
import { createDeviceStation } from './station'

export { openDeviceDesk, type DeskDeps, type DeviceDesk } from './desk'
export { orderWithAccession, type Decider } from './inbox'
export { linkOverPort, linkOverProcess, memoryLinks, type ElectronPort, type Link, type ProcessEnd } from './link'
export type { PairedDevice } from './messages'
export { profileOf, profiles, type Profile } from './profiles'
export { bloodCount, pseudoTerminals, virtualAnalyser, virtualOximeter, type PseudoTerminals } from './simulators'
export { createDeviceStation, type DeviceStation, type StationOptions } from './station'
export { serialTransport, TransportProblem, type Transport } from './transports'

/** The device host inside this process, for the command line and tests: hand its link to the practice host. */
export const runDeviceHost = (): { readonly link: Link; close(): Promise<void> } => {
  const station = createDeviceStation()
  const [near, far] = memoryLinks<ToStation, ToDesk>()
  station.attach(far as Link)
  return { link: near as Link, close: () => station.close() }
}
