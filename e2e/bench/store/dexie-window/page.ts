import type { RxStorage, RxStorageInstance } from 'rxdb'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { timesOf } from '../figures'
import { entries, type Entry, prepared, questions, schema } from '../subject'

const measure = async (): Promise<object> => {
  const documents = entries(Number(new URLSearchParams(location.search).get('documents')))
  const storage = getRxStorageDexie() as unknown as RxStorage<unknown, object>
  const params = { databaseInstanceToken: 'bench', databaseName: 'bench', collectionName: 'entries', schema, options: {}, multiInstance: false, devMode: false }
  const instance = (await storage.createStorageInstance<Entry>(params)) as RxStorageInstance<Entry, unknown, object>
  const started = performance.now()
  for (let from = 0; from < documents.length; from += 1000) await instance.bulkWrite(documents.slice(from, from + 1000).map((document) => ({ document })), 'bench')
  const load = performance.now() - started
  let found = 0
  const find = async (question: object): Promise<void> => void (found += (await instance.query(prepared(question))).documents.length)
  for (const question of questions(documents, 3)) await find(question)
  found = 0
  const finds = await timesOf(questions(documents, 150), find)
  return { load, finds, found }
}

measure().then(
  (measured) => (document.title = JSON.stringify(measured)),
  (reason: unknown) => (document.title = JSON.stringify({ failed: String(reason) })),
)
