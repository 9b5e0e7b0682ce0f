import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { out, root, run, say, seconds } from './ground.mjs'

/**
 * What a stage of checking found. `notes` are printed under the stage's line.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, notes: string[] }} Tally
 */

/** @returns {Tally} */
export const nothingRun = () => ({ passed: 0, failed: 0, skipped: 0, notes: [] })

/**
 * Runs one stage and says what came of it. A stage that breaks counts as one failure and does not stop the next ones.
 *
 * @param {string} name
 * @param {() => Promise<Tally>} stage
 * @returns {Promise<Tally>}
 */
export async function runStage(name, stage) {
  const startedAt = Date.now()
  say(`\n== ${name} ...`)
  let tally
  try {
    tally = await stage()
  } catch (error) {
    tally = { ...nothingRun(), failed: 1, notes: [error instanceof Error ? error.message : String(error)] }
  }
  for (const note of tally.notes) say(`   ${note}`)
  say(`== ${name}: ${sumLine(tally)} in ${seconds(startedAt)}`)
  return tally
}

/** @param {Tally[]} tallies */
export function addUp(tallies) {
  return tallies.reduce((sum, one) => ({
    passed: sum.passed + one.passed, failed: sum.failed + one.failed, skipped: sum.skipped + one.skipped, notes: [],
  }), nothingRun())
}

/** @param {Tally} tally */
export function sumLine(tally) {
  return `${tally.passed} passed, ${tally.failed} failed${tally.skipped ? `, ${tally.skipped} skipped` : ''}`
}

async function counts(command, args) {
  const result = await run(command, args, { show: true })
  return { ...nothingRun(), passed: result.status === 0 ? 1 : 0, failed: result.status === 0 ? 0 : 1 }
}

const bin = (name, file) => join(root, 'node_modules', name, file)

/** TypeScript strict: the whole project; shared/ without Node and DOM types; the build's own scripts. */
export async function checkTypes() {
  const tallies = []
  for (const project of ['tsconfig.json', 'tsconfig.shared.json', 'tsconfig.build.json']) {
    const tally = await counts(process.execPath, [bin('typescript', 'bin/tsc'), '-p', project])
    if (tally.failed) tally.notes.push(`types do not hold in ${project}`)
    tallies.push(tally)
  }
  return { ...addUp(tallies), notes: tallies.flatMap(tally => tally.notes) }
}

/** oxlint with the import table. */
export function checkLint() {
  return counts(process.execPath, [bin('oxlint', 'bin/oxlint')])
}

/**
 * Runs vitest projects and counts from its own report.
 *
 * @param {{ projects: string[], filters?: string[], node?: string, label: string, env?: NodeJS.ProcessEnv, extra?: string[] }} what
 * @returns {Promise<Tally>}
 */
export async function runTests(what) {
  mkdirSync(join(out, 'reports'), { recursive: true })
  const report = join(out, 'reports', `${what.label}.json`)
  rmSync(report, { force: true })
  const args = [
    bin('vitest', 'vitest.mjs'), 'run', ...(what.filters ?? []), ...what.projects.flatMap(project => ['--project', project]),
    '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests', ...(what.extra ?? []),
  ]
  const env = { ...process.env, VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true', NO_COLOR: '1', ...what.env }
  const result = await run(what.node ?? process.execPath, args, { env, show: true })
  if (!existsSync(report)) return { ...nothingRun(), failed: 1, notes: [`vitest ended with status ${result.status} and no report`] }
  return readReport(JSON.parse(readFileSync(report, 'utf8')), result.status)
}

/**
 * Counts a report of vitest's. A file that could not even be loaded has no tests in the report, and an error outside
 * any test has no place there at all: both count as failures.
 *
 * @returns {Tally}
 */
export function readReport(report, status) {
  const tally = {
    ...nothingRun(),
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
  for (const file of report.testResults) {
    const name = String(file.name).replace(`${root}/`, '')
    if (file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed')) {
      tally.failed += 1
      tally.notes.push(`${name} could not be run: ${String(file.message ?? '').split('\n')[0]}`)
    }
    for (const test of file.assertionResults) {
      if (test.status === 'failed') tally.notes.push(`failed: ${name}: ${test.fullName}`)
      else if (test.failureMessages?.length) tally.notes.push(`passed at the second try only: ${name}: ${test.fullName}`)
    }
  }
  if (status !== 0 && tally.failed === 0) {
    tally.failed = 1
    tally.notes.push('an error happened outside the tests (above)')
  }
  return tally
}
