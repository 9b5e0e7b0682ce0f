import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedOfRun as seed } from '../../../shared/testing/seed'
import { canTrace, cutMany } from './testing/power'
import { bundleWorkstation, type Workstation } from './testing/rig'

let workstation: Workstation
beforeAll(async () => {
  workstation = await bundleWorkstation(resolve(__dirname, '../../..'))
})
afterAll(() => workstation.remove())

// What was asked of the disk is known only where strace is.
describe.skipIf(!canTrace())('a power cut while four people save', () => {
  it(`leaves everything that was acknowledged, and is not taken for damage (seed ${seed})`, async () => {
    const { failure, cuts, acknowledged } = await cutMany(workstation, 8, seed)
    expect(failure).toBeUndefined()
    expect(cuts).toBe(8)
    expect(acknowledged).toBeGreaterThan(10)
  })
})
