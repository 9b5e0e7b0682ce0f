import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { resolveElectron } from '../../build/electron.mjs'
import { isRoot, root, say } from '../../build/ground.mjs'
import { displayName } from '../harness/display'
import { scratchFolder } from '../harness/folders'
import { launch } from '../harness/launch'
import { processTree, treeMemoryMb } from './processTree'

const rounds = 7

interface Measured {
  paintedMs: number
  memoryMb: number
}

/** Starts an application folder and measures from spawn until it says that the screen is painted. */
const measure = async (electron: string, application: string, data: string, screen: string): Promise<Measured> => {
  const display = await displayName()
  const startedAt = performance.now()
  const child = spawn(electron, [...(isRoot ? ['--no-sandbox'] : []), application, '--data', data], {
    env: { ...process.env, ...(display ? { DISPLAY: display } : {}), OUTPOST_TRACE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  let heard = ''
  try {
    const paintedMs = await new Promise<number>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`"${screen}" was not painted within 60 s; heard: ${heard}`)), 60_000)
      child.once('exit', () => failed(new Error(`the application ended before "${screen}" was painted; heard: ${heard}`)))
      child.stdout.on('data', (chunk: Buffer) => {
        heard += chunk.toString('utf8')
        if (!heard.split('\n').includes(`outpost:painted ${screen}`)) return
        clearTimeout(timer)
        done(performance.now() - startedAt)
      })
    })
    // Memory is taken at rest: what start-up itself needed has been given back by then.
    await wait(1_500)
    return { paintedMs, memoryMb: treeMemoryMb(child.pid ?? 0) }
  } finally {
    const tree = processTree(child.pid ?? 0)
    child.kill('SIGTERM')
    await Promise.race([ended, wait(4_000)])
    for (const pid of tree) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Gone already, as it should be.
      }
    }
  }
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Makes a practice, so that the measured starts reach the sign-in screen as on any working day. */
const preparePractice = async (data: string) => {
  const running = await launch({ data, demo: true })
  try {
    await running.painted('sign-in', 120_000)
  } finally {
    await running.close()
  }
}

/** Spawn to sign-in screen, against an empty window in the same run; the two alternate. */
export default async () => {
  const electron = await resolveElectron()
  const [practice, empty] = [scratchFolder('bench-start'), scratchFolder('bench-empty')]
  try {
    say('bench start: making a practice ...')
    await preparePractice(practice.path)
    const ours: Measured[] = []
    const theirs: Measured[] = []
    for (let round = 0; round < rounds; round++) {
      theirs.push(await measure(electron.path, join(root, 'e2e/bench/empty-window'), empty.path, 'empty'))
      ours.push(await measure(electron.path, root, practice.path, 'sign-in'))
      say(`bench start: ${round + 1} of ${rounds}: sign-in ${ours.at(-1)?.paintedMs.toFixed(0)} ms, empty window ${theirs.at(-1)?.paintedMs.toFixed(0)} ms`)
    }
    const figures = {
      sign_in_ms: Math.round(median(ours.map((one) => one.paintedMs))),
      empty_window_ms: Math.round(median(theirs.map((one) => one.paintedMs))),
      rss_mb: median(ours.map((one) => one.memoryMb)),
      rss_empty_mb: median(theirs.map((one) => one.memoryMb)),
    }
    const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100
    return {
      figures,
      ratios: {
        sign_in_vs_empty_window: ratio(figures.sign_in_ms, figures.empty_window_ms),
        rss_vs_empty_window: ratio(figures.rss_mb, figures.rss_empty_mb),
      },
    }
  } finally {
    practice.remove()
    empty.remove()
  }
}
