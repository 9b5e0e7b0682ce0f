import { resolve } from 'node:path'
import { runMain, root, say, seconds } from './ground.mjs'
import { makeReady } from './ready.mjs'
import { loadTool } from './tool.mjs'

/**
 * `npm run screens [-- --out DIR] [--only NAME,…] [--look light-1024x768,…] [--language TAG] [--json]`: pictures of the main screens of the demo practice, light and
 * dark, desk and touch size, and what axe has to say about each.
 */
await runMain(async () => {
  const startedAt = Date.now()
  const given = process.argv.slice(2)
  const after = flag => (given.includes(flag) ? given[given.indexOf(flag) + 1] : undefined)
  const folder = resolve(after('--out') ?? `${root}/.data/screens`)
  await makeReady()
  const { takeScreens } = await loadTool('e2e/screens.ts')
  const { pictures, violations, troubles } = await takeScreens({ folder, only: after('--only')?.split(','), looks: after('--look')?.split(','), language: after('--language') })
  for (const one of violations) say(`axe: ${one.picture}: ${one.rule} (${one.impact}): ${one.help}\n       ${one.targets.join('\n       ')}`)
  for (const one of troubles) say(`not reached: ${one}`)
  say(`outpost: ${pictures.length} pictures in ${folder}, ${violations.length} violations of WCAG 2.2 A/AA, ${troubles.length} screens not reached, ${seconds(startedAt)}`)
  if (given.includes('--json')) process.stdout.write(`${JSON.stringify({ folder, pictures, violations, troubles })}\n`)
  return violations.length || troubles.length ? 1 : 0
})
