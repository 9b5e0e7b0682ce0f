import type { SerialSettings } from '../../../shared/contract'
import { serialTransport } from './serial'
import { pathToOpen, portsOfSystem, type ListedPort } from './systemPorts'
import { type Transport, TransportProblem } from './transport'

/** `usb:0403-6001-A50285BI`, `usb:0403-6011-FT4ABC12-01`: maker, product, serial number and, where it has several ports, which of them. */
const shape = /^usb:[0-9a-f]{4}-[0-9a-f]{4}-\S{4,}$/

/** Whether a device's path names an adapter, in whatever socket it is, and no port. */
export const isAdapterPath = (path: string): boolean => shape.test(path)

/** Serial numbers that makers give to every one of their adapters. */
const everybodys = /^(?:0*1?|0?1234\w*|ABCDEF\w*|(.)\1*)$/i

/** What an adapter is called wherever it is plugged in; undefined: nothing tells it from another of its kind. */
const adapterOf = ({ vendorId, productId, serialNumber, pnpId }: ListedPort): string | undefined => {
  // Windows makes up a number with `&` in it, of the socket, where the adapter has none.
  if (!vendorId || !productId || !serialNumber || /[&\s]/.test(serialNumber) || serialNumber.length < 4 || everybodys.test(serialNumber)) return undefined
  // An adapter with several ports: Linux numbers them in the name, Windows in MI_.
  const part = /-if(\d\d)(?:-port(\d+))?$/.exec(pnpId ?? '') ?? /[&_]MI_(\d\d)\b/.exec(pnpId ?? '')
  const number = part && Number(part[1]) + Number(part[2] ?? 0) > 0 ? `-${part[1]}${part[2] === undefined || part[2] === '0' ? '' : `-${part[2]}`}` : ''
  const hex = (id: string) => id.replace(/^0x/i, '').toLowerCase().padStart(4, '0')
  const name = `usb:${hex(vendorId)}-${hex(productId)}-${serialNumber}${number}`
  return isAdapterPath(name) ? name : undefined
}

/** The adapters of a list; those whose names are not theirs alone have none. Pure. */
export const adaptersIn = (listed: readonly ListedPort[]): ReadonlyMap<ListedPort, string> => {
  const named = listed.flatMap((port) => {
    const name = adapterOf(port)
    return name === undefined ? [] : [[port, name] as const]
  })
  const times = new Map<string, number>()
  for (const [, name] of named) times.set(name, (times.get(name) ?? 0) + 1)
  return new Map(named.filter(([, name]) => times.get(name) === 1))
}

/**
 * The port of an adapter, in whatever socket it is now. Two adapters of the same name are none: results of one
 * device must not go through the profile of another.
 */
export const adapterTransport = (adapter: string, settings: SerialSettings, list: () => Promise<ListedPort[]> = portsOfSystem): Transport => ({
  open: async (events) => {
    const found = [...adaptersIn(await list())].find(([, name]) => name === adapter)
    if (!found) throw new TransportProblem('port-missing', 'the adapter is not plugged in')
    return serialTransport(pathToOpen(found[0].path), settings).open(events)
  },
})
