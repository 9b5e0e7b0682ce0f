import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { say } from '../../build/ground.mjs'
import { runDamages } from '../../main/replica/integrity/testing/damage'

/** `npm run soak -- flips [--cases 1000] [--seed 20261121] [--patients 600]`: bytes changed and files cut off, and what the replica then answers. */
export default async function soak({ cases = 1000, seed = 20_261_121, patients = 600 }: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), 'flips-'))
  const startedAt = Date.now()
  try {
    const { wrong, harmless, ...counted } = await runDamages(folder, { cases, seed, patients, progress: (done) => say(`${done} cases, ${Math.round((Date.now() - startedAt) / 1000)} s`) })
    const figures = { ...counted, ...Object.fromEntries(Object.entries(harmless).map(([file, count]) => [`harmless in ${file}`, count])), wrong: wrong.length, seed, seconds: Math.round((Date.now() - startedAt) / 1000) }
    return wrong.length === 0 ? { figures } : { figures, failure: wrong.join('\n') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
