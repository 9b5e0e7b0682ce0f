import { drawsFrom } from '../../../../shared/standards/mulberry32'

/** Draws from a seeded sequence. */
export interface Random {
  /** A whole number from 0 up to, but without, `below`. */
  (below: number): number
  pick<Value>(values: readonly Value[]): Value
}

export const randomFrom = (seed: number): Random => {
  const draw = drawsFrom(seed)
  return Object.assign(draw, { pick: <Value>(values: readonly Value[]): Value => values[draw(values.length)] as Value })
}
