import type { bluetoothRequests } from '../../shared/contract'
import type { DeviceDesk } from '../devices/inbox'
import type { Handlers } from './handler'

/** Finding and pairing Bluetooth devices. */
export const bluetoothHandlers = ({ devices }: { readonly devices: Pick<DeviceDesk, 'bluetooth'> }): Handlers<typeof bluetoothRequests> => ({
  bluetoothState: () => devices.bluetooth({ do: 'state' }),
  findBluetooth: ({ on }) => devices.bluetooth({ do: 'find', on }),
  pairBluetooth: ({ address }) => devices.bluetooth({ do: 'pair', address }),
  answerBluetooth: ({ address, accept, code }) => devices.bluetooth({ do: 'answer', address, accept, ...(code === undefined ? {} : { code }) }),
  forgetBluetooth: ({ address }) => devices.bluetooth({ do: 'forget', address }),
})
