import * as z from 'zod'
import { request } from './request'

/** A Bluetooth device that is near, or paired with this computer. */
export interface BluetoothDevice {
  /** `00:1C:05:FF:12:34` */
  readonly address: string
  readonly name: string
  readonly isPaired: boolean
  /** It says that it has a serial port; many say so only once they are paired. */
  readonly hasSerialPort: boolean
  /** How well it is heard, dBm; absent: not near now. */
  readonly signalDbm?: number
  /** What a device is paired with: we call it. */
  readonly path: string
  /** The same for one that calls us after each measurement, as cuffs and scales do. */
  readonly callsPath: string
}

/** What the two ends of a Bluetooth pairing want a person for. */
export interface BluetoothQuestion {
  readonly address: string
  readonly name: string
  /** `pin`: letters and digits, of the manual or the type plate. `passkey`: up to six digits that the device shows. `compare`: are both numbers the same? `show`: type this at the device. */
  readonly kind: 'pin' | 'passkey' | 'compare' | 'show'
  /** The number to compare or to type. */
  readonly code?: string
}

/** How a pairing is going. */
export interface BluetoothPairing {
  readonly address: string
  readonly state: 'working' | 'done' | 'failed'
  readonly question?: BluetoothQuestion
  /** Why it failed. */
  readonly problem?: 'not-near' | 'wrong-code' | 'refused' | 'too-late' | 'busy' | 'gone' | 'failed'
}

/** Bluetooth of this computer, as far as the program can use it. */
export interface BluetoothState {
  /** `system`: devices are paired in the settings of Windows or macOS, and are ports then. `none`: there is no Bluetooth. `off`: it is switched off. */
  readonly state: 'ready' | 'off' | 'none' | 'system'
  readonly isSearching: boolean
  /** Paired ones first, then by how well they are heard. */
  readonly devices: readonly BluetoothDevice[]
  readonly pairing?: BluetoothPairing
}

const address = z.string().regex(/^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/)

/** Finding and pairing Bluetooth devices. Every answer is the state after it; ask again for what has happened since. */
export const bluetoothRequests = {
  bluetoothState: request(z.undefined(), 'device.read').answers<BluetoothState>(),
  /** Looks for devices for half a minute, or stops looking. */
  findBluetooth: request(z.object({ on: z.boolean() }), 'device.pair').answers<BluetoothState>(),
  /** Begins a pairing; {@link BluetoothState.pairing} tells how it goes. */
  pairBluetooth: request(z.object({ address }), 'device.pair', 'write').answers<BluetoothState>(),
  /** Answers the question of the pairing under way. Without `accept` it is refused. */
  answerBluetooth: request(z.object({ address, accept: z.boolean(), code: z.string().trim().min(1).max(16).optional() }), 'device.pair').answers<BluetoothState>(),
  /** The computer forgets a device. */
  forgetBluetooth: request(z.object({ address }), 'device.pair', 'write').answers<BluetoothState>(),
}
