import type { PortEntry } from '../../../shared/contract'
import { adaptersIn } from './adapter'
import { isOwnTerminal } from './bluetooth/rfcomm'
import { pathToOpen, portsOfSystem, type ListedPort } from './systemPorts'

/** Ports of this workstation, less those that our own Bluetooth lines made. Pseudo-terminals are never among them; a person can type their path. */
export const listPorts = async (): Promise<PortEntry[]> => portsIn((await portsOfSystem()).filter(({ path }) => !isOwnTerminal(path)))

/** A list of the operating system in the words of the practice. Pure. */
export const portsIn = (listed: readonly ListedPort[]): PortEntry[] => {
  const adapters = adaptersIn(listed)
  return listed.map((port) => portOf(port, adapters.get(port))).filter((port): port is PortEntry => port !== undefined)
}

/** `BTHENUM\{00001101-…}_VID&00010047_PID&F000\9&972A090&0&B0F1ECE31BAA_C00000000`: a Windows port of the Serial Port Profile; the address is the other side's. */
const windowsBluetooth = /^BTHENUM\\\{00001101[^}]*\}.*&([0-9A-F]{12})_/i
/** Ports of macOS that no device can be at: its own incoming Bluetooth port, its earphones' control, its kernel's debugger. */
const macOwnPorts = /^\/dev\/(?:tty|cu)\.(?:Bluetooth-Incoming-Port|Bluetooth-Modem|BLTH|debug-console|wlan-debug)$/

/** What a person would call a port; undefined for one that no device can be at. */
const portOf = (found: ListedPort, adapter?: string): PortEntry | undefined => {
  if (macOwnPorts.test(found.path)) return undefined
  const address = windowsBluetooth.exec(found.pnpId ?? '')?.[1]
  // Windows: the end that waits for devices to call has no other side yet.
  const isIncoming = /_LOCALMFG&0000/i.test(found.pnpId ?? '') || address === '000000000000'
  const isOnMac = /^\/dev\/(?:tty|cu)\.(?=.)/.test(found.path)
  const isBluetooth =
    address !== undefined || isIncoming || /\/rfcomm\d+$/.test(found.path) ||
    // macOS tells nothing of a Bluetooth port but its name, which is the device's.
    (isOnMac && !found.vendorId && !found.locationId && !/\.(?:usb|wchusb|SLAB_|PL2303|UC-232|KeySerial|Repleo)/i.test(found.path))
  const path = pathToOpen(found.path)
  // Windows makes up a number with `&` in it where an adapter has none.
  const number = address === undefined ? (found.serialNumber?.includes('&') ? undefined : found.serialNumber) : isIncoming ? undefined : address.match(/../g)!.join(':')
  const said = [found.friendlyName ?? found.manufacturer, number].filter((part) => part !== undefined && part !== '')
  return {
    path,
    name: said.length > 0 ? said.join(' · ') : path.split('/').at(-1)!.replace(/^cu\./, ''),
    kind: isBluetooth ? 'bluetooth-spp' : 'serial',
    ...(isIncoming ? { isIncoming } : {}),
    ...(adapter === undefined ? {} : { adapter }),
  }
}
