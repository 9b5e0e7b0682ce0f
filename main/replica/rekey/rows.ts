import { createHash } from 'node:crypto'
import { type EncryptedFile, readText, textOf } from '../storage'
import { ReplicaProblem } from '../types'

/** Rows that are looked at between two turns of the event loop. */
const sliceRows = 500

const quoted = (name: string): string => `"${name.replace(/"/g, '""')}"`

/** Lets the event loop turn. */
const turn = (): Promise<void> => new Promise((next) => setImmediate(next))

/** The tables of documents: those in which a row has a seal. */
const documentTables = (file: EncryptedFile): string[] =>
  file
    .all(`SELECT ${textOf('name')} FROM sqlite_schema AS found WHERE type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(found.name) WHERE name = 'seal') ORDER BY name`)
    .map(([name]) => readText(name))

/** Documents in all tables, deleted ones included. */
export const documentCount = (file: EncryptedFile): number => documentTables(file).reduce((sum, table) => sum + Number(file.all(`SELECT count(*) FROM ${quoted(table)}`)[0]?.[0]), 0)

/** What is in a file, to compare two of them by. */
export interface Contents {
  /** Rows of every table, those of derived ones too. */
  readonly rows: Readonly<Record<string, number>>
  /** SHA-256 over every document with its number and revision, by table. */
  readonly digests: Readonly<Record<string, string>>
  /** Documents, deleted ones included. */
  readonly documents: number
}

/** All there is of a row but its seal, which hangs on the key. */
const documentColumns = `seq, ${textOf('doc')}, ${textOf('seal')}, ${textOf('id')}, ${textOf('rev')}, deleted, lwt`

async function* slices(file: EncryptedFile, table: string) {
  for (let seq = 0; ; ) {
    const rows = file.all(`SELECT ${documentColumns} FROM ${quoted(table)} WHERE seq > ? ORDER BY seq LIMIT ${sliceRows}`, seq)
    if (rows.length === 0) return
    seq = Number(rows[rows.length - 1]?.[0])
    yield rows
    await turn()
  }
}

/**
 * Reads every document.
 * @param seen is told after each slice how many more documents were read
 * @throws {ReplicaProblem} `replica-damaged` when a seal does not hold
 */
export const contentsOf = async (file: EncryptedFile, seen: (more: number) => void): Promise<Contents> => {
  const tables = file.all(`SELECT ${textOf('name')} FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).map(([name]) => readText(name))
  const rows: Record<string, number> = {}
  for (const table of tables) rows[table] = Number(file.all(`SELECT count(*) FROM ${quoted(table)}`)[0]?.[0])
  const digests: Record<string, string> = {}
  let documents = 0
  for (const table of documentTables(file)) {
    const hash = createHash('sha256')
    for await (const slice of slices(file, table)) {
      for (const [seq, doc, seal, id, rev, deleted, lwt] of slice) {
        if (!(doc instanceof Uint8Array) || file.sealOf(doc) !== readText(seal)) throw new ReplicaProblem('replica-damaged')
        hash.update(`${Number(seq)} ${readText(id)} ${readText(rev)} ${Number(deleted)} ${Number(lwt)} ${doc.length} `).update(doc)
      }
      documents += slice.length
      seen(slice.length)
    }
    digests[table] = hash.digest('hex')
  }
  return { rows, digests, documents }
}

/** Gives every document of a copied file its seal under the copy's own key. */
export const sealAnew = async (file: EncryptedFile, seen: (more: number) => void): Promise<void> => {
  for (const table of documentTables(file)) {
    const update = `UPDATE ${quoted(table)} SET seal = ? WHERE seq = ?`
    for await (const slice of slices(file, table)) {
      file.transaction(() => {
        for (const [seq, doc] of slice) if (doc instanceof Uint8Array) file.run(update, file.sealOf(doc), Number(seq))
      })
      seen(slice.length)
    }
  }
}
