import { ensureDependencies } from './bootstrap.mjs'
import { BuildProblem } from './ground.mjs'

/**
 * Brings a checkout to the point where the application can run: dependencies, Electron, system libraries, bundles.
 *
 * @returns {Promise<{ electron: { path: string, source: string }, headless: boolean }>}
 */
export async function makeReady() {
  await ensureDependencies()
  const [{ resolveElectron }, { ensureSystem }, { hasDisplay }, { ensureBuilt }] = await Promise.all([
    import('./electron.mjs'), import('./system.mjs'), import('./display.mjs'), import('./bundle.mjs'),
  ])
  const headless = !hasDisplay()
  // Bundling and fetching a runtime wait for different things.
  const [electron] = await Promise.all([resolveElectron(), ensureBuilt()])
  if (!await ensureSystem({ electron: electron.path, headless })) {
    throw new BuildProblem('the system packages named above are needed first.')
  }
  return { electron, headless }
}
