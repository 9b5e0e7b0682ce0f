import '../../../webcrypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  fillWithDefaultSettings, getQueryPlan, normalizeMangoQuery, type PreparedQuery, prepareQuery, type RxDocumentData, type RxJsonSchema, type RxStorageInstance,
} from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { EncryptedFile, encryptedStorage, type StorageOptions } from '../../index'
import { paths, type Scenario, type StorageChoice } from './scenario'
import { valueOf } from './values'

/** A document of a random schema. */
export interface Entry extends Record<string, unknown> {
  readonly key: string
}
export type Stored = RxDocumentData<Entry>
export type Instance = RxStorageInstance<Entry, unknown, object>
export type Schema = RxJsonSchema<Stored>

const key = new Uint8Array(32).fill(7)

/** Tables that share one file before a fresh one is begun. */
const tablesInFile = 40

/** A scratch folder with the file of the tables under comparison. */
export class Bench {
  private readonly folder: string
  private opened: EncryptedFile | undefined
  private files = 0
  private tables = 0

  /** @param under where the scratch folder is made; what is compared here is answers, so it may be in memory. */
  constructor(under: string) {
    this.folder = mkdtempSync(join(under, 'differential-'))
  }

  /** The name of a table that has not been used; what replication remembers is stored in a way of its own. */
  nextName(isReplications: boolean): string {
    this.tables += 1
    if (this.tables % tablesInFile === 0) {
      this.opened?.close()
      this.opened = undefined
      rmSync(this.path(), { force: true })
      this.files += 1
    }
    return `${isReplications ? 'rx-replication-meta-' : 'c'}${this.tables}`
  }

  /** The storage's instance of the table, in the file as it is open now. */
  async table(name: string, schema: Schema, options: StorageOptions): Promise<Instance> {
    this.opened ??= EncryptedFile.open(this.path(), key)
    return (await encryptedStorage(this.opened).createStorageInstance<Entry>(paramsOf(name, schema, options))) as unknown as Instance
  }

  /** Closes the file, so that the next instance reads it from the disk. */
  closeFile(): void {
    this.opened?.close()
    this.opened = undefined
  }

  remove(): void {
    this.closeFile()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private path(): string {
    return join(this.folder, `${this.files}.db`)
  }
}

const paramsOf = (name: string, schema: Schema, options: StorageOptions) => ({
  databaseInstanceToken: 'token', databaseName: 'differential', collectionName: name, schema, options, multiInstance: false, devMode: false,
})

/** RxDB's memory storage, without indexes: those cut and pad what they hold by the schema, and then answer wrongly for odd values. */
export const memoryTable = async (name: string, schema: Schema): Promise<Instance> =>
  (await getRxStorageMemory().createStorageInstance<Entry>(paramsOf(name, schema, {}) as never)) as unknown as Instance

const propertyOf = (kind: string): object => (kind === 'text' ? { type: 'string', maxLength: 50 } : kind === 'number' ? { type: 'number', minimum: -1000, maximum: 1000, multipleOf: 0.01 } : kind === 'integer' ? { type: 'integer', minimum: -1000, maximum: 1000, multipleOf: 1 } : kind === 'boolean' ? { type: 'boolean' } : {})

/** The schema of a scenario, with its indexes for the storage and without any for the oracle. */
export const schemasOf = ({ kinds, indexes }: Pick<Scenario, 'kinds' | 'indexes'>): { readonly ours: Schema; readonly oracle: Schema } => {
  const property = Object.fromEntries(paths.map((path, place) => [path, propertyOf(kinds[place] ?? 'free')]))
  const properties = {
    key: { type: 'string', maxLength: 60 },
    ...Object.fromEntries(paths.filter((path) => !path.includes('.')).map((path) => [path, property[path]])),
    s: { type: 'object', properties: { x: property['s.x'], y: property['s.y'], t: { type: 'object', properties: { z: property['s.t.z'] } } } },
    free: {},
    list: {},
  }
  const plain = { version: 0, primaryKey: 'key', type: 'object', properties } as unknown as RxJsonSchema<Entry>
  const indexed = indexes.map((fields) => indexable(fields, kinds)).filter((fields) => fields.length > 0)
  return { ours: fillWithDefaultSettings<Entry>({ ...plain, indexes: indexed } as never) as Schema, oracle: fillWithDefaultSettings<Entry>(plain as never) as Schema }
}

const indexable = (fields: readonly number[], kinds: Scenario['kinds']): string[] => [...new Set(fields)].filter((place) => kinds[place] !== 'free').map((place) => paths[place] as string)

/** What the scenario asks the storage to index, as its options. */
export const optionsOf = ({ partial, searched }: StorageChoice, { kinds, vocabulary }: Pick<Scenario, 'kinds' | 'vocabulary'>): StorageOptions => ({
  indexes: partial.flatMap(({ fields, present, only }) => {
    const list = indexable(fields, kinds)
    if (list.length === 0) return []
    const isPresent = present !== undefined && kinds[present] !== 'free' ? { present: paths[present] as string } : {}
    const isOnly = only !== undefined && kinds[only.field] === 'text' ? { only: { field: paths[only.field] as string, value: valueOf(only.cell, 'text', vocabulary) as string } } : {}
    return [{ fields: list, ...isPresent, ...isOnly }]
  }),
  searched: indexable(searched, kinds),
})

/** The query as the storage gets it. */
export const preparedFor = (schema: Schema, mango: object): PreparedQuery<Entry> =>
  prepareQuery<Entry>(schema as never, normalizeMangoQuery(schema as never, structuredClone(mango) as never) as never)

/** The same query for the oracle, which is made to look at every document: its shortcuts over indexes answer some selectors wrongly. */
export const preparedForOracle = (prepared: PreparedQuery<Entry>, oracle: Schema): PreparedQuery<Entry> => {
  const everything = getQueryPlan(oracle as never, { selector: {}, sort: [{ key: 'asc' }], skip: 0 } as never)
  return { ...prepared, queryPlan: { ...everything, sortSatisfiedByIndex: false, selectorSatisfiedByIndex: false } }
}
