import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { ArchiveProblem } from '../archive/archive'
import { openDesk, type ArchivePlace } from './desk'
import type { Examined, Glanced } from './examine'
import type { FileAsk } from './source'
import type { ZipListing, ZipProblem } from './zip'

/** Examines files and puts them into the archive, several at once, away from the thread that serves requests where that is possible. */
export interface Examiner {
  examine(ask: FileAsk): Promise<Examined>
  /** Looks only at its beginning. */
  glance(ask: FileAsk): Promise<Glanced>
  /** What is in a zip archive, or why it cannot be taken. */
  list(zip: string): Promise<ZipListing | ZipProblem['reason']>
  /**
   * Seals a file into the archive; resolves when it is on disk. Throws `ArchiveProblem` `changed` when it is not what
   * was examined, and the error of whatever could not be read or written.
   */
  store(ask: FileAsk, sha256: string, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Works in this thread: for tests, and where worker threads cannot be started. */
export const ownThread = (archive: ArchivePlace): Examiner => {
  const desk = openDesk(archive)
  return { ...desk, store: (ask, sha256, signal) => (signal?.aborted ? Promise.reject(aborted()) : desk.store(ask, sha256)), close: () => Promise.resolve() }
}

type WorkerWork =
  | { readonly what: 'examine' | 'glance'; readonly file: FileAsk }
  | { readonly what: 'store'; readonly file: FileAsk; readonly sha256: string }
  | { readonly what: 'list'; readonly path: string }

/** What the worker is asked. */
export type WorkerAsk = { readonly call: number } & WorkerWork

/** What it answers: errors as their kind and code, which is all that survives between threads. */
export interface WorkerAnswer {
  readonly call: number
  readonly examined?: Examined
  readonly glanced?: Glanced
  readonly listed?: ZipListing | ZipProblem['reason']
  readonly problem?: { readonly kind?: ArchiveProblem['kind']; readonly code?: string }
}

/** A file that takes longer than this is given up: a minute, and the time its bytes take from a slow disc. */
const patienceMs = (bytes: number): number => 60_000 + bytes / 100

const aborted = (): Error => Object.assign(new Error('aborted'), { code: 'ABORT_ERR' })

const sizeOf = async (work: WorkerWork): Promise<number> => {
  if (work.what === 'list') return sizeOnDisk(work.path)
  return 'bytes' in work.file ? work.file.bytes.length : sizeOnDisk('path' in work.file ? work.file.path : work.file.zip)
}

const sizeOnDisk = (path: string): Promise<number> => stat(path).then(({ size }) => size, () => 0)

/**
 * Works in a worker thread. A file over which the thread dies or does not come back is `unreadable`, and the thread is
 * started anew for the others; when it cannot be started at all, this thread does the work.
 *
 * @param entry path of the bundled `worker.ts`
 */
export const workerThread = (entry: string, archive: ArchivePlace): Examiner => {
  const here = openDesk(archive)
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
    const thread = new Worker(entry, { workerData: archive })
    const forget = (): void => {
      if (worker === thread) worker = undefined
    }
    return thread.setMaxListeners(0).on('error', forget).on('exit', forget)
  }
  const ask = (thread: Worker, work: WorkerWork, limitMs: number): Promise<WorkerAnswer | 'died'> =>
    new Promise((resolve) => {
      const number = ++call
      const finish = (answer: WorkerAnswer | 'died'): void => {
        clearTimeout(timer)
        thread.off('message', hear).off('error', die).off('exit', die)
        resolve(answer)
      }
      const hear = (answer: WorkerAnswer): void => {
        if (answer.call === number) finish(answer)
      }
      const die = (): void => finish('died')
      const timer = setTimeout(die, limitMs)
      thread.on('message', hear).on('error', die).on('exit', die)
      thread.postMessage({ call: number, ...work } satisfies WorkerAsk)
    })
  const inThisThread = async (work: WorkerWork): Promise<WorkerAnswer> => {
    if (work.what === 'list') return { call: 0, listed: await here.list(work.path) }
    if (work.what === 'store') await here.store(work.file, work.sha256)
    else if (work.what === 'glance') return { call: 0, glanced: await here.glance(work.file) }
    else return { call: 0, examined: await here.examine(work.file) }
    return { call: 0 }
  }
  const unreadable: WorkerAnswer = { call: 0, problem: { code: 'EIO' } }

  /** Those in whose company the thread died are asked again one by one, so that it takes only the file with it over which it dies. */
  let last: Promise<unknown> = Promise.resolve()
  const alone = (work: WorkerWork, limitMs: number): Promise<WorkerAnswer> => {
    const next = last.then(async (): Promise<WorkerAnswer> => {
      if (!startable) return inThisThread(work)
      for (let fresh = false; !fresh; ) {
        fresh = worker === undefined
        worker ??= start()
        const answer = await ask(worker, work, limitMs)
        if (answer !== 'died') return answer
        await stop()
      }
      // A thread that dies over its very first file may be one that cannot run here: a file that is known tells.
      if (await canRun()) return unreadable
      startable = false
      return inThisThread(work)
    })
    last = next.catch(() => undefined)
    return next
  }
  const canRun = async (): Promise<boolean> => {
    const thread = start()
    try {
      return (await ask(thread, { what: 'examine', file: { path: entry } }, 10_000)) !== 'died'
    } finally {
      await thread.terminate()
    }
  }
  let resting: Promise<unknown> | undefined
  const one = async (work: WorkerWork): Promise<WorkerAnswer> => {
    const limitMs = patienceMs(await sizeOf(work))
    // While files are asked again one by one, no other is in the thread.
    while (resting) await resting
    if (!startable) return inThisThread(work)
    worker ??= start()
    const thread = worker
    const answer = await ask(thread, work, limitMs)
    if (answer !== 'died') return answer
    // It may only be stuck: whatever else it was asked is asked again too.
    if (worker === thread) await stop()
    const again = alone(work, limitMs)
    const rest = last
    resting = rest
    void rest.finally(() => {
      if (resting === rest) resting = undefined
    })
    return again
  }
  return {
    async examine(file) {
      return (await one({ what: 'examine', file })).examined ?? { kind: 'left-out', reason: 'unreadable' }
    },
    async glance(file) {
      return (await one({ what: 'glance', file })).glanced ?? { kind: 'left-out', reason: 'unreadable' }
    },
    async list(path) {
      return (await one({ what: 'list', path })).listed ?? 'zip-damaged'
    },
    async store(file, sha256, signal) {
      if (signal?.aborted) throw aborted()
      const { problem } = await one({ what: 'store', file, sha256 })
      if (problem?.kind) throw new ArchiveProblem(problem.kind)
      if (problem) throw Object.assign(new Error('the file could not be stored'), { code: problem.code ?? 'EIO' })
    },
    close: stop,
  }
}
