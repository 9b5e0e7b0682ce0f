import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from '../../build/ground.mjs'
import { liveForReal } from '../../main/sync/testing/simulation/real/realClinic'

const size = { workstations: 5, seconds: 20, paceMs: 250, troubleMs: 600 }

/**
 * `npm run soak -- sync-real [--seeds 20] [--from 1]`: the clinic of `soak -- sync` in real processes that talk HTTP and are killed; about
 * half a minute a seed. Stops at the first seed that fails.
 */
export default async function soak({ seeds = 20, from = 1 }: Readonly<Record<string, number>>) {
  const { build } = await import('esbuild')
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'clinic-'))
  const program = join(folder, 'program.cjs')
  await build({
    entryPoints: [join(root, 'main/sync/testing/simulation/real/program.ts')], outfile: program, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql'], logLevel: 'error',
  })
  const startedAt = Date.now()
  const sum: Record<string, number> = {}
  let failure: string | undefined
  let done = 0
  try {
    for (let seed = from; done < seeds && failure === undefined; seed += 1) {
      const { faults, figures } = await liveForReal(program, seed, size)
      for (const [what, count] of Object.entries(figures)) sum[what] = (sum[what] ?? 0) + count
      done += 1
      if (faults.length > 0) failure = `seed ${seed}: ${faults.slice(0, 5).join('; ')}`
      say(`seed ${seed}: ${figures['acknowledged']} edits, agreed after ${figures['seconds to agree']} s`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { figures: { seeds: done, from, ...sum, seconds: Math.round((Date.now() - startedAt) / 1000) }, failure }
}
