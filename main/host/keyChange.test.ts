import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleChanger, type Changer, killKeyChanges } from './testing/keyChangeRig'

const seed = 20261121
const kills = 30

let changer: Changer
beforeAll(async () => {
  changer = await bundleChanger(resolve(__dirname, '../..'))
})
afterAll(() => changer.remove())

it(`a computer that is switched off ${kills} times while its key is changed loses nothing, and opens as it always did (seed ${seed})`, async () => {
  // Two computers at once, each with its half of the kills.
  for (const killed of await Promise.all([seed, seed + 1].map((from) => killKeyChanges(changer, { kills: kills / 2, seed: from })))) {
    expect(killed.failure).toBeUndefined()
    expect(killed.kills).toBe(kills / 2)
    expect(killed.reads).toBeGreaterThan(kills / 4)
    expect(killed.changes).toBeGreaterThan(1)
  }
}, 90_000)
