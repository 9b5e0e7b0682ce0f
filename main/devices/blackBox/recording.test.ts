import { mkdtemp, open as openFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeBatch, encodeBatch, type Entry } from './entry'
import { openRecording, type RecordingLimits } from './recording'

const seed = 20261121
const key = new Uint8Array(32).fill(3)
const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = (entries: readonly Entry[]) => entries.map((entry) => (entry.kind === 'bytes' ? new TextDecoder().decode(entry.bytes) : entry.kind)).join('')

let folder: string
let clock = Date.parse('2026-11-21T09:00:00.000Z')
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-recording-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (limits: Partial<RecordingLimits> = {}) => openRecording({ folder: join(folder, 'line'), key, now: () => clock, limits: { segmentBytes: 64 * 1024, segments: 3, flushMs: 5, ...limits } })
const all = { from: 0, most: 1e9 }

describe('the recording of a line', () => {
  it('keeps both directions with their times, also over a restart of the device host', async () => {
    const before = open()
    before.note({ kind: 'opened', opening: { path: '/dev/ttyUSB0', profile: 'sysmex-xn' } })
    before.note({ kind: 'bytes', from: 'device', bytes: bytes('\x05') })
    clock += 7
    before.note({ kind: 'bytes', from: 'host', bytes: bytes('\x06') })
    await before.close()
    const after = open()
    after.note({ kind: 'bytes', from: 'device', bytes: bytes('again') })
    const { entries, isCut } = await after.read(all)
    expect(isCut).toBe(false)
    expect(entries.map(({ kind, at }) => [kind, at - clock])).toEqual([['opened', -7], ['bytes', -7], ['bytes', 0], ['bytes', 0]])
    expect(entries.map(({ number }) => number)).toEqual(entries.map(({ number }) => number).sort((one, other) => one - other))
    expect(new Set(entries.map(({ number }) => number)).size).toBe(4)
    expect(entries[0]).toMatchObject({ opening: { path: '/dev/ttyUSB0', profile: 'sysmex-xn' } })
    await after.close()
  })

  it('has what came up to a quarter of a second before a kill', async () => {
    const killed = open()
    killed.note({ kind: 'bytes', from: 'device', bytes: bytes('before the kill') })
    await new Promise((later) => setTimeout(later, 30))
    // Not closed: the process is gone. A record that was cut off while being written is dropped.
    const [name = ''] = await readdir(join(folder, 'line'))
    const path = join(folder, 'line', name)
    killed.note({ kind: 'bytes', from: 'device', bytes: bytes('torn') })
    await killed.read(all)
    await truncate(path, (await stat(path)).size - 3)
    const after = open()
    expect(textOf((await after.read(all)).entries)).toBe('before the kill')
    await after.close()
    await killed.close()
  })

  it('grows no further than its ring, and forgets the oldest first', async () => {
    const recording = open({ segmentBytes: 8 * 1024 })
    for (let line = 0; line < 300; line++) {
      recording.note({ kind: 'bytes', from: 'device', bytes: bytes(`${String(line).padStart(4, '0')} ${'x'.repeat(500)}`) })
      if (line % 8 === 0) await recording.read({ ...all, most: 1 })
    }
    const { entries } = await recording.read(all)
    const first = Number(textOf(entries).slice(0, 4))
    expect(first).toBeGreaterThan(200)
    expect(textOf(entries.slice(-1)).slice(0, 4)).toBe('0299')
    const names = await readdir(join(folder, 'line'))
    expect(names.length).toBe(3)
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, 'line', name))).size))
    expect(Math.max(...sizes)).toBeLessThan(16 * 1024)
    expect(await recording.reach()).toMatchObject({ bytes: sizes.reduce((sum, size) => sum + size, 0) })
    await recording.close()
  })

  it('forgets nothing because the device host began anew, however often', async () => {
    for (let start = 1; start <= 9; start++) {
      const recording = open()
      recording.note({ kind: 'bytes', from: 'device', bytes: bytes(String(start)) })
      await recording.close()
    }
    const recording = open()
    expect(textOf((await recording.read(all)).entries)).toBe('123456789')
    await recording.close()
  })

  it('reads back in pages from the end on as it reads whole', async () => {
    const recording = open({ segmentBytes: 8 * 1024, segments: 6 })
    for (let line = 0; line < 120; line++) {
      recording.note({ kind: 'bytes', from: line % 3 === 0 ? 'host' : 'device', bytes: bytes(`${line} ${'y'.repeat(300)};`) })
      if (line % 8 === 0) await recording.read({ ...all, most: 1 })
    }
    const whole = textOf((await recording.read(all)).entries)
    for (let times = 0; times < 2; times++) {
      let paged = ''
      for (let before: number | undefined; ; ) {
        const page = await recording.read({ newest: true, from: 0, most: 5_000, ...(before === undefined ? {} : { before }) })
        paged = textOf(page.entries) + paged
        before = page.entries[0]?.number
        if (!page.isCut) break
      }
      expect(paged).toBe(whole)
    }
    await recording.close()
  })

  it('leaves no readable word on the disk, and what lies there under another key is passed over', async () => {
    const recording = open()
    recording.note({ kind: 'bytes', from: 'device', bytes: bytes('P|1||||Okonkwo^Ada') })
    await recording.close()
    const [name = ''] = await readdir(join(folder, 'line'))
    expect((await readFile(join(folder, 'line', name))).includes('Okonkwo')).toBe(false)
    const other = openRecording({ folder: join(folder, 'line'), key: new Uint8Array(32).fill(4), now: () => clock, limits: { segmentBytes: 1024, segments: 3, flushMs: 5 } })
    expect((await other.read(all)).entries).toEqual([])
    expect(await other.reach()).toBeUndefined()
    other.note({ kind: 'bytes', from: 'device', bytes: bytes('new') })
    expect(textOf((await other.read(all)).entries)).toBe('new')
    await other.close()
  })

  it('says where something is missing because the disk could not take it, and the line never waits for it', async () => {
    await writeFile(join(folder, 'line'), 'where the folder would be')
    const recording = open({ flushMs: 1 })
    recording.note({ kind: 'bytes', from: 'device', bytes: bytes('lost on disk') })
    await new Promise((later) => setTimeout(later, 20))
    await rm(join(folder, 'line'))
    recording.note({ kind: 'bytes', from: 'device', bytes: bytes('kept again') })
    const { entries } = await recording.read(all)
    expect(entries.map(({ kind }) => kind)).toEqual(['gap', 'bytes'])
    await recording.close()
  })

  it('keeps what it has while a full disk lets no segment begin, for however long', async () => {
    const before = open()
    before.note({ kind: 'bytes', from: 'device', bytes: bytes('of the night') })
    await before.close()
    const handles = Object.getPrototypeOf(await openFile(join(folder, 'line', 'line-000001.sealed'), 'r').then(async (handle) => (await handle.close(), handle))) as { write: unknown }
    const real = handles.write
    const recording = open()
    handles.write = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
    try {
      for (let times = 0; times < 6; times++) {
        recording.note({ kind: 'bytes', from: 'device', bytes: bytes('lost on disk') })
        await recording.read(all)
      }
    } finally {
      handles.write = real
    }
    expect(await readdir(join(folder, 'line'))).toEqual(['line-000001.sealed'])
    recording.note({ kind: 'bytes', from: 'device', bytes: bytes('kept again') })
    expect((await recording.read(all)).entries.map((entry) => (entry.kind === 'bytes' ? new TextDecoder().decode(entry.bytes) : entry.kind))).toEqual(['of the night', 'gap', 'kept again'])
    await recording.close()
  })

  it('hands a reader along what came since, without the disk, and says when there is more', async () => {
    const recording = open()
    recording.note({ kind: 'bytes', from: 'device', bytes: bytes('one') })
    const { entries } = await recording.read(all)
    const seen = entries.at(-1)!.number
    recording.note({ kind: 'bytes', from: 'device', bytes: bytes('two') })
    recording.note({ kind: 'bytes', from: 'host', bytes: bytes('three') })
    expect(textOf((await recording.read({ after: seen, most: 1e6 })).entries)).toBe('twothree')
    const cut = await recording.read({ after: seen, most: 5 })
    expect([textOf(cut.entries), cut.isCut]).toEqual(['two', true])
    expect(textOf((await recording.read({ newest: true, from: 0, most: 5 })).entries)).toBe('three')
    await recording.close()
  })
})

const happening = fc.oneof(
  fc.record({ kind: fc.constant('bytes' as const), from: fc.constantFrom('device' as const, 'host' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constant('closed' as const), why: fc.string() }),
  fc.record({ kind: fc.constant('made' as const), id: fc.string() }),
  fc.record({ kind: fc.constant('gap' as const), bytes: fc.nat() }),
)

describe('a batch of a recording', () => {
  it(`reads back as it was written, also when the clock was set back (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 4e12 })), { minLength: 1, maxLength: 20 }), (list) => {
        const entries = list.map(([each, at], index): Entry => ({ ...each, at, number: 1.7e15 + index }))
        expect(decodeBatch(encodeBatch(entries))).toEqual(entries)
      }),
      { seed, numRuns: 200 },
    )
  })

  it('of a newer version is passed over', () => {
    const batch = encodeBatch([{ kind: 'made', id: 'x', at: 1, number: 1 }])
    batch[0] = 9
    expect(decodeBatch(batch)).toEqual([])
  })
})
