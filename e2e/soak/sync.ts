import { say } from '../../build/ground.mjs'
import { simulate, sizes } from '../../main/sync/testing/simulation/simulate'

/**
 * `npm run soak -- sync [--seeds 1000] [--from 1]`: lets a clinic of five workstations, a hub and a centre live through a bad day in
 * virtual time, once for each seed, and looks whether every replica agrees afterwards and every acknowledged edit is there. Stops at the first
 * seed that fails; `--seeds 1 --from SEED` replays it exactly.
 */
export default async function soak({ seeds = 1000, from = 1 }: Readonly<Record<string, number>>) {
  const startedAt = Date.now()
  const sum: Record<string, number> = {}
  let failure: string | undefined
  let done = 0
  for (let seed = from; done < seeds && failure === undefined; seed += 1) {
    const { faults, figures } = await simulate(seed, sizes.full)
    for (const [what, count] of Object.entries(figures)) sum[what] = (sum[what] ?? 0) + count
    done += 1
    if (faults.length > 0) failure = `seed ${seed}: ${faults.slice(0, 5).join('; ')}`
    if (done % 50 === 0) say(`${done} seeds, ${sum['acknowledged']} edits, ${Math.round((Date.now() - startedAt) / 1000)} s`)
  }
  return { figures: { seeds: done, from, ...sum, seconds: Math.round((Date.now() - startedAt) / 1000) }, failure }
}
