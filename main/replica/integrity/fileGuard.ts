import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { deriveKey } from '../../sealed'
import type { Guard } from '../storage/encryptedFile'
import { ReplicaProblem } from '../types'
import { HeadMark } from './headMark'
import { type FirstPage, PageLedger } from './pageLedger'
import { extentPages, extentTag, firstPageTag, pageSize, pageTagger, type PageTag, tagLength } from './pageTag'
import { type Query, StatementNeeds } from './statementNeeds'
import { checkTree, type Depth } from './treePages'
import { isSameLog, type LogMark, noMark, WriteAheadLog } from './writeAheadLog'

/** Frames after which the log is carried into the database. */
const checkpointFrames = 2000

const checkpointSql = 'PRAGMA wal_checkpoint(TRUNCATE)'

/** Extents that the pass over the whole file checks in one turn of the loop: about half a millisecond. */
const extentsInTurn = 8

/** Extents without a tag of their own that are worth a new ledger at closing. */
const untaggedWorth = 16

const deepest: Readonly<Record<Depth, number>> = { way: 0, leaves: 1, all: 2 }

/** `application_id` of a database that has marks beside it: "OUTP". Without them it is not taken for one that never had any. */
const vouchedFor = 0x4f555450

/** Files beside the database. */
export const headPath = (database: string): string => database.replace(/\.db$/, '.head')
/** See {@link headPath}. */
export const ledgerPath = (database: string): string => database.replace(/\.db$/, '.pages')

const headKeyOf = (key: Uint8Array): Uint8Array => deriveKey(key, 'outpost/replica/head')
const ledgerKeyOf = (key: Uint8Array): Uint8Array => deriveKey(key, 'outpost/replica/pages')

/** What the ledger beside a database says of it; undefined where it cannot be read. */
export const readLedger = (database: string, key: Uint8Array): { readonly pages: number; readonly firstPage: Buffer } | undefined => {
  const ledger = PageLedger.open(ledgerPath(database), ledgerKeyOf(key))
  ledger?.close()
  return ledger && { pages: ledger.count, firstPage: ledger.first.bytes }
}

/** Whether there are marks beside the database that were made with this key. */
export const hasMarksOf = (database: string, key: Uint8Array): boolean => {
  const head = HeadMark.open(headPath(database), headKeyOf(key))
  head?.close()
  return head !== undefined
}

const applicationId = (query: Query): number => Number(query('PRAGMA application_id')[0]?.[0] ?? 0)

/** What the guard is made from. */
export interface GuardOptions {
  /** The database file, which is open and locked. */
  readonly path: string
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Whether the file has been guarded before: then its marks must be there. */
  readonly known: boolean
  /** Asks the database, past the guard. */
  readonly query: Query
}

/**
 * Notices every byte of the database file and of its log that is not what was written, before an answer rests on it:
 *
 * - The head mark, written with every commit, names the end of the log: what was acknowledged cannot go missing unnoticed.
 * - The ledger, written before every checkpoint, has a tag of every page of the database.
 * - Pages are checked when a statement first needs them, and all of them soon after opening.
 */
export class FileGuard implements Guard {
  /** What was found wrong. */
  damage: ReplicaProblem | undefined
  private readonly tag: PageTag
  private readonly log: WriteAheadLog
  private readonly needs: StatementNeeds
  private readonly file: number
  private readonly page = Buffer.allocUnsafeSlow(pageSize)
  private readonly buffer = Buffer.allocUnsafeSlow(extentPages * pageSize)
  private readonly trees = new Map<number, Depth>()
  private readonly listeners: ((problem: ReplicaProblem) => void)[] = []
  private head!: HeadMark
  private ledger!: PageLedger
  /** 1 for each page (its number is the place) that is as the ledger says, or was written since. */
  private checked = new Uint8Array(0)
  private isWhole = false
  private isClosed = false
  private nextCheckpoint = checkpointFrames
  private pass: Promise<void> | undefined

  private constructor(private readonly options: GuardOptions) {
    const { path, key, query } = options
    this.tag = pageTagger(deriveKey(key, 'outpost/replica/page tags'))
    this.log = new WriteAheadLog(`${path}-wal`, this.tag, deriveKey(key, 'outpost/replica/log chain'))
    this.needs = new StatementNeeds(query)
    this.file = openSync(path, 'r')
  }

  /**
   * @throws {ReplicaProblem} `replica-damaged`: acknowledged writes are missing, or the marks or the schema are not what was written
   */
  static open(options: GuardOptions): FileGuard {
    const guard = new FileGuard(options)
    try {
      options.query('PRAGMA wal_autocheckpoint = 0')
      guard.begin()
      return guard
    } catch (reason) {
      guard.closed()
      throw reason
    }
  }

  before(sql: string): void {
    if (this.isWhole || /^\s*(?:PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i.test(sql)) return
    const needs = this.needs.of(sql)
    if (needs === 'everything') return this.checkAll()
    for (const { root, depth } of needs) this.ensureTree(root, depth)
  }

  committed(): void {
    const touched = this.log.advance()
    if (touched.length === 0) return
    // A damaged page that a write changed would get a tag of its own at the checkpoint.
    if (!this.isWhole) for (const page of touched) this.check(page)
    this.head.write(this.log.mark)
    // Nobody has come to it for long.
    if (this.log.mark.frames > this.nextCheckpoint + 4 * checkpointFrames) this.carryLog()
  }

  get isLogLong(): boolean {
    return this.log.mark.frames >= this.nextCheckpoint
  }

  carryLog(): void {
    if (!this.isLogLong) return
    try {
      this.checkpoint()
      this.nextCheckpoint = checkpointFrames
    } catch (reason) {
      this.carryLater(reason)
    }
  }

  async carryLogAside(run: (sql: string, finish: () => unknown) => Promise<void>): Promise<void> {
    if (!this.isLogLong) return
    try {
      this.noteCheckpoint()
      await run(checkpointSql, () => {
        // Busy: a statement is half read. The log stays, and so does the note.
        if (!this.isClosed && statSync(`${this.options.path}-wal`).size === 0) this.checkpointed()
      })
      this.nextCheckpoint = checkpointFrames
    } catch (reason) {
      this.carryLater(reason)
    }
  }

  /** What was committed is on disk in the log; on a full disk it stays there. */
  private carryLater(reason: unknown): void {
    if (reason instanceof ReplicaProblem && reason.kind === 'replica-damaged') throw reason
    this.nextCheckpoint = this.log.mark.frames + checkpointFrames
  }

  closing(): void {
    this.isClosed = true
    this.needs.close()
    if (this.damage !== undefined) return
    this.checkpoint()
    const { untagged } = this.ledger
    if (untagged.length < untaggedWorth && !this.ledger.isWorthCompacting) return
    for (const extent of untagged) this.checkExtent(extent, true)
    this.ledger.compact()
  }

  closed(): void {
    this.isClosed = true
    this.log.close()
    // Undefined when opening found them missing.
    ;(this.head as HeadMark | undefined)?.close()
    ;(this.ledger as PageLedger | undefined)?.close()
    closeSync(this.file)
  }

  /** Told once, when a page is found that is not what was written. */
  onDamage(listener: (problem: ReplicaProblem) => void): void {
    this.listeners.push(listener)
    if (this.damage !== undefined) listener(this.damage)
  }

  /** Checks the whole file, a little in each turn of the loop. Resolves also when damage was found: see {@link onDamage}. */
  checkInTheBackground(): Promise<void> {
    this.pass ??= this.passOver()
    return this.pass
  }

  /** Checks the whole file at once. */
  checkAll(): void {
    if (this.isWhole) return
    for (let extent = 0; extent * extentPages < this.ledger.count; extent += 1) this.checkExtent(extent)
    this.isWhole = true
    this.needs.close()
  }

  /**
   * Notes in the database itself that there are marks beside it, which until then the seal beside it says: were all of
   * them lost, the database would else be taken for one of a version that made none. To be called when they are all on disk.
   */
  vouch(): void {
    const { query } = this.options
    if (applicationId(query) === vouchedFor) return
    query(`PRAGMA application_id = ${vouchedFor}`)
    this.committed()
    this.checkpoint()
  }

  private async passOver(): Promise<void> {
    try {
      for (let extent = 0; extent * extentPages < this.ledger.count; extent += 1) {
        if (extent % extentsInTurn === 0) await new Promise((resume) => setImmediate(resume))
        if (this.isClosed || this.damage !== undefined || this.isWhole) return
        this.checkExtent(extent)
      }
      this.isWhole = true
      this.needs.close()
    } catch (reason) {
      this.report(reason instanceof ReplicaProblem ? reason : new ReplicaProblem('replica-damaged', 'the file cannot be read'))
    }
  }

  private begin(): void {
    const { path, key, known } = this.options
    const head = HeadMark.open(headPath(path), headKeyOf(key))
    if (head !== undefined) this.head = head
    const ledger = PageLedger.open(ledgerPath(path), ledgerKeyOf(key))
    if (ledger !== undefined) this.ledger = ledger
    if (head === undefined || ledger === undefined) {
      if (known) throw new ReplicaProblem('replica-damaged', 'the marks beside the file cannot be read')
      // One of them alone: making them was cut off.
      head?.close()
      ledger?.close()
      this.adopt()
    } else this.resume()
    if (!firstPageTag(this.tag, this.contents(1)).equals(this.ledger.first.tag)) this.fail(1)
    this.mark(1)
    if (fstatSync(this.file).size !== this.ledger.count * pageSize) throw this.report(new ReplicaProblem('replica-damaged', 'the file does not have the length that was written'))
    this.ensureTree(1, 'all')
  }

  /** A file that was made by a version without a guard, or a new one: what it says now is taken for true once SQLite finds no fault. */
  private adopt(): void {
    const { path, key, query } = this.options
    if (applicationId(query) === vouchedFor) throw new ReplicaProblem('replica-damaged', 'the marks beside the file are gone')
    const [verdict] = query('SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check(1)')
    if (!(verdict?.[0] instanceof Uint8Array) || Buffer.from(verdict[0]).toString('latin1') !== 'ok') throw new ReplicaProblem('replica-damaged', 'the file is not a sound database')
    query('PRAGMA wal_checkpoint(TRUNCATE)')
    const count = Math.floor(fstatSync(this.file).size / pageSize)
    const tags = Buffer.alloc(count * tagLength)
    for (let page = 1; page <= count; page += 1) this.tag(page, this.bytesOf(page)).copy(tags, (page - 1) * tagLength)
    this.ledger = PageLedger.create(ledgerPath(path), ledgerKeyOf(key), noMark, this.firstPage(), tags)
    this.head = HeadMark.create(headPath(path), headKeyOf(key), noMark)
    this.checked = new Uint8Array(count + 1).fill(1)
    this.isWhole = true
  }

  /** Goes on with the log that a crash left, if there is one; refuses when acknowledged writes are missing. */
  private resume(): void {
    const { mark } = this.head
    const isCarried = mark.frames === 0 || (isSameLog(mark, this.ledger.mark) && mark.frames <= this.ledger.mark.frames && (mark.frames < this.ledger.mark.frames || mark.chain.equals(this.ledger.mark.chain)))
    let isReached = false
    const touched = new Set(
      this.log.advance((place: LogMark) => {
        if (place.frames === mark.frames && isSameLog(place, mark) && place.chain.equals(mark.chain)) isReached = true
      }),
    )
    const left = this.log.mark
    if (!isReached && !(isCarried && (left.frames === 0 || !isSameLog(left, mark)))) throw new ReplicaProblem('replica-damaged', 'saved work is missing from the log')
    this.checked = new Uint8Array(this.ledger.count + 1)
    if (left.frames === 0) return
    // A checkpoint that was under way has left pages of which nobody can say what they held.
    const wasUnderWay = isSameLog(this.ledger.mark, left)
    for (const page of touched) if (wasUnderWay) this.mark(page)
    for (const page of touched) if (page !== 1) this.check(page)
    this.head.write(left)
    const written = new Map(this.log.pages)
    this.mark(1)
    this.checkpoint()
    for (const [page, tag] of written) {
      if (page !== 1 && page <= this.ledger.count && !this.tag(page, this.bytesOf(page)).equals(tag)) this.fail(page)
    }
  }

  /** Carries the log into the database; what it will write is noted first. */
  private checkpoint(): void {
    if (this.log.mark.frames === 0) return
    this.noteCheckpoint()
    const [row] = this.options.query(checkpointSql)
    // Busy: a statement is half read. The log stays, and so does the note.
    if (Number(row?.[0]) === 0) this.checkpointed()
  }

  private noteCheckpoint(): void {
    const pages = new Map(this.log.pages)
    const { databasePages } = this.log
    // SQLite writes no frame for a page that was used and freed in one transaction; the file is lengthened over it.
    for (let page = this.ledger.count + 1; page <= databasePages; page += 1) if (!pages.has(page)) pages.set(page, this.tag(page, Buffer.alloc(pageSize)))
    this.head.sync()
    this.ledger.append(this.log.mark, databasePages, this.firstPage(), pages)
    if (this.ledger.count + 1 > this.checked.length) {
      const grown = new Uint8Array(Math.ceil((this.ledger.count + 1) * 1.25))
      grown.set(this.checked)
      this.checked = grown
    }
    // Of these the log says what they hold; while they are being written nobody must look at them.
    for (const page of pages.keys()) this.mark(page)
  }

  private checkpointed(): void {
    this.log.restart()
    if (this.ledger.isWorthCompacting) this.ledger.compact()
  }

  private ensureTree(root: number, depth: Depth): void {
    const known = this.trees.get(root)
    if (this.isWhole || (known !== undefined && deepest[known] >= deepest[depth])) return
    const reader = { check: (page: number) => this.check(page), contents: (page: number) => this.contents(page), broken: (page: number) => this.fail(page), pages: this.ledger.count }
    if (!checkTree(reader, root, depth)) this.checkAll()
    this.trees.set(root, depth)
  }

  private mark(page: number): void {
    if (page < this.checked.length) this.checked[page] = 1
  }

  /** A page that is not in the ledger has been written since. */
  private check(page: number): void {
    const tag = this.ledger.tagOf(page)
    if (tag === undefined || this.checked[page] === 1) return
    if (page !== 1) {
      // In one place of memory: thousands of pages are looked at before a first answer.
      const length = readSync(this.file, this.page, 0, pageSize, (page - 1) * pageSize)
      if (!this.tag(page, this.page.subarray(0, length)).equals(tag)) this.fail(page)
    }
    this.mark(page)
  }

  /** `toTag`: gives the extent a tag, whose pages have not been written since. */
  private checkExtent(extent: number, toTag = false): void {
    const first = extent * extentPages + 1
    const count = Math.min(extentPages, this.ledger.count - first + 1)
    const places = Array.from({ length: count }, (_, place) => place)
    const unchecked = places.filter((place) => this.checked[first + place] !== 1)
    if (unchecked.length === 0 && !toTag) return
    const bytes = this.buffer.subarray(0, readSync(this.file, this.buffer, 0, count * pageSize, (first - 1) * pageSize))
    const known = this.ledger.tagOfExtent(extent)
    const whole = known === undefined && !toTag ? undefined : extentTag(this.tag, extent, bytes)
    if (known === undefined || whole?.equals(known) !== true) {
      for (const place of unchecked) {
        const page = first + place
        if (page !== 1 && this.ledger.tagOf(page)?.equals(this.tag(page, bytes.subarray(place * pageSize, (place + 1) * pageSize))) === false) this.fail(page)
      }
    }
    for (const place of places) this.mark(first + place)
    if (toTag && whole !== undefined && bytes.length === count * pageSize) this.ledger.tagExtent(extent, whole)
  }

  private firstPage(): FirstPage {
    return { tag: firstPageTag(this.tag, this.contents(1)), bytes: this.log.firstPage ?? this.bytesOf(1) }
  }

  private bytesOf(page: number): Buffer {
    const bytes = Buffer.alloc(pageSize)
    return bytes.subarray(0, readSync(this.file, bytes, 0, pageSize, (page - 1) * pageSize))
  }

  private contents(page: number): Buffer {
    const [row] = this.options.query('SELECT data FROM sqlite_dbpage WHERE pgno = ?', page)
    const contents = row?.[0]
    return contents instanceof Uint8Array ? Buffer.from(contents.buffer, contents.byteOffset, contents.length) : this.fail(page)
  }

  private fail(page: number): never {
    throw this.report(new ReplicaProblem('replica-damaged', `page ${page} is not what was written`))
  }

  private report(problem: ReplicaProblem): ReplicaProblem {
    if (this.damage === undefined) {
      this.damage = problem
      for (const listener of this.listeners) listener(problem)
    }
    return problem
  }
}
