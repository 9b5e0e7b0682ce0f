import { networkInterfaces } from 'node:os'

/** How the network is watched. */
export interface WatchOptions {
  /** The network is another one, or the computer has slept: connections that look open are not. */
  changed(): void
  readonly interfaces?: typeof networkInterfaces
  readonly now?: () => number
  /** Milliseconds between two looks; default 3 s. */
  readonly everyMs?: number
}

/** A look that comes so much later than it should says that the computer has slept, milliseconds. */
const sleptMs = 15_000

/** Addresses by which others could reach this computer, as one text; empty: no network at all. */
const addressesIn = (interfaces: ReturnType<typeof networkInterfaces>): string =>
  Object.entries(interfaces)
    .flatMap(([name, addresses = []]) => addresses.filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`))
    .sort()
    .join()

/**
 * Watches for another network, a plugged cable, the end of a sleep. Node tells of none of these, so they are looked for. Losing the
 * last address is no reason to hurry: there is nothing to try. Answers how to stop.
 */
export const watchNetwork = ({ changed, interfaces = networkInterfaces, now = Date.now, everyMs = 3_000 }: WatchOptions): (() => void) => {
  let known = addressesIn(interfaces())
  let lastLook = now()
  const timer = setInterval(() => {
    const [before, looked] = [known, lastLook]
    known = addressesIn(interfaces())
    lastLook = now()
    if (known !== '' && (known !== before || lastLook - looked > everyMs + sleptMs)) changed()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
