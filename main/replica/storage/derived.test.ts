import '../webcrypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillWithDefaultSettings, type RxDocumentData, type RxJsonSchema, type RxStorageInstance } from 'rxdb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type DerivedTable, EncryptedFile, encryptedStorage, readText, type StorageOptions, type TableParts, tablesOf, textOf } from './index'

interface Note {
  id: string
  words: string
}
type Stored = RxDocumentData<Note>
type Instance = RxStorageInstance<Note, TableParts, StorageOptions>

const text = { type: 'string', maxLength: 100 } as const
const schema = fillWithDefaultSettings<Note>({ version: 0, primaryKey: 'id', type: 'object', properties: { id: text, words: text } } as RxJsonSchema<Note>)

const wordTable: DerivedTable<Note> = {
  name: 'words',
  version: 1,
  columns: { word: 'TEXT', length: 'INTEGER' },
  indexes: [['word']],
  rowsOf: ({ words }) => words.split(' ').map((word) => [word, word.length]),
}
const withWords: StorageOptions = { derived: [wordTable] }

let folder: string
let file: EncryptedFile
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'derived-'))
})
afterEach(() => file.close())
afterAll(() => rm(folder, { recursive: true, force: true }))

const openTable = async (name: string, options: StorageOptions = withWords): Promise<Instance> => {
  file = EncryptedFile.open(join(folder, name), new Uint8Array(32).fill(5))
  const params = { databaseInstanceToken: 'token', databaseName: 'file', collectionName: 'notes', schema, options, multiInstance: false, devMode: false }
  return encryptedStorage(file).createStorageInstance<Note>(params) as unknown as Promise<Instance>
}

const note = (id: string, words: string, rev = '1-a', deleted = false): Stored => ({ id, words, _rev: rev, _deleted: deleted, _attachments: {}, _meta: { lwt: 1000 } })

/** Every word with the document that it leads to, in the words' order. */
const foundIn = ({ internals }: Instance): string[] => {
  const { all, derived, documents } = tablesOf(internals)
  const rows = all(`SELECT ${textOf('w.word')}, ${textOf('d.id')} FROM ${derived('words')} w JOIN ${documents} d ON d.seq = w.doc ORDER BY w.word, w.doc`)
  return rows.map(([word, id]) => `${readText(word)} ${readText(id)}`)
}

const rowsIn = ({ internals }: Instance): number => Number(tablesOf(internals).all(`SELECT count(*) FROM ${tablesOf(internals).derived('words')}`)[0]?.[0])

const write = async (table: Instance, document: Stored, previous?: Stored): Promise<void> => {
  expect((await table.bulkWrite([previous === undefined ? { document } : { document, previous }], 'test')).error).toEqual([])
}

describe('derived rows', () => {
  it('follow a document that is written, written again, taken away and cleaned up', async () => {
    const table = await openTable('follow.db')
    const [a, b] = [note('a', 'fever cough'), note('b', 'fever')]
    await table.bulkWrite([{ document: a }, { document: b }], 'test')
    expect(foundIn(table)).toEqual(['cough a', 'fever a', 'fever b'])
    const revised = note('a', Array.from({ length: 11 }, (_, place) => `w${10 + place}`).join(' '), '2-a')
    await write(table, revised, a)
    expect(foundIn(table)).toEqual(['fever b', ...Array.from({ length: 11 }, (_, place) => `w${10 + place} a`)])
    await write(table, note('a', 'cough', '3-a', true), revised)
    expect(foundIn(table)).toEqual(['fever b'])
    await table.cleanup(0)
    expect(rowsIn(table)).toBe(1)
  })

  it('keep tombstones where they are asked for, until these are cleaned up', async () => {
    const table = await openTable('tombstones.db', { derived: [{ ...wordTable, ofTombstones: true }] })
    const a = note('a', 'fever')
    await write(table, a)
    await write(table, note('a', 'gone', '2-a', true), a)
    expect(foundIn(table)).toEqual(['gone a'])
    await table.cleanup(0)
    expect(rowsIn(table)).toBe(0)
  })

  it('are not written when the document cannot be', async () => {
    const table = await openTable('conflict.db')
    await write(table, note('a', 'fever'))
    expect((await table.bulkWrite([{ document: note('a', 'other') }], 'test')).error).toHaveLength(1)
    expect(foundIn(table)).toEqual(['fever a'])
  })

  it('are there for documents that came before the table was declared, and anew when its version is raised', async () => {
    const before = await openTable('fill.db', {})
    await before.bulkWrite(Array.from({ length: 1200 }, (_, place) => ({ document: note(`n${place}`, 'fever cough') })), 'test')
    file.close()
    const declared = await openTable('fill.db')
    expect(rowsIn(declared)).toBe(2400)
    file.close()
    const raised = await openTable('fill.db', { derived: [{ ...wordTable, version: 2, rowsOf: ({ words }) => [[words, 0]] }] })
    expect(rowsIn(raised)).toBe(1200)
    file.close()
    // With another index on the documents the rows still lead to them.
    const indexed = await openTable('fill.db', { indexes: [{ fields: ['words'] }], derived: [{ ...wordTable, version: 2, rowsOf: ({ words }) => [[words, 0]] }] })
    expect(foundIn(indexed)).toHaveLength(1200)
  })

  it('go when they are no longer declared, and when the collection is dropped', async () => {
    await write(await openTable('drop.db'), note('a', 'fever'))
    file.close()
    await openTable('drop.db', {})
    const tables = (): number => Number(file.all("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'notes%'")[0]?.[0])
    const plain = tables()
    file.close()
    const again = await openTable('drop.db')
    expect(rowsIn(again)).toBe(1)
    expect(tables()).toBeGreaterThan(plain)
    await again.remove()
    expect(tables()).toBe(0)
  })
})
