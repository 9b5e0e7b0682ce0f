import { readdir } from 'node:fs/promises'
import type { SerialPort } from 'serialport'
import { serialport } from './load'

/** Names of serial ports under Linux's /dev, for machines without udev. */
const serialNames = /^(tty(USB|ACM|AMA|XRUSB|MFD|WCH|O)\d+|ttyS\d+|rfcomm\d+)$/

/** A port as the operating system's list has it. */
export type ListedPort = Awaited<ReturnType<typeof SerialPort.list>>[number] & { readonly friendlyName?: string }

/** The operating system's list; where udev is missing, the names in /dev must do. */
export const portsOfSystem = async (): Promise<ListedPort[]> => {
  try {
    return await serialport().SerialPort.list()
  } catch {
    const names = await readdir('/dev').catch(() => [])
    return names.filter((name) => serialNames.test(name)).sort().map((name) => ({ path: `/dev/${name}` }) as ListedPort)
  }
}

/** The name under which a port opens. macOS lists the dial-in name, which waits for a carrier; the call-out name opens at once. */
export const pathToOpen = (listed: string): string => listed.replace(/^\/dev\/tty\.(?=.)/, '/dev/cu.')
