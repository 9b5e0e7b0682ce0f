import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BuildProblem, root, runMain, say } from './ground.mjs'
import { makeReady } from './ready.mjs'

/**
 * `npm run soak -- <name> [options]`: runs e2e/soak/<name>.ts, which exports a function that is handed the options and
 * resolves with what it counted. Anything that must not be is thrown, and the command fails. With `--json` standard
 * output gets `{ "name", "figures" }`.
 */
await runMain(async () => {
  // Some drive the real application.
  await makeReady()
  const { loadTool } = await import('./tool.mjs')
  const folder = join(root, 'e2e', 'soak')
  const [name, ...words] = process.argv.slice(2).filter(word => word !== '--json')
  const file = `e2e/soak/${name}.ts`
  if (!name || !/^[a-z][a-z-]*$/.test(name) || !existsSync(join(root, file))) {
    const known = []
    for (const one of readdirSync(folder).filter(entry => entry.endsWith('.ts'))) {
      if (typeof (await loadTool(`e2e/soak/${one}`)).default === 'function') known.push(one.replace('.ts', ''))
    }
    throw new BuildProblem(`name a soak: ${known.join(', ')}`)
  }
  const { default: soak } = await loadTool(file)
  const { figures, failure } = await soak(optionsOf(words))
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ name, figures, ...(failure ? { failure } : {}) })}\n`)
  else for (const [what, value] of Object.entries(figures)) say(`${what}: ${value}`)
  if (!failure) return 0
  say(`outpost: ${name}: ${failure}`)
  return 1
})

/** `--cases 500 --seed 7` as numbers by name. */
function optionsOf(words) {
  /** @type {Record<string, number>} */
  const options = {}
  for (let place = 0; place < words.length; place += 2) {
    const value = Number(words[place + 1])
    if (!/^--[a-z]+$/.test(words[place] ?? '') || !Number.isFinite(value)) throw new BuildProblem(`not an option with a number: ${words[place]} ${words[place + 1] ?? ''}`)
    options[words[place].slice(2)] = value
  }
  return options
}
