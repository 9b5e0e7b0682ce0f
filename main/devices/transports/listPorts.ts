import { readdir } from 'node:fs/promises'
import type { SerialPort } from 'serialport'
import type { PortEntry } from '../../../shared/contract'
import { serialport } from './load'

/** Names of serial ports under Linux's /dev, for machines without udev. */
const serialNames = /^(tty(USB|ACM|AMA|XRUSB|MFD|WCH|O)\d+|ttyS\d+|rfcomm\d+)$/

type Found = Awaited<ReturnType<typeof SerialPort.list>>[number] & { readonly friendlyName?: string }

/**
 * Ports of this workstation. Pseudo-terminals are never among them; a person can type their path.
 * Where udev is missing, the names in /dev must do.
 */
export const listPorts = async (): Promise<PortEntry[]> => {
  let found: Found[]
  try {
    found = await serialport().SerialPort.list()
  } catch {
    found = await portsByName()
  }
  return found.map(portOf).filter((port): port is PortEntry => port !== undefined)
}

const portsByName = async (): Promise<Found[]> => {
  const names = await readdir('/dev').catch(() => [])
  return names.filter((name) => serialNames.test(name)).sort().map((name) => ({ path: `/dev/${name}` }) as Found)
}

/** What a person would call a port; undefined for one that no device can be at. */
export const portOf = (found: Found): PortEntry | undefined => {
  const bluetooth = /^BTHENUM\\\{00001101/i.test(found.pnpId ?? '') || /\/rfcomm\d+$/.test(found.path)
  // Windows: the incoming end of a Bluetooth pair has the address 000000000000; macOS has a port of this name.
  if (/_LOCALMFG&0000|&000000000000_/i.test(found.pnpId ?? '') || /Bluetooth-Incoming-Port/.test(found.path)) return undefined
  // macOS lists the dial-in name, which waits for a carrier; the call-out name opens at once.
  const path = found.path.replace(/^\/dev\/tty\.(?=.)/, '/dev/cu.')
  const said = [found.friendlyName ?? found.manufacturer, found.serialNumber].filter((part) => part !== undefined && part !== '')
  return { path, name: said.length > 0 ? said.join(' · ') : path.split('/').at(-1)!, kind: bluetooth ? 'bluetooth-spp' : 'serial' }
}
