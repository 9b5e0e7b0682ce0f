import { say } from '../../build/ground.mjs'
import { runCases } from '../../main/replica/storage/differential/testing/run'
import { collectGarbage } from './garbage'

/** Cases that share a seed: small enough to be run again for one difference. */
const batch = 500

/**
 * `npm run soak -- differential [--cases 50000] [--seed 20261121] [--from 0]`: random cases beside RxDB's memory
 * storage. Batch number `n` has the seed `seed + n`; `from` goes on at that batch.
 */
export default async function soak({ cases = 50_000, seed = 20_261_121, from = 0 }: Readonly<Record<string, number>>) {
  const figures: Record<string, number> = { cases: 0, differences: 0, answers: 0, found: 0, events: 0, refused: 0, orderLeftOpen: 0 }
  const startedAt = Date.now()
  const done = (): Record<string, number> => ({ ...figures, seed, firstBatch: from, seconds: Math.round((Date.now() - startedAt) / 1000) })
  for (let number = from; (figures.cases ?? 0) < cases; number += 1) {
    const outcome = await runCases({ cases: Math.min(batch, cases - (figures.cases ?? 0)), seed: seed + number })
    figures.cases = (figures.cases ?? 0) + outcome.cases
    for (const [what, count] of Object.entries(outcome.compared)) figures[what] = (figures[what] ?? 0) + (count as number)
    if (outcome.difference !== undefined) return { figures: { ...done(), differences: 1 }, failure: `batch ${number}, seed ${seed + number}\n${outcome.difference}` }
    collectGarbage()
    if (number % 10 === 9) say(`${figures.cases} cases, ${figures.answers} answers, ${Math.round((Date.now() - startedAt) / 1000)} s`)
  }
  return { figures: done() }
}
