import { parentPort } from 'node:worker_threads'
import { examine } from './import/examine'
import type { WorkerAnswer, WorkerAsk } from './import/examiner'

/** Entry of the worker thread: examines files, so that what is in them cannot hold up the practice host. */
parentPort?.on('message', ({ call, path }: WorkerAsk) => {
  void examine(path).then((examined) => parentPort?.postMessage({ call, examined } satisfies WorkerAnswer))
})
