import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { out, root } from './ground.mjs'

/**
 * Loads a TypeScript file of this project as a module of this process: bundled first, since Node 20 reads no TypeScript.
 *
 * @param {string} source path in the project.
 * @returns {Promise<any>} its exports.
 */
export async function loadTool(source) {
  const { build } = await import('esbuild')
  const outfile = join(out, 'tools', source.replace(/[/\\]/g, '-').replace(/\.ts$/, '.mjs'))
  mkdirSync(join(out, 'tools'), { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // The build's own modules find the project from where they lie, so they stay where they are.
    external: [`${root}/build/*`],
    // A module has none; what loads a native library at run time looks for it from here.
    define: { __filename: JSON.stringify(outfile), __dirname: JSON.stringify(dirname(outfile)) },
    sourcemap: 'inline',
    logLevel: 'warning',
  })
  if (!existsSync(outfile)) throw new Error(`${source} was not bundled`)
  return import(pathToFileURL(outfile).href)
}
