import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { BuildProblem, isCommand, out, root, runMain, say, seconds } from './ground.mjs'
import { jpegLevelShift } from './jpegLevelShift.mjs'

/**
 * Everything that is bundled for Node and Electron: source to bundle. One row per process, worker thread or preload
 * script. Paths are relative to the project folder.
 */
export const entries = [
  { from: 'main/app/index.ts', to: 'out/main/app.cjs' },
  // What it imports when it is needed becomes a file of its own: the sign-in screen waits for the rest only.
  { from: 'main/host/index.ts', to: 'out/main/practice-host.cjs', inChunks: true },
  { from: 'main/device-host/index.ts', to: 'out/main/device-host.cjs' },
  { from: 'main/dicom-host/index.ts', to: 'out/main/dicom-host.cjs' },
  { from: 'main/imaging/worker.ts', to: 'out/main/dicom-worker.cjs' },
  { from: 'hub/index.ts', to: 'out/main/hub.cjs' },
  { from: 'cli/index.ts', to: 'out/main/cli.cjs' },
  { from: 'preload/index.ts', to: 'out/preload/index.cjs' },
]

/** Left out of every bundle: Electron itself, and what loads a native binding from its own folder. */
export const external = ['electron', 'libsql', 'serialport', '@serialport/*', '@libsql/*', '*.node']

const stampFile = join(out, '.inputs')
const inputs = ['main', 'preload', 'renderer', 'shared', 'cli', 'hub', 'server', 'resources', 'build', 'tsconfig.json', 'package-lock.json']

/**
 * Builds the hosts (esbuild) and the window (vite) into `out/`, unless nothing they are made from has changed.
 *
 * @param {{ quiet?: boolean }} [options]
 * @returns {Promise<boolean>} whether anything had to be built.
 */
export async function ensureBuilt(options = {}) {
  const fingerprint = inputsFingerprint()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint) return false
  const startedAt = Date.now()
  if (!options.quiet) say('outpost: building ...')
  rmSync(stampFile, { force: true })
  mkdirSync(out, { recursive: true })
  // One that fails does not keep the others from being built: their messages are wanted too.
  const results = await Promise.allSettled([...entries.map(bundleHost), bundleRenderer()])
  for (const result of results) if (result.status === 'rejected') throw result.reason
  // Data that the practice host reads when it is asked for; see main/codes.
  cpSync(join(root, 'resources/code-sets'), join(out, 'main/code-sets'), { recursive: true })
  writeFileSync(stampFile, fingerprint)
  if (!options.quiet) say(`outpost: built in ${seconds(startedAt)}`)
  return true
}

/** A hash over names, sizes and contents of all inputs; tests are no inputs. */
export function inputsFingerprint() {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesUnder(input)) {
      hash.update(`${file}\0`)
      hash.update(readFileSync(join(root, file)))
    }
  }
  return hash.digest('hex')
}

/** @returns {string[]} */
function filesUnder(path) {
  const full = join(root, path)
  if (!existsSync(full)) return []
  if (!statSync(full).isDirectory()) return [path]
  return readdirSync(full, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) return entry.name === 'captures' ? [] : filesUnder(inner)
      return /\.test\.tsx?$/.test(entry.name) ? [] : [inner]
    })
}

/** zod brings its messages in fifty languages along; problems are worded in resources/locales, so English is enough. */
const withoutZodLocales = {
  name: 'without-zod-locales',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer, resolveDir }) =>
      (/[\\/]zod[\\/]/.test(importer) ? { path: join(resolveDir, '..', 'locales', 'en.js'), namespace: 'zod-locales' } : undefined))
    build.onLoad({ filter: /.*/, namespace: 'zod-locales' }, ({ path }) => ({
      contents: `export { default as en } from ${JSON.stringify(path)}`,
      resolveDir: root,
    }))
  },
}

/** These offer Node their CommonJS builds, of which nothing can be left out: their ES modules are taken instead. */
const esModules = [
  { filter: /^mingo(\/.*)?$/, folder: 'mingo/esm' },
  { filter: /^rxjs(\/operators)?$/, folder: 'rxjs/dist/esm' },
]
const withEsModules = {
  name: 'with-es-modules',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    for (const { filter, folder } of esModules) {
      build.onResolve({ filter }, ({ path }) => {
        const at = join(root, 'node_modules', folder, ...path.split('/').slice(1))
        return { path: existsSync(`${at}.js`) ? `${at}.js` : join(at, 'index.js'), sideEffects: false }
      })
    }
  },
}

/** @typedef {{ from: string, to: string, inChunks?: boolean }} Entry */

/**
 * What all bundles for Node and Electron have in common.
 *
 * @type {import('esbuild').BuildOptions}
 */
const forNode = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node18',
  // Names stay as they are: what a crash leaves behind can be read, and classes keep the names that are compared.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [withoutZodLocales, withEsModules],
  sourcesContent: false,
  external,
  // RxDB and its relatives publish separate builds; the ES ones can be shaken.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  legalComments: 'none',
}

/** @param {Entry} entry */
async function bundleHost(entry) {
  const { build } = await import('esbuild')
  try {
    if (entry.inChunks) await bundleInChunks(entry)
    else await build({ ...forNode, entryPoints: [entry.from], outfile: entry.to, format: 'cjs', sourcemap: 'linked' })
  } catch {
    throw new BuildProblem(`${entry.from} could not be bundled (messages above).`)
  }
}

/**
 * esbuild splits ES modules only, and the oldest Electron starts a process from CommonJS only: so each chunk is put into the other form
 * once it is made.
 *
 * @param {Entry} entry
 */
async function bundleInChunks({ from, to }) {
  const { build, transform } = await import('esbuild')
  const [folder, name] = [join(root, dirname(to)), basename(to, '.cjs')]
  const made = await build({
    ...forNode,
    entryPoints: { [name]: from },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    chunkNames: `${name}-[hash]`,
    format: 'esm',
    splitting: true,
    sourcemap: 'inline',
    write: false,
  })
  const chunks = await Promise.all((made.outputFiles ?? []).map(async ({ path, text }) => {
    const options = { format: 'cjs', platform: 'node', target: 'node18', minifyWhitespace: true, sourcemap: 'external', sourcesContent: false, sourcefile: basename(path), supported: { 'dynamic-import': false } }
    return { path, ...await transform(text, /** @type {import('esbuild').TransformOptions} */ (options)) }
  }))
  mkdirSync(folder, { recursive: true })
  for (const former of readdirSync(folder)) if (former.startsWith(`${name}-`)) rmSync(join(folder, former))
  for (const { path, code, map } of chunks) {
    writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`)
    writeFileSync(`${path}.map`, map)
  }
}

async function bundleRenderer() {
  // Built beside and then swapped in: a build that fails leaves the last good window in place.
  const fresh = join(out, `renderer-${process.pid}`)
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')])
  const environment = process.env.NODE_ENV
  try {
    await build({
      configFile: false,
      root: join(root, 'renderer'),
      base: './',
      publicDir: false,
      logLevel: 'warn',
      plugins: [react(), jpegLevelShift()],
      worker: { format: 'es', plugins: () => [jpegLevelShift()] },
      build: {
        target: 'chrome114',
        outDir: fresh,
        emptyOutDir: true,
        sourcemap: true,
        modulePreload: { polyfill: false },
        // Nothing inline: the content policy allows scripts from app:// only.
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 4_000,
        reportCompressedSize: false,
        rolldownOptions: {
          // A language is read whole or not at all: one file each, not one for every area.
          output: { codeSplitting: { groups: [{ debugName: 'words', test: /resources[\\/]locales[\\/]/, name: path => `words-${/locales[\\/](\w+)/.exec(path)?.[1]}` }] } },
          onLog(level, log, handler) {
            // Advice for those who write plugins; and decoders written for both Node and browsers, which ask for Node's
            // modules behind a check at run time.
            if (log.code === 'PLUGIN_TIMINGS' || /has been externalized for browser compatibility/.test(log.message ?? '')) return
            handler(level, log)
          },
        },
      },
    })
    rmSync(join(out, 'renderer'), { recursive: true, force: true })
    renameSync(fresh, join(out, 'renderer'))
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw new BuildProblem(`the window could not be bundled: ${error instanceof Error ? error.message : error}`)
  } finally {
    // Vite declares the whole process a production one; what is started from here (tests, the application) is not.
    if (environment === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = environment
  }
}

if (isCommand(import.meta.url)) {
  await runMain(async () => {
    if (!await ensureBuilt()) say('outpost: nothing to build, out/ is up to date')
  })
}
