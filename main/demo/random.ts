import { mulberry32 } from '../../shared/standards/mulberry32'

/** A seeded source of chance: the same seed gives the same practice. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number
  /** A whole number, both ends included. */
  between(min: number, max: number): number
  /** Near `mean`, about two in three within `spread`. */
  around(mean: number, spread: number): number
  /** True with this probability. */
  happens(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

export const chanceOf = (seed: number): Chance => {
  const next = mulberry32(seed)
  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    around: (mean, spread) => mean + spread * (next() + next() + next() + next() - 2) * 1.73,
    happens: (probability) => next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
