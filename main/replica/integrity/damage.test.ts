import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDamages } from './testing/damage'

const seed = Number(process.env.OUTPOST_SEED ?? 20261121)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damage-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a disk that changes or cuts off what was saved', () => {
  it(`is noticed before a wrong or missing patient is shown or counted, sixty times (seed ${seed})`, async () => {
    const outcome = await runDamages(folder, { cases: 60, seed, patients: 300 })
    expect(outcome.wrong).toEqual([])
    expect(outcome.cases).toBe(60)
    // The run means something only when most damages hit what matters, and the rest of the answers still come.
    expect(outcome.refusedToOpen + outcome.reported).toBeGreaterThan(30)
    expect(outcome.trueAnswers).toBeGreaterThan(100)
  }, 60_000)
})
