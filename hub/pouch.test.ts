import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openOrderedStore, type OrderedStore } from './orderedStore'
import { openPouchOver } from './pouch'

const key = new Uint8Array(32).fill(2)
const seed = Number(process.env['SEED'] ?? 20261121)
let folder: string
let store: OrderedStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-pouch-'))
  store = openOrderedStore(join(folder, 'x.db'), key)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a disk that fails', () => {
  test('a full disk refuses a write; when there is room again the next one succeeds, and no revision is lost', async () => {
    let full = false
    const pouch = await openPouchOver({ ...store, apply: (changes) => (full ? failWith('SQLITE_FULL') : store.apply(changes)) }, 'full')
    const { rev } = await pouch.database.put({ _id: 'a', n: 1 })
    full = true
    await expect(pouch.database.put({ _id: 'a', _rev: rev, n: 2 })).rejects.toThrow('SQLITE_FULL')
    full = false
    expect(pouch.failed()).toBeUndefined()
    expect(await pouch.database.get('a')).toMatchObject({ _rev: rev, n: 1 })
    await pouch.database.put({ _id: 'a', _rev: rev, n: 3 })
    expect((await pouch.database.changes({ since: 0 })).results).toMatchObject([{ id: 'a', seq: 2 }])
  })

  test('a read that fails is never taken for "no such record": nothing is written over it', async () => {
    let broken = false
    const pouch = await openPouchOver({ ...store, get: (wanted) => (broken ? failWith('SQLITE_CORRUPT') : store.get(wanted)) }, 'broken')
    await pouch.database.put({ _id: 'a', n: 1 })
    const before = store.scan({}, false, 1000)
    broken = true
    await expect(pouch.database.put({ _id: 'a', n: 'a second first revision' })).rejects.toThrow('SQLITE_CORRUPT')
    broken = false
    expect(pouch.failed()).toMatchObject({ message: 'SQLITE_CORRUPT' })
    await expect(pouch.database.put({ _id: 'b', n: 1 })).rejects.toThrow('SQLITE_CORRUPT')
    expect(store.scan({}, false, 1000)).toEqual(before)
  })
})

test(`keys are kept in the order of their UTF-8 bytes, all or none of a batch (seed ${seed})`, () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u00ff', '\u6f22', '\u{1f600}', '0', ' '), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), text, text, (keys, from, to) => {
      const all = store.scan({}, false, 10_000)
      store.apply(all.map(([name]) => ({ type: 'del', key: name })))
      store.apply(keys.map((name) => ({ type: 'put', key: name, value: `v${name}` })))
      const bytes = (name: string) => Buffer.from(name)
      const expected = [...new Set(keys)].sort((x, y) => Buffer.compare(bytes(x), bytes(y))).filter((name) => Buffer.compare(bytes(name), bytes(from)) >= 0 && Buffer.compare(bytes(name), bytes(to)) < 0)
      expect(store.scan({ gte: from, lt: to }, false, 100).map(([name]) => name)).toEqual(expected)
      expect(store.scan({ gte: from, lt: to }, true, 100).map(([name]) => name)).toEqual([...expected].reverse())
    }),
    { seed, numRuns: 60 },
  )
})

const failWith = (message: string): never => {
  throw new Error(message)
}
