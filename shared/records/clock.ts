/** A hybrid logical clock: orders versions of all workstations even when their wall clocks disagree. */
export interface HybridClock {
  /** A stamp later than every one given out or observed before. */
  next(): string
  /** As {@link next}, and also later than this stamp, however absurd; the clock itself is not carried away by it. */
  nextAfter(stamp: string): string
  /** Takes note of a stamp made elsewhere. One that is not a stamp, or absurdly far ahead, is passed over. */
  observe(stamp: string): void
  /** How far the latest stamp runs ahead of this workstation's wall clock, milliseconds; 0 as a rule. */
  readonly aheadMs: number
}

/** What a clock needs to know. */
export interface ClockOptions {
  /** Prefix of the workstation, e.g. `A`; ends every stamp. */
  readonly station: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The parts of a stamp `2026-11-21T10:00:00.000Z-0000-A`. */
export interface Stamp {
  /** Milliseconds since 1970. */
  readonly ms: number
  /** Tells stamps of one millisecond apart; four hexadecimal digits. */
  readonly count: number
  readonly station: string
}

const stampShape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)-([0-9a-f]{4})-([A-Z0-9]{1,8})$/
const countLimit = 0xffff
/** A stamp further ahead than this would carry the clock towards years that no longer sort as text. */
const leadLimitMs = 366 * 24 * 60 * 60 * 1000

/** The parts of a stamp, or undefined when it is none. */
export const parseStamp = (text: string): Stamp | undefined => {
  const [, instant, count, station] = stampShape.exec(text) ?? []
  if (instant === undefined || count === undefined || station === undefined) return undefined
  const ms = Date.parse(instant)
  return Number.isNaN(ms) ? undefined : { ms, count: Number.parseInt(count, 16), station }
}

/** The ISO instant (UTC, milliseconds) within a stamp. */
export const instantOf = (stamp: string): string => stamp.slice(0, 24)

const formatStamp = ({ ms, count, station }: Stamp): string => `${new Date(ms).toISOString()}-${count.toString(16).padStart(4, '0')}-${station}`

/** A clock that has seen nothing yet; let it observe the newest stamp on disk before it is asked. */
export const createClock = ({ station, now }: ClockOptions): HybridClock => {
  let ms = 0
  let count = 0
  const advance = (): void => {
    const wall = now()
    if (wall > ms) {
      ms = wall
      count = 0
    } else if (count < countLimit) {
      count += 1
    } else {
      ms += 1
      count = 0
    }
  }
  const next = (): string => {
    advance()
    return formatStamp({ ms, count, station })
  }
  const observe = (text: string): void => {
    const seen = parseStamp(text)
    if (seen === undefined || seen.ms - now() > leadLimitMs) return
    if (seen.ms > ms) {
      ms = seen.ms
      count = seen.count
    } else if (seen.ms === ms && seen.count > count) {
      count = seen.count
    }
  }
  return {
    next,
    nextAfter(text) {
      observe(text)
      const own = next()
      const seen = parseStamp(text)
      if (seen === undefined || own > text) return own
      return formatStamp(seen.count < countLimit ? { ms: seen.ms, count: seen.count + 1, station } : { ms: seen.ms + 1, count: 0, station })
    },
    observe,
    get aheadMs() {
      return Math.max(0, ms - now())
    },
  }
}
