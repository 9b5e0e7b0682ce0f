/** Time as it is handed in: tests move it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs something once, later; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}

/** The workstation's own clock; a timer never keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
