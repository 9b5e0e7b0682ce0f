import { memoryLinks, type Link } from '../link'
import type { ToDesk, ToStation } from '../messages'
import { createDeviceStation, type StationOptions } from './station'

/** The device host inside this process, for the command line and tests: hand its link to the practice host. */
export const runDeviceHost = (options?: StationOptions): { readonly link: Link; close(): Promise<void> } => {
  const station = createDeviceStation(options)
  const [near, far] = memoryLinks<ToStation, ToDesk>()
  station.attach(far as Link)
  return { link: near as Link, close: () => station.close() }
}
