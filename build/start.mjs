import { spawn } from 'node:child_process'
import { join, relative, resolve } from 'node:path'
import { startDisplay } from './display.mjs'
import { photograph } from './headless.mjs'
import { isRoot, root, runMain, say, seconds } from './ground.mjs'
import { makeReady } from './ready.mjs'

/**
 * `npm start [-- --demo] [--data DIR] [--screenshot FILE]`: sets up what is missing and starts the application. Without
 * a display it runs under a virtual one, saves a screenshot of the settled window and ends; with `--demo` that window
 * shows a chart.
 */
async function start() {
  const startedAt = Date.now()
  const given = process.argv.slice(2)
  const { electron, headless } = await makeReady()
  const env = { ...process.env }
  delete env.ELECTRON_RUN_AS_NODE
  const args = [...(isRoot && process.platform === 'linux' ? ['--no-sandbox'] : []), root, ...given]
  if (!headless) {
    say(`outpost: starting (ready after ${seconds(startedAt)})`)
    return wait(spawn(electron.path, args, { stdio: 'inherit', env }))
  }

  const display = await startDisplay()
  const demo = given.includes('--demo')
  const asked = given.includes('--screenshot') ? resolve(given[given.indexOf('--screenshot') + 1] ?? '') : null
  const screenshot = asked ?? join(root, '.data', demo ? 'demo-chart.png' : 'first-window.png')
  say(`outpost: there is no display here; running under a virtual one (${display.name}).`)
  say(`outpost: a screenshot of the window will be saved as ${relative(process.cwd(), screenshot)}`)
  const launchedAt = Date.now()
  try {
    const shown = await photograph({ electron: electron.path, args, env: { ...env, DISPLAY: display.name }, screenshot, demo })
    say(`outpost: screenshot saved: ${relative(process.cwd(), screenshot)} (${shown}; ${seconds(launchedAt)} after the start of the application, ${seconds(startedAt)} in all)`)
    return 0
  } finally {
    display.close()
  }
}

function wait(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
  return new Promise(done => {
    child.on('error', error => { say(`outpost: Electron could not be started: ${error.message}`); done(1) })
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
  })
}

await runMain(start)
