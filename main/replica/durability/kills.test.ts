import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleWorkstation, killMany, type Workstation } from './testing/rig'

const seed = Number(process.env.OUTPOST_SEED ?? 20261121)

let workstation: Workstation
beforeAll(async () => {
  workstation = await bundleWorkstation(resolve(__dirname, '../../..'))
})
afterAll(() => workstation.remove())

describe('a workstation that is switched off while four people save', () => {
  it(`has everything that it had acknowledged, once, eight times over (seed ${seed})`, async () => {
    const { failure, kills, acknowledged } = await killMany(workstation, 8, seed)
    expect(failure).toBeUndefined()
    expect(kills).toBe(8)
    expect(acknowledged).toBeGreaterThan(200)
  }, 60_000)
})
