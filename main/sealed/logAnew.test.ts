import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type * as Files from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSealedLog, type SealedLog } from './log'
import { sealLogAnew } from './logAnew'

/** Bytes that the disk still takes of a file that is written anew. */
let room = Infinity
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof Files>()
  const open = async (...asked: Parameters<typeof actual.open>): Promise<Files.FileHandle> => {
    const file = await actual.open(...asked)
    if (!String(asked[0]).endsWith('.anew')) return file
    const write = file.write.bind(file) as (bytes: Buffer, ...place: unknown[]) => ReturnType<Files.FileHandle['write']>
    return Object.assign(file, {
      write: (bytes: Buffer, ...place: unknown[]) => ((room -= bytes.length) < 0 ? Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' })) : write(bytes, ...place)),
    })
  }
  return { ...actual, open }
})

const [key, earlier] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-anew-'))
})
afterEach(() => {
  room = Infinity
  rmSync(folder, { recursive: true, force: true })
})

const textsOf = async (log: SealedLog): Promise<string[]> => {
  const texts: string[] = []
  for await (const { bytes } of log.read()) texts.push(Buffer.from(bytes).toString())
  await log.close()
  return texts
}
const texts = Array.from({ length: 600 }, (_, n) => `record ${n} `.repeat(1_000))

test('a log that is sealed under another key while the disk fills up stays under the earlier one, and is sealed once there is room', async () => {
  const path = join(folder, 'x.log')
  const log = await openSealedLog(path, earlier)
  await Promise.all(texts.map((text) => log.append(Buffer.from(text))))
  await log.close()

  // What nobody waits for yet when the disk refuses it would end the process.
  const alone: unknown[] = []
  const note = (reason: unknown) => void alone.push(reason)
  process.prependListener('unhandledRejection', note)
  room = 10_000
  await expect(sealLogAnew(path, { key, earlier })).rejects.toMatchObject({ code: 'ENOSPC' })
  await new Promise((next) => setTimeout(next, 20))
  process.off('unhandledRejection', note)
  expect(alone).toEqual([])
  expect(readdirSync(folder)).toEqual(['x.log'])

  room = Infinity
  expect(await sealLogAnew(path, { key, earlier })).toBe(true)
  expect(await textsOf(await openSealedLog(path, key))).toEqual(texts)
})
