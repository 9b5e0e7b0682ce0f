import '../../../main/replica/webcrypto'
import { join } from 'node:path'
import type { BulkWriteRow, RxStorage, RxStorageInstance } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { openFile } from '../../../main/replica/replica'
import type { EncryptedFile } from '../../../main/replica/storage'
import { encryptedStorage } from '../../../main/replica/storage'
import { type Entry, prepared, revised, schema, type Stored } from './subject'

/** Ours and RxDB's memory storage, both asked through RxDB's storage interface. */
export type Instance = RxStorageInstance<Entry, unknown, object>

const paramsOf = (name: string) => ({ databaseInstanceToken: 'bench', databaseName: name, collectionName: 'entries', schema, options: {}, multiInstance: false, devMode: false })

export const openMemory = async (name: string): Promise<Instance> =>
  (await (getRxStorageMemory() as unknown as RxStorage<unknown, object>).createStorageInstance<Entry>(paramsOf(name))) as Instance

/** The file as a replica opens it: encrypted, guarded, `synchronous=FULL`. */
export const openOurs = async (folder: string): Promise<{ readonly file: EncryptedFile; readonly instance: Instance; readonly path: string }> => {
  const file = await openFile(folder, new Uint8Array(32).fill(9))
  const instance = (await (encryptedStorage(file) as unknown as RxStorage<unknown, object>).createStorageInstance<Entry>(paramsOf('bench'))) as Instance
  return { file, instance, path: join(folder, 'replica.db') }
}

/** Milliseconds for all rows in bulk writes of `batch`. The memory storage puts off its indexes until the next call: that call is counted. */
export const writeAll = async (instance: Instance, rows: readonly BulkWriteRow<Entry>[], batch: number): Promise<number> => {
  const started = performance.now()
  for (let from = 0; from < rows.length; from += batch) {
    const { error } = await instance.bulkWrite(rows.slice(from, from + batch), 'bench')
    if (error.length > 0) throw new Error(`${error.length} documents were not written`)
  }
  await instance.findDocumentsById(['nobody'], true)
  return performance.now() - started
}

export const insertsOf = (documents: readonly Stored[]): BulkWriteRow<Entry>[] => documents.map((document) => ({ document }))
export const updatesOf = (documents: readonly Stored[]): BulkWriteRow<Entry>[] => documents.map((previous) => ({ previous, document: revised(previous) }))

export const ask = async (instance: Instance, question: object): Promise<number> => (await instance.query(prepared(question))).documents.length
