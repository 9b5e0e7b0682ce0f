import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runTrial } from './testing/trial/trial'

const seed = 20261121
const hasSocat = spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0

describe('a bad day in the laboratory (more of it in `npm run soak -- device-faults`)', () => {
  it(`spoils frames, loses answers, repeats, splits and pulls cables, and kills both hosts: 40 tubes are on the right charts, each once (seed ${seed})`, async () => {
    const { figures, failures } = await runTrial({ root: resolve(__dirname, '../../..'), tubes: 40, deviceKills: 3, practiceKills: 1, faults: 1.5, seed, replyMs: 300, hasCable: hasSocat, limitMs: 60_000 })
    expect(failures).toEqual([])
    expect(figures).toMatchObject({ filed: 40, missing: 0, twice: 0, wrong_patient: 0, wrong_values: 0 })
  }, 120_000)
})
