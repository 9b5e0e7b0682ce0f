/** A piece of a trace from one point to the next, each 0 to 1 of width and height; `clear`: so much of the width ahead is blank. */
export interface Stroke {
  readonly from: { readonly x: number; readonly y: number }
  readonly to: { readonly x: number; readonly y: number }
}

/** Seconds across the screen; a monitor's 25 mm/s on a hand's width. */
const sweepSeconds = 6
/** Samples come in pieces: so much is held back for them to flow evenly, milliseconds. */
const holdMs = 300
/** More than this waits after a pause of the window: the past is skipped, not made up for. */
const mostWaitingMs = 2_000

/**
 * A trace that is drawn from left to right over the one before, as monitors do. It draws at the speed of the samples and stands
 * still where none come: a curve is never made up.
 */
export class Sweep {
  #waiting: number[] = []
  #perSecond = 60
  #last: { readonly x: number; readonly y: number } | undefined
  /** Samples drawn since the left edge. */
  #at = 0
  #drawnAt: number | undefined
  #owed = 0
  #isFlowing = false

  add(samples: readonly number[], perSecond: number): void {
    if (perSecond !== this.#perSecond) {
      this.#perSecond = perSecond
      this.clear()
    }
    this.#waiting.push(...samples)
    const most = Math.ceil((mostWaitingMs / 1_000) * perSecond)
    if (this.#waiting.length > most) this.#waiting.splice(0, this.#waiting.length - Math.ceil((holdMs / 1_000) * perSecond))
  }

  /** What is to be drawn until `now`, milliseconds of any clock that only goes on. */
  advance(now: number): Stroke[] {
    const passed = this.#drawnAt === undefined ? 0 : now - this.#drawnAt
    this.#drawnAt = now
    if (!this.#isFlowing) {
      if (this.#waiting.length < (holdMs / 1_000) * this.#perSecond) return []
      this.#isFlowing = true
      this.#owed = 0
    }
    this.#owed += (passed / 1_000) * this.#perSecond
    const count = Math.min(Math.floor(this.#owed), this.#waiting.length)
    this.#owed -= count
    if (this.#waiting.length === count && this.#owed >= 1) {
      // It has run dry: the next piece begins a line of its own, after a gap.
      this.#isFlowing = false
    }
    const strokes: Stroke[] = []
    const width = sweepSeconds * this.#perSecond
    for (const sample of this.#waiting.splice(0, count)) {
      this.#at = (this.#at + 1) % width
      const to = { x: this.#at / width, y: 1 - Math.min(1, Math.max(0, sample)) }
      if (this.#last && to.x > this.#last.x) strokes.push({ from: this.#last, to })
      this.#last = to
    }
    if (!this.#isFlowing) this.#last = undefined
    return strokes
  }

  /** Where the trace is, 0 to 1. */
  get head(): number {
    return this.#at / (sweepSeconds * this.#perSecond)
  }

  /** Begins anew at the left edge. */
  clear(): void {
    this.#waiting = []
    this.#last = undefined
    this.#at = 0
    this.#isFlowing = false
  }
}
