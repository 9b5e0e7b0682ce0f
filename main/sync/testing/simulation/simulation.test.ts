import { expect, test, vi } from 'vitest'
import { simulate, sizes, type Outcome } from './simulate'

vi.setConfig({ testTimeout: 120_000 })

/** As many as every run of the tests has time for, `SEEDS=30` for more; `npm run soak -- sync` goes on. */
const seeds = Array.from({ length: Number(process.env['SEEDS'] ?? 10) }, (_, place) => place + 1)
const lived = new Map<number, Outcome>()

test.each(seeds)('a clinic of five workstations, a hub and a centre comes through a bad day with every edit kept (seed %i)', async (seed) => {
  const outcome = await simulate(seed, sizes.small)
  lived.set(seed, outcome)
  expect(outcome.faults).toEqual([])
  expect(outcome.figures['acknowledged']).toBeGreaterThan(10)
})

test('a seed replays to the byte', async () => {
  const [seed = 1] = seeds
  expect(await simulate(seed, sizes.small)).toEqual(lived.get(seed) ?? (await simulate(seed, sizes.small)))
})
