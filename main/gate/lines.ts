import type { lineRequests } from '../../shared/contract'
import type { DeviceDesk } from '../devices/inbox'
import type { Handlers } from './handler'

/** Ports without drivers. */
export const lineHandlers = ({ devices }: { readonly devices: DeviceDesk }): Handlers<typeof lineRequests> => ({
  openLine: (ask) => devices.line({ do: 'open', ...ask }),
  readLine: (ask) => devices.line({ do: 'read', ...ask }),
  writeLine: (ask) => devices.line({ do: 'write', ...ask }),
  setLine: (ask) => devices.line({ do: 'set', ...ask }),
  closeLine: (ask) => devices.line({ do: 'close', ...ask }),
})
