import '../webcrypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addRxPlugin, createRxDatabase, type RxCollection, type RxDatabase } from 'rxdb'
import { RxDBMigrationSchemaPlugin } from 'rxdb/plugins/migration-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EncryptedFile, encryptedStorage } from './index'

addRxPlugin(RxDBMigrationSchemaPlugin)

interface Visit {
  id: string
  date: string
  day?: string
}

const text = { type: 'string', maxLength: 40 } as const
const first = { version: 0, primaryKey: 'id', type: 'object', properties: { id: text, date: text }, required: ['id', 'date'] } as const
const second = { version: 1, primaryKey: 'id', type: 'object', properties: { id: text, date: text, day: text }, required: ['id', 'date', 'day'], indexes: ['day'] } as const

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migration-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const open = async (): Promise<{ readonly file: EncryptedFile; readonly database: RxDatabase; close(): Promise<void> }> => {
  const file = EncryptedFile.open(join(folder, 'visits.db'), new Uint8Array(32).fill(5))
  const database = await createRxDatabase({ name: 'clinic', storage: encryptedStorage(file), multiInstance: false })
  return {
    file,
    database,
    async close() {
      await database.close()
      file.close()
    },
  }
}

describe('RxDB’s own migration over the storage', () => {
  it('brings every visit into the new schema, and leaves no table of the old one', async () => {
    const before = await open()
    const { visits } = (await before.database.addCollections({ visits: { schema: first } })) as unknown as { visits: RxCollection<Visit> }
    await visits.bulkInsert(Array.from({ length: 450 }, (_, place) => ({ id: `v${place}`, date: `2026-11-${10 + (place % 20)}T08:00` })))
    await (await visits.findOne('v7').exec())?.remove()
    await before.close()

    const after = await open()
    const migrationStrategies = { 1: (old: Visit) => (old.id === 'v8' ? null : { ...old, day: old.date.slice(0, 10) }) }
    const collections = (await after.database.addCollections({ visits: { schema: second, migrationStrategies } })) as unknown as { visits: RxCollection<Visit> }
    expect(await collections.visits.count().exec()).toBe(448)
    const day = await collections.visits.find({ selector: { day: '2026-11-12' }, sort: [{ id: 'asc' }] }).exec()
    expect(day.map(({ id }) => id)).toEqual(Array.from({ length: 450 }, (_, place) => place).filter((place) => place % 20 === 2).map((place) => `v${place}`).sort())
    expect(after.file.all("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'visits 0%'")[0]?.[0]).toBe(0)
    await after.close()
  })
})
