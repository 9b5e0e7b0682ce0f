import { root, say } from '../../build/ground.mjs'
import { bundleWorkstation } from '../../main/replica/durability/testing/rig'
import { tearMany } from '../../main/replica/durability/testing/tearMany'

/**
 * `npm run soak -- torn [--kills 100] [--each 10] [--seed 20261121]`: kills a workstation under load, and tears copies of
 * what each kill left. What was acknowledged must still be there, or the replica must say that it is damaged.
 */
export default async function soak({ kills = 100, each = 10, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  const workstation = await bundleWorkstation(root)
  const startedAt = Date.now()
  try {
    const { failure, byTear, ...sum } = await tearMany(workstation, kills, each, seed, say)
    return { figures: { ...sum, ...byTear, seed, seconds: Math.round((Date.now() - startedAt) / 1000) }, failure }
  } finally {
    workstation.remove()
  }
}
