import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { type Compared, nothingCompared, play } from './play'
import { scenario } from './scenario'
import { Bench } from './tables'

/** What came of a run. */
export interface Outcome {
  readonly cases: number
  readonly compared: Compared
  /** The smallest case found that makes a difference, with what it takes to see it again. */
  readonly difference?: string
}

/** Answers are compared, not durability: where there is a file system in memory, it will do. */
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Plays random cases against RxDB's memory storage; stops at the first difference and shrinks it. */
export const runCases = async ({ cases, seed }: { readonly cases: number; readonly seed: number }): Promise<Outcome> => {
  const compared = nothingCompared()
  let bench = new Bench(scratch)
  try {
    const property = fc.asyncProperty(scenario, async (one) => {
      try {
        await play(bench, one, compared)
      } catch (reason) {
        // What a failing case left behind must not colour the next one.
        bench.remove()
        bench = new Bench(scratch)
        throw reason
      }
    })
    const details = await fc.check(property, { numRuns: cases, seed })
    if (!details.failed) return { cases: details.numRuns, compared }
    return { cases: details.numRuns, compared, difference: `${fc.defaultReportMessage(details) ?? 'failed'}\n${details.errorInstance instanceof Error ? details.errorInstance.message : ''}` }
  } finally {
    bench.remove()
  }
}
