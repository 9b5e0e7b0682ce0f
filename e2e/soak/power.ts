import { BuildProblem, root, say } from '../../build/ground.mjs'
import { canTrace, cutMany } from '../../main/replica/durability/testing/power'
import { bundleWorkstation } from '../../main/replica/durability/testing/rig'

/**
 * `npm run soak -- power [--cuts 300] [--seed 20261121]`: notes with strace what a workstation under load asks of its
 * disk, and looks what a power cut at any moment would have left: only what was synced is there for certain.
 */
export default async function soak({ cuts = 300, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  if (!canTrace()) throw new BuildProblem('strace is needed for this: it shows what a process asks of the disk.')
  const workstation = await bundleWorkstation(root)
  const startedAt = Date.now()
  try {
    const { failure, ...sum } = await cutMany(workstation, cuts, seed, 30, say)
    return { figures: { ...sum, seed, seconds: Math.round((Date.now() - startedAt) / 1000) }, failure }
  } finally {
    workstation.remove()
  }
}
