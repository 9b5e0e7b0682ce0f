import { ensureDependencies } from './bootstrap.mjs'
import { runMain } from './ground.mjs'
import { addUp, checkLint, checkTypes, runStage, runTests, sumLine } from './stages.mjs'

/** `npm run check`: types, lint and the fast tests; no window, no second Node. */
await runMain(async () => {
  await ensureDependencies()
  const total = addUp([
    await runStage('types', checkTypes),
    await runStage('lint', checkLint),
    await runStage('tests', () => runTests({ projects: ['unit', 'renderer'], label: 'check' })),
  ])
  process.stdout.write(`${sumLine(total)}\n`)
  return total.failed ? 1 : 0
})
