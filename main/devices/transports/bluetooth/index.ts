import type { BluetoothState } from '../../../../shared/contract'
import { openBluetoothDesk, type BluetoothDesk } from './bluez'

export { isBluetoothPath } from './address'
export { bluetoothTransport } from './transport'

/** What is asked about Bluetooth. */
export type BluetoothAsk =
  | { readonly do: 'state' }
  | { readonly do: 'find'; readonly on: boolean }
  | { readonly do: 'pair' | 'forget'; readonly address: string }
  | { readonly do: 'answer'; readonly address: string; readonly accept: boolean; readonly code?: string }

/** Bluetooth of this computer; nothing is opened before the first question. */
export interface Bluetooth {
  answer(ask: BluetoothAsk): Promise<BluetoothState>
  close(): Promise<void>
}

/** Windows and macOS pair in their own settings, and make ports of what is paired. */
const ofSystem: Bluetooth = { answer: () => Promise.resolve({ state: 'system', isSearching: false, devices: [] }), close: () => Promise.resolve() }

const overBluez = (desk: BluetoothDesk): Bluetooth => ({
  answer: (ask) => {
    switch (ask.do) {
      case 'state':
        return desk.state()
      case 'find':
        return desk.find(ask.on)
      case 'pair':
        return desk.pair(ask.address)
      case 'forget':
        return desk.forget(ask.address)
      case 'answer':
        return desk.answer(ask.address, ask.accept, ask.code)
    }
  },
  close: () => desk.close(),
})

/** @param busAddress of the system bus, for tests */
export const openBluetooth = (busAddress?: string): Bluetooth => (process.platform === 'linux' ? overBluez(openBluetoothDesk(busAddress)) : ofSystem)
