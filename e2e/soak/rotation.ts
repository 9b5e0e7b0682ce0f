import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root, say } from '../../build/ground.mjs'
import { openPracticeHost } from '../../main/host/practiceHost'
import { bundleChanger, killKeyChanges } from '../../main/host/testing/keyChangeRig'

/** Kills of one practice, before the next begins with another seed. */
const killsOfOne = 60

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly problems: string
}

/** The command line itself, as it is shipped, on a demo practice with its hub. */
const bundleCommandLine = async () => {
  const folder = mkdtempSync(join(root, '.cache', 'rotation-'))
  const program = join(folder, 'cli.cjs')
  await build({
    absWorkingDir: root, entryPoints: ['cli/index.ts'], outfile: program, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql', '@libsql/*', 'serialport', '@serialport/*'],
    mainFields: ['module', 'main'], logLevel: 'error',
  })
  const run = (words: readonly string[], killAfterMs?: number): Promise<Ended> =>
    new Promise((done) => {
      const child = spawn(process.execPath, [program, ...words, '--json'], { env: { ...process.env, NODE_PATH: join(root, 'node_modules') }, stdio: ['ignore', 'pipe', 'pipe'] })
      let [out, problems] = ['', '']
      child.stdout.on('data', (text) => (out += String(text)))
      child.stderr.on('data', (text) => (problems += String(text)))
      const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
      child.on('close', (status) => (clearTimeout(timer), done({ status, out, problems })))
    })
  return { run, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Kills `outpost rotate-key` at moments that walk through its whole course. */
const killCommandLine = async (kills: number): Promise<{ readonly failure?: string; readonly commandKills: number }> => {
  const line = await bundleCommandLine()
  const folder = await mkdtemp(join(tmpdir(), 'rotation-'))
  const data = join(folder, 'data')
  try {
    const host = openPracticeHost({ folder: data, keystore: null, need: () => undefined, noNeed: () => undefined, log: () => undefined })
    await host.start({ demo: true })
    await host.stop()
    const startedAt = Date.now()
    const calm = await line.run(['rotate-key', '--data', data])
    if (calm.status !== 0) return { commandKills: 0, failure: `rotate-key: ${calm.problems}` }
    const lasts = Date.now() - startedAt
    for (let kill = 0; kill < kills; kill += 1) {
      await line.run(['rotate-key', '--data', data], 300 + ((lasts - 300) * (kill + 0.5)) / kills)
      const listed = await line.run(['patients', '--data', data])
      if (listed.status !== 0 || (JSON.parse(listed.out) as { total: number }).total !== 300) return { commandKills: kill, failure: `after kill ${kill}: ${listed.problems} ${listed.out.slice(0, 200)}` }
    }
    const [last, synced] = [await line.run(['rotate-key', '--data', data]), await line.run(['sync', '--data', data])]
    if (last.status !== 0 || synced.status !== 0) return { commandKills: kills, failure: `at the end: ${last.problems} ${synced.problems}` }
    const left = (await readdir(data)).filter((name) => name.startsWith('generation'))
    return { commandKills: kills, ...(left.length > 0 ? { failure: `${left.join()} is left over` } : {}) }
  } finally {
    await rm(folder, { recursive: true, force: true })
    line.remove()
  }
}

/** `npm run soak -- rotation [--kills 300] [--seed 20261121] [--commands 20]`: kills a workstation while its key is changed. */
export default async function soak({ kills = 300, seed = 20_261_121, commands = 20 }: Readonly<Record<string, number>>) {
  const changer = await bundleChanger(root)
  const figures = { kills: 0, changes: 0, reads: 0, commandKills: 0, seed, seconds: 0 }
  const startedAt = Date.now()
  const done = (failure?: string) => ({ figures: { ...figures, seconds: Math.round((Date.now() - startedAt) / 1000) }, ...(failure === undefined ? {} : { failure }) })
  try {
    for (let from = seed; figures.kills < kills; from += 1) {
      const killed = await killKeyChanges(changer, { kills: Math.min(killsOfOne, kills - figures.kills), seed: from, patients: 400, say })
      figures.kills += killed.kills
      figures.changes += killed.changes
      figures.reads += killed.reads
      if (killed.failure !== undefined) return done(killed.failure)
    }
    const { commandKills, failure } = await killCommandLine(commands)
    figures.commandKills = commandKills
    return done(failure)
  } finally {
    changer.remove()
  }
}
