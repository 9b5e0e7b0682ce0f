import { ensureDependencies } from './bootstrap.mjs'
import { BuildProblem, runMain, say, seconds } from './ground.mjs'
import { addUp, checkLint, checkTypes, nothingRun, runStage, runTests, sumLine } from './stages.mjs'

/** What lives on Node's own: disk, native modules, sockets, processes, workers. Rules without any of them are the same on every Node. */
const nodesOwn = ['replica', 'sync', 'sealed', 'blobs', 'backup', 'stick', 'devices', 'device-host', 'dicom-host', 'imaging', 'http', 'lan', 'host'].map(area => `main/${area}/`).concat('hub/')

/**
 * `npm test [-- --only types,lint,unit,node24,e2e]`: everything, from a fresh clone. The last line is the sum over all
 * stages; a failing stage does not hide the later ones.
 */
await runMain(async () => {
  const startedAt = Date.now()
  const asked = process.argv.indexOf('--only')
  const only = asked > 0 ? (process.argv[asked + 1] ?? '').split(',') : null
  const wants = stage => !only || only.includes(stage)
  const tallies = []
  const stage = async (key, name, work) => {
    if (wants(key)) tallies.push(await runStage(name, work))
  }

  await ensureDependencies()
  const { makeReady } = await import('./ready.mjs')
  let notReady = ''
  if (wants('unit') || wants('e2e') || wants('node24')) {
    // Unit tests use pseudo-terminals, so the system packages come before them.
    await makeReady().catch(error => { notReady = error.message; say(`outpost: ${error.message}`) })
  }

  await stage('types', 'types', checkTypes)
  await stage('lint', 'lint and import table', checkLint)
  await stage('unit', `unit and screen tests on Node ${process.versions.node}`, () => runTests({ projects: ['unit', 'renderer'], label: 'unit' }))
  await stage('node24', 'tests of disk, network and devices on Node 24, the Node of the declared Electron', testOnNode24)
  await stage('e2e', 'journeys through the real application', () => {
    if (notReady) throw new BuildProblem(`the application cannot run here: ${notReady}`)
    return runTests({ projects: ['e2e'], label: 'e2e', extra: ['--no-file-parallelism'] })
  })

  const total = addUp(tallies)
  say(`\noutpost: all stages done in ${seconds(startedAt)}`)
  process.stdout.write(`${sumLine(total)}\n`)
  return total.failed ? 1 : 0
})

async function testOnNode24() {
  const { resolveNode24 } = await import('./node24.mjs')
  const node = await resolveNode24()
  if (!node) return { ...nothingRun(), notes: ['no Node 24 is fetched for this platform; the tests above ran on this machine\'s own Node'] }
  return runTests({ projects: ['unit'], filters: nodesOwn, node, label: 'node24' })
}
