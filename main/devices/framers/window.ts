import type { ContecPacket } from './contec'

/** Numbers of an oximeter over the last seconds. */
export interface OximeterNumbers {
  /** When the newest packet that counts arrived, milliseconds since 1970. */
  readonly at: number
  readonly spo2: number
  readonly pulse: number
}

/** How far back the medians look. */
export const windowMs = 5_000
/** Fewer usable packets than this (one second's worth) are no reading. */
const fewest = 60

type Usable = { readonly at: number; readonly spo2: number; readonly pulse: number }

/** Keeps the last seconds of usable packets: probe on, not searching, both numbers there. */
export class OximeterWindow {
  #packets: Usable[] = []
  #lastSeen: { readonly at: number; readonly usable: boolean } | undefined

  add(packet: ContecPacket, at: number): void {
    const { spo2, pulse } = packet
    const usable = !packet.isProbeOff && !packet.isSearching && spo2 !== undefined && pulse !== undefined
    this.#lastSeen = { at, usable }
    if (usable) this.#packets.push({ at, spo2, pulse })
    // A finger that came off ends the series: medians never bridge two placements.
    else this.#packets = []
    const oldest = at - windowMs
    while (this.#packets[0] && this.#packets[0].at < oldest) this.#packets.shift()
  }

  /** Medians of the window that ends with the newest packet; undefined while there are too few. */
  numbers(): OximeterNumbers | undefined {
    const newest = this.#packets.at(-1)
    if (!newest || this.#packets.length < fewest) return undefined
    return { at: newest.at, spo2: median(this.#packets.map((packet) => packet.spo2)), pulse: median(this.#packets.map((packet) => packet.pulse)) }
  }

  /** Whether the newest packet carried numbers, and when it came. */
  get lastSeen(): { readonly at: number; readonly usable: boolean } | undefined {
    return this.#lastSeen
  }
}

const median = (values: number[]): number => {
  const sorted = values.sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}
