import type { EventEmitter } from 'node:events'
import { Bonjour } from 'bonjour-service'
import { lanAddresses } from './addresses'

/** The kind of service (DNS-SD, RFC 6763) that a hub is: `_outpost-hub._tcp`. */
export const hubService = { type: 'outpost-hub', protocol: 'tcp' } as const

/**
 * Multicast DNS on one network card each. A card that is not there any more, a port that another program keeps for itself: the
 * hub is then not found by itself, and its address can still be typed.
 */
export const openCards = (addresses: readonly string[] = lanAddresses()): { readonly cards: readonly Bonjour[]; close(): Promise<void> } => {
  const cards = addresses.map((address) => {
    const card = new Bonjour({ interface: address, bind: '0.0.0.0' } as never, () => undefined)
    const { mdns } = (card as unknown as { readonly server: { readonly mdns: EventEmitter } }).server
    mdns.on('error', () => undefined)
    return card
  })
  return {
    cards,
    close: async () => {
      for (const card of cards) await new Promise<void>((closed) => card.destroy(() => closed()))
    },
  }
}
