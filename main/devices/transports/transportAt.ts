import type { SerialSettings } from '../../../shared/contract'
import { serialTransport } from './serial'
import { isNetworkPath, networkTransport } from './tcp'
import type { Transport } from './transport'

/** The line that a path names: an address in the network, else a serial port with these settings. */
export const transportAt = (path: string, serial: SerialSettings): Transport => (isNetworkPath(path) ? networkTransport(path) : serialTransport(path, serial))
