import { build } from 'esbuild'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phantomFiles } from '../phantom/phantom'
import { openTestPractice } from '../practice.test-parts'
import type { ArchivePlace } from './desk'
import { examine } from './examine'
import { workerThread } from './examiner'

let folder: string
let slice: string
let place: ArchivePlace

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examiner-'))
  await build({ entryPoints: [join(__dirname, '../worker.ts')], bundle: true, platform: 'node', format: 'cjs', target: 'node18', outfile: join(folder, 'dicom-worker.cjs'), logLevel: 'error' })
  slice = join(folder, 'disc')
  place = { folder: join(folder, 'archive'), key: new Uint8Array(32).fill(9) }
  const [file] = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 1, size: 16 })]
  await writeFile(slice, file?.bytes ?? '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the worker thread', () => {
  it('answers as this thread would', async () => {
    const examiner = workerThread(join(folder, 'dicom-worker.cjs'), place)
    expect(await examiner.examine({ path: slice })).toEqual(await examine({ path: slice }))
    expect(await examiner.examine({ path: join(folder, 'gone') })).toEqual({ kind: 'left-out', reason: 'unreadable' })
    await examiner.close()
  })

  it('that dies over a file leaves only that file out', async () => {
    const entry = join(folder, 'dying.cjs')
    await writeFile(
      entry,
      `const { parentPort } = require('node:worker_threads')
      parentPort.on('message', ({ call, file: { path } }) => {
        if (path.endsWith('hostile')) process.exit(1)
        parentPort.postMessage({ call, examined: { kind: 'left-out', reason: 'not-dicom' } })
      })`,
    )
    const examiner = workerThread(entry, place)
    expect(await examiner.examine({ path: '/one' })).toEqual({ kind: 'left-out', reason: 'not-dicom' })
    const [hostile, two] = await Promise.all([examiner.examine({ path: '/hostile' }), examiner.examine({ path: '/two' })])
    expect(hostile).toEqual({ kind: 'left-out', reason: 'unreadable' })
    expect(two).toEqual({ kind: 'left-out', reason: 'not-dicom' })
    await examiner.close()
  })

  it('that dies while it is asked nothing is started anew for the next file', async () => {
    const entry = join(folder, 'dying-later.cjs')
    await writeFile(
      entry,
      `const { parentPort } = require('node:worker_threads')
      parentPort.on('message', ({ call }) => {
        parentPort.postMessage({ call, examined: { kind: 'left-out', reason: 'not-dicom' } })
        setTimeout(() => { throw new Error('later') }, 20)
      })`,
    )
    const examiner = workerThread(entry, place)
    for (let times = 0; times < 2; times++) {
      expect(await examiner.examine({ path: '/one' })).toEqual({ kind: 'left-out', reason: 'not-dicom' })
      await new Promise((later) => setTimeout(later, 150))
    }
    await examiner.close()
  })

  it('that cannot run here hands its work to this thread', async () => {
    const entry = join(folder, 'broken.cjs')
    await writeFile(entry, 'throw new Error("not on this runtime")')
    const examiner = workerThread(entry, place)
    expect(await examiner.examine({ path: slice })).toMatchObject({ kind: 'instance' })
    expect(await examiner.examine({ path: slice })).toMatchObject({ kind: 'instance' })
    await examiner.close()
  })

  it('imports a folder', async () => {
    const practice = await openTestPractice({ worker: join(folder, 'dicom-worker.cjs') })
    const ended = await practice.import(folder)
    expect(ended.imported).toBe(1)
    expect(ended.leftOut.every(({ reason }) => reason === 'not-dicom')).toBe(true)
    await practice.close()
  })
})
