import { createRequire } from 'node:module'
import { mkdirSync, readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { join } from 'node:path'
import type { RxCollection } from 'rxdb'
import { replicateCouchDB } from 'rxdb/plugins/replication-couchdb'
import { openReplica, type Replica } from '../../../main/replica'
import { fromDocument, openSync } from '../../../main/sync'
import type { Envelope } from '../../../shared/records/envelope'
import { searchParametersOf } from '../../../shared/records/search'
import { clinicRecords, practice } from './subject'

/** One workstation in a process of its own: fetches or sends everything once, and says how many milliseconds that took. */
export interface Task {
  readonly who: 'ours' | 'plugin' | 'pouchdb'
  readonly what: 'pull' | 'push'
  readonly folder: string
  /** The database, without name and password. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** Records to wait for, or to send. */
  readonly many: number
}

/** Loading it as a module to bundle it runs nothing. */
const isRun = process.argv[1]?.endsWith('station.mjs') === true
const task = JSON.parse(isRun ? (process.argv[2] ?? '{}') : '{}') as Task
const { who, what, folder, url, user, password, many } = task
/** For each the size of batch that suits it best. */
const batchSize = { plugin: 1_000, pouchdb: 1_000 }

const openRecords = (): Promise<Replica> => openReplica({ folder, key: new Uint8Array(32).fill(7), practice: practice.id, station: 'B' })
const putRecords = async ({ collection }: Replica): Promise<void> => {
  const records = clinicRecords(many, { seed: 7, prefix: `${who} ` })
  for (let from = 0; from < many; from += 1_000) {
    const part = records.slice(from, from + 1_000).map(({ _id, ...record }) => ({ ...record, search: searchParametersOf(record.type as never, record.resource as never), _deleted: false, _attachments: {}, _meta: { lwt: Date.now() }, _rev: '1-bench' }))
    await collection.storageInstance.bulkWrite(part.map((document) => ({ document })) as never, 'bench')
  }
}
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((next) => setTimeout(next, 10))
}

const ours = async (): Promise<number> => {
  const replica = await openRecords()
  if (what === 'push') await putRecords(replica)
  const started = performance.now()
  const sync = await openSync({ replica, practice, announce: () => undefined, log: (line) => process.stderr.write(`${line}\n`) })
  const set = await sync.configure({ url, user, password })
  if (!set.ok) throw new Error(set.problem.kind)
  await until(async () => (what === 'pull' ? (await replica.documents.count('records')) === many : sync.state().waitingOut === 0))
  const took = performance.now() - started
  await sync.close()
  await replica.close()
  return took
}

const plugin = async (): Promise<number> => {
  const replica = await openRecords()
  if (what === 'push') await putRecords(replica)
  const collection = replica.collection as RxCollection<Envelope>
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const started = performance.now()
  const replication = replicateCouchDB<Envelope>({
    replicationIdentifier: 'bench',
    collection,
    url: `${url}/`,
    live: false,
    waitForLeadership: false,
    // It takes the record's own id away, without which no server of ours takes a record.
    fetch: (to, options) => fetch(to, { ...options, ...(typeof options?.body === 'string' ? { body: options.body.replace(/"_id":("[^"]+")/g, '"_id":$1,"id":$1') } : {}), headers: { ...(options?.headers as Record<string, string>), authorization } }),
    // Both ways, as a workstation does. The same is made of a document: without it, it would fit into no list. The practice's mark is a
    // document like any to it.
    pull: { batchSize: batchSize.plugin, modifier: (document) => (fromDocument(document as never, practice.id) ?? document) as never },
    // It keeps what a three-way merge needs only where it also sends.
    push: { batchSize: batchSize.plugin, modifier: ({ search: _search, ...record }) => record },
  })
  replication.error$.subscribe((error) => process.stderr.write(`${error.message.slice(0, 300)}\n`))
  await replication.awaitInitialReplication()
  const took = performance.now() - started
  if (what === 'pull' && (await replica.documents.count('records')) !== many + 1) throw new Error('the plugin did not fetch everything')
  await replication.cancel()
  await replica.close()
  return took
}

interface Pouch {
  info(): Promise<{ readonly doc_count: number }>
  close(): Promise<void>
}
const pouchdb = async (): Promise<number> => {
  // Their ES builds import each other's CommonJS by names that Node does not see.
  const load = createRequire(import.meta.url)
  const PouchDB = load('pouchdb-core') as unknown as { plugin(plugin: unknown): void; new (name: string, options: object): Pouch; replicate(from: Pouch, to: Pouch, options: object): Promise<{ docs_written: number }> }
  for (const part of ['pouchdb-adapter-leveldb', 'pouchdb-adapter-http', 'pouchdb-replication']) PouchDB.plugin(load(part))
  const remote = new PouchDB(url, { adapter: 'http', skip_setup: true, auth: { username: user, password } })
  const local = new PouchDB(join(folder, 'pouch'), { adapter: 'leveldb' })
  const started = performance.now()
  await PouchDB.replicate(remote, local, { batch_size: batchSize.pouchdb, batches_limit: 10 })
  const took = performance.now() - started
  // The practice's mark is a document to it.
  if ((await local.info()).doc_count !== many + 1) throw new Error('PouchDB did not fetch everything')
  await local.close()
  return took
}

/** MB at most, of this program alone: what the system counts goes on from the process that started it. */
const mostMemory = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) / 1_024

const run = async (): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const delays = monitorEventLoopDelay({ resolution: 2 })
  delays.enable()
  const ms = await { ours, plugin, pouchdb }[who]()
  const { user: inProgram, system } = process.cpuUsage()
  process.stdout.write(`${JSON.stringify({ ms, cpuMs: (inProgram + system) / 1_000, mb: mostMemory(), loopP99Ms: delays.percentile(99) / 1e6 })}\n`)
  process.exit(0)
}

if (isRun) await run()
