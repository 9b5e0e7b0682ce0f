import { constants, existsSync } from 'node:fs'
import { copyFile, open, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../../sealed'
import { fileKeyOf, openReplica } from '../../replica'
import { type CollectionName, type LocalStore, type ReplicaOptions, ReplicaProblem, type StoredDocument } from '../../types'
import { readLedger } from '../index'
import { pageSize } from '../pageTag'
import { claim, noteMade, settleRepair, workFolder } from './exchange'
import { salvage, type Salvaged, type Traces } from './salvage'

/** Something besides the damaged file that has documents of the practice. */
export interface RepairSource {
  /** When what it holds was written down, ISO instant. */
  readonly at: string
  /** Each document once, tombstones included. Throws when it cannot be read on: what came before is used. */
  documents(): AsyncIterable<{ readonly collection: CollectionName; readonly document: StoredDocument }>
}

/** How far a repair is. `reading`: the damaged file; `fetching`: from a backup. */
export interface RepairProgress {
  readonly step: 'reading' | 'fetching' | 'placing'
  readonly done: number
  /** 0: not known. */
  readonly of: number
}

/** How a replica is repaired. Nobody has it open. */
export interface RepairAsk extends Pick<ReplicaOptions, 'folder' | 'key' | 'practice' | 'station'> {
  /** Newest first; `local` holds what could be read of this station's own documents. */
  readonly sources: (local: Pick<LocalStore, 'get'>) => Promise<readonly RepairSource[]>
  /** Counters of which numbers must not be given twice, see `LocalStore.nextNumber`. */
  readonly counters: readonly string[]
  /** Name of the folder, in the replica's, into which the damaged files go. */
  readonly aside: string
  progress(now: RepairProgress): void
}

/** What a repair brought. Numbers are of documents that are not deleted. */
export interface Repaired {
  /** Read from the damaged file. */
  readonly kept: number
  /** Fetched from backups, because the file had them not or older. */
  readonly fetched: number
  /** Of the newest backup that could be read. */
  readonly backupAt?: string
  /** Documents of which only the name is known: the server may still have them. */
  readonly unread: readonly { readonly collection: CollectionName; readonly id: string }[]
  /** What was in the file cannot be told for certain: there may have been more. */
  readonly mayBeMore: boolean
}

const counterKind = 'counter'

/** Numbers that are passed over where a counter may be behind; and where nothing is known of one. */
const passedOver = 1000
const passedOverUnknown = 100_000

/** When a version was written; the greater text is the later. */
const stampOf = (collection: CollectionName, { content }: StoredDocument): string => String(content[collection === 'records' ? 'at' : 'stamp'] ?? '')

const sliceLength = 200

/** SQLite opens no file that is shorter than it says itself: what was cut off becomes pages that cannot be read. */
const lengthen = async (database: string, key: Uint8Array): Promise<void> => {
  const { size } = await stat(database)
  if (size === 0) return
  const wanted = (readLedger(database, key)?.pages ?? Math.ceil(size / pageSize) * 2) * pageSize
  if (wanted > size) await truncate(database, wanted)
}

/** As {@link salvage}; a first page that cannot be read is put back from the ledger. */
const salvageWithFirstPage = async (database: string, key: Uint8Array, to: Salvaged): Promise<Traces | undefined> => {
  const traces = await salvage(database, key, to)
  const first = traces === undefined ? readLedger(database, key)?.firstPage : undefined
  if (first === undefined || (await stat(database)).size === 0) return traces
  const file = await open(database, 'r+')
  await file.write(first, 0, first.length, 0)
  await file.close()
  return salvage(database, key, to)
}

/**
 * Makes a whole replica out of a damaged one: documents whose seals hold, and from backups what is missing or newer there.
 * It has a name of its own, so replication begins afresh: what this workstation had not sent is sent, what it lacks is fetched.
 * The damaged files are put aside. Can be cut off anywhere: it has then been done or not, and can be done again.
 *
 * @throws {ReplicaProblem} `practice-in-use` · `disk-full` · `nothing-readable`: there is nothing to go on with, and all is as it was
 */
export const repairReplica = async ({ folder, key, practice, station, sources, counters, aside, progress }: RepairAsk): Promise<Repaired> => {
  await settleRepair(folder)
  const work = workFolder(folder)
  const copies = join(work, 'copy')
  await rm(work, { recursive: true, force: true })
  await makeFolder(work)
  await claim(folder)
  await makeFolder(copies)
  // What is read is a copy: opening would change the damaged file.
  for (const name of ['replica.db', 'replica.db-wal', 'replica.pages']) if (existsSync(join(folder, name))) await copyFile(join(folder, name), join(copies, name), constants.COPYFILE_FICLONE)
  if (existsSync(join(copies, 'replica.db'))) await lengthen(join(copies, 'replica.db'), fileKeyOf(key))

  const made = await openReplica({ folder: work, key, practice, station })
  const stamps: Record<CollectionName, Map<string, string>> = { records: new Map(), local: new Map() }
  const alive: Record<CollectionName, Set<string>> = { records: new Set(), local: new Set() }
  const origin: Record<CollectionName, Map<string, 'file' | 'backup'>> = { records: new Map(), local: new Map() }
  const waiting: Record<CollectionName, StoredDocument[]> = { records: [], local: [] }
  const flush = async (collection: CollectionName): Promise<void> => made.documents.put(collection, waiting[collection].splice(0))
  const take = (from: 'file' | 'backup', collection: CollectionName, document: StoredDocument): void => {
    const stamp = stampOf(collection, document)
    const known = stamps[collection].get(document.id)
    if (known !== undefined && known >= stamp) return
    stamps[collection].set(document.id, stamp)
    if (document.deleted) alive[collection].delete(document.id)
    else alive[collection].add(document.id)
    origin[collection].set(document.id, from)
    waiting[collection].push(document)
  }
  const flushFull = async (): Promise<void> => {
    for (const collection of ['records', 'local'] as const) if (waiting[collection].length >= sliceLength) await flush(collection)
  }
  const takeFromFile = async (collection: CollectionName, documents: readonly StoredDocument[]): Promise<void> => {
    for (const document of documents) take('file', collection, document)
    await flushFull()
  }
  const countOf = (from: 'file' | 'backup'): number =>
    (['records', 'local'] as const).reduce((sum, collection) => sum + [...alive[collection]].filter((id) => origin[collection].get(id) === from).length, 0)
  try {
    progress({ step: 'reading', done: 0, of: 0 })
    const traces = existsSync(join(copies, 'replica.db'))
      ? await salvageWithFirstPage(join(copies, 'replica.db'), fileKeyOf(key), { take: takeFromFile, progress: (done, of) => progress({ step: 'reading', done, of }) })
      : undefined
    await flush('records')
    await flush('local')

    let backupAt: string | undefined
    for (const source of await sources(made.local)) {
      let fetched = 0
      try {
        for await (const { collection, document } of source.documents()) {
          take('backup', collection, document)
          backupAt ??= source.at
          await flushFull()
          fetched += 1
          if (fetched % sliceLength === 0) progress({ step: 'fetching', done: fetched, of: 0 })
        }
        break
      } catch {
        // An older backup has at least some of what this one does not give.
      }
    }
    await flush('records')
    await flush('local')

    if (alive.records.size + alive.local.size === 0) throw new ReplicaProblem('nothing-readable')
    progress({ step: 'placing', done: 0, of: 0 })
    await skipNumbers(made.documents, alive.local, counters, made.local)
    const unread = (['records', 'local'] as const).flatMap((collection) => [...(traces?.ids[collection] ?? [])].filter((id) => !stamps[collection].has(id)).map((id) => ({ collection, id })))
    await made.close()
    await rm(copies, { recursive: true, force: true })
    await noteMade(folder, aside)
    await settleRepair(folder)
    return { kept: countOf('file'), fetched: countOf('backup'), ...(backupAt !== undefined && { backupAt }), unread, mayBeMore: traces === undefined || traces.mayBeMore }
  } catch (reason) {
    await made.close().catch(() => undefined)
    if (!existsSync(join(work, 'made'))) await rm(work, { recursive: true, force: true }).catch(() => undefined)
    throw reason
  }
}

/** Counters may have come from a backup, or from a file whose last saves are missing: the numbers after them may be on paper already. */
const skipNumbers = async (
  documents: { get(collection: CollectionName, ids: readonly string[]): Promise<StoredDocument[]> },
  keys: ReadonlySet<string>,
  counters: readonly string[],
  local: { put(kind: string, id: string, value: number): Promise<unknown> },
): Promise<void> => {
  const prefix = `${counterKind}|`
  const known = await documents.get('local', [...keys].filter((each) => each.startsWith(prefix)))
  const values = new Map(known.map(({ content }) => [String(content.id), Number(content.value)]))
  for (const counter of new Set([...values.keys(), ...counters])) {
    const value = values.get(counter)
    await local.put(counterKind, counter, value === undefined || !Number.isSafeInteger(value) ? passedOverUnknown : value + passedOver)
  }
}
