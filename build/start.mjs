import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { startDisplay } from './display.mjs'
import { isRoot, root, runMain, say, seconds } from './ground.mjs'
import { makeReady } from './ready.mjs'

const headlessLimitMs = 180_000

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
  mkdirSync(resolve(screenshot, '..'), { recursive: true })
  say(`outpost: there is no display here; running under a virtual one (${display.name}).`)
  say(`outpost: a screenshot of the window will be saved as ${relative(process.cwd(), screenshot)}`)
  const extra = [...(asked ? [] : ['--screenshot', screenshot]), ...(demo && !given.includes('--demo-tour') ? ['--demo-tour'] : [])]
  const launchedAt = Date.now()
  const app = spawn(electron.path, [...args, ...extra], { stdio: ['ignore', 'inherit', 'pipe'], env: { ...env, DISPLAY: display.name, OUTPOST_SCREENSHOT: screenshot } })
  app.stderr.on('data', chunk => { if (!isChromiumChatter(String(chunk))) process.stderr.write(chunk) })
  const limit = setTimeout(() => { say(`outpost: no settled window after ${headlessLimitMs / 1000} s; giving up.`); app.kill() }, headlessLimitMs)
  const status = await wait(app)
  clearTimeout(limit)
  display.close()
  if (status === 0 && existsSync(screenshot)) {
    say(`outpost: screenshot saved: ${relative(process.cwd(), screenshot)} (window after ${seconds(launchedAt)}, everything ${seconds(startedAt)})`)
  } else say(`outpost: the application ended with status ${status}${existsSync(screenshot) ? '' : ' and no screenshot'}`)
  return status || (existsSync(screenshot) ? 0 : 1)
}

/** Without a desktop session Chromium reports the missing D-Bus and GPU on every start. */
function isChromiumChatter(text) {
  return text.split('\n').every(line => !line || /ERROR:(bus|object_proxy|gpu_|viz_|command_buffer|gl_|angle_|egl_|direct_rendering|vaapi)/.test(line) || /dbus|libva|GLX/.test(line))
}

function wait(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
  return new Promise(done => {
    child.on('error', error => { say(`outpost: Electron could not be started: ${error.message}`); done(1) })
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
  })
}

await runMain(start)
