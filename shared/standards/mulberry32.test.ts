import { expect, test } from 'vitest'
import { drawsFrom, mulberry32 } from './mulberry32'

test('a seed gives the same numbers on every machine and in every version, so that a trial can be played again', () => {
  const next = mulberry32(20261121)
  expect([next(), next(), next()].map((drawn) => Math.floor(drawn * 1_000_000))).toEqual([691_396, 352_076, 538_369])
  const draw = drawsFrom(20261121)
  expect([draw(1_000_000), draw(1_000_000), draw(1_000_000)]).toEqual([691_396, 352_076, 538_369])
})
