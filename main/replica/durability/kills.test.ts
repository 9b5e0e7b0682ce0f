import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedOfRun as seed } from '../../../shared/testing/seed'
import { bundleWorkstation, killMany, type Workstation } from './testing/rig'

let workstation: Workstation
beforeAll(async () => {
  workstation = await bundleWorkstation(resolve(__dirname, '../../..'))
})
afterAll(() => workstation.remove())

describe('a workstation that is switched off while four people save', () => {
  it(`has everything that it had acknowledged, once, four times over (seed ${seed})`, async () => {
    const { failure, kills, acknowledged } = await killMany(workstation, 4, seed)
    expect(failure).toBeUndefined()
    expect(kills).toBe(4)
    expect(acknowledged).toBeGreaterThan(100)
  })
})
