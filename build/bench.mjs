import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BuildProblem, root, runMain, say } from './ground.mjs'
import { makeReady } from './ready.mjs'

/** `npm run bench -- <name> --json`: runs e2e/bench/<name>.ts, which exports a function that resolves with figures and ratios. */
await runMain(async () => {
  const folder = join(root, 'e2e', 'bench')
  const [name, ...rest] = process.argv.slice(2).filter(word => word !== '--json')
  const file = `e2e/bench/${name}.ts`
  if (!name || !/^[a-z][a-z-]*$/.test(name) || !existsSync(join(root, file))) {
    const { loadTool } = await import('./tool.mjs')
    const known = []
    for (const one of readdirSync(folder).filter(entry => entry.endsWith('.ts'))) {
      if (typeof (await loadTool(`e2e/bench/${one}`)).default === 'function') known.push(one.replace('.ts', ''))
    }
    throw new BuildProblem(`name a benchmark: ${known.join(', ')}`)
  }
  await makeReady()
  const { loadTool } = await import('./tool.mjs')
  const { default: measure } = await loadTool(file)
  const { figures, ratios } = await measure(rest)
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ name, figures, ratios })}\n`)
  else for (const [what, value] of Object.entries({ ...figures, ...ratios })) say(`${what}: ${value}`)
})
