import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveKey, openSealedFile, readSealedFile, SealedProblem, writeSealedFile } from './index'

const key = deriveKey(new Uint8Array(32).fill(9), 'outpost/archive')
const chunk = 64 * 1024
const sample = (length: number): Uint8Array => Uint8Array.from({ length }, (_, place) => (place * 31 + (place >> 8)) % 256)

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-file-'))
  path = join(folder, 'instance')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function* inPieces(contents: Uint8Array, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < contents.length; at += length) yield contents.subarray(at, at + length)
}

describe('sealed file', () => {
  it.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 17])('reads back %d bytes', async (length) => {
    const contents = sample(length)
    await writeSealedFile(path, key, contents)
    expect(Buffer.compare(await readSealedFile(path, key), contents)).toBe(0)
    await writeSealedFile(path, key, inPieces(contents, 1000))
    expect(Buffer.compare(await readSealedFile(path, key), contents)).toBe(0)
  })

  it('reads any part without the rest', async () => {
    const contents = sample(3 * chunk + 17)
    await writeSealedFile(path, key, contents)
    const file = await openSealedFile(path, key)
    expect(file.size).toBe(contents.length)
    for (const [start, end] of [[0, 1], [chunk - 1, chunk + 1], [chunk, 2 * chunk], [5, 3 * chunk + 17], [3 * chunk, 9 * chunk], [7, 7]] as const) {
      expect(Buffer.compare(await file.read({ start, end }), contents.subarray(start, end))).toBe(0)
    }
    const pieces: number[] = []
    for await (const piece of file.stream()) pieces.push(piece.length)
    expect(pieces).toEqual([chunk, chunk, chunk, 17])
    await file.close()
  })

  it('refuses a file that was cut off anywhere, also between two chunks', async () => {
    await writeSealedFile(path, key, sample(2 * chunk + 5))
    const whole = await readFile(path)
    const lengths = [0, 8, 39, 40, 41, 56, 40 + chunk, 40 + chunk + 16, 40 + 2 * (chunk + 16), whole.length - 1]
    for (const length of lengths) {
      await writeFile(path, whole.subarray(0, length))
      await expect(openSealedFile(path, key), `cut at ${length}`).rejects.toBeInstanceOf(SealedProblem)
    }
  })

  it('refuses a file in which a byte was changed, and swapped chunks', async () => {
    await writeSealedFile(path, key, sample(2 * chunk + 5))
    const whole = await readFile(path)
    for (const place of [0, 10, 30, 40, 40 + chunk, 40 + chunk + 20, whole.length - 18, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed[place] = changed[place]! ^ 1
      await writeFile(path, changed)
      await expect(readSealedFile(path, key), `byte ${place}`).rejects.toBeInstanceOf(SealedProblem)
    }
    const first = whole.subarray(40, 40 + chunk + 16)
    const second = whole.subarray(40 + chunk + 16, 40 + 2 * (chunk + 16))
    await writeFile(path, Buffer.concat([whole.subarray(0, 40), second, first, whole.subarray(40 + 2 * (chunk + 16))]))
    await expect(readSealedFile(path, key)).rejects.toMatchObject({ kind: 'tampered' })
  })

  it('refuses another key', async () => {
    await writeSealedFile(path, key, sample(10))
    await expect(readSealedFile(path, deriveKey(key, 'other'))).rejects.toMatchObject({ kind: 'wrong-key' })
  })

  it('keeps what a source gave it although the source uses its buffer again', async () => {
    const contents = sample(2 * chunk + 100)
    const reused = async function* (): AsyncIterable<Uint8Array> {
      const buffer = Buffer.alloc(1000)
      for (let at = 0; at < contents.length; at += 1000) yield buffer.subarray(0, buffer.fill(0) && Buffer.from(contents.subarray(at, at + 1000)).copy(buffer))
    }
    await writeSealedFile(path, key, reused())
    expect(Buffer.compare(await readSealedFile(path, key), contents)).toBe(0)
  })

  it('is readable by this account alone', async () => {
    await writeSealedFile(path, key, sample(10))
    expect((await stat(path)).mode & 0o077).toBe(0)
  })

  it('leaves the old file and no rest when the source fails half way', async () => {
    await writeSealedFile(path, key, sample(10))
    const failing = async function* (): AsyncIterable<Uint8Array> {
      yield sample(chunk * 2)
      throw new Error('the disc was taken out')
    }
    await expect(writeSealedFile(path, key, failing())).rejects.toThrow('the disc was taken out')
    expect(await readdir(folder)).toEqual(['instance'])
    expect((await readSealedFile(path, key)).length).toBe(10)
  })

  it('gives each purpose its own key', () => {
    const practice = new Uint8Array(32).fill(1)
    expect(deriveKey(practice, 'outpost/journal')).not.toEqual(deriveKey(practice, 'outpost/archive'))
    expect(deriveKey(practice, 'outpost/journal')).toEqual(deriveKey(practice, 'outpost/journal'))
    expect(() => deriveKey(new Uint8Array(16), 'outpost/journal')).toThrow(RangeError)
  })
})
