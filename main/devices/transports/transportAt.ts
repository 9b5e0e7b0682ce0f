import type { SerialSettings } from '../../../shared/contract'
import { adapterTransport, isAdapterPath } from './adapter'
import { serialTransport } from './serial'
import { isNetworkPath, networkTransport } from './tcp'
import type { Transport } from './transport'

/** The line that a path names: an address in the network, an adapter in whatever socket, else a serial port with these settings. */
export const transportAt = (path: string, serial: SerialSettings): Transport => {
  if (isNetworkPath(path)) return networkTransport(path)
  if (isAdapterPath(path)) return adapterTransport(path, serial)
  return serialTransport(path, serial)
}
