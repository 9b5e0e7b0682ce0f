import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { extentPages, pageSize, tagLength } from './pageTag'
import type { LogMark } from './writeAheadLog'

/*
 * A file that grows by a record before each checkpoint and is now and then written anew. Behind 8 bytes that name the format
 * and 16 random ones, records:
 *   4 bytes  length of what is sealed
 *   12 bytes nonce
 *   n bytes  AES-256-GCM: the mark of the log (salts 8, frames 4, chain 16), pages of the database 4, tag of page 1's
 *            contents 12, the bytes of page 1 as they lie on disk (it can be put back, and without it SQLite opens nothing),
 *            then for each page its number 4 and its tag 12; in the first record the tags of all pages instead, then those of extents,
 *            zeros where an extent was not tagged
 *   16 bytes tag; the record before is authenticated with it, so none can be taken out
 */
const magic = Buffer.from('OUTPAGE1', 'latin1')
const fileHeaderLength = 24
const recordHeaderLength = 16
const sealLength = 16
const firstPageAt = 28 + 4 + tagLength
const fixedLength = firstPageAt + pageSize
const entryLength = 4 + tagLength

/** Room that the file keeps, so that the last checkpoint can be noted on a full disk. */
const reserve = 64 * 1024

const untaggedExtent = Buffer.alloc(tagLength)

const encodeFixed = (mark: LogMark, count: number, first: FirstPage): Buffer => {
  const fixed = Buffer.alloc(fixedLength)
  mark.salts.copy(fixed, 0)
  fixed.writeUInt32LE(mark.frames, 8)
  mark.chain.copy(fixed, 12)
  fixed.writeUInt32LE(count, 28)
  first.tag.copy(fixed, 32)
  first.bytes.copy(fixed, firstPageAt)
  return fixed
}

/** Makes the new name of a file survive a power cut, where folders can be synced. */
const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Page 1, which SQLite needs for all others. */
export interface FirstPage {
  /** See `firstPageTag`. */
  readonly tag: Buffer
  /** As it lay on disk after a checkpoint. */
  readonly bytes: Buffer
}

/** What every page of the database file must look like. */
export class PageLedger {
  private tags: Buffer = Buffer.alloc(0)
  /** Undefined where a page was written since. */
  private readonly extents: (Buffer | undefined)[] = []
  private length = 0
  /** Length of the file, with what it keeps free. */
  private room = 0
  private before: Buffer = Buffer.alloc(0)
  private file = -1

  private constructor(
    private readonly path: string,
    private readonly key: Uint8Array,
    /** The last log that was, or was about to be, carried into the database. */
    public mark: LogMark,
    /** Pages of the database. */
    public count: number,
    public first: FirstPage,
  ) {}

  /** Makes the file, or makes it anew; `tags` are those of all pages. */
  static create(path: string, key: Uint8Array, mark: LogMark, first: FirstPage, tags: Buffer): PageLedger {
    const ledger = new PageLedger(path, key, mark, tags.length / tagLength, first)
    ledger.tags = tags
    ledger.compact()
    return ledger
  }

  /** Undefined: it is missing or cannot be believed. A record that was cut off is dropped. */
  static open(path: string, key: Uint8Array): PageLedger | undefined {
    if (!existsSync(path)) return undefined
    const bytes = readFileSync(path)
    if (bytes.length < fileHeaderLength || bytes.compare(magic, 0, 8, 0, 8) !== 0) return undefined
    const ledger = new PageLedger(path, key, { salts: Buffer.alloc(8), frames: 0, chain: Buffer.alloc(16) }, 0, { tag: Buffer.alloc(tagLength), bytes: Buffer.alloc(pageSize) })
    ledger.before = bytes.subarray(0, fileHeaderLength)
    ledger.length = fileHeaderLength
    while (ledger.length + recordHeaderLength <= bytes.length) {
      const end = ledger.length + recordHeaderLength + bytes.readUInt32LE(ledger.length) + sealLength
      if (end > bytes.length) break
      const content = ledger.unseal(bytes.subarray(ledger.length, end))
      if (content === undefined) break
      ledger.take(content, ledger.length === fileHeaderLength)
      ledger.before = bytes.subarray(end - sealLength, end)
      ledger.length = end
    }
    if (ledger.length === fileHeaderLength) return undefined
    ledger.file = openSync(path, 'r+')
    ftruncateSync(ledger.file, ledger.length)
    ledger.keepRoom()
    return ledger
  }

  /** Undefined for a page that the database does not have. */
  tagOf(page: number): Buffer | undefined {
    return page < 1 || page > this.count ? undefined : this.tags.subarray((page - 1) * tagLength, page * tagLength)
  }

  /** Undefined: the pages of this extent have to be looked at one by one. */
  tagOfExtent(extent: number): Buffer | undefined {
    return this.extents[extent]
  }

  /** Extents that have no tag. */
  get untagged(): readonly number[] {
    return Array.from({ length: Math.ceil(this.count / extentPages) }, (_, extent) => extent).filter((extent) => this.extents[extent] === undefined)
  }

  tagExtent(extent: number, tag: Buffer): void {
    this.extents[extent] = tag
  }

  /** Notes what a checkpoint is about to write; on disk when it returns. */
  append(mark: LogMark, count: number, first: FirstPage, pages: ReadonlyMap<number, Buffer>): void {
    const content = Buffer.alloc(fixedLength + pages.size * entryLength)
    encodeFixed(mark, count, first).copy(content)
    let at = fixedLength
    for (const [page, tag] of pages) {
      content.writeUInt32LE(page, at)
      tag.copy(content, at + 4)
      at += entryLength
    }
    this.write(content)
    fdatasyncSync(this.file)
    this.take(content, false)
    this.keepRoom()
  }

  /** Whether most of the file has been superseded. */
  get isWorthCompacting(): boolean {
    return this.length > 65_536 + 2 * this.tags.length
  }

  /** Writes the file anew, with one record. Where that fails, the file stays as it was. */
  compact(): void {
    const part = `${this.path}.part`
    const { file, length, before, room } = this
    this.file = openSync(part, 'w+')
    try {
      this.before = Buffer.concat([magic, randomBytes(fileHeaderLength - magic.length)])
      writeSync(this.file, this.before, 0, fileHeaderLength, 0)
      this.length = fileHeaderLength
      this.room = 0
      const extents = Array.from({ length: Math.ceil(this.count / extentPages) }, (_, extent) => this.extents[extent] ?? untaggedExtent)
      this.write(Buffer.concat([encodeFixed(this.mark, this.count, this.first), this.tags.subarray(0, this.count * tagLength), ...extents]))
      this.keepRoom()
      fsyncSync(this.file)
    } catch (reason) {
      closeSync(this.file)
      Object.assign(this, { file, length, before, room })
      rmSync(part, { force: true })
      throw reason
    }
    // Windows replaces no file that is open.
    closeSync(this.file)
    if (file >= 0) closeSync(file)
    renameSync(part, this.path)
    syncFolder(dirname(this.path))
    this.file = openSync(this.path, 'r+')
  }

  close(): void {
    if (this.file >= 0) closeSync(this.file)
    this.file = -1
  }

  private keepRoom(): void {
    if (this.room >= this.length + reserve / 2) return
    try {
      writeSync(this.file, Buffer.alloc(reserve), 0, reserve, this.length)
      this.room = this.length + reserve
    } catch {
      // The disk is full: what room there is must do.
    }
  }

  private write(content: Buffer): void {
    const header = Buffer.alloc(recordHeaderLength)
    header.writeUInt32LE(content.length)
    randomBytes(12).copy(header, 4)
    const cipher = createCipheriv('aes-256-gcm', this.key, header.subarray(4))
    cipher.setAAD(Buffer.concat([this.before, header.subarray(0, 4)]))
    const sealed = Buffer.concat([header, cipher.update(content), cipher.final(), cipher.getAuthTag()])
    for (let done = 0; done < sealed.length; ) done += writeSync(this.file, sealed, done, sealed.length - done, this.length + done)
    this.before = sealed.subarray(sealed.length - sealLength)
    this.length += sealed.length
  }

  private unseal(record: Buffer): Buffer | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.key, record.subarray(4, recordHeaderLength))
    decipher.setAAD(Buffer.concat([this.before, record.subarray(0, 4)]))
    decipher.setAuthTag(record.subarray(record.length - sealLength))
    const content = decipher.update(record.subarray(recordHeaderLength, record.length - sealLength))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return content
  }

  private take(content: Buffer, isBase: boolean): void {
    const before = this.count
    this.mark = { salts: Buffer.from(content.subarray(0, 8)), frames: content.readUInt32LE(8), chain: Buffer.from(content.subarray(12, 28)) }
    this.count = content.readUInt32LE(28)
    this.first = { tag: Buffer.from(content.subarray(32, firstPageAt)), bytes: Buffer.from(content.subarray(firstPageAt, fixedLength)) }
    const wanted = this.count * tagLength
    if (isBase) {
      this.tags = Buffer.from(content.subarray(fixedLength, fixedLength + wanted))
      for (let at = fixedLength + wanted; at < content.length; at += tagLength) {
        const tag = Buffer.from(content.subarray(at, at + tagLength))
        this.extents.push(tag.equals(untaggedExtent) ? undefined : tag)
      }
      return
    }
    if (before !== this.count) {
      const steady = Math.floor(Math.min(before, this.count) / extentPages)
      for (let extent = steady; extent < this.extents.length; extent += 1) this.extents[extent] = undefined
      this.extents.length = Math.ceil(this.count / extentPages)
    }
    if (wanted > this.tags.length) this.tags = Buffer.concat([this.tags], wanted + Math.ceil(wanted / 4))
    for (let at = fixedLength; at < content.length; at += entryLength) {
      const page = content.readUInt32LE(at)
      if (page < 1 || page > this.count) continue
      content.copy(this.tags, (page - 1) * tagLength, at + 4, at + entryLength)
      this.extents[Math.floor((page - 1) / extentPages)] = undefined
    }
  }
}
