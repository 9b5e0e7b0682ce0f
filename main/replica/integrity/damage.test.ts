import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seedOfRun as seed } from '../../../shared/testing/seed'
import { runDamages } from './testing/damage'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damage-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a disk that changes or cuts off what was saved', () => {
  it(`is noticed before a wrong or missing patient is shown or counted, thirty times (seed ${seed})`, async () => {
    const outcome = await runDamages(folder, { cases: 30, seed, patients: 300 })
    expect(outcome.wrong).toEqual([])
    expect(outcome.cases).toBe(30)
    // The run means something only when most damages hit what matters, and the rest of the answers still come.
    expect(outcome.refusedToOpen + outcome.reported).toBeGreaterThan(15)
    expect(outcome.trueAnswers).toBeGreaterThan(50)
  })
})
