import type { SerialSettings } from '../../../../shared/contract'
import { type Transport, TransportProblem } from '../transport'
import { bluetoothPlace } from './address'
import { callDevice } from './rfcomm'
import { serialServer } from './server'

/** The serial port that this computer offers: one, whoever calls. */
const server = serialServer()

/** A Bluetooth device by its address, on Linux: `bluetooth://00:1C:05:FF:12:34` is called, `bluetooth-calls://…` calls us. */
export const bluetoothTransport = (path: string, settings: SerialSettings): Transport => ({
  open: (events) => {
    const place = bluetoothPlace(path)
    if (!place || process.platform !== 'linux') return Promise.reject(new TransportProblem('port-missing', 'no Bluetooth device of this computer'))
    return place.kind === 'call' ? callDevice(place.address, place.channel, path, settings, events) : server.expect(place.address, path, settings, events)
  },
})
