import { isIPv4 } from 'node:net'

/** Whether nobody else hears what is said on the line to this address: TLS, or this very computer. */
export const isPrivateLine = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isThisComputer(hostname)
}

/** Whether a host, as an address or a URL names it, is this very computer; names other than `localhost` are not looked up. */
export const isThisComputer = (host: string): boolean => {
  const plain = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}

/**
 * Whether the address is TLS, or lies in a network of one's own: this computer, an address that is routed nowhere (RFC 1918, RFC 4193), or
 * a name that only a local network knows.
 */
export const isOwnNetwork = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || isThisComputer(hostname)) return true
  return /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)(\.\d+)+$/.test(hostname) || /^\[f[cde]/.test(hostname) || hostname.endsWith('.local') || !/[.:]/.test(hostname)
}
