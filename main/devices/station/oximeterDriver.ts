import { ContecFramer, contecCommands, OximeterWindow, RawBytes, type OximeterNumbers } from '../framers'
import type { VitalsProfile } from '../profiles'
import type { Driver } from './keepOpen'

/** Numbers of an oximeter with the bytes behind them. */
export interface OximeterReading extends OximeterNumbers {
  /** The last seconds as they came over the line, for the journal. */
  readonly raw: Uint8Array
}

/** A driver that also knows the newest numbers. */
export interface OximeterDriver extends Driver {
  /** The newest usable numbers since the line opened; undefined when there were none. */
  newest(): OximeterReading | undefined
}

/** Bytes of the last ten seconds, some more than the window of the medians. */
const rawLimit = 60 * 9 * 10
const tellMs = 1_000

/**
 * Runs a Contec oximeter: starts the live stream, keeps it alive, and tells the numbers once a second.
 * `numbers` undefined: the probe is off or the meter is searching.
 */
export const oximeterDriver = (
  profile: VitalsProfile,
  now: () => number,
  tell: (numbers: OximeterNumbers | undefined, at: number) => void,
): OximeterDriver => {
  let framer = new ContecFramer()
  let window = new OximeterWindow()
  const raw = new RawBytes(rawLimit)
  let newest: OximeterReading | undefined
  let keepAlive: NodeJS.Timeout | undefined
  let telling: NodeJS.Timeout | undefined

  const end = () => {
    clearInterval(keepAlive)
    clearInterval(telling)
  }
  const look = () => {
    const seen = window.lastSeen
    if (!seen) return
    const numbers = seen.usable ? window.numbers() : undefined
    if (numbers && numbers.at !== newest?.at) newest = { ...numbers, raw: raw.copy() }
    tell(numbers, seen.at)
  }
  return {
    opened: (write) => {
      framer = new ContecFramer()
      window = new OximeterWindow()
      raw.take()
      newest = undefined
      void write(contecCommands.startLive)
      end()
      keepAlive = setInterval(() => void write(contecCommands.keepAlive), profile.keepAliveMs)
      telling = setInterval(look, tellMs)
    },
    bytes: (bytes) => {
      raw.add(bytes)
      for (const packet of framer.feed(bytes)) window.add(packet, now())
    },
    closed: end,
    newest: () => {
      look()
      return newest
    },
  }
}
