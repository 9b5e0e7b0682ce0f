import '../../webcrypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { addRxPlugin, createRxDatabase, fillWithDefaultSettings, type RxDocumentData, type RxJsonSchema, type RxStorageInstance } from 'rxdb'
import { RxDBMigrationSchemaPlugin } from 'rxdb/plugins/migration-schema'
import { firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetDocuments } from '../../growth'
import { allOrNone, EncryptedFile, encryptedStorage } from '../index'
import { preparedFor } from './testing/tables'

/*
 * What RxDB promises to those who call a storage, case by case (https://rxdb.info/rx-storage.html and the comments of
 * RxDB's interface), and what people who share a practice take for granted.
 */

interface Note {
  id: string
  ward?: string
  bed?: number
  [field: string]: unknown
}
type Stored = RxDocumentData<Note>
type Instance = RxStorageInstance<Note, unknown, object, { readonly seq: number }>

const text = { type: 'string', maxLength: 100 } as const
const schemaOf = (version = 0): RxJsonSchema<Stored> =>
  fillWithDefaultSettings<Note>({
    version, primaryKey: 'id', type: 'object', properties: { id: text, ward: text, bed: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 }, free: {} }, indexes: ['ward', ['bed', 'ward']],
  } as unknown as RxJsonSchema<Note>) as RxJsonSchema<Stored>
const schema = schemaOf()

const note = (fields: Partial<Note> & { readonly id: string }, rev = '1-a', deleted = false, lwt = 1000): Stored => ({ ...fields, _rev: rev, _deleted: deleted, _attachments: {}, _meta: { lwt } }) as Stored
const next = (before: Stored, fields: Partial<Note> = {}, deleted = false): Stored => ({ ...before, ...fields, _rev: `${Number(before._rev.split('-')[0]) + 1}-a`, _deleted: deleted, _meta: { lwt: before._meta.lwt + 1 } })

let folder: string
let file: EncryptedFile
const openFile = (): EncryptedFile => (file = EncryptedFile.open(join(folder, 'notes.db'), new Uint8Array(32).fill(9)))
const open = async (collection = 'notes', version = 0): Promise<Instance> =>
  (await encryptedStorage(file).createStorageInstance<Note>({
    databaseInstanceToken: 'token', databaseName: 'ward', collectionName: collection, schema: schemaOf(version), options: {}, multiInstance: false, devMode: false,
  } as never)) as unknown as Instance

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'named-'))
  openFile()
})
afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = async (instance: Instance, mango: object): Promise<string[]> => (await instance.query(preparedFor(schema as never, mango) as never)).documents.map(({ id }) => id)
const countOf = async (instance: Instance): Promise<number> => (await instance.count(preparedFor(schema as never, { selector: {} }) as never)).count
const insert = (instance: Instance, documents: readonly Stored[], context = 'test') => instance.bulkWrite(documents.map((document) => ({ document })), context)

describe('a write', () => {
  it('is refused where there is a document already, with what is there', async () => {
    const instance = await open()
    const first = note({ id: 'a', ward: 'East' })
    await insert(instance, [first])
    const { error } = await insert(instance, [note({ id: 'a', ward: 'West' })], 'second')
    expect(error).toEqual([{ isError: true, status: 409, documentId: 'a', writeRow: { document: note({ id: 'a', ward: 'West' }) }, documentInDb: first, context: 'second' }])
    expect(await instance.findDocumentsById(['a'], false)).toEqual([first])
  })

  it('is refused when it replaces another version than the one that is there', async () => {
    const instance = await open()
    const first = note({ id: 'a' })
    const second = next(first, { ward: 'East' })
    await insert(instance, [first])
    await instance.bulkWrite([{ previous: first, document: second }], 'test')
    const { error } = await instance.bulkWrite([{ previous: first, document: next(first, { ward: 'West' }) }], 'test')
    expect(error.map(({ status }) => status)).toEqual([409])
    expect(await instance.findDocumentsById(['a'], false)).toEqual([second])
  })

  it('goes through for its neighbours in the same batch', async () => {
    const instance = await open()
    await insert(instance, [note({ id: 'b' })])
    const { error } = await insert(instance, ['a', 'b', 'c'].map((id) => note({ id })))
    expect(error.map(({ documentId }) => documentId)).toEqual(['b'])
    expect(await ask(instance, { selector: {}, sort: [{ id: 'asc' }] })).toEqual(['a', 'b', 'c'])
  })

  it('of two that replace the same version at the same time, one wins', async () => {
    const instance = await open()
    const first = note({ id: 'a' })
    await insert(instance, [first])
    const answers = await Promise.all(['East', 'West', 'North'].map((ward) => instance.bulkWrite([{ previous: first, document: next(first, { ward }) }], 'test')))
    expect(answers.map(({ error }) => error.length).sort()).toEqual([0, 1, 1])
    const [there] = await instance.findDocumentsById(['a'], false)
    expect(there?.ward).toBe(['East', 'West', 'North'][answers.findIndex(({ error }) => error.length === 0)])
  })

  it('keeps what a document says to the last letter, and what others keep beside it', async () => {
    const instance = await open()
    const odd = note({ id: 'a', free: { deep: [[{ x: null }], 'a\0b', '\ud83d', '\u2028', 1e308, 5e-324, 2 ** 53 + 2], empty: {}, none: [] }, ['with space']: true, ["o'b"]: 1, __: '' })
    const stored = { ...odd, _meta: { lwt: 1000.05, 'replication|x': 'kept' } } as Stored
    await insert(instance, [stored])
    file.close()
    openFile()
    expect(await (await open()).findDocumentsById(['a'], false)).toEqual([stored])
  })

  it('is not changed by what the caller does with the document later', async () => {
    const instance = await open()
    const mine = note({ id: 'a', free: { list: [1] } })
    await insert(instance, [mine])
    ;(mine.free as { list: number[] }).list.push(2)
    const there = (await instance.findDocumentsById(['a'], false))[0]?.free as { list: number[] }
    expect(there).toEqual({ list: [1] })
    there.list.push(3)
    expect((await instance.findDocumentsById(['a'], false))[0]?.free).toEqual({ list: [1] })
  })

  it('of nothing does nothing and tells nobody', async () => {
    const instance = await open()
    let bulks = 0
    instance.changeStream().subscribe(() => (bulks += 1))
    expect(await instance.bulkWrite([], 'test')).toEqual({ error: [] })
    expect(bulks).toBe(0)
  })
})

describe('a document that is taken away', () => {
  it('is found only by those who ask for what is gone, and can come back', async () => {
    const instance = await open()
    const told: string[] = []
    instance.changeStream().subscribe(({ events }) => told.push(...events.map(({ operation }) => operation)))
    const first = note({ id: 'a', ward: 'East' })
    const gone = next(first, {}, true)
    const back = next(gone, { ward: 'West' })
    await insert(instance, [first])
    await instance.bulkWrite([{ previous: first, document: gone }], 'test')
    expect(await instance.findDocumentsById(['a'], false)).toEqual([])
    expect(await instance.findDocumentsById(['a'], true)).toEqual([gone])
    expect(await ask(instance, { selector: { _deleted: { $eq: false } } })).toEqual([])
    await instance.bulkWrite([{ previous: gone, document: back }], 'test')
    expect(await ask(instance, { selector: { _deleted: { $eq: false }, ward: { $eq: 'West' } } })).toEqual(['a'])
    expect(told).toEqual(['INSERT', 'DELETE', 'INSERT'])
  })

  it('may never have been here: replication brings tombstones of documents that it did not bring', async () => {
    const instance = await open()
    const told: unknown[] = []
    instance.changeStream().subscribe((bulk) => told.push(bulk))
    expect((await insert(instance, [note({ id: 'a' }, '2-a', true)])).error).toEqual([])
    expect(told).toEqual([])
    expect((await instance.findDocumentsById(['a'], true)).length).toBe(1)
    expect((await instance.getChangedDocumentsSince!(10)).documents.map(({ id }) => id)).toEqual(['a'])
  })

  it('is forgotten by a cleanup once it has been gone for long enough, and nothing else is', async () => {
    const instance = await open()
    const now = Date.now()
    await insert(instance, [note({ id: 'old' }, '2-a', true, now - 60_000), note({ id: 'fresh' }, '2-a', true, now - 1000), note({ id: 'alive' }, '1-a', false, 1)])
    expect(await instance.cleanup(30_000)).toBe(true)
    expect((await instance.findDocumentsById(['old', 'fresh', 'alive'], true)).map(({ id }) => id)).toEqual(['fresh', 'alive'])
  })
})

describe('a question', () => {
  const ward = async (): Promise<Instance> => {
    const instance = await open()
    await insert(instance, [note({ id: 'a', ward: 'East', bed: 2 }), note({ id: 'b', ward: 'East', bed: 10 }), note({ id: 'c', ward: 'West' }), note({ id: 'd', bed: 2, free: [{ k: 1 }, { k: 2 }] })])
    return instance
  }

  it.each([
    ['numbers as numbers', { selector: { bed: { $gt: 2 } } }, ['b']],
    ['what is missing before everything else', { selector: {}, sort: [{ bed: 'asc' }, { id: 'desc' }] }, ['c', 'd', 'a', 'b']],
    ['what is missing last, downwards', { selector: {}, sort: [{ ward: 'desc' }, { id: 'asc' }] }, ['c', 'a', 'b', 'd']],
    ['null as what is missing', { selector: { ward: { $eq: null } } }, ['d']],
    ['what is not, missing included', { selector: { ward: { $ne: 'East' } }, sort: [{ id: 'asc' }] }, ['c', 'd']],
    ['nothing in an empty list', { selector: { ward: { $in: [] } } }, []],
    ['everything outside an empty list', { selector: { ward: { $nin: [] } }, sort: [{ id: 'asc' }] }, ['a', 'b', 'c', 'd']],
    ['presence', { selector: { bed: { $exists: false } } }, ['c']],
    ['parts of a text', { selector: { ward: { $regex: '^e', $options: 'i' } }, sort: [{ id: 'asc' }] }, ['a', 'b']],
    ['one of a list', { selector: { free: { $elemMatch: { k: 2 } } } }, ['d']],
    ['the length of a list', { selector: { free: { $size: 2 } } }, ['d']],
    ['one or the other', { selector: { $or: [{ bed: 10 }, { ward: 'West' }] }, sort: [{ id: 'asc' }] }, ['b', 'c']],
    ['neither of two', { selector: { $nor: [{ bed: 10 }, { ward: 'West' }] }, sort: [{ id: 'asc' }] }, ['a', 'd']],
    ['the opposite', { selector: { bed: { $not: { $gt: 2 } } }, sort: [{ id: 'asc' }] }, ['a', 'c', 'd']],
    ['a page', { selector: {}, sort: [{ id: 'asc' }], skip: 1, limit: 2 }, ['b', 'c']],
    ['a page of nothing', { selector: {}, sort: [{ id: 'asc' }], limit: 0 }, []],
    ['a page behind the end', { selector: {}, sort: [{ id: 'asc' }], skip: 9 }, []],
  ])('answers %s', async (_, mango, found) => {
    expect(await ask(await ward(), mango)).toEqual(found)
  })

  it('how many is answered from what is on the disk, whatever the caller says was there before', async () => {
    const instance = await ward()
    const inEast = async (): Promise<number> => (await instance.count(preparedFor(schema as never, { selector: { ward: { $eq: 'East' } } }) as never)).count
    expect(await inEast()).toBe(2)
    const [there] = await instance.findDocumentsById(['a'], false)
    await instance.bulkWrite([{ previous: { ...(there as Stored), ward: 'West' }, document: next(there as Stored, { ward: 'North' }) }], 'test')
    expect(await inEast()).toBe(1)
    await instance.bulkWrite([{ previous: note({ id: 'new', ward: 'East' }), document: note({ id: 'new', ward: 'East' }, '2-a') }], 'test')
    expect(await inEast()).toBe(2)
  })

  it('orders as JavaScript compares, whatever the script', async () => {
    const instance = await open()
    const names = ['Zulu', 'apple', 'Éa', 'ا', 'न', '王', '\ue000', '😀', '\uffff', '']
    await insert(instance, names.map((name, place) => note({ id: String(place), ward: name })))
    const { documents } = await instance.query(preparedFor(schema as never, { selector: {}, sort: [{ ward: 'asc' }] }) as never)
    expect(documents.map((document) => document.ward)).toEqual([...names].sort())
  })
})

describe('what has changed since', () => {
  it('is each document once, as it is now, in pages that can be kept as JSON', async () => {
    const instance = await open()
    const first = note({ id: 'a' })
    await insert(instance, [first, note({ id: 'b' }), note({ id: 'c' })])
    await instance.bulkWrite([{ previous: first, document: next(first, {}, true) }], 'test')
    const seen: string[] = []
    let checkpoint: { readonly seq: number } | undefined
    for (;;) {
      const page = await instance.getChangedDocumentsSince!(1, checkpoint)
      if (page.documents.length === 0) break
      seen.push(...page.documents.map(({ id, _rev }) => `${id} ${_rev}`))
      checkpoint = JSON.parse(JSON.stringify(page.checkpoint)) as { seq: number }
    }
    expect(seen).toEqual(['b 1-a', 'c 1-a', 'a 2-a'])
    // Nothing new: the same place is answered again.
    expect(await instance.getChangedDocumentsSince!(10, checkpoint)).toEqual({ documents: [], checkpoint })
  })

  it('goes on behind the place that the change stream told, also after the file was opened again', async () => {
    const instance = await open()
    const told = firstValueFrom(instance.changeStream())
    await insert(instance, Array.from({ length: 450 }, (_, place) => note({ id: `n${place}` })))
    const places: unknown[] = [(await told).checkpoint]
    instance.changeStream().subscribe(({ checkpoint }) => places.push(checkpoint))
    await insert(instance, [note({ id: 'last' })])
    file.close()
    openFile()
    expect((await (await open()).getChangedDocumentsSince!(10, places.at(-1) as never)).documents).toEqual([])
  })
})

describe('collections in one file', () => {
  it('know nothing of each other, of another version of themselves, or of one that was removed', async () => {
    const [notes, drafts, newer] = [await open('notes'), await open('drafts'), await open('notes', 1)]
    await insert(notes, [note({ id: 'a', ward: 'East' })])
    await insert(drafts, [note({ id: 'a', ward: 'West' })])
    expect(await countOf(newer)).toBe(0)
    await notes.remove()
    expect(await countOf(await open('notes'))).toBe(0)
    expect(await countOf(drafts)).toBe(1)
  })

  it('can be opened twice: both see what the other wrote', async () => {
    const [one, two] = [await open(), await open()]
    expect([await countOf(one), await countOf(two)]).toEqual([0, 0])
    await insert(one, [note({ id: 'a' })])
    expect([await countOf(one), await countOf(two)]).toEqual([1, 1])
    expect((await insert(two, [note({ id: 'a' })])).error.map(({ status }) => status)).toEqual([409])
    await one.close()
    expect(await countOf(two)).toBe(1)
  })
})

describe('an instance that is closed', () => {
  it('finishes what was begun, answers nothing more, and may be closed again', async () => {
    const instance = await open()
    const under = insert(instance, Array.from({ length: 900 }, (_, place) => note({ id: `n${place}` })))
    await instance.close()
    await instance.close()
    expect((await under).error).toEqual([])
    await expect(insert(instance, [note({ id: 'late' })])).rejects.toThrow('closed')
    await expect(instance.findDocumentsById(['n0'], false)).rejects.toThrow('closed')
    expect(await countOf(await open())).toBe(900)
  })
})

describe('while a long batch is being written', () => {
  const batch = (prefix: string, many: number): Stored[] => Array.from({ length: many }, (_, place) => note({ id: `${prefix}${place}`, ward: 'East', free: 'x'.repeat(300) }))

  it('nobody sees part of it that could still be taken back', async () => {
    const instance = await open()
    await insert(instance, [note({ id: 'x699' })])
    let isDone = false
    const writing = insert(instance, batch('x', 700), allOrNone('test')).then((answer) => {
      isDone = true
      return answer
    })
    const seen = new Set<number>()
    while (!isDone) {
      seen.add(await countOf(instance))
      seen.add((await ask(instance, { selector: { ward: { $eq: 'East' } } })).length + 1)
      await turn()
    }
    expect((await writing).error.map(({ documentId }) => documentId)).toEqual(['x699'])
    expect([...seen]).toEqual([1])
  })

  it('whoever looks sees only whole parts of it', async () => {
    const instance = await open()
    let isDone = false
    const writing = insert(instance, batch('x', 4000)).then(() => (isDone = true))
    const seen: number[] = []
    const look = async (): Promise<void> => {
      while (!isDone) {
        seen.push(await countOf(instance))
        seen.push((await instance.getChangedDocumentsSince!(10_000)).documents.length)
        await turn()
      }
    }
    await Promise.all([writing, look(), look(), look()])
    expect(seen.length).toBeGreaterThan(3)
    // What is seen is what a crash at that moment would have kept.
    expect(seen.filter((many) => many % 1000 !== 0)).toEqual([])
  })

  it.each([
    ['in no order of an index', { selector: { free: { $regex: 'x' } }, sort: [{ free: 'asc' }, { id: 'asc' }] }],
    ['in the order of an index', { selector: { ward: { $eq: 'East' }, free: { $regex: 'x' } }, sort: [{ ward: 'asc' }, { id: 'asc' }] }],
    ['by identifier', undefined],
  ])('a long list, read %s while others save one thing after the other, has everybody once', async (_, mango) => {
    const [instance, drafts] = [await open('notes'), await open('drafts')]
    const all = batch('x', 1800)
    await insert(instance, all)
    let isDone = false
    const save = async (from: number): Promise<void> => {
      for (let place = from; !isDone; place = (place + 7) % 1800) {
        const before = all[place] as Stored
        const after = next(before, { bed: place })
        all[place] = after
        await instance.bulkWrite([{ previous: before, document: after }], 'test')
      }
    }
    const bring = async (): Promise<void> => {
      for (let number = 0; !isDone; number += 1) await insert(drafts, batch(`${number}-`, 250))
    }
    const saving = Promise.all([save(0), save(1), save(2), bring()])
    const answers: string[][] = []
    for (let round = 0; round < 6; round += 1) {
      const found = mango === undefined ? (await instance.findDocumentsById(all.map(({ id }) => id), false)).map(({ id }) => id) : await ask(instance, mango)
      answers.push(found)
    }
    isDone = true
    await saving
    expect(answers.map((found) => [found.length, new Set(found).size])).toEqual(answers.map(() => [1800, 1800]))
  })

  it('a colleague’s single write is kept although the batch is refused', async () => {
    const [notes, drafts] = [await open('notes'), await open('drafts')]
    await insert(notes, [note({ id: 'x899' })])
    const refused = insert(notes, batch('x', 900), allOrNone('test'))
    await turn()
    const [mine, theirs] = await Promise.all([insert(drafts, [note({ id: 'draft' })]), insert(notes, [note({ id: 'y' })])])
    const cleaned = drafts.cleanup(0)
    expect([...mine.error, ...theirs.error]).toEqual([])
    expect((await refused).error.length).toBe(1)
    await cleaned
    file.close()
    openFile()
    expect(await countOf(await open('drafts'))).toBe(1)
    expect(await ask(await open('notes'), { selector: {}, sort: [{ id: 'asc' }] })).toEqual(['x899', 'y'])
  })

  it('what was forgotten because a server keeps it stays forgotten although the batch is refused', async () => {
    const [notes, drafts] = [await open('notes'), await open('drafts')]
    const kept = note({ id: 'kept' })
    await insert(drafts, [kept])
    expect(await countOf(drafts)).toBe(1)
    await insert(notes, [note({ id: 'x899' })])
    const refused = insert(notes, batch('x', 900), allOrNone('test'))
    await turn()
    expect(await forgetDocuments([kept], drafts, ({ id }) => id, new Map(), notes)).toEqual(['kept'])
    expect((await refused).error.length).toBe(1)
    expect(await drafts.findDocumentsById(['kept'], true)).toEqual([])
    expect(await countOf(drafts)).toBe(0)
  })

  it('a cleanup that was acknowledged stays done although the batch is refused', async () => {
    const [notes, drafts] = [await open('notes'), await open('drafts')]
    await insert(drafts, [note({ id: 'gone' }, '2-a', true, 5)])
    await insert(notes, [note({ id: 'x899' })])
    const refused = insert(notes, batch('x', 900), allOrNone('test'))
    await turn()
    await drafts.cleanup(0)
    expect((await refused).error.length).toBe(1)
    expect(await drafts.findDocumentsById(['gone'], true)).toEqual([])
  })
})

describe('RxDB on this storage', () => {
  const database = () => createRxDatabase({ name: 'ward', storage: encryptedStorage(file), multiInstance: false, eventReduce: true })
  const plain = (version: number, more: object = {}): RxJsonSchema<Note> => ({ version, primaryKey: 'id', type: 'object', properties: { id: text, ward: text, bed: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 }, ...more }, indexes: ['ward'] }) as unknown as RxJsonSchema<Note>

  it('keeps a question answered while others write', async () => {
    const db = await database()
    const { notes } = await db.addCollections({ notes: { schema: plain(0) } })
    const collection = notes as NonNullable<typeof notes>
    const answers: string[][] = []
    collection.find({ selector: { ward: 'East' }, sort: [{ bed: 'asc' }] }).$.subscribe((found) => answers.push(found.map(({ id }) => id as string)))
    await collection.bulkInsert([{ id: 'a', ward: 'East', bed: 2 }, { id: 'b', ward: 'East', bed: 1 }, { id: 'c', ward: 'West', bed: 1 }])
    const found = await collection.findOne('c').exec(true)
    await found.incrementalPatch({ ward: 'East', bed: 0 })
    await (await collection.findOne('b').exec(true)).remove()
    await expect.poll(() => answers.at(-1)).toEqual(['c', 'a'])
    await db.close()
  })

  it('carries documents over to a new version of their schema', async () => {
    addRxPlugin(RxDBMigrationSchemaPlugin)
    const before = await database()
    const { notes } = await before.addCollections({ notes: { schema: plain(0) } })
    await notes?.bulkInsert(Array.from({ length: 230 }, (_, place) => ({ id: `n${place}`, ward: 'East', bed: place })))
    await before.close()
    const after = await database()
    const { notes: newer } = await after.addCollections({ notes: { schema: plain(1, { floor: { type: 'number' } }), migrationStrategies: { 1: (old: Note) => (old.bed === 7 ? null : { ...old, floor: Math.floor(Number(old.bed) / 100) }) } } })
    expect(await newer?.count().exec()).toBe(229)
    expect((await newer?.findOne('n225').exec())?.toJSON()).toMatchObject({ floor: 2, bed: 225 })
    await after.close()
  })
})
