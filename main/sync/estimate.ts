/** How long something that is counted down still takes. */
export interface Estimate {
  /** So much is left now. */
  note(left: number): void
  /** Minutes left at the speed of the last minutes, outages included; undefined as long as nothing can be said. */
  minutesLeft(): number | undefined
}

/** The speed is that of so long, ms. */
const windowMs = 60_000
/** Less than this says nothing, ms. */
const leastMs = 4_000
const everyMs = 1_000

/**
 * Counts what is left, not what came: time in which the line was down counts, because it will be down again. After a while without any
 * progress there is no estimate, rather than one that nobody would believe.
 */
export const openEstimate = (now: () => number): Estimate => {
  let samples: { readonly at: number; readonly left: number }[] = []
  return {
    note: (left) => {
      const at = now()
      const last = samples.at(-1)
      // Something else is counted down.
      if (last && left > last.left) samples = []
      if (last && at - last.at < everyMs && samples.length > 1) samples.pop()
      samples.push({ at, left })
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > windowMs) samples.shift()
    },
    minutesLeft: () => {
      const [first, last] = [samples[0], samples.at(-1)]
      if (!first || !last) return undefined
      const span = now() - first.at
      const done = first.left - last.left
      if (span < leastMs || done <= 0 || now() - last.at > windowMs) return undefined
      return Math.max(0.1, Math.round((last.left / done) * (span / 6_000)) / 10)
    },
  }
}
