/** How many chunks are under way at once: as many as the line bears without making anything else wait long. */
export interface Lanes {
  /** Does it as soon as there is a lane. */
  run<Value>(work: () => Promise<Value>): Promise<Value>
}

const most = 4
/** A chunk that takes longer has the line to itself, ms. */
const slowMs = 1_500
/** Where each is done within this, one more may be, ms. */
const quickMs = 400

/** Always so many. */
export const fixedLanes = (count: number): Lanes => lanesOf({ count: () => count, took: () => undefined })

/** Begins with two; one on a slow line, up to four on a quick one. */
export const openLanes = (): Lanes => {
  let count = 2
  return lanesOf({
    count: () => count,
    took: (ms) => {
      if (ms > slowMs) count = 1
      else if (ms < quickMs) count = Math.min(most, count + 1)
    },
  })
}

const lanesOf = ({ count, took }: { count(): number; took(ms: number): void }): Lanes => {
  let busy = 0
  const waiting: (() => void)[] = []
  const next = () => {
    while (busy < count() && waiting.length > 0) {
      busy += 1
      waiting.shift()?.()
    }
  }
  return {
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
