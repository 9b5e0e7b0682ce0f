import { expect, test, vi } from 'vitest'
import { simulate, sizes, type Outcome } from './simulate'

vi.setConfig({ testTimeout: 120_000 })

/** The tests run on two versions of Node: one half of thirty on each. `SEEDS=30` for all of them; `npm run soak -- sync` goes on. */
const given = process.env['SEEDS']
const first = given === undefined && Number.parseInt(process.versions.node, 10) >= 22 ? 16 : 1
const seeds = Array.from({ length: Number(given ?? 15) }, (_, place) => first + place)
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
