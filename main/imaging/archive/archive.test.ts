import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Archive, openArchive } from './archive'

const [earlier, key] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
let folder: string
let archive: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'))
  archive = join(folder, 'archive')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const fill = async (into: Archive, files: number): Promise<Map<string, Buffer>> => {
  const contents = new Map<string, Buffer>()
  for (let file = 0; file < files; file += 1) {
    const bytes = randomBytes(1000 + file * 700)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await into.take(sha256, bytes)
    contents.set(sha256, bytes)
  }
  return contents
}
const place = (sha256: string): string => join(archive, sha256.slice(0, 2), sha256)

describe('an archive whose key was changed', () => {
  it('reads and stores while its files follow one by one, and needs the key before no more afterwards', async () => {
    const contents = await fill(await openArchive(archive, { key: earlier }), 60)
    const both = await openArchive(archive, { key, earlier })
    const told: number[] = []
    let isSealing = true
    const sealing = both.sealAnew(({ done, of }) => told.push(done / of)).finally(() => (isSealing = false))
    let reads = 0
    while (isSealing) {
      for (const [sha256, bytes] of contents) {
        expect(Buffer.compare(await both.read(sha256), bytes)).toBe(0)
        reads += 1
      }
    }
    expect(await sealing).toEqual({ done: 60, of: 60, damaged: 0 })
    expect(told.at(-1)).toBe(1)
    expect(reads).toBeGreaterThan(59)
    for (const [sha256, bytes] of await fill(both, 2)) contents.set(sha256, bytes)
    const after = await openArchive(archive, { key })
    for (const [sha256, bytes] of contents) expect(Buffer.compare(await after.read(sha256), bytes)).toBe(0)
  })

  it('goes on where it was stopped, and writes no file twice', async () => {
    await fill(await openArchive(archive, { key: earlier }), 30)
    const both = await openArchive(archive, { key, earlier })
    let seen = 0
    const stopped = await both.sealAnew(() => (seen += 1), () => seen >= 10)
    expect(stopped.done).toBeLessThan(20)
    expect(await both.sealAnew(() => undefined)).toMatchObject({ done: 30, damaged: 0 })
    const [some = ''] = (await fill(both, 1)).keys()
    const before = (await stat(place(some))).ino
    await both.sealAnew(() => undefined)
    expect((await stat(place(some))).ino).toBe(before)
  })

  it('counts a file that does not read back, leaves it as it is, and follows with the others', async () => {
    const contents = await fill(await openArchive(archive, { key: earlier }), 5)
    const [first = '', second = ''] = contents.keys()
    const changed = await readFile(place(first))
    changed[200] = changed[200]! ^ 1
    await writeFile(place(first), changed)
    await writeFile(place(second), 'not sealed at all')
    const both = await openArchive(archive, { key, earlier })
    expect(await both.sealAnew(() => undefined)).toEqual({ done: 5, of: 5, damaged: 2 })
    expect((await readFile(place(first))).equals(changed)).toBe(true)
    await expect(both.read(first)).rejects.toMatchObject({ kind: 'damaged' })
    const after = await openArchive(archive, { key })
    for (const [sha256, bytes] of [...contents].slice(2)) expect(Buffer.compare(await after.read(sha256), bytes)).toBe(0)
  })
})
