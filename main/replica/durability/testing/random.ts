/** Draws from a seeded sequence (mulberry32): small, fast, the same everywhere. */
export interface Random {
  /** A whole number from 0 up to, but without, `below`. */
  (below: number): number
  pick<Value>(values: readonly Value[]): Value
}

export const randomFrom = (seed: number): Random => {
  let state = seed | 0
  const draw = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
  return Object.assign(draw, { pick: <Value>(values: readonly Value[]): Value => values[draw(values.length)] as Value })
}
