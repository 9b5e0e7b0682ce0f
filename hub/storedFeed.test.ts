import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openOrderedStore } from './orderedStore'
import { openPracticeDatabase, type PracticeDatabase } from './practiceDatabase'

const key = new Uint8Array(32).fill(5)
const seed = Number(process.env['SEED'] ?? 20261121)
let folder: string
let database: PracticeDatabase
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-stored-'))
  database = await openPracticeDatabase({ name: 'outpost-x', path: join(folder, 'x.db'), key, token: 'abc' })
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The feed from a place on, by lines and as PouchDB works it out. */
const bothWays = async (since: number, limit: number) => {
  const query = { since, limit, descending: false, includeDocs: true, conflicts: true, allLeaves: false }
  const { lines, lastSeq, pending } = await database.lines(query)
  return [{ results: lines.map(({ text }) => JSON.parse(text) as unknown), lastSeq, pending }, await database.changes(query)] as const
}

test(`a first load that is sent as it lies on the disk says what PouchDB says, after edits, deletions, branches and odd ids (seed ${seed})`, async () => {
  let state = seed
  const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) % below
  const pouch = database.pouch()
  const ids = Array.from({ length: 60 }, (_, n) => (n % 7 === 0 ? `a"b\\${n}` : n % 7 === 1 ? `ü,"_rev":"${n}` : `record-${n}`))
  await pouch.bulkDocs(ids.map((_id, n) => ({ _id, n, text: 'Nakamura "Obi", "_rev":"1-x"} ü', inner: { id: _id, '@': [{ x: '","_rev":"1-0"}' }] } })))
  for (let step = 0; step < 40; step += 1) {
    const id = ids[random(ids.length)] as string
    const now = await pouch.get(id, { revs: true }).catch(() => undefined)
    if (!now) continue
    const { _rev, _revisions, ...document } = now as typeof now & { _revisions: { start: number; ids: string[] } }
    const what = random(4)
    if (what === 0) await pouch.remove({ _id: id, _rev })
    else if (what === 1) await pouch.bulkDocs([{ ...document, branch: step, _rev: `1-${'f'.repeat(30)}${10 + step}` }], { new_edits: false })
    else if (what === 2) await pouch.put({ ...document, _rev, _attachments: { 'a.txt': { content_type: 'text/plain', data: Buffer.from('a').toString('base64') } } })
    else await pouch.put({ ...document, _rev, n: step })
  }
  for (const [since, limit] of [[0, 1_000], [0, 7], [30, 10], [63, 1], [80, 500], [1_000, 5]] as const) {
    const [lines, changes] = await bothWays(since, limit)
    // A piece of lines may end before a place that was written anew since; what follows is the same.
    if (lines.results.length === changes.results.length) expect(lines).toEqual(changes)
    else expect(changes.results.slice(0, lines.results.length)).toEqual(lines.results)
  }
  const all: unknown[] = []
  for (let since = 0; ; ) {
    const piece = await database.lines({ since, limit: 9, conflicts: true })
    all.push(...piece.lines.map(({ text }) => JSON.parse(text) as unknown))
    since = piece.lastSeq
    if (piece.looked < 9) break
  }
  expect(all).toEqual((await bothWays(0, 10_000))[1].results)
})

test('records that were only written and edited need nothing of PouchDB', async () => {
  const pouch = database.pouch()
  await pouch.bulkDocs(Array.from({ length: 30 }, (_, n) => ({ _id: `record-${n}`, resource: { id: n } })))
  for (let n = 0; n < 5; n += 1) await pouch.put({ ...(await pouch.get(`record-${n}`)), edited: true })
  const [lines, changes] = await bothWays(0, 100)
  expect(lines).toEqual(changes)
  Object.assign(pouch, { changes: () => Promise.reject(new Error('asked')) })
  await expect(database.lines({ since: 0, limit: 100, conflicts: true })).resolves.toMatchObject({ looked: 30 })
})

test('a file of an earlier version, laid out otherwise, is read and written on', () => {
  const path = join(folder, 'old.db')
  const before = new Database(path, { encryptionCipher: 'aes256cbc', encryptionKey: Buffer.from(key).toString('hex') } as unknown as Database.Options)
  before.exec("CREATE TABLE pairs (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID; INSERT INTO pairs VALUES ('a', 's1')")
  before.close()
  const store = openOrderedStore(path, key)
  store.apply([{ type: 'put', key: 'b', value: 's2' }])
  expect(store.scan({}, false, 10)).toEqual([['a', 's1'], ['b', 's2']])
  expect([...store.getAll(['b', 'c', 'a'])]).toEqual(expect.arrayContaining([['a', 's1'], ['b', 's2']]))
  store.close()
})
