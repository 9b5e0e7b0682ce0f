import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seedOfRun as seed } from '../../shared/testing/seed'
import { bundleChanger, type Changer, killKeyChanges } from './testing/keyChangeRig'

const kills = 15

let changer: Changer
beforeAll(async () => {
  changer = await bundleChanger(resolve(__dirname, '../..'))
})
afterAll(() => changer.remove())

it(`a computer that is switched off ${kills} times while its key is changed loses nothing, and opens as it always did (seed ${seed})`, async () => {
  const killed = await killKeyChanges(changer, { kills, seed })
  expect(killed.failure).toBeUndefined()
  expect(killed.kills).toBe(kills)
  expect(killed.reads).toBeGreaterThan(kills / 2)
  expect(killed.changes).toBeGreaterThan(1)
})
