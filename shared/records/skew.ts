/** One look at a server's clock, through the `Date` header of an answer. */
export interface ClockReading {
  /** When the answer came, by this workstation's wall clock, milliseconds since 1970. */
  readonly receivedAt: number
  /** From the request to the head of the answer, milliseconds. */
  readonly roundTripMs: number
  /** The header (RFC 9110, 5.6.7): whole seconds, cut off. */
  readonly date: string
}

/** Measures how far a workstation's wall clock and a server's are apart. */
export interface SkewMeter {
  /** Takes note of an answer; a header that is no date is passed over. */
  read(reading: ClockReading): void
  /** How far this workstation is ahead of the server, milliseconds; negative: behind. Undefined: no answer yet. */
  readonly skewMs: number | undefined
}

/** A person is told of a skew from here on: less than this, nobody in a ward would see. */
export const noticeableSkewMs = 60_000

/** The header cuts off what is less than a second. */
const resolutionMs = 1_000

/**
 * A meter that has seen nothing. Each answer says between which bounds the skew lies: the header was written after the
 * request left and before the answer came. Bounds of several answers narrow each other; when they contradict each other, a clock
 * has been set, and the newest counts alone.
 */
export const createSkewMeter = (): SkewMeter => {
  let least = -Infinity
  let most = Infinity
  return {
    read: ({ receivedAt, roundTripMs, date }) => {
      const server = Date.parse(date)
      if (Number.isNaN(server) || !date.endsWith(' GMT')) return
      const [low, high] = [receivedAt - roundTripMs - (server + resolutionMs), receivedAt - server]
      const isSettled = Math.max(least, low) <= Math.min(most, high)
      least = isSettled ? Math.max(least, low) : low
      most = isSettled ? Math.min(most, high) : high
    },
    get skewMs() {
      return Number.isFinite(least) ? Math.round((least + most) / 2) : undefined
    },
  }
}
