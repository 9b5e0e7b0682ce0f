import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { getChangedDocumentsSince, type RxStorageInstance } from 'rxdb'
import { saidIn } from '../../../shared/records/digestView'
import { type EncryptedFile, readText, textOf } from '../storage'

/*
 * What two replicas have is compared day by day (of the last change, UTC) without sending a record: of each document a hash
 * over all that replicas agree on, of each day the hashes put together by exclusive or. That is independent of the order
 * in which documents came, of the workstation and of its keys.
 *
 * The sums follow the collection by its `seq`: a write costs nothing, what has changed since is taken in before an answer and
 * in quiet moments. Each document's hash is kept beside the day's sum, so that the old one can be taken out again when the
 * document changes, moves to another day or goes. A document that was purged here and is still on the server keeps its place.
 */

/** The documents of one day. */
export interface DayDigest {
  /** Day of their last change, UTC: YYYY-MM-DD. */
  readonly day: string
  readonly count: number
  /** 128 bits, hexadecimal. */
  readonly digest: string
}

/** One document of a day. */
export interface DocumentDigest {
  readonly id: string
  /** 128 bits, hexadecimal. */
  readonly digest: string
}

/** Days, first and last included; absent: no bound. */
export interface DayRange {
  readonly from?: string
  readonly to?: string
}

/** What can be compared: a replica here, or what another one has sent of itself. */
export interface DigestSource {
  days(range?: DayRange): Promise<DayDigest[]>
  documents(day: string): Promise<DocumentDigest[]>
}

/** The digests of one collection of an open replica. */
export interface Digests extends DigestSource {
  /** Takes in what has changed since; done by every question itself. */
  settle(): Promise<void>
  /** Counts everything again from the documents. */
  anew(): Promise<void>
  /** Stops following; the collection may then be closed. */
  close(): Promise<void>
}

type Stored = Readonly<Record<string, unknown>> & { readonly _deleted: boolean }

const digestBytes = 16

/** The hash of a document: over every member that all replicas agree on, those of newer versions included. */
export const digestOfDocument = (document: Readonly<Record<string, unknown>>): string => createHash('sha256').update(saidIn(document)).digest('hex').slice(0, digestBytes * 2)

/** The two put together; the same again takes it out. */
export const exclusiveOr = (one: string, other: string): string => {
  const left = Buffer.from(one, 'hex')
  const right = Buffer.from(other, 'hex')
  for (let place = 0; place < digestBytes; place += 1) left[place] = (left[place] ?? 0) ^ (right[place] ?? 0)
  return left.toString('hex')
}

const nothing = '0'.repeat(digestBytes * 2)
const sliceDocuments = 200
/** Rows that are read in a turn of the loop: a practice may have brought all its records on one day. */
const pageRows = 2_000
/** How long after a write the sums are brought up to date when nobody asks. */
const quietMs = 2_000

/** The day under which a document is counted; one without a stamp under none. */
const dayOf = (document: Stored): string => {
  const stamp = document['at'] ?? document['stamp']
  return typeof stamp === 'string' ? stamp.slice(0, 10) : ''
}

const sqlText = (name: string): string => `"${name.replace(/"/g, '""')}"`

interface Sum {
  count: number
  digest: string
}

/** An RxDB collection of whichever documents; nothing here depends on what they are. */
export interface DigestedCollection {
  readonly name: string
  readonly schema: { readonly version: number; readonly primaryPath: unknown }
  readonly storageInstance: object
}

/** How digests are kept. */
export interface DigestOptions {
  /** Default true: in quiet moments, too, not only when somebody asks. */
  readonly follow?: boolean
  /** Versions that were purged here and are still on the server: they count as if they were here. */
  readonly purged?: () => readonly { readonly id: string; readonly at: string; readonly digest: string }[]
}

/** Opens the digests of a collection and follows it. */
export const openDigests = (collection: DigestedCollection, { follow = true, purged = () => [] }: DigestOptions = {}): Digests => {
  const storage = collection.storageInstance as RxStorageInstance<Stored, unknown, unknown>
  const { file } = storage.internals as { readonly file: EncryptedFile }
  const primary = collection.schema.primaryPath as string
  const version = collection.schema.version
  const [entries, sums] = [sqlText(`outpost_digest ${collection.name}`), sqlText(`outpost_digest_days ${collection.name}`)]
  file.transaction(() => {
    file.exec(`CREATE TABLE IF NOT EXISTS ${entries} (id TEXT PRIMARY KEY, day TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID`)
    file.exec(`CREATE TABLE IF NOT EXISTS ${sums} (day TEXT PRIMARY KEY, count INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID`)
    file.exec('CREATE TABLE IF NOT EXISTS outpost_digest_state (collection TEXT PRIMARY KEY, version INTEGER NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID')
  })

  const readSeq = (): number => {
    const [row] = file.all('SELECT version, seq FROM outpost_digest_state WHERE collection = ?', collection.name)
    return row !== undefined && Number(row[0]) === version ? Number(row[1]) : -1
  }
  const writeSeq = (seq: number): void =>
    void file.run('INSERT OR REPLACE INTO outpost_digest_state (collection, version, seq) VALUES (?, ?, ?)', collection.name, version, seq)
  const empty = (): void =>
    file.transaction(() => {
      // Emptying a table has the whole file checked first.
      if (file.all(`SELECT 1 FROM ${entries} LIMIT 1`).length > 0) file.exec(`DELETE FROM ${entries}; DELETE FROM ${sums}`)
      writeSeq(0)
      const days = new Map<string, Sum>()
      for (const { id, at, digest } of purged()) {
        const day = at.slice(0, 10)
        const sum = days.get(day) ?? { count: 0, digest: nothing }
        days.set(day, { count: sum.count + 1, digest: exclusiveOr(sum.digest, digest) })
        file.run(`INSERT OR REPLACE INTO ${entries} (id, day, digest) VALUES (?, ?, ?)`, id, day, digest)
      }
      for (const [day, { count, digest }] of days) file.run(`INSERT OR REPLACE INTO ${sums} (day, count, digest) VALUES (?, ?, ?)`, day, count, digest)
    })

  const takeIn = (documents: readonly Stored[], seq: number): void =>
    file.transaction(() => {
      const days = new Map<string, Sum>()
      const sumOf = (day: string): Sum => {
        const known = days.get(day)
        if (known !== undefined) return known
        const [row] = file.all(`SELECT count, ${textOf('digest')} FROM ${sums} WHERE day = ?`, day)
        const sum = row === undefined ? { count: 0, digest: nothing } : { count: Number(row[0]), digest: readText(row[1]) }
        days.set(day, sum)
        return sum
      }
      const change = (day: string, digest: string, by: 1 | -1): void => {
        const sum = sumOf(day)
        sum.count += by
        sum.digest = exclusiveOr(sum.digest, digest)
      }
      for (const document of documents) {
        const id = String(document[primary])
        const [old] = file.all(`SELECT ${textOf('day')}, ${textOf('digest')} FROM ${entries} WHERE id = ?`, id)
        if (old !== undefined) change(readText(old[0]), readText(old[1]), -1)
        if (document._deleted) {
          if (old !== undefined) file.run(`DELETE FROM ${entries} WHERE id = ?`, id)
          continue
        }
        const [day, digest] = [dayOf(document), digestOfDocument(document)]
        change(day, digest, 1)
        file.run(`INSERT OR REPLACE INTO ${entries} (id, day, digest) VALUES (?, ?, ?)`, id, day, digest)
      }
      for (const [day, { count, digest }] of days) {
        if (count === 0) file.run(`DELETE FROM ${sums} WHERE day = ?`, day)
        else file.run(`INSERT OR REPLACE INTO ${sums} (day, count, digest) VALUES (?, ?, ?)`, day, count, digest)
      }
      writeSeq(seq)
    })

  let closed = false
  const catchUp = async (): Promise<void> => {
    // What is written in slices may yet be taken back.
    await file.settled()
    let seq = readSeq()
    if (seq < 0) {
      empty()
      seq = 0
    }
    while (!closed) {
      const { documents, checkpoint } = await getChangedDocumentsSince<Stored, { seq: number }>(storage as never, sliceDocuments, { seq })
      if (documents.length === 0) return
      await file.inTurn(() => takeIn(documents, checkpoint.seq))
      seq = checkpoint.seq
      await setImmediate()
    }
  }
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const settle = (): Promise<void> => inTurn(catchUp)

  let quiet: ReturnType<typeof setTimeout> | undefined
  // What cannot be taken in now (a full disk) is when it is asked for.
  const later = (): void => {
    if (quiet !== undefined || closed) return
    quiet = setTimeout(() => {
      quiet = undefined
      settle().catch(() => undefined)
    }, quietMs)
    quiet.unref()
  }
  const following = follow ? storage.changeStream().subscribe(later) : undefined
  if (follow) later()

  return {
    settle,
    async anew() {
      await inTurn(async () => {
        empty()
        await catchUp()
      })
    },
    async days({ from, to } = {}) {
      await settle()
      const rows = file.all(`SELECT ${textOf('day')}, count, ${textOf('digest')} FROM ${sums} WHERE day >= ? AND day <= ? ORDER BY day`, from ?? '', to ?? '9999')
      return rows.map(([day, count, digest]) => ({ day: readText(day), count: Number(count), digest: readText(digest) }))
    },
    async documents(day) {
      await settle()
      const found: DocumentDigest[] = []
      for (let after = ''; ; await setImmediate()) {
        const rows = file.all(`SELECT ${textOf('id')}, ${textOf('digest')} FROM ${entries} WHERE day = ? AND id > ? ORDER BY id LIMIT ?`, day, after, pageRows)
        for (const [id, digest] of rows) found.push({ id: readText(id), digest: readText(digest) })
        if (rows.length < pageRows) return found
        after = found.at(-1)?.id ?? ''
      }
    },
    async close() {
      closed = true
      clearTimeout(quiet)
      following?.unsubscribe()
      await turn
    },
  }
}
