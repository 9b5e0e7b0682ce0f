import { describe, expect, it } from 'vitest'
import { checkLine, checkRecords, hostileRecords } from './testing/hostile'
import { randomFrom } from './testing/session'

/** `OUTPOST_SEED` repeats a run; each case has a seed of its own, so that a failure names the one that fails. */
const seed = Number(process.env['OUTPOST_SEED'] ?? Date.now() % 1_000_000)

const caseBy = (check: (random: () => number) => void, cases: number) => {
  for (let number = 0; number < cases; number++) {
    try {
      check(randomFrom(seed + number))
    } catch (error) {
      expect.fail(`seed ${seed + number}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }
}

describe(`records and frames that nobody should send (seed ${seed})`, () => {
  it('are read without a throw, and no record of them disappears', () => caseBy((random) => checkRecords(hostileRecords(random)), 1_500))
  it('are heard the same in pieces of any size', () => caseBy(checkLine, 300))
})
