/** A port that takes longer to open is a slow one: a Bluetooth device out of reach takes half a minute. */
const slowMs = 3_000
/** One that takes longer never opens; what comes after it does not wait for it. */
const hungMs = 60_000
/** Ports that open at the same time: one thread of Node's four is left to the disk. */
const atOnce = 3
const quickAtOnce = 2

/** Opens ports so that those that hang never take all the threads that also write to the disk. */
export interface OpeningTurns {
  run<Opened>(path: string, open: () => Promise<Opened>): Promise<Opened>
}

/** Quick ports two at a time, slow ones one after the other, three in all. */
export const openingTurns = (limits = { slowMs, hungMs }): OpeningTurns => {
  const slow = new Set<string>()
  const opening = new Set<{ readonly path: string }>()
  const waiting: { readonly path: string; readonly begin: () => void }[] = []
  const mayBegin = (path: string): boolean => {
    const slowOnes = [...opening].filter((one) => slow.has(one.path)).length
    return opening.size < atOnce && (slow.has(path) ? slowOnes === 0 : opening.size - slowOnes < quickAtOnce)
  }
  const goOn = () => {
    for (let at = waiting.findIndex(({ path }) => mayBegin(path)); at >= 0; at = waiting.findIndex(({ path }) => mayBegin(path))) waiting.splice(at, 1)[0]!.begin()
  }
  return {
    run: async (path, open) => {
      const own = { path }
      await new Promise<void>((resolve) => {
        waiting.push({
          path,
          begin: () => {
            opening.add(own)
            resolve()
          },
        })
        goOn()
      })
      let isSlow = false
      const late = setTimeout(() => {
        isSlow = true
        slow.add(path)
        goOn()
      }, limits.slowMs)
      const leave = () => {
        opening.delete(own)
        goOn()
      }
      const hung = setTimeout(leave, limits.hungMs)
      try {
        return await open()
      } finally {
        clearTimeout(late)
        clearTimeout(hung)
        if (!isSlow) slow.delete(path)
        leave()
      }
    },
  }
}
