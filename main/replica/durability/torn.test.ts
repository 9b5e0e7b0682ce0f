import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedOfRun as seed } from '../../../shared/testing/seed'
import { bundleWorkstation, type Workstation } from './testing/rig'
import { tears } from './testing/tear'
import { tearMany } from './testing/tearMany'

let workstation: Workstation
beforeAll(async () => {
  workstation = await bundleWorkstation(resolve(__dirname, '../../..'))
})
afterAll(() => workstation.remove())

describe('a folder that a power cut, a disk or a person left torn', () => {
  it(`still has everything that was acknowledged, or is said to be damaged (seed ${seed})`, async () => {
    const each = Object.keys(tears).length
    const { failure, torn, reported, whole } = await tearMany(workstation, 2, each, seed)
    expect(failure).toBeUndefined()
    expect(torn).toBe(each)
    // Both happen: neither does every tear go unnoticed, nor is a practice given up for every scratch.
    expect(reported).toBeGreaterThan(each / 4)
    expect(whole).toBeGreaterThan(2)
  })
})
