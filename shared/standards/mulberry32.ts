/**
 * Repeatable chance: numbers in [0, 1) that a seed decides (mulberry32 by Tommy Ettinger, public domain). Small, fast, the same
 * everywhere; for made-up patients, trials and their replays, never for secrets.
 */
export const mulberry32 = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** As {@link mulberry32}, in whole numbers from 0 up to, but without, `below`. */
export const drawsFrom = (seed: number): ((below: number) => number) => {
  const next = mulberry32(seed)
  return (below) => Math.floor(next() * below)
}
