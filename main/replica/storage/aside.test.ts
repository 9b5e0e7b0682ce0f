import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FileGuard } from '../integrity'
import { Aside } from './aside'
import { EncryptedFile } from './encryptedFile'

const key = new Uint8Array(32).fill(8)
let folder: string
let guard: FileGuard
const open = (known: boolean): EncryptedFile =>
  EncryptedFile.open(join(folder, 'replica.db'), key, (query) => (guard = FileGuard.open({ path: join(folder, 'replica.db'), key, known, query })))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-aside-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rows = 400
const text = 'a record of the clinic '.repeat(20)
/** Much at once, in slices; ids in no order, as they come. */
const load = (file: EncryptedFile, round: number): Promise<void> =>
  file.inTurn(async () => {
    const slice = (part: number) => () => {
      for (let n = 0; n < rows; n += 1) file.run('INSERT INTO records (id, doc) VALUES (?, ?)', `${(n * 7_919 + part * 31 + round) % 100_000}-${round}-${part}-${n}`, text)
    }
    await file.transactionInSlices([0, 1, 2, 3].map(slice), () => undefined)
    await file.carryLogAside()
  })
const count = (file: EncryptedFile, table: string): number => Number(file.all(`SELECT count(*) FROM ${table}`)[0]?.[0])

describe('a first load that is committed and carried over on another thread', () => {
  test('lets others write past the queue at any moment: nothing of either is lost, and every byte stays vouched for', async () => {
    const file = open(false)
    file.exec('CREATE TABLE records (id TEXT PRIMARY KEY, doc TEXT NOT NULL); CREATE TABLE notes (n INTEGER PRIMARY KEY)')
    let notes = 0
    let busy = true
    const turns = (async () => {
      for (; busy; await new Promise((next) => setTimeout(next, 1))) {
        file.transaction(() => file.run('INSERT INTO notes (n) VALUES (?)', (notes += 1)))
        await new Promise((next) => setImmediate(next))
        file.run('INSERT INTO notes (n) VALUES (?)', (notes += 1))
        file.all('SELECT count(*) FROM records')
      }
    })()
    for (let round = 0; round < 4; round += 1) await load(file, round)
    busy = false
    await turns
    expect([count(file, 'records'), count(file, 'notes')]).toEqual([4 * 4 * rows, notes])
    guard.checkAll()
    expect(guard.damage).toBeUndefined()
    file.close()

    const again = open(true)
    guard.checkAll()
    expect([count(again, 'records'), count(again, 'notes')]).toEqual([4 * 4 * rows, notes])
    again.close()
  })

  test('and may be closed in the middle of a commit: what was committed is there', async () => {
    const file = open(false)
    file.exec('CREATE TABLE records (id TEXT PRIMARY KEY, doc TEXT NOT NULL)')
    await load(file, 0)
    const before = count(file, 'records')
    const { run } = Aside.prototype
    vi.spyOn(Aside.prototype, 'run').mockImplementation(function (this: Aside, ...asked) {
      const done = run.apply(this, asked)
      if (asked[0] === 'COMMIT') file.close()
      return done
    })
    await load(file, 99).catch(() => undefined)
    vi.restoreAllMocks()
    const again = open(true)
    guard.checkAll()
    expect(count(again, 'records')).toBe(before + 4 * rows)
    again.close()
  })

  test('and may be closed between two slices: who writes past the queue then is refused, and nothing of it is there', async () => {
    const file = open(false)
    file.exec('CREATE TABLE records (id TEXT PRIMARY KEY, doc TEXT NOT NULL)')
    let late: unknown
    const close = () => {
      file.close()
      try {
        file.transaction(() => undefined)
      } catch (reason) {
        late = reason
      }
    }
    await expect(file.inTurn(() => file.transactionInSlices([() => void file.run("INSERT INTO records VALUES ('a', '')"), () => void setImmediate(close)], () => undefined))).rejects.toThrow('the replica is closed')
    expect(late).toEqual(new Error('the replica is closed'))
    const again = open(true)
    expect(count(again, 'records')).toBe(0)
    again.close()
  })

  test('acknowledges nothing that could not be vouched for, though another was the first to be told so', async () => {
    const file = open(false)
    file.exec('CREATE TABLE records (id TEXT PRIMARY KEY, doc TEXT NOT NULL)')
    const { run } = Aside.prototype
    let told: unknown
    vi.spyOn(Aside.prototype, 'run').mockImplementation(function (this: Aside, ...asked) {
      const done = run.apply(this, asked)
      vi.spyOn(guard, 'committed').mockImplementationOnce(() => {
        throw new Error('no mark')
      })
      try {
        file.exec('CREATE TABLE notes (n INTEGER PRIMARY KEY)')
      } catch (reason) {
        told = reason
      }
      return done
    })
    await expect(load(file, 0)).rejects.toThrow('no mark')
    vi.restoreAllMocks()
    expect(told).toEqual(new Error('no mark'))
    file.close()
  })

  test('makes nobody wait for what is refused: only the one who asked for it is told', async () => {
    const file = open(false)
    file.exec('CREATE TABLE records (id TEXT PRIMARY KEY, doc TEXT NOT NULL)')
    const { run } = Aside.prototype
    let took = Infinity
    vi.spyOn(Aside.prototype, 'run').mockImplementation(function (this: Aside, sql, finish) {
      const done = run.call(this, sql === 'COMMIT' ? sql : 'SELECT nonsense', finish)
      const begun = performance.now()
      if (sql === 'COMMIT') return done
      file.exec('CREATE TABLE IF NOT EXISTS notes (n INTEGER PRIMARY KEY)')
      took = performance.now() - begun
      return done
    })
    for (let round = 0; round < 10; round += 1) await load(file, round)
    vi.restoreAllMocks()
    expect(took).toBeLessThan(1_000)
    file.close()
    const again = open(true)
    guard.checkAll()
    expect([count(again, 'records'), count(again, 'notes')]).toEqual([10 * 4 * rows, 0])
    again.close()
  })
})
