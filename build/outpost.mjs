import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { BuildProblem, root, runMain } from './ground.mjs'

/** `npm run outpost -- <command> …`: the command line on plain Node; builds first when something has changed. */
await runMain(async () => {
  await ensureDependencies()
  const { ensureBuilt, entries } = await import('./bundle.mjs')
  await ensureBuilt()
  const entry = entries.find(one => one.from === 'cli/index.ts')
  if (!entry) throw new BuildProblem('the command line has no entry in build/bundle.mjs.')
  const child = spawn(process.execPath, [join(root, entry.to), ...process.argv.slice(2)], { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
  return new Promise(done => child.on('exit', code => done(code ?? 1)))
})
