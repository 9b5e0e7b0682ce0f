import { afterEach, expect, test, vi } from 'vitest'
import { confirmSet } from './confirm'
import { type FileNote, writeNote } from './note'
import type { BlobStore } from './store'
import { allSent, noise, openStation, shareKey, startServer, theSet, tidy } from './testing/twoStations'

vi.setConfig({ testTimeout: 60_000 })
afterEach(tidy)

test('D19: the server is believed to have a file only when its note opens and every chunk of it is there', async () => {
  const place = await startServer()
  const [a, b] = [await openStation('A', place), await openStation('B', place)]
  await a.put(noise('one', 300_000))
  await a.put(noise('two', 1_000))
  await a.offer()
  await allSent(a)
  await shareKey(a, b)
  const files = await a.keeper.filesOf(theSet)
  const names = files.map(({ sha256 }) => sha256).sort()
  expect([...(await a.blobs.onServer.confirm(theSet, files))].sort()).toEqual(names)
  expect([...(await b.blobs.onServer.confirm(theSet, files))].sort()).toEqual(names)
  expect(await a.blobs.onServer.believes(theSet)).toBe(true)
  // Not sent, another size, another set.
  const unsent = await a.put(noise('three', 500))
  expect(await a.blobs.onServer.confirm(theSet, (await a.keeper.filesOf(theSet)).filter(({ sha256 }) => sha256 === unsent))).toEqual([])
  expect(await a.blobs.onServer.confirm(theSet, files.map((file) => ({ ...file, size: file.size + 1 })))).toEqual([])
  expect(await a.blobs.onServer.confirm('dicom-study:9', files)).toEqual([])
})

test('D19: a file of which the server lost a chunk is not confirmed, nor one whose note does not open', async () => {
  const keys = { id: 'k', names: new Uint8Array(32).fill(1), chunks: new Uint8Array(32).fill(2), notes: new Uint8Array(32).fill(3) }
  const chunk = (number: number) => `chunk-${String(number).padStart(64, '0')}`
  const file = (number: number): FileNote => ({ set: theSet, sha256: String(number).repeat(64), size: number, chunks: [chunk(number), chunk(number + 1)], about: null })
  const files = [file(1), file(3), file(5)]
  const notes = files.map((each) => writeNote(keys, each))
  const chunks = new Set(files.flatMap((each) => each.chunks))
  const store = { notesOf: async () => notes, present: async (ids: readonly string[]) => new Set(ids.filter((id) => chunks.has(id))) } as unknown as BlobStore
  const confirmed = () => confirmSet(theSet, files, { store, keys: [keys] }, new AbortController().signal)
  expect(await confirmed()).toEqual(files.map(({ sha256 }) => sha256))
  chunks.delete(chunk(4))
  expect(await confirmed()).toEqual(['1'.repeat(64), '5'.repeat(64)])
  notes[0] = { id: notes[0]?.id ?? '', key: 'k', sealed: Buffer.alloc(60).toString('base64') }
  expect(await confirmed()).toEqual(['5'.repeat(64)])
})

test('D19: without a line nothing is confirmed', async () => {
  const a = await openStation('A', await startServer())
  a.sync.state = { ...a.sync.state, link: 'offline' } as typeof a.sync.state
  await expect(a.blobs.onServer.confirm(theSet, [])).rejects.toMatchObject({ kind: 'unreachable' })
})
