/** How many chunks are under way at once. */
export interface Lanes {
  /** Does it as soon as there is a lane. */
  run<Value>(work: () => Promise<Value>): Promise<Value>
  /** A request with hardly a body took so long, ms: what the line and the server take for anything. */
  sawRoundTrip(ms: number): void
  /** The quickest of the last ones; 0 before the first. */
  readonly roundTripMs: number
}

const most = 4
/** What else is on the line may wait so long for us at least, ms; else half of what a round trip takes. */
const leastWaitMs = 20
/** The quickest of so many round trips counts: the others waited for something. */
const remembered = 20

/** Always so many. */
export const fixedLanes = (count: number): Lanes => lanesOf({ count: () => count, took: () => undefined, sawRoundTrip: () => undefined, trip: () => 0 })

/**
 * As many as fill the line without a queue before it: what a chunk takes beyond a round trip is what a record would wait behind
 * it, and where that is more than a little, there is one lane less.
 */
export const openLanes = (): Lanes => {
  let count = 1
  let trips: number[] = []
  const trip = () => (trips.length === 0 ? 0 : Math.min(...trips))
  return lanesOf({
    count: () => count,
    took: (ms) => {
      const [queued, bearable] = [ms - trip(), Math.max(leastWaitMs, trip() / 2)]
      if (queued > bearable) count = Math.max(1, count - 1)
      else if (queued < bearable / 2) count = Math.min(most, count + 1)
    },
    sawRoundTrip: (ms) => {
      trips = [...trips, ms].slice(-remembered)
    },
    trip,
  })
}

const lanesOf = ({ count, took, sawRoundTrip, trip }: { count(): number; took(ms: number): void; sawRoundTrip(ms: number): void; trip(): number }): Lanes => {
  let busy = 0
  const waiting: (() => void)[] = []
  const next = () => {
    while (busy < count() && waiting.length > 0) {
      busy += 1
      waiting.shift()?.()
    }
  }
  return {
    sawRoundTrip,
    get roundTripMs() {
      return trip()
    },
    run: async (work) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        next()
      })
      const begun = performance.now()
      try {
        return await work()
      } finally {
        took(performance.now() - begun)
        busy -= 1
        next()
      }
    },
  }
}

/** Does something with each, in lanes; after the first failure nothing more is begun, and it rejects with that. */
export const eachInLanes = async <Item>(lanes: Lanes, items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
  let failure: { readonly reason: unknown } | undefined
  await Promise.all(
    items.map((item) =>
      lanes.run(async () => {
        if (failure) return
        await work(item).catch((reason: unknown) => {
          failure ??= { reason }
        })
      }),
    ),
  )
  if (failure) throw failure.reason
}
