/** One thing that is going to happen. */
interface Event {
  readonly at: number
  /** Of two at the same instant, the one that was asked for first comes first. */
  readonly order: number
  readonly happen: () => void
  dropped: boolean
}

/** A timer as Node hands it out, as far as anybody here uses one. */
export interface VirtualTimer {
  ref(): VirtualTimer
  unref(): VirtualTimer
  hasRef(): boolean
  refresh(): VirtualTimer
  close(): VirtualTimer
  [Symbol.toPrimitive](): number
}

/** Time that passes only when something is to happen: hours cost what is done in them, and no more. */
export interface VirtualTime {
  /** Milliseconds since 1970. */
  readonly now: number
  /** How many things have happened. */
  readonly happened: number
  after(milliseconds: number, happen: () => void): VirtualTimer
  every(milliseconds: number, happen: () => void): VirtualTimer
  clear(timer: unknown): void
  /**
   * Lets time pass until the work is done. Rejects when it is not done by `limitMs` of virtual time, or when
   * nothing is to happen any more.
   */
  drive<Value>(work: Promise<Value>, limitMs: number): Promise<Value>
}

/** The work of a simulation is not done, and never will be. */
class Stuck extends Error {}

const turnOfNode = setImmediate

/** Resolves when everything that follows from what has just happened has been done, promises and ticks. */
const settled = (): Promise<void> => new Promise((resolve) => void turnOfNode(resolve))

/** Starts time at an instant, milliseconds since 1970. */
export const createTime = (start: number): VirtualTime => {
  const heap: Event[] = []
  let now = start
  let order = 0
  let happened = 0
  let timers = 0
  const byNumber = new Map<number, VirtualTimer>()

  const isBefore = (one: Event, other: Event): boolean => one.at < other.at || (one.at === other.at && one.order < other.order)
  const push = (event: Event): void => {
    let place = heap.push(event) - 1
    for (let above = (place - 1) >> 1; place > 0 && isBefore(event, heap[above] as Event); above = (place - 1) >> 1) {
      heap[place] = heap[above] as Event
      place = above
    }
    heap[place] = event
  }
  const pop = (): Event | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Event, heap[below] as Event)) below += 1
      if (!isBefore(heap[below] as Event, last)) break
      heap[place] = heap[below] as Event
      place = below
    }
    heap[place] = last
    return first
  }
  const plan = (milliseconds: number, happen: () => void): Event => {
    const event = { at: now + Math.max(0, Number.isFinite(milliseconds) ? milliseconds : 0), order: order++, happen, dropped: false }
    push(event)
    return event
  }
  /** `repeats`: planned again as soon as it has happened. */
  const timerOf = (milliseconds: number, happen: () => void, repeats: boolean): VirtualTimer => {
    const number = ++timers
    let event: Event
    let isOver = false
    const begin = (): void => {
      event = plan(milliseconds, () => {
        if (repeats) begin()
        else byNumber.delete(number)
        happen()
      })
    }
    const timer: VirtualTimer = {
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
      refresh: () => {
        event.dropped = true
        if (!isOver) begin()
        return timer
      },
      close: () => {
        isOver = true
        event.dropped = true
        byNumber.delete(number)
        return timer
      },
      [Symbol.toPrimitive]: () => number,
    }
    byNumber.set(number, timer)
    begin()
    return timer
  }

  return {
    get now() {
      return now
    },
    get happened() {
      return happened
    },
    after: (milliseconds, happen) => timerOf(milliseconds, happen, false),
    // Node never repeats faster than that; a faster one would leave no time to pass.
    every: (milliseconds, happen) => timerOf(Math.max(1, milliseconds), happen, true),
    clear: (timer) => {
      const found = typeof timer === 'object' && timer !== null ? (timer as VirtualTimer) : byNumber.get(Number(timer))
      found?.close()
    },
    drive: async (work, limitMs) => {
      const limit = now + limitMs
      let outcome: { readonly done: true } | { readonly failed: unknown } | undefined
      work.then(() => (outcome = { done: true }), (failed: unknown) => (outcome = { failed }))
      for (;;) {
        await settled()
        if (outcome !== undefined) return work
        const event = pop()
        if (event === undefined) throw new Stuck('nothing is to happen any more, and the work is not done')
        if (event.dropped) continue
        if (event.at > limit) throw new Stuck(`the work is not done after ${Math.round(limitMs / 1000)} s`)
        now = event.at
        happened += 1
        event.happen()
      }
    },
  }
}
