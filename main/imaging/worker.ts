import { parentPort, workerData } from 'node:worker_threads'
import { openDesk, type ArchivePlace } from './import/desk'
import type { WorkerAnswer, WorkerAsk } from './import/examiner'

/** Entry of the worker thread: examines files and seals them, so that what is in them cannot hold up the practice host. */
const desk = openDesk(workerData as ArchivePlace)

const answerTo = async (ask: WorkerAsk): Promise<WorkerAnswer> => {
  try {
    const { call } = ask
    if (ask.what === 'list') return { call, listed: await desk.list(ask.path) }
    if (ask.what === 'store') await desk.store(ask.file, ask.sha256)
    else if (ask.what === 'glance') return { call, glanced: await desk.glance(ask.file) }
    else return { call, examined: await desk.examine(ask.file) }
    return { call }
  } catch (reason) {
    const { kind, code } = reason as { kind?: 'changed' | 'missing' | 'damaged'; code?: string }
    return { call: ask.call, problem: { ...(kind && { kind }), ...(code !== undefined && { code }) } }
  }
}

parentPort?.on('message', (ask: WorkerAsk) => {
  void answerTo(ask).then((answer) => parentPort?.postMessage(answer))
})
