import { lookup } from 'node:dns/promises'
import type { Caller } from './messages'

/** Who may call, with the addresses that their host names stand for. */
export interface CallerBook {
  /** Whoever has this title and calls from there; undefined: nobody whom we know. */
  find(callingAeTitle: string, address: string): Caller | undefined
  /** Looks the host names up again. */
  refresh(): Promise<void>
  close(): void
}

/** A name may come to stand for another address; so often it is looked up, milliseconds. */
const refreshEveryMs = 60_000

/** Reads the book; names are looked up at once and once a minute. */
export const openCallerBook = async (callers: readonly Caller[], resolve: (host: string) => Promise<readonly string[]> = addressesOf): Promise<CallerBook> => {
  const addresses = new Map<string, readonly string[]>()
  const refresh = async (): Promise<void> => {
    await Promise.all([...new Set(callers.map(({ host }) => host))].filter((host) => host !== '').map(async (host) => {
      const found = await resolve(host).catch(() => undefined)
      // A name that cannot be looked up just now stands for what it stood for.
      if (found) addresses.set(host, found)
    }))
  }
  await refresh()
  const again = setInterval(() => void refresh(), refreshEveryMs)
  again.unref()
  return {
    find: (callingAeTitle, address) => callers.find(({ aeTitle, host }) => aeTitle === callingAeTitle && (host === '' || host === address || (addresses.get(host) ?? []).includes(address))),
    refresh,
    close: () => clearInterval(again),
  }
}

const addressesOf = async (host: string): Promise<readonly string[]> => (await lookup(host, { all: true })).map(({ address }) => address)
