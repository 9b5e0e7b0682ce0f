import type { lineRequests, pairingRequests } from '../../shared/contract'
import type { DeviceDesk } from '../devices/inbox'
import type { Handlers } from './handler'

/** Ports without drivers, and finding out over them what devices are. */
export const lineHandlers = ({ devices }: { readonly devices: DeviceDesk }): Handlers<typeof lineRequests & typeof pairingRequests> => ({
  openLine: (ask) => devices.line({ do: 'open', ...ask }),
  readLine: (ask) => devices.line({ do: 'read', ...ask }),
  writeLine: (ask) => devices.line({ do: 'write', ...ask }),
  setLine: (ask) => devices.line({ do: 'set', ...ask }),
  closeLine: (ask) => devices.line({ do: 'close', ...ask }),
  findDevice: (ask) => devices.pairing({ do: 'find', ...ask }),
  tryProfile: (ask) => devices.pairing({ do: 'try', ...ask }),
  readPairing: (ask) => devices.pairing({ do: 'read', ...ask }),
})
