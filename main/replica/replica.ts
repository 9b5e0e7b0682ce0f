import './webcrypto'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createRxDatabase, fillWithDefaultSettings, type RxCollection, type RxDatabase, type RxJsonSchema } from 'rxdb'
import { createClock, type HybridClock } from '../../shared/records/clock'
import type { Envelope } from '../../shared/records/envelope'
import { deriveKey, readSealedFile, SealedProblem, writeSealedFile } from '../sealed'
import { documentsIn } from './documents'
import { FileGuard, hasMarksOf, saysDamaged } from './integrity'
import { type CollectionForm, migrateFile } from './growth/migrate'
import { rewriteIfHollow } from './growth/room'
import { localIn } from './local/local'
import { localSchema, type StoredLocal } from './local/schema'
import { recordSteps } from './migrations'
import { recordDerived } from './records/derived'
import { recordIndexes } from './records/indexes'
import { recordsIn } from './records/records'
import { recordSchema, searchParameterPaths } from './records/schema'
import { EncryptedFile, encryptedStorage, type PartialIndex, readText, type TableParts, tablesOf, textOf } from './storage'
import { layoutOf, tableName } from './storage/layout'
import { type Replica, type ReplicaOptions, ReplicaProblem } from './types'

const fileName = 'replica.db'

/** Tells a wrong key from a damaged file, which the database file alone cannot. */
const sealName = 'replica.seal'

const localIndexes: readonly PartialIndex[] = [{ fields: ['kind', 'stamp', 'key'] }, { fields: ['kind', 'state', 'stamp', 'key'] }, { fields: ['stamp'] }]

/** What the seal beside the database says; `absent`: there is none, `other`: it was made with another key, or is damaged. */
const readSeal = async (path: string, key: Uint8Array): Promise<'absent' | 'other' | 'unguarded' | 'guarded'> => {
  if (!existsSync(path)) return 'absent'
  try {
    return (await readSealedFile(path, key)).length === 0 ? 'unguarded' : 'guarded'
  } catch (reason) {
    if (reason instanceof SealedProblem) return 'other'
    throw reason
  }
}

const isEmpty = (path: string): boolean => !existsSync(path) || statSync(path).size === 0

/** The key of the database file, from {@link ReplicaOptions.key}. */
export const fileKeyOf = (key: Uint8Array): Uint8Array => deriveKey(key, 'outpost/replica')

/** The database file with its guard; tells a wrong key from a damaged file. */
const openGuarded = async (folder: string, key: Uint8Array): Promise<{ readonly file: EncryptedFile; readonly guard: FileGuard }> => {
  const path = join(folder, fileName)
  const sealPath = join(folder, sealName)
  const seal = await readSeal(sealPath, key)
  const isOurs = seal === 'guarded' || seal === 'unguarded' || hasMarksOf(path, key)
  if (seal === 'other' && !isOurs) throw new ReplicaProblem('wrong-passphrase')
  // A seal is written once there is a database: an empty or missing one beside it has been lost, not never made.
  if (isOurs && isEmpty(path)) throw new ReplicaProblem('replica-damaged', 'the database file is missing')
  try {
    let guard: FileGuard | undefined
    const file = EncryptedFile.open(path, key, (query) => (guard = FileGuard.open({ path, key, known: seal === 'guarded', query })))
    if (seal !== 'guarded') await writeSealedFile(sealPath, key, new Uint8Array([1]))
    guard?.vouch()
    return { file, guard: guard as FileGuard }
  } catch (reason) {
    if (isOurs && saysDamaged(reason, path)) throw new ReplicaProblem('replica-damaged')
    throw reason
  }
}

/** The database file in a folder, guarded; `key` by {@link fileKeyOf}. */
export const openFile = async (folder: string, key: Uint8Array): Promise<EncryptedFile> => (await openGuarded(folder, key)).file

/**
 * The name under which RxDB knows this file: kept in the file, because replication's checkpoints hang on it; two
 * workstations of one practice differ in it.
 */
const nameOf = (file: EncryptedFile, practice: string): string =>
  file.transaction(() => {
    file.exec('CREATE TABLE IF NOT EXISTS outpost_file (practice TEXT NOT NULL, name TEXT NOT NULL)')
    const [known] = file.all(`SELECT ${textOf('practice')}, ${textOf('name')} FROM outpost_file`)
    if (known === undefined) {
      const name = `${practice}-${randomBytes(8).toString('hex')}`
      file.run('INSERT INTO outpost_file (practice, name) VALUES (?, ?)', practice, name)
      return name
    }
    if (readText(known[0]) !== practice) throw new ReplicaProblem('replica-damaged', 'the file belongs to another practice')
    return readText(known[1])
  })

/** The newest stamp on disk, so that time goes on from there whatever the wall clock says after a restart. Answered from an index alone. */
const observeNewest = ({ internals }: { readonly internals: unknown }, field: 'at' | 'stamp', clock: HybridClock): void => {
  const { file, table, layout } = internals as TableParts
  const column = layout.columns.get(field)?.sql ?? field
  const [row] = file.all(`SELECT ${textOf(column)} FROM ${tableName(table)} WHERE deleted = 0 ORDER BY ${column} DESC LIMIT 1`)
  if (row !== undefined && row[0] !== null) clock.observe(readText(row[0]))
}

/** What the file has to look like before RxDB opens it. */
const formOf = (name: string, schema: RxJsonSchema<never>, indexes: readonly PartialIndex[], searched: readonly string[], others: Pick<CollectionForm, 'derived' | 'steps' | 'isReplicated'>): CollectionForm => ({
  name,
  version: schema.version,
  layout: layoutOf(fillWithDefaultSettings(schema) as never, indexes, searched),
  ...others,
})

/**
 * Opens a practice's database in its folder, or makes it. What is written is encrypted, and on disk when the
 * write resolves.
 *
 * @throws {ReplicaProblem} `practice-in-use` · `wrong-passphrase` · `replica-damaged` · `disk-full`
 */
export const openReplica = async ({ folder, key, practice, station, now = Date.now, onMigration, steps = recordSteps }: ReplicaOptions): Promise<Replica> => {
  mkdirSync(folder, { recursive: true })
  const { file, guard } = await openGuarded(folder, fileKeyOf(key))
  let database: RxDatabase | undefined
  const close = async (): Promise<void> => {
    await database?.close()
    file.close()
  }
  try {
    const schema = { ...recordSchema, version: steps.length }
    await migrateFile(
      file,
      [
        formOf('records', schema as never, recordIndexes, searchParameterPaths, { derived: recordDerived, steps, isReplicated: true }),
        formOf('local', localSchema as never, localIndexes, [], { derived: [] }),
      ],
      { onProgress: onMigration },
    )
    rewriteIfHollow(file)
    database = await createRxDatabase({ name: nameOf(file, practice), storage: encryptedStorage(file), multiInstance: false, eventReduce: false })
    const collections = await database.addCollections({
      records: { schema, autoMigrate: false, instanceCreationOptions: { indexes: recordIndexes, searched: searchParameterPaths, derived: recordDerived } },
      local: { schema: localSchema, instanceCreationOptions: { indexes: localIndexes } },
    })
    const collection = collections.records as unknown as RxCollection<Envelope>
    const local = collections.local as unknown as RxCollection<StoredLocal>
    const clock = createClock({ station, now })
    observeNewest(collection.storageInstance, 'at', clock)
    observeNewest(local.storageInstance, 'stamp', clock)
    collection.storageInstance.changeStream().subscribe((bulk) => bulk.events.forEach((event) => clock.observe((event.documentData as Envelope).at)))
    void guard.checkInTheBackground()
    let closing: Promise<void> | undefined
    return {
      practice,
      station,
      collection,
      documents: documentsIn(database.name, { records: collections.records, local: collections.local } as never),
      tables: tablesOf(collection.storageInstance.internals as TableParts),
      records: recordsIn({ collection, practice, station, clock, now }),
      local: localIn(local, clock),
      onDamage: (listener) => guard.onDamage(listener),
      lookedOver: () => guard.checkInTheBackground(),
      close: () => (closing ??= close()),
    }
  } catch (reason) {
    await close()
    // Our statements are fixed: what SQLite cannot make sense of is a table of contents that was damaged.
    throw (reason as { code?: unknown }).code === 'SQLITE_ERROR' ? new ReplicaProblem('replica-damaged', String(reason)) : reason
  }
}
