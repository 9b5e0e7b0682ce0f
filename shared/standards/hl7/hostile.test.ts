import { describe, expect, it } from 'vitest'
import { randomFrom } from '../astm/testing/session'
import { checkBlocks, checkMessage, hostileMessage } from './testing/hostile'

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

describe(`messages that nobody should send (seed ${seed})`, () => {
  it('are read without a throw, and nothing of them is lost', () => caseBy((random) => checkMessage(hostileMessage(random)), 1_000))
  it('are heard the same in pieces of any size', () => caseBy(checkBlocks, 750))
  it('take no longer the more there is wrong with them', () => {
    for (const text of ['\\'.repeat(200_000), 'MSH|^~\\&|' + '\\.'.repeat(200_000), 'MSH|^~\\&|\r' + '\n'.repeat(500_000), 'MSH|^~\\&|' + '|'.repeat(500_000), 'MSH|^~\\&|' + '~^&'.repeat(200_000), 'MSH|^~\\&|\r' + 'OBX\n'.repeat(100_000), 'MSH|^~\\&|\r' + 'x|\n'.repeat(100_000), 'MSH|^~\\&|\r' + 'x\n'.repeat(2_000) + 'MSH|^~\\&|\r'.repeat(90_000)]) {
      const start = performance.now()
      checkMessage(new TextEncoder().encode(text))
      expect(performance.now() - start).toBeLessThan(8_000)
    }
  })
})
