import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { examine, type Examined } from './examine'

/** Examines files, one at a time, away from the thread that serves requests where that is possible. */
export interface Examiner {
  examine(path: string): Promise<Examined>
  close(): Promise<void>
}

/** Examines in this thread: for tests, and where worker threads cannot be started. */
export const ownThread: Examiner = { examine, close: () => Promise.resolve() }

/** What the worker is asked and answers. */
export interface WorkerAsk {
  readonly call: number
  readonly path: string
}
export interface WorkerAnswer {
  readonly call: number
  readonly examined: Examined
}

/** A file that takes longer than this is given up: a minute, and the time its bytes take from a slow disc. */
const patienceMs = (bytes: number): number => 60_000 + bytes / 100

/**
 * Examines in a worker thread. A file over which the thread dies or does not come back is `unreadable`, and the
 * thread is started anew for the next one; when it cannot be started at all, this thread does the work.
 *
 * @param entry path of the bundled `worker.ts`
 */
export const workerThread = (entry: string): Examiner => {
  let worker: Worker | undefined
  let startable = existsSync(entry)
  let call = 0
  const stop = async (): Promise<void> => {
    const stopping = worker
    worker = undefined
    await stopping?.terminate()
  }
  /** A thread may also die while it is asked nothing: it is forgotten then, and nothing else happens. */
  const start = (): Worker => {
    const thread = new Worker(entry)
    const forget = (): void => {
      if (worker === thread) worker = undefined
    }
    return thread.on('error', forget).on('exit', forget)
  }
  const ask = (thread: Worker, path: string, limitMs: number): Promise<Examined | 'died'> =>
    new Promise((resolve) => {
      const number = ++call
      const finish = (examined: Examined | 'died'): void => {
        clearTimeout(timer)
        thread.off('message', hear).off('error', die).off('exit', die)
        resolve(examined)
      }
      const hear = (answer: WorkerAnswer): void => {
        if (answer.call === number) finish(answer.examined)
      }
      const die = (): void => finish('died')
      const timer = setTimeout(die, limitMs)
      thread.on('message', hear).on('error', die).on('exit', die)
      thread.postMessage({ call: number, path } satisfies WorkerAsk)
    })
  const one = async (path: string): Promise<Examined> => {
    if (!startable) return examine(path)
    const bytes = await stat(path).then(({ size }) => size, () => 0)
    const fresh = worker === undefined
    worker ??= start()
    const answer = await ask(worker, path, patienceMs(bytes))
    if (answer !== 'died') return answer
    await stop()
    // One that had worked before may have died of an earlier file: this one gets a fresh thread.
    if (!fresh) return one(path)
    // A thread that dies over its very first file may be one that cannot run here: a known file tells.
    if (fresh && (await probe(entry)) === 'died') {
      startable = false
      return examine(path)
    }
    return { kind: 'left-out', reason: 'unreadable' }
  }
  // One after the other, so that a thread that dies takes only the file with it over which it died.
  let last: Promise<unknown> = Promise.resolve()
  return {
    examine(path) {
      const next = last.then(() => one(path))
      last = next
      return next
    },
    close: stop,
  }
  async function probe(path: string): Promise<Examined | 'died'> {
    const thread = start()
    try {
      return await ask(thread, path, 10_000)
    } finally {
      await thread.terminate()
    }
  }
}
