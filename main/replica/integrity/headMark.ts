import { createHmac, timingSafeEqual } from 'node:crypto'
import { closeSync, existsSync, fdatasync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs'
import type { LogMark } from './writeAheadLog'

/*
 * Two slots that are written in turn, so that a power cut in the middle of one leaves the other:
 *   8 bytes  name of the format
 *   8 bytes  number of the writing; the greater one counts
 *   8 bytes  salts, 4 bytes frames, 16 bytes chain of the mark
 *   16 bytes HMAC-SHA256 of the above
 */
const magic = Buffer.from('OUTHEAD1', 'latin1')
const slotDistance = 512

/** How soon a written mark is on disk, at the latest, whatever happens to the machine. */
const syncWithinMs = 200

const contentLength = 44
const sealLength = 16
const slotLength = contentLength + sealLength

/** Where the last acknowledged write ends. */
export class HeadMark {
  private timer: NodeJS.Timeout | undefined
  private isSyncing = false
  private isClosed = false

  private constructor(
    private readonly file: number,
    private readonly key: Uint8Array,
    private writings: number,
    /** As it was last written. */
    public mark: LogMark,
  ) {}

  /** Makes the file, or makes it anew. */
  static create(path: string, key: Uint8Array, mark: LogMark): HeadMark {
    const file = openSync(path, existsSync(path) ? 'r+' : 'w+')
    writeSync(file, Buffer.alloc(slotDistance * 2), 0, slotDistance * 2, 0)
    const head = new HeadMark(file, key, 0, mark)
    head.write(mark)
    head.sync()
    return head
  }

  /** Undefined: neither of the slots can be believed. */
  static open(path: string, key: Uint8Array): HeadMark | undefined {
    if (!existsSync(path)) return undefined
    const file = openSync(path, 'r+')
    let head: HeadMark | undefined
    for (const start of [0, slotDistance]) {
      const slot = Buffer.alloc(slotLength)
      if (readSync(file, slot, 0, slotLength, start) < slotLength || slot.compare(magic, 0, 8, 0, 8) !== 0) continue
      const content = slot.subarray(0, contentLength)
      if (!timingSafeEqual(createHmac('sha256', key).update(content).digest().subarray(0, sealLength), slot.subarray(contentLength))) continue
      const writings = Number(slot.readBigUInt64LE(8))
      if (head === undefined || writings > head.writings)
        head = new HeadMark(file, key, writings, { salts: slot.subarray(16, 24), frames: slot.readUInt32LE(24), chain: slot.subarray(28, 44) })
    }
    if (head === undefined) closeSync(file)
    return head
  }

  /**
   * Written when it returns: no end of this process can undo it. It is on disk a moment later; should the power go before, the
   * mark of an earlier write is found, to which the log must still reach.
   */
  write(mark: LogMark): void {
    this.writings += 1
    const content = Buffer.alloc(contentLength)
    magic.copy(content)
    content.writeBigUInt64LE(BigInt(this.writings), 8)
    mark.salts.copy(content, 16)
    content.writeUInt32LE(mark.frames, 24)
    mark.chain.copy(content, 28)
    const slot = Buffer.concat([content, createHmac('sha256', this.key).update(content).digest().subarray(0, sealLength)])
    writeSync(this.file, slot, 0, slotLength, (this.writings % 2) * slotDistance)
    this.mark = mark
    this.timer ??= setTimeout(() => this.syncSoon(), syncWithinMs).unref()
  }

  /** On disk when it returns. */
  sync(): void {
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.timer = undefined
    fdatasyncSync(this.file)
  }

  close(): void {
    this.sync()
    this.isClosed = true
    if (!this.isSyncing) closeSync(this.file)
  }

  private syncSoon(): void {
    this.timer = undefined
    if (this.isSyncing || this.isClosed) return
    this.isSyncing = true
    fdatasync(this.file, () => {
      this.isSyncing = false
      if (this.isClosed) closeSync(this.file)
    })
  }
}
