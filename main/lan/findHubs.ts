import { isIPv4 } from 'node:net'
import { lanAddresses } from './addresses'
import { practiceTag } from './announce'
import { hubService, openCards } from './multicast'

/** A hub that was found on the network. Whether it is the one it says it is, the join code or the pinned certificate tells. */
export interface HubOnLan {
  readonly hub: string
  readonly name: string
  readonly address: string
  readonly port: number
  /** It says that it is of this practice. */
  readonly isOurs: boolean
}

/** What a stranger may have put into the answer. */
interface Heard {
  readonly port?: unknown
  readonly addresses?: unknown
  readonly referer?: { readonly address?: unknown }
  readonly txt?: unknown
}

const mostHubs = 20

const readHeard = ({ port, addresses, referer, txt }: Heard, tag: string | undefined): HubOnLan | undefined => {
  const { id, name, p } = (typeof txt === 'object' && txt !== null ? txt : {}) as Record<string, unknown>
  const told = [referer?.address, ...(Array.isArray(addresses) ? addresses : [])].find((each): each is string => typeof each === 'string' && isIPv4(each))
  if (told === undefined || typeof port !== 'number' || !(port > 0 && port < 65536)) return undefined
  if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) return undefined
  const shown = typeof name === 'string' ? name.replace(/[\p{C}]/gu, '').slice(0, 120) : ''
  return { hub: id, name: shown, address: told, port, isOurs: tag !== undefined && p === tag }
}

/** Asks the network for hubs and waits for answers; those of this practice come first. Finds nothing where there is no network. */
export const findHubs = async ({ practice, waitMs = 2_000, addresses = lanAddresses() }: { readonly practice?: string; readonly waitMs?: number; readonly addresses?: readonly string[] } = {}): Promise<HubOnLan[]> => {
  const tag = practice === undefined ? undefined : practiceTag(practice)
  const found = new Map<string, HubOnLan>()
  const opened = openCards(addresses)
  try {
    const browsers = opened.cards.map((card) =>
      card.find(hubService, (service) => {
        const hub = readHeard(service as Heard, tag)
        if (hub && found.size < mostHubs) found.set(hub.hub, hub)
      }),
    )
    // One packet in a hundred is lost on a busy radio.
    for (let ask = 0; ask < 3; ask++) {
      await new Promise((next) => setTimeout(next, waitMs / 3))
      for (const browser of browsers) browser.update()
    }
    for (const browser of browsers) browser.stop()
  } finally {
    await opened.close()
  }
  return [...found.values()].sort((one, other) => Number(other.isOurs) - Number(one.isOurs) || (one.name < other.name ? -1 : 1))
}
