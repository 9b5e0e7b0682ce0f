import { mulberry32 } from '../../../../shared/standards/mulberry32'

/** Draws from a seeded sequence: whatever a simulation decides by chance, it decides here, so that its seed replays it. */
export interface Chance {
  /** From 0 up to, but without, 1. */
  fraction(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  /** True so often: 0 never, 1 always. */
  happens(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
  /** As {@link pick}; a value with twice the weight comes twice as often. */
  weighted<Value>(values: readonly (readonly [value: Value, weight: number])[]): Value
  bytes(length: number): Buffer
  /** A sequence of its own: what is drawn from it changes nothing that is drawn here afterwards. */
  fork(name: string): Chance
}

const hashOf = (text: string, seed: number): number => {
  let hash = seed ^ 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return hash | 0
}

/** A sequence for a seed. */
export const chanceFrom = (seed: number): Chance => {
  const fraction = mulberry32(seed)
  const between = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1))
  return {
    fraction,
    between,
    happens: (probability) => fraction() < probability,
    pick: (values) => values[between(0, values.length - 1)] as never,
    weighted: (values) => {
      let rest = fraction() * values.reduce((sum, [, weight]) => sum + weight, 0)
      return (values.find(([, weight]) => (rest -= weight) < 0) ?? values[0])?.[0] as never
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => (fraction() * 4_294_967_296) & 0xff)),
    fork: (name) => chanceFrom(hashOf(name, seed)),
  }
}
