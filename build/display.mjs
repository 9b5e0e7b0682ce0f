import { spawn } from 'node:child_process'
import { BuildProblem } from './ground.mjs'
import { hasProgram } from './system.mjs'

/** Whether windows can be shown: a screen is attached, or the platform always has one. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/**
 * Starts a virtual display of its own on a free number.
 *
 * @param {{ width: number, height: number }} [size] pixels; large enough for every window size the tests use.
 * @returns {Promise<{ name: string, close: () => void }>} `name` is the value for `DISPLAY`.
 */
export function startDisplay(size = { width: 1600, height: 1000 }) {
  if (!hasProgram('Xvfb')) throw new BuildProblem('there is no display and no Xvfb to stand in for one.')
  return new Promise((started, failed) => {
    // Xvfb picks the first free number itself and writes it to the file descriptor: no two starts can collide.
    const server = /** @type {import('node:child_process').ChildProcess & { stderr: import('node:net').Socket }} */ (spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size.width}x${size.height}x24`, '-nolisten', 'tcp', '-noreset', '-ac', '-dpi', '96'],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] }))
    let complaint = ''
    server.stderr.on('data', chunk => { complaint = (complaint + chunk).slice(-2_000) })
    const close = () => { server.kill('SIGTERM') }
    const giveUp = setTimeout(() => { close(); failed(new BuildProblem(`the virtual display did not start. ${complaint}`)) }, 20_000)
    server.on('error', error => { clearTimeout(giveUp); failed(new BuildProblem(`the virtual display did not start: ${error.message}`)) })
    server.on('exit', () => { clearTimeout(giveUp); failed(new BuildProblem(`the virtual display ended at once. ${complaint}`)) })
    const numberPipe = /** @type {import('node:net').Socket} */ (server.stdio[3])
    let number = ''
    numberPipe.on('data', chunk => {
      number += chunk
      if (!number.endsWith('\n')) return
      clearTimeout(giveUp)
      process.once('exit', close)
      server.unref()
      server.stderr.unref()
      numberPipe.destroy()
      started({ name: `:${number.trim()}`, close })
    })
  })
}
