const shape = /^(bluetooth|bluetooth-calls):\/\/((?:[0-9A-F]{2}:){5}[0-9A-F]{2})(?:\?channel=([1-9]|[12]\d|30))?$/i

/** A Bluetooth device as a path names it. */
export interface BluetoothPlace {
  /** We call it, or it calls us. */
  readonly kind: 'call' | 'listen'
  readonly address: string
  /** Its RFCOMM channel; absent: its own list of services says. */
  readonly channel?: number
}

/** Whether a device's path names a Bluetooth device (Linux; elsewhere they are ports). */
export const isBluetoothPath = (path: string): boolean => /^bluetooth(?:-calls)?:\/\//.test(path)

/** What such a path says; undefined: nothing that can be used. */
export const bluetoothPlace = (path: string): BluetoothPlace | undefined => {
  const [, scheme, address, channel] = shape.exec(path) ?? []
  if (scheme === undefined || address === undefined) return undefined
  return { kind: scheme.toLowerCase() === 'bluetooth' ? 'call' : 'listen', address: address.toUpperCase(), ...(channel === undefined ? {} : { channel: Number(channel) }) }
}

/** The paths under which a device can be paired. */
export const bluetoothPaths = (address: string): { readonly path: string; readonly callsPath: string } => ({ path: `bluetooth://${address}`, callsPath: `bluetooth-calls://${address}` })
