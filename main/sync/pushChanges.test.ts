import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../shared/records/envelope'
import { versionOf } from '../../shared/records/mergeLine'
import type { Stored } from './documents'
import type { Link } from './link'
import { nextPieceSize, openPush } from './pushChanges'
import type { Server } from './server'

describe('how much is sent at a time', () => {
  test('is what the line carries in two seconds, more or less by steps, never so little that nothing gets on', () => {
    expect(nextPieceSize(1_000_000, 170_000, 90)).toBe(1_000_000)
    // 256 kbit/s, packed to a third: some 100,000 characters in a second.
    expect(nextPieceSize(1_000_000, 170_000, 2_300)).toBe(147_826)
    expect(nextPieceSize(20_000, 20_000, 100)).toBe(40_000)
    expect(nextPieceSize(16_000, 4_000, 30_000)).toBe(16_000)
  })

  test('is halved by a cut, again and again', () => {
    let size = 200_000
    for (const expected of [100_000, 50_000, 25_000, 16_000, 16_000]) expect((size = nextPieceSize(size, size, 'cut'))).toBe(expected)
  })
})

test('a record that was written before a merge came does not replace it: what the merge brought would be gone from the history', async () => {
  const at = (minute: number, station: string) => `2026-11-21T10:0${minute}:00.000Z-0000-${station}`
  const id = '01PUSHPATIENT0000000000000'
  const made = (stamp: string, gender: 'male' | 'female' | 'other', prior: Envelope['prior']): Stored =>
    ({ id, type: 'Patient', practice: 'clinic', resource: { resourceType: 'Patient', id, gender }, search: {}, author: 'nurse', station: 'A', at: stamp, prior, _deleted: false }) as Stored
  const first = made(at(1, 'A'), 'female', [])
  const elsewhere = made(at(2, 'B'), 'male', [versionOf(first)])
  const seen = made(at(3, 'A'), 'other', [versionOf(first)])
  // The merge came out as what was seen here, and tells of one more version.
  const { search: _search, _deleted, ...master } = { ...seen, prior: [versionOf(first), versionOf(elsewhere)], _id: id, _rev: '3-c' }
  const written: unknown[] = []
  const server = {
    read: ({ path, json }: { path: string; json?: string }) => {
      if (path === '_all_docs') return Promise.resolve({ rows: [{ id, doc: master }] })
      const docs = (JSON.parse(json ?? '') as { docs: { _rev?: string }[] }).docs
      written.push(...docs)
      return Promise.resolve(docs.map(({ _rev }) => (_rev === '3-c' ? { id, ok: true, rev: '4-d' } : { id, error: 'conflict', reason: 'somebody was first' })))
    },
  } as unknown as Server
  const nothing = () => Promise.resolve()
  const { push } = openPush({ link: { run: (work: (server: Server) => unknown) => work(server) } as unknown as Link, practice: 'clinic', sent: nothing, refused: nothing, deletedThere: nothing })
  const assumed = { ...seen, rev: '2-b' }
  const [here, later] = [made(at(4, 'A'), 'male', [...seen.prior, versionOf(seen)]), made(at(5, 'A'), 'female', [...seen.prior, versionOf(seen)])]
  for (const record of [here, later]) expect(await push([{ newDocumentState: record, assumedMasterState: assumed }])).toMatchObject([{ at: seen.at, rev: '3-c' }])
  const merged = { ...later, prior: [...master.prior, versionOf(seen)] }
  expect(await push([{ newDocumentState: merged, assumedMasterState: { ...assumed, prior: master.prior, rev: '3-c' } }])).toEqual([])
  expect(written).toMatchObject([{ at: here.at }, { at: later.at }, { at: merged.at, _rev: '3-c' }])
})

test('an echo that others overtook is expected no more, and what we wrote over ourselves is no news', async () => {
  let rev = '1-a'
  const server = { read: () => Promise.resolve(['one', 'two'].map((id) => ({ ok: true, id, rev }))) } as unknown as Server
  const nothing = () => Promise.resolve()
  const { push, echoes } = openPush({ link: { run: (work: (server: Server) => unknown) => work(server) } as unknown as Link, practice: 'clinic', sent: nothing, refused: nothing, deletedThere: nothing })
  const rows = ['one', 'two'].map((id) => ({ newDocumentState: { id, at: 'x', prior: [] } as unknown as Stored }))
  await push(rows)
  rev = '2-b'
  await push(rows)
  expect(echoes.take('one', '1-a')).toBe(true)
  expect(echoes.take('one', '2-b')).toBe(true)
  expect(echoes.take('one', '3-c')).toBe(false)
  expect(echoes.expected()).toBe(true)
  expect(echoes.take('two', '3-c')).toBe(false)
  expect(echoes.expected()).toBe(false)
})
