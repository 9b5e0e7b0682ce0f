import { networkInterfaces } from 'node:os'

/** IPv4 addresses by which other computers reach this one, those of cables and radio before virtual ones. */
export const lanAddresses = (): readonly string[] => {
  const isVirtual = (name: string) => /^(?:docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|wg|utun|zt|tailscale)/i.test(name)
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses]) => (addresses ?? []).map((address) => ({ name, ...address })))
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .sort((one, other) => Number(isVirtual(one.name)) - Number(isVirtual(other.name)))
    .map(({ address }) => address)
}
