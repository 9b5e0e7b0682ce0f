import type { SerialSettings } from '../../../shared/contract'
import { adapterTransport, isAdapterPath } from './adapter'
import { bluetoothTransport, isBluetoothPath } from './bluetooth'
import { isFolderPath } from './folder'
import { isRfc2217Path, rfc2217Transport } from './rfc2217'
import { serialTransport } from './serial'
import { isNetworkPath, networkTransport } from './tcp'
import { type Transport, TransportProblem } from './transport'

/** The line that a path names: an address in the network, an adapter in whatever socket, else a serial port with these settings. */
export const transportAt = (path: string, serial: SerialSettings): Transport => {
  if (isNetworkPath(path)) return networkTransport(path)
  if (isBluetoothPath(path)) return bluetoothTransport(path, serial)
  if (isRfc2217Path(path)) return rfc2217Transport(path, serial)
  if (isAdapterPath(path)) return adapterTransport(path, serial)
  // A folder gives whole files, to whoever takes them as such; it is no line.
  if (isFolderPath(path)) return { open: () => Promise.reject(new TransportProblem('port-missing', 'a folder is no line')) }
  return serialTransport(path, serial)
}
