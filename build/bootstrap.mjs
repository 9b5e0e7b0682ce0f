import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildProblem, isCommand, root, run, runMain, say, seconds } from './ground.mjs'

const stampFile = join(root, 'node_modules', '.outpost-lock')

function lockFingerprint() {
  return createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}

/** Native addons are fetched per platform, so dependencies installed elsewhere do not count. */
function wanted() {
  return `${lockFingerprint()} ${process.platform}-${process.arch}`
}

function installedByHand() {
  // npm writes this file at the end of a complete install; newer than the lock means it was made from it.
  const hidden = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(([path, entry]) =>
    path === '' || entry.optional || installed[path]?.version === entry.version)
}

/**
 * Installs the dependencies from the lock file when they are missing or the lock has changed. No install script of any
 * package runs. Uses Node built-ins only, so that it works on a fresh clone.
 */
export async function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new BuildProblem(`Node 20.19 or newer is needed to build; this is ${process.version}.`)
  }
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted()) return
  if (!installedByHand()) {
    const startedAt = Date.now()
    say('outpost: installing dependencies from the lock file (about 20 s) ...')
    const ticker = setInterval(() => say(`outpost:   still installing, ${seconds(startedAt)}`), 15_000)
    const result = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
    clearInterval(ticker)
    if (result.status !== 0) throw new BuildProblem(`the dependencies could not be installed.\n${result.stderr.trim()}`)
    say(`outpost: dependencies installed in ${seconds(startedAt)}`)
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stampFile, wanted())
}

if (isCommand(import.meta.url)) await runMain(ensureDependencies)
