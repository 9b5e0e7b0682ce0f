import { saysDamaged } from '../saysDamaged'
import { EncryptedFile, type Row, readText, textOf } from '../../storage/encryptedFile'
import { tableName } from '../../storage/layout'
import { unpackedText } from '../../storage/packed'
import { type CollectionName, ReplicaProblem, type StoredDocument } from '../../types'

/** What a damaged file still says. */
export interface Salvaged {
  /** Told of documents whose seals hold, tombstones included. */
  readonly take: (collection: CollectionName, documents: readonly StoredDocument[]) => Promise<void>
  /** Rows that were looked for, of all; called now and then. */
  readonly progress: (done: number, of: number) => void
}

/** What could be found out about what cannot be read. */
export interface Traces {
  /** Documents that the file's index speaks of, by collection: read or not. */
  readonly ids: Readonly<Record<CollectionName, ReadonlySet<string>>>
  /** The index itself is damaged: there may have been more. */
  readonly mayBeMore: boolean
}

/** Numbers that are asked for at once. */
const sliceLength = 200

const primaryOf: Readonly<Record<CollectionName, string>> = { records: 'id', local: 'key' }

/** Undefined: what is asked for lies in a damaged part. Any other error passes. */
const unlessDamaged = <Value>(work: () => Value): Value | undefined => {
  try {
    return work()
  } catch (reason) {
    const { code } = reason as { code?: unknown }
    if ((reason instanceof ReplicaProblem && reason.kind === 'replica-damaged') || code === 'SQLITE_ERROR' || String(code).startsWith('SQLITE_IOERR')) return undefined
    throw reason
  }
}

const nextTurn = (): Promise<void> => new Promise((resume) => setImmediate(resume))

/** The tables of the collections, whatever version they have. */
const tablesIn = (file: EncryptedFile): readonly (readonly [CollectionName, string])[] => {
  const names = unlessDamaged(() => file.all(`SELECT ${textOf('name')} FROM sqlite_schema WHERE type = 'table'`)) ?? []
  return names.flatMap(([value]) => {
    const name = readText(value)
    const [, collection] = /^(records|local) \d+$/.exec(name) ?? []
    return collection === undefined ? [] : [[collection as CollectionName, name] as const]
  })
}

/** The greatest number that a row of the table can have. */
const lastNumber = (file: EncryptedFile, table: string): number => {
  const given = unlessDamaged(() => file.all('SELECT seq FROM sqlite_sequence WHERE name = ?', table))?.[0]?.[0]
  const present = unlessDamaged(() => file.all(`SELECT max(seq) FROM ${tableName(table)}`))?.[0]?.[0]
  const numbers = [given, present].filter((value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0)
  // A damaged row can give itself any number: what was given out counts where it can be read.
  return typeof given === 'number' ? (numbers[0] ?? 0) : Math.min(Math.max(0, ...numbers), 100_000_000)
}

const documentIn = (file: EncryptedFile, collection: CollectionName, row: Row | undefined): StoredDocument | undefined => {
  const [doc, seal] = row ?? []
  if (!(doc instanceof Uint8Array) || readText(seal) !== file.sealOf(doc)) return undefined
  const { _rev, _meta, _attachments, _deleted, ...content } = JSON.parse(unpackedText(doc)) as Record<string, unknown>
  return { id: String(content[primaryOf[collection]]), deleted: _deleted === true, content }
}

const readRows = async (file: EncryptedFile, collection: CollectionName, table: string, last: number, { take, progress }: Salvaged): Promise<void> => {
  const select = `SELECT ${textOf('doc')}, ${textOf('seal')} FROM ${tableName(table)} WHERE`
  for (let from = 0; from < last; from += sliceLength) {
    const to = Math.min(last, from + sliceLength)
    const rows = unlessDamaged(() => file.all(`${select} seq > ? AND seq <= ? ORDER BY seq`, from, to))
    const documents = rows?.map((row) => documentIn(file, collection, row))
    const isWhole = documents !== undefined && !documents.includes(undefined)
    // Where something is wrong, one by one, so that its neighbours are not lost with it.
    const found = isWhole ? documents : Array.from({ length: to - from }, (_, place) => documentIn(file, collection, unlessDamaged(() => file.all(`${select} seq = ?`, from + 1 + place))?.[0]))
    await take(collection, found.filter((document) => document !== undefined))
    progress(to, last)
    await nextTurn()
  }
}

/** Plain characters only: names in a damaged part are none. */
const isName = (id: string): boolean => /^[\x21-\x7e][\x20-\x7e]*$/.test(id)

const readNames = async (file: EncryptedFile, table: string, into: Set<string>): Promise<boolean> => {
  let after = ''
  for (;;) {
    const rows = unlessDamaged(() => file.all(`SELECT ${textOf('id')} FROM ${tableName(table)} INDEXED BY ${tableName(`${table} id`)} WHERE id > ? ORDER BY id LIMIT 1000`, after))
    if (rows === undefined) return false
    const names = rows.map(([id]) => readText(id))
    names.filter(isName).forEach((id) => into.add(id))
    const last = names.at(-1)
    if (last === undefined) return true
    // Names that do not grow would be read for ever.
    if (!isName(last) || last <= after) return false
    after = last
    await nextTurn()
  }
}

/**
 * Reads what can be read of a damaged file, a copy of which lies at `path`; only documents whose seals hold.
 * Undefined: not even its first page can be read.
 */
export const salvage = async (path: string, key: Uint8Array, to: Salvaged): Promise<Traces | undefined> => {
  let file: EncryptedFile
  try {
    file = EncryptedFile.open(path, key)
  } catch (reason) {
    if (saysDamaged(reason, path)) return undefined
    throw reason
  }
  try {
    const tables = tablesIn(file)
    const ids = { records: new Set<string>(), local: new Set<string>() }
    let mayBeMore = tables.length < 2
    const lasts = tables.map(([, table]) => lastNumber(file, table))
    const all = lasts.reduce((sum, last) => sum + last, 0)
    let before = 0
    for (const [place, [collection, table]] of tables.entries()) {
      const last = lasts[place] ?? 0
      if (!(await readNames(file, table, ids[collection]))) mayBeMore = true
      await readRows(file, collection, table, last, { take: to.take, progress: (done) => to.progress(before + done, all) })
      before += last
    }
    return { ids, mayBeMore }
  } finally {
    file.close()
  }
}
