import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleWorkstation, type Workstation } from './testing/rig'
import { tears } from './testing/tear'
import { tearMany } from './testing/tearMany'

const seed = Number(process.env.OUTPOST_SEED ?? 20261121)

let workstation: Workstation
beforeAll(async () => {
  workstation = await bundleWorkstation(resolve(__dirname, '../../..'))
})
afterAll(() => workstation.remove())

describe('a folder that a power cut, a disk or a person left torn', () => {
  it(`still has everything that was acknowledged, or is said to be damaged (seed ${seed})`, async () => {
    const each = Object.keys(tears).length
    const { failure, torn, reported, whole } = await tearMany(workstation, 3, each, seed)
    expect(failure).toBeUndefined()
    expect(torn).toBe(2 * each)
    // Both happen: neither does every tear go unnoticed, nor is a practice given up for every scratch.
    expect(reported).toBeGreaterThan(each / 2)
    expect(whole).toBeGreaterThan(5)
  }, 60_000)
})
