import { root, say } from '../../build/ground.mjs'
import { bundleWorkstation, killMany } from '../../main/replica/durability/testing/rig'

/**
 * `npm run soak -- store [--kills 500] [--seed 20261121] [--from 0]`: kills a workstation under load, and looks after
 * each kill whether everything it had acknowledged is there. `from` goes on at that kill (a multiple of 20: a fresh folder).
 */
export default async function soak({ kills = 500, seed = 20_261_121, from = 0 }: Readonly<Record<string, number>>) {
  const workstation = await bundleWorkstation(root)
  const startedAt = Date.now()
  try {
    const { failure, ...sum } = await killMany(workstation, kills, seed, { first: from, say })
    return { figures: { ...sum, seed, firstKill: from, seconds: Math.round((Date.now() - startedAt) / 1000) }, failure }
  } finally {
    workstation.remove()
  }
}
