import { setImmediate } from 'node:timers/promises'
import { derivedForm, type DerivedTable, fullName, statementsOf, writerOf } from '../storage/derived'
import { type EncryptedFile, readText, type Row, textOf } from '../storage/encryptedFile'
import { extractor, type Layout, tableName, tableSql } from '../storage/layout'
import { orderKey } from '../storage/orderKey'
import { unpackedText } from '../storage/packed'
import { ReplicaProblem } from '../types'

/*
 * Brings a file of an earlier version into the form of this one, before RxDB opens it. A table whose form has changed is made
 * anew beside the old one, two hundred documents at a time, each piece a transaction that also notes how far it is: a
 * process that is killed goes on from there at its next start. Only the last transaction takes the old table away and puts the new
 * one in its place; until then the earlier version can still open the file.
 *
 * Replication's own copies of the records are brought along, so that nothing is sent or fetched again.
 */

/** One step from a version of the records to the next: pure, and doing nothing to a document that is new already. */
export type Step = (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** A collection in the form that this version wants. */
export interface CollectionForm {
  readonly name: string
  readonly version: number
  readonly layout: Layout
  readonly derived: readonly DerivedTable[]
  /** `steps[n]` leads from version n to n + 1; absent: the documents stay as they are. */
  readonly steps?: readonly Step[]
  /** Replication keeps copies of these documents. */
  readonly isReplicated?: boolean
}

/** How a migration runs. */
export interface MigrationOptions {
  /** Documents done, of all that have to be; called with none done before the first piece, only where there is something to do. */
  readonly onProgress?: (done: number, of: number) => void
  /** Documents in a piece; default 200. */
  readonly piece?: number
}

const catalogSql = 'CREATE TABLE IF NOT EXISTS outpost_tables (name TEXT PRIMARY KEY, layout TEXT NOT NULL) WITHOUT ROWID'
const progressSql = 'CREATE TABLE IF NOT EXISTS outpost_migration (target TEXT PRIMARY KEY, wanted TEXT NOT NULL, shadow TEXT NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID'

interface Stored {
  readonly seq: number
  readonly document: Readonly<Record<string, unknown>>
  readonly row: { readonly id: string; readonly rev: string; readonly deleted: number; readonly lwt: number; readonly doc: string; readonly seal: string }
}

/** Makes one table, with what is derived from it, or what is derived alone. */
interface Job {
  /** The documents' table that is read. */
  readonly source: string
  /** What is to be there in the end: a documents' table, or `<table>: ` for derived ones alone. */
  readonly target: string
  /** Tells whether a half-made one is still what is wanted. */
  readonly wanted: string
  readonly make: (shadow: string) => readonly string[]
  readonly writer: (shadow: string) => (stored: Stored) => void
  /** Puts the shadow in its place. */
  readonly finish: (shadow: string) => void
}

const hasTable = (file: EncryptedFile, name: string): boolean => file.all('SELECT 1 FROM sqlite_schema WHERE type = \'table\' AND name = ?', name).length > 0

const catalogOf = (file: EncryptedFile): ReadonlyMap<string, string> =>
  hasTable(file, 'outpost_tables') ? new Map(file.all(`SELECT ${textOf('name')}, ${textOf('layout')} FROM outpost_tables`).map(([name, layout]) => [readText(name), readText(layout)])) : new Map()

const noteIn = (file: EncryptedFile, name: string, form: string): void => void file.run('INSERT OR REPLACE INTO outpost_tables (name, layout) VALUES (?, ?)', name, form)
const strike = (file: EncryptedFile, name: string): void => void file.run('DELETE FROM outpost_tables WHERE name = ?', name)
const rename = (file: EncryptedFile, from: string, to: string): void => file.exec(`ALTER TABLE ${tableName(from)} RENAME TO ${tableName(to)}`)

/** A name that no table and no index of the file has in it. */
const shadowName = (file: EncryptedFile, target: string): string => {
  for (let number = 1; ; number += 1) {
    const name = `${target}~${number}`
    if (file.all('SELECT 1 FROM sqlite_schema WHERE substr(name, 1, length(?)) = ? LIMIT 1', name, name).length === 0) return name
  }
}

const columnsOfEvery = ['seq', 'id', 'rev', 'deleted', 'lwt', 'odd', 'doc', 'seal']
const insertInto = (table: string, columns: readonly string[]): string => `INSERT INTO ${tableName(table)} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`

/** The old table goes, the new one stands where it has to; numbers that were given out once are not given out again. */
const replaceTable = (file: EncryptedFile, source: string, shadow: string, target: string, form: string): void => {
  const [last] = file.all('SELECT seq FROM sqlite_sequence WHERE name = ?', source)
  file.exec(`DROP TABLE ${tableName(source)}`)
  strike(file, source)
  rename(file, shadow, target)
  file.run('DELETE FROM sqlite_sequence WHERE name = ?', target)
  file.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', target, Number(last?.[0] ?? 0))
  noteIn(file, target, form)
}

const dropDerived = (file: EncryptedFile, table: string): void => {
  const prefix = fullName(table, '')
  for (const name of catalogOf(file).keys()) {
    if (!name.startsWith(prefix)) continue
    file.exec(`DROP TABLE ${tableName(name)}`)
    strike(file, name)
  }
}

const documentsJob = (file: EncryptedFile, form: CollectionForm, source: string, change: Step): Job => {
  const target = `${form.name} ${form.version}`
  const { layout, derived } = form
  const valuesOf = extractor(layout)
  const text = JSON.stringify(tableSql(target, layout))
  return {
    source,
    target,
    wanted: JSON.stringify([source, text, ...derived.map((each) => derivedForm(target, each))]),
    make: (shadow) => [...tableSql(shadow, layout), ...derived.flatMap((each) => statementsOf(shadow, each))],
    writer: (shadow) => {
      const insert = insertInto(shadow, [...columnsOfEvery, ...layout.extracted.map(({ sql }) => sql)])
      const others = derived.map((each) => writerOf(file, shadow, each))
      return ({ seq, document, row }) => {
        const changed = change(document)
        const doc = changed === document ? row.doc : JSON.stringify(changed)
        const { values, odd } = valuesOf(changed)
        file.run(insert, seq, orderKey(String(changed[layout.primary])), row.rev, row.deleted, row.lwt, odd ? 1 : 0, doc, changed === document ? row.seal : file.sealOf(doc), ...values)
        for (const write of others) write(changed, seq)
      }
    },
    finish: (shadow) => {
      dropDerived(file, source)
      replaceTable(file, source, shadow, target, text)
      for (const each of derived) {
        rename(file, fullName(shadow, each.name), fullName(target, each.name))
        noteIn(file, fullName(target, each.name), derivedForm(target, each))
      }
    },
  }
}

/** Replication's copies: the same table under the new version's name, the copy within each document changed. */
const copiesJob = (file: EncryptedFile, source: string, version: number, form: string, change: Step): Job => {
  const target = source.replace(/ \d+$/, ` ${version}`)
  const renamed = (to: string): string[] => (JSON.parse(form) as string[]).map((sql) => sql.replaceAll(`"${source}`, `"${to}`))
  const text = JSON.stringify(renamed(target))
  return {
    source,
    target,
    wanted: JSON.stringify([source, text]),
    make: renamed,
    writer: (shadow) => {
      const insert = insertInto(shadow, columnsOfEvery)
      return ({ seq, document, row }) => {
        const copy = document['docData']
        const changed = copy === undefined ? document : { ...document, docData: change(copy as Readonly<Record<string, unknown>>) }
        const doc = JSON.stringify(changed)
        file.run(insert, seq, row.id, row.rev, row.deleted, row.lwt, 0, doc, file.sealOf(doc))
      }
    },
    finish: (shadow) => replaceTable(file, source, shadow, target, text),
  }
}

const derivedJob = (file: EncryptedFile, table: string, derived: readonly DerivedTable[]): Job => ({
  source: table,
  target: fullName(table, ''),
  wanted: JSON.stringify(derived.map((each) => derivedForm(table, each))),
  make: (shadow) => derived.flatMap((each) => statementsOf(shadow, each)),
  writer: (shadow) => {
    const writers = derived.map((each) => writerOf(file, shadow, each))
    return ({ seq, document }) => {
      for (const write of writers) write(document, seq)
    }
  },
  finish: (shadow) => {
    for (const each of derived) {
      const full = fullName(table, each.name)
      if (hasTable(file, full)) file.exec(`DROP TABLE ${tableName(full)}`)
      rename(file, fullName(shadow, each.name), full)
      noteIn(file, full, derivedForm(table, each))
    }
  },
})

const versionsIn = (catalog: ReadonlyMap<string, string>, name: string): number[] =>
  [...catalog.keys()].flatMap((table) => (table.startsWith(`${name} `) && /^\d+$/.test(table.slice(name.length + 1)) ? [Number(table.slice(name.length + 1))] : []))

const jobsOf = (file: EncryptedFile, catalog: ReadonlyMap<string, string>, form: CollectionForm): Job[] => {
  const table = `${form.name} ${form.version}`
  const versions = versionsIn(catalog, form.name)
  // An earlier Outpost would take the practice for an empty one.
  if (versions.some((version) => version > form.version)) throw new ReplicaProblem('newer-version', 'the file was written by a newer version')
  const known = catalog.get(table)
  const change: Step = known === undefined ? (document) => (form.steps ?? []).slice(Math.max(...versions), form.version).reduce((changed, step) => step(changed), document) : (document) => document
  if (known === undefined) {
    if (versions.length === 0) return []
    const before = Math.max(...versions)
    const copies = form.isReplicated === true ? [...catalog].filter(([name]) => name.startsWith('rx-replication-meta-') && name.endsWith(` ${before}`)) : []
    return [documentsJob(file, form, `${form.name} ${before}`, change), ...copies.map(([name, text]) => copiesJob(file, name, form.version, text, change))]
  }
  if (known !== JSON.stringify(tableSql(table, form.layout))) return [documentsJob(file, form, table, change)]
  const missing = form.derived.filter((each) => catalog.get(fullName(table, each.name)) !== derivedForm(table, each))
  return missing.length > 0 ? [derivedJob(file, table, missing)] : []
}

const storedIn = (file: EncryptedFile, row: Row): Stored => {
  const [seq, deleted, lwt, ...texts] = row
  const [id = '', rev = '', , kept = ''] = texts.map(readText)
  const [, , stored] = texts
  if (!(stored instanceof Uint8Array) || file.sealOf(stored) !== kept) throw new ReplicaProblem('replica-damaged')
  const doc = unpackedText(stored)
  const seal = doc === readText(stored) ? kept : file.sealOf(doc)
  return { seq: Number(seq), document: JSON.parse(doc) as Stored['document'], row: { id, rev, deleted: Number(deleted), lwt: Number(lwt), doc, seal } }
}

interface Progress {
  readonly shadow: string
  readonly seq: number
}

/** Where a half-made table stands; one that is no longer wanted is dropped and begun again. */
const resume = (file: EncryptedFile, { target, wanted, make }: Job): Progress =>
  file.transaction(() => {
    const [row] = file.all(`SELECT ${textOf('wanted')}, ${textOf('shadow')}, seq FROM outpost_migration WHERE target = ?`, target)
    if (row !== undefined && readText(row[0]) === wanted) return { shadow: readText(row[1]), seq: Number(row[2]) }
    if (row !== undefined) dropShadow(file, readText(row[1]))
    const shadow = shadowName(file, target)
    for (const sql of make(shadow)) file.exec(sql)
    file.run('INSERT OR REPLACE INTO outpost_migration (target, wanted, shadow, seq) VALUES (?, ?, ?, 0)', target, wanted, shadow)
    return { shadow, seq: 0 }
  })

const dropShadow = (file: EncryptedFile, shadow: string): void => {
  const tables = file.all(`SELECT ${textOf('name')} FROM sqlite_schema WHERE type = 'table' AND (name = ? OR substr(name, 1, length(?)) = ?)`, shadow, fullName(shadow, ''), fullName(shadow, ''))
  for (const [name] of tables) file.exec(`DROP TABLE ${tableName(readText(name))}`)
}

/** Half-made tables that nobody wants any more: an update was taken back, say. */
const dropForgotten = (file: EncryptedFile, jobs: readonly Job[]): void => {
  if (!hasTable(file, 'outpost_migration')) return
  for (const [target, shadow] of file.all(`SELECT ${textOf('target')}, ${textOf('shadow')} FROM outpost_migration`)) {
    if (jobs.some((job) => job.target === readText(target))) continue
    file.transaction(() => {
      dropShadow(file, readText(shadow))
      file.run('DELETE FROM outpost_migration WHERE target = ?', readText(target))
    })
  }
}

/**
 * Brings every collection into the form that is wanted; does nothing, quickly, where it is so already.
 *
 * @returns documents that were brought into another form
 * @throws {ReplicaProblem} `newer-version`: a newer version has written the file · `replica-damaged` · `disk-full`: the old table stands
 */
export const migrateFile = async (file: EncryptedFile, forms: readonly CollectionForm[], { onProgress, piece = 200 }: MigrationOptions = {}): Promise<number> => {
  const catalog = catalogOf(file)
  const jobs = forms.flatMap((form) => jobsOf(file, catalog, form))
  dropForgotten(file, jobs)
  if (jobs.length === 0) return 0
  file.transaction(() => {
    file.exec(catalogSql)
    file.exec(progressSql)
  })
  const started = jobs.map((job) => ({ job, progress: resume(file, job), of: Number(file.all(`SELECT count(*) FROM ${tableName(job.source)}`)[0]?.[0] ?? 0) }))
  const all = started.reduce((sum, { of }) => sum + of, 0)
  let done = started.reduce((sum, { job, progress: { seq } }) => sum + (seq === 0 ? 0 : Number(file.all(`SELECT count(*) FROM ${tableName(job.source)} WHERE seq <= ?`, seq)[0]?.[0] ?? 0)), 0)
  if (all > 0) onProgress?.(done, all)
  const before = done
  for (const { job, progress } of started) {
    const write = job.writer(progress.shadow)
    const select = `SELECT seq, deleted, lwt, ${['id', 'rev', 'doc', 'seal'].map(textOf).join(', ')} FROM ${tableName(job.source)} WHERE seq > ? ORDER BY seq LIMIT ?`
    for (let { seq } = progress; ; ) {
      const rows = file.all(select, seq, piece)
      if (rows.length === 0) break
      file.transaction(() => {
        for (const row of rows) {
          const stored = storedIn(file, row)
          write(stored)
          seq = stored.seq
        }
        file.run('UPDATE outpost_migration SET seq = ? WHERE target = ?', seq, job.target)
      })
      done += rows.length
      onProgress?.(done, all)
      await setImmediate()
    }
  }
  // All at once: replication's copies without the records that they are of would be sent again.
  file.transaction(() => {
    for (const { job, progress } of started) {
      job.finish(progress.shadow)
      file.run('DELETE FROM outpost_migration WHERE target = ?', job.target)
    }
  })
  return done - before
}
