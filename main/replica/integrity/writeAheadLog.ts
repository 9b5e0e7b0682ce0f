import { createHmac } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { pageSize, type PageTag } from './pageTag'

/*
 * SQLite's write-ahead log (https://sqlite.org/fileformat2.html#the_write_ahead_log): a header of 32 bytes, then
 * frames of 24 bytes and a page. Frame: page number, size of the database in pages after a commit (0: no commit), two
 * salts, two sums that go on from frame to frame. The driver encrypts a page before it is summed and writes the same bytes into
 * the database at a checkpoint (tried), so both can be checked without the key of the cipher.
 */
const headerLength = 32
const frameHeaderLength = 24
const frameLength = frameHeaderLength + pageSize
const framesAtOnce = 256
const chainLength = 16

/** A place in the log, right behind a commit. */
export interface LogMark {
  /** Tell one log from the one before it; 8 bytes. */
  readonly salts: Buffer
  /** Frames up to the place; 0: nothing was ever committed. */
  readonly frames: number
  /** What all these frames hold; 16 bytes. */
  readonly chain: Buffer
}

/** The mark of a file to which nothing was committed. */
export const noMark: LogMark = { salts: Buffer.alloc(8), frames: 0, chain: Buffer.alloc(chainLength) }

export const isSameLog = (one: LogMark, other: LogMark): boolean => one.salts.equals(other.salts)

type Sums = readonly [number, number]

/** SQLite's sums over the bytes from `from` to `to`, which are multiples of 8 apart; `words` are those of the log's byte order. */
const sum = (words: Uint32Array, from: number, to: number, start: Sums): Sums => {
  let first = start[0] | 0
  let second = start[1] | 0
  for (let at = from >>> 2; at < to >>> 2; at += 2) {
    first = (first + (words[at] as number) + second) | 0
    second = (second + (words[at + 1] as number) + first) | 0
  }
  return [first >>> 0, second >>> 0]
}

/** Reads the log as it grows, as far as it is committed and whole by SQLite's own sums. */
export class WriteAheadLog {
  /** Tag of the newest frame of each page. */
  readonly pages = new Map<number, Buffer>()
  /** Bytes of the newest frame of page 1. */
  firstPage: Buffer | undefined
  /** Pages of the database after the last commit. */
  databasePages = 0
  private file: number | undefined
  private salts = noMark.salts
  private frames = 0
  private chain = noMark.chain
  private sums: Sums = [0, 0]
  private readonly buffer = Buffer.allocUnsafeSlow(framesAtOnce * frameLength)
  private readonly words = new Uint32Array(this.buffer.buffer)

  /** @param key 32 bytes, for the chain */
  constructor(
    private readonly path: string,
    private readonly tag: PageTag,
    private readonly key: Uint8Array,
  ) {}

  /** How far the log has been read. */
  get mark(): LogMark {
    return { salts: this.salts, frames: this.frames, chain: this.chain }
  }

  /**
   * Reads the commits that were added since; answers the pages in them. `visit` is told each place behind a commit.
   */
  advance(visit?: (mark: LogMark) => void): readonly number[] {
    const touched: number[] = []
    if (this.file === undefined) {
      if (!existsSync(this.path)) return touched
      this.file = openSync(this.path, 'r')
    }
    const { size } = fstatSync(this.file)
    if (size < headerLength + frameLength || (this.frames === 0 && !this.readHeader())) return touched
    let at = this.frames
    let sums = this.sums
    let pending: [page: number, tag: Buffer][] = []
    let { firstPage } = this
    while (headerLength + (at + 1) * frameLength <= size) {
      const wanted = Math.min(framesAtOnce, Math.floor((size - headerLength) / frameLength) - at) * frameLength
      const read = readSync(this.file, this.buffer, 0, wanted, headerLength + at * frameLength)
      if (read < frameLength) return touched
      for (let start = 0; start + frameLength <= read; start += frameLength) {
        if (this.buffer.compare(this.salts, 0, 8, start + 8, start + 16) !== 0) return touched
        sums = sum(this.words, start, start + 8, sums)
        sums = sum(this.words, start + frameHeaderLength, start + frameLength, sums)
        if (this.buffer.readUInt32BE(start + 16) !== sums[0] || this.buffer.readUInt32BE(start + 20) !== sums[1]) return touched
        const page = this.buffer.readUInt32BE(start)
        if (page === 1) firstPage = Buffer.from(this.buffer.subarray(start + frameHeaderLength, start + frameLength))
        pending.push([page, this.tag(page, this.buffer.subarray(start + frameHeaderLength, start + frameLength))])
        at += 1
        const databasePages = this.buffer.readUInt32BE(start + 4)
        if (databasePages === 0) continue
        this.commit(at, sums, databasePages, pending)
        this.firstPage = firstPage
        for (const [number] of pending) touched.push(number)
        pending = []
        visit?.(this.mark)
      }
    }
    return touched
  }

  /** The log was emptied; the next commit begins another. */
  restart(): void {
    this.pages.clear()
    this.firstPage = undefined
    this.frames = 0
    this.sums = [0, 0]
    this.chain = noMark.chain
    this.close()
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private readHeader(): boolean {
    const { buffer, words } = this
    if (readSync(this.file as number, buffer, 0, headerLength, 0) < headerLength) return false
    const magic = buffer.readUInt32BE(0)
    // Its last bit is set where the words that are summed are big endian: on machines that are.
    if (magic !== (words[0] === magic ? 0x377f0683 : 0x377f0682) || buffer.readUInt32BE(8) !== pageSize) return false
    this.sums = sum(words, 0, 24, [0, 0])
    if (buffer.readUInt32BE(24) !== this.sums[0] || buffer.readUInt32BE(28) !== this.sums[1]) return false
    this.salts = Buffer.from(buffer.subarray(16, 24))
    return true
  }

  private commit(frames: number, sums: Sums, databasePages: number, pending: readonly [page: number, tag: Buffer][]): void {
    const hmac = createHmac('sha256', this.key).update(this.salts).update(this.chain)
    const numbers = Buffer.alloc(8 + pending.length * 4)
    numbers.writeUInt32LE(frames, 0)
    numbers.writeUInt32LE(databasePages, 4)
    pending.forEach(([page, tag], place) => {
      numbers.writeUInt32LE(page, 8 + place * 4)
      this.pages.set(page, tag)
    })
    this.chain = hmac
      .update(numbers)
      .update(Buffer.concat(pending.map(([, tag]) => tag)))
      .digest()
      .subarray(0, chainLength)
    this.frames = frames
    this.sums = sums
    this.databasePages = databasePages
  }
}
