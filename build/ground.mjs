import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The project folder: the one that holds package.json. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** Where bundles and build stamps go. */
export const out = join(root, 'out')

/** Runtimes fetched on demand live here, outside the project: `OUTPOST_CACHE`, or `~/.cache/outpost`. */
export const cacheFolder = resolve(process.env.OUTPOST_CACHE || join(homedir(), '.cache', 'outpost'))

/** Whether this process may install system packages. */
export const isRoot = process.getuid?.() === 0

/** A progress line, on standard error: standard output belongs to what the command was asked for. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Seconds since `startedAt` (milliseconds), as people read them. */
export function seconds(startedAt) {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`
}

/** A user's own npm settings make npm 11 warn on every call; the warning says nothing about this project. */
const isNoise = line => /^npm warn (Unknown (user|env|project) config|.*This will stop working in the next major version)/.test(line)

/**
 * Runs a command and resolves with its exit status and what it wrote.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, show?: boolean, onLine?: (line: string) => void }} [options]
 *   `show` passes each line on to standard error; `timeoutMs` ends the command and reports `timedOut`.
 * @returns {Promise<{ status: number, stdout: string, stderr: string, timedOut: boolean }>}
 */
export function run(command, args, options = {}) {
  return new Promise(done => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    })
    const text = { stdout: '', stderr: '' }
    let timedOut = false
    const timer = options.timeoutMs && setTimeout(() => { timedOut = true; child.kill('SIGKILL') }, options.timeoutMs)
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      createInterface({ input: child[stream] }).on('line', line => {
        if (isNoise(line)) return
        text[stream] += `${line}\n`
        options.onLine?.(line)
        if (options.show) say(line)
      })
    }
    const finish = status => {
      clearTimeout(timer)
      done({ status, ...text, timedOut })
    }
    child.on('error', error => { text.stderr += `${error.message}\n`; finish(127) })
    child.on('close', (code, signal) => finish(code ?? (signal ? 128 : 1)))
  })
}

/** Whether the module with this `import.meta.url` is the command that was started, and not one that it imports. */
export function isCommand(moduleUrl) {
  return process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(moduleUrl)
}

/** An expected failure of the tool chain: its message alone is shown, without a stack. */
export class BuildProblem extends Error {}

/** Runs a command's main function; turns its failure into one readable line and a non-zero exit status. */
export async function runMain(main) {
  try {
    const status = await main()
    if (typeof status === 'number') process.exitCode = status
  } catch (error) {
    say(error instanceof BuildProblem ? `outpost: ${error.message}` : (error instanceof Error ? error.stack : String(error)))
    process.exitCode = 1
  }
}
