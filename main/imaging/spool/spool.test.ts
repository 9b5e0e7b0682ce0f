import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSpool, readSpooled, sealSpoolAnew, type SpoolNote } from './index'

const key = new Uint8Array(32).fill(1)
const note = (sopInstanceUid: string): SpoolNote => ({ sopClassUid: '1.2.3', sopInstanceUid, transferSyntaxUid: '1.2.840.10008.1.2.1', callingAeTitle: 'US1', address: '10.0.0.7', receivedAt: `2026-11-22T08:00:0${sopInstanceUid}.000Z` })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const spoolIn = (keys: readonly [Uint8Array, ...Uint8Array[]] = [key]) => openSpool({ folder, keys })
const put = async (spool: Awaited<ReturnType<typeof spoolIn>>, uid: string, ...pieces: Uint8Array[]) => {
  const draft = await spool.begin()
  for (const piece of pieces) await draft.add(piece)
  return draft.finish(note(uid))
}
const bytesOf = async (slot: string, keys: readonly Uint8Array[] = [key]) => (await readSpooled(folder, keys, slot))?.bytes

describe('the spool of received instances', () => {
  it.each([[0], [1], [262_143], [262_144], [262_145], [1_000_003]])('gives back %i bytes as they came, in whatever pieces', async (length) => {
    const spool = await spoolIn()
    const bytes = Buffer.alloc(length, 'pixels of a picture ')
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 100_001), bytes.subarray(100_001)]
    const { slot, size } = await put(spool, '1', ...pieces)
    expect(size).toBe(length)
    expect(Buffer.from((await bytesOf(slot))!).equals(bytes)).toBe(true)
    await spool.close()
  })

  it('holds nothing on disk that reads as what it is', async () => {
    const spool = await spoolIn()
    const { slot } = await put(spool, '1', Buffer.alloc(100_000, 'MORGAN^ALEX '))
    const raw = await readFile(join(folder, slot))
    for (const told of ['MORGAN', 'US1', '10.0.0.7', 'sopInstanceUid']) expect(raw.includes(told), told).toBe(false)
    await spool.close()
  })

  it('finds again what was not taken, in the order in which it came, and no more what was', async () => {
    const first = await spoolIn()
    await put(first, '2', Buffer.from('two'))
    await put(first, '1', Buffer.from('one'))
    await first.taken((await put(first, '3', Buffer.from('three'))).slot)
    await first.close()
    const again = await spoolIn()
    expect(again.found.map((entry) => entry.note.sopInstanceUid)).toEqual(['1', '2'])
    await again.close()
  })

  it('knows nothing of one whose writing was cut off anywhere, also over an older one', async () => {
    const spool = await spoolIn()
    const { slot } = await put(spool, '1', Buffer.alloc(300_000, 1))
    const whole = await readFile(join(folder, slot))
    await spool.taken(slot)
    await put(spool, '2', Buffer.alloc(400_000, 2))
    await spool.close()
    const after = await readFile(join(folder, slot))
    for (const cut of [1, 39, 40, 43, 44, 100, 262_000, 262_250, 300_000, 300_150]) {
      // What a power cut leaves: the beginning of the new one over the older one.
      await writeFile(join(folder, slot), Buffer.concat([after.subarray(0, cut), whole.subarray(cut)]))
      const found = await spoolIn()
      expect(found.found.filter((entry) => entry.note.sopInstanceUid === '2'), `cut at ${cut}`).toEqual([])
      await found.close()
      const damaged = (await readdir(folder)).filter((name) => name.endsWith('.damaged'))
      for (const name of damaged) await rm(join(folder, name))
    }
  })

  it('puts one aside that arrived whole and was changed since, and never uses its place', async () => {
    const spool = await spoolIn()
    const { slot } = await put(spool, '1', Buffer.alloc(300_000, 1))
    await spool.close()
    const file = await open(join(folder, slot), 'r+')
    await file.write(Buffer.from([0xff]), 0, 1, 5000)
    await file.close()
    const again = await spoolIn()
    expect(again.found).toEqual([])
    expect(await readdir(folder)).toEqual([`${slot}.damaged`])
    expect((await put(again, '2', Buffer.from('next'))).slot).not.toBe(slot)
    await again.close()
  })

  it('reads what lies under the key before, while the key is changed, and puts aside what lies under no key of ours', async () => {
    const spool = await spoolIn()
    const { slot } = await put(spool, '1', Buffer.from('earlier'))
    await spool.close()
    const next = new Uint8Array(32).fill(2)
    const during = await spoolIn([next, key])
    expect(during.found).toHaveLength(1)
    expect(Buffer.from((await bytesOf(slot, [next, key]))!).toString()).toBe('earlier')
    await during.close()
    const stranger = await spoolIn([new Uint8Array(32).fill(3)])
    expect(stranger.found).toEqual([])
    expect(await readdir(folder)).toEqual([`${slot}.damaged`])
    await stranger.close()
  })

  it('follows a change of the key under its own names, with what waits there for a person', async () => {
    const spool = await spoolIn()
    const { slot } = await put(spool, '1', Buffer.alloc(600_000, 'earlier'))
    await spool.close()
    const next = new Uint8Array(32).fill(2)
    for (let time = 0; time < 2; time += 1) await sealSpoolAnew(folder, [next, key])
    const after = await spoolIn([next])
    expect(after.found).toMatchObject([{ slot, size: 600_000, note: note('1') }])
    expect(Buffer.from((await bytesOf(slot, [next]))!).equals(Buffer.alloc(600_000, 'earlier'))).toBe(true)
    await after.close()
  })

  it('gives back the room of a large one, and keeps that of an ordinary one for the next', async () => {
    const spool = await spoolIn()
    const large = await put(spool, '1', Buffer.alloc(9 * 1024 * 1024))
    await spool.taken(large.slot)
    expect((await stat(join(folder, large.slot))).size).toBe(768 * 1024)
    const next = await put(spool, '2', Buffer.from('small'))
    expect(next.slot).toBe(large.slot)
    await spool.close()
  })

  it('gives back the room of a large one that was not finished', async () => {
    const spool = await spoolIn()
    const draft = await spool.begin()
    await draft.add(Buffer.alloc(9 * 1024 * 1024))
    await draft.abandon()
    expect(await Promise.all((await readdir(folder)).map(async (slot) => (await stat(join(folder, slot))).size))).toEqual([768 * 1024])
    await spool.close()
  })

  it('names no file but its own', async () => {
    expect(await readSpooled(folder, [key], '../../etc/passwd')).toBeUndefined()
    const spool = await spoolIn()
    await spool.taken('../../etc/passwd')
    await spool.close()
  })
})
