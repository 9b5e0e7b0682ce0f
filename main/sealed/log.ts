import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './folder'
import { headerLength, newHeader, readHeader } from './header'
import { SealedProblem } from './problem'

/*
 * After the file header one frame per record:
 *   4 bytes  length of the record, little endian
 *   12 bytes nonce, random: a torn record's number is used again, its nonce never
 *   8 bytes  check of the two above, so that a damaged length is not taken for a torn tail
 *   n bytes  the record, AES-256-GCM
 *   16 bytes tag; the record's number is authenticated too, so records cannot be reordered or dropped between others
 */
const magic = 'OUTLOG1\n'
const lengthLength = 4
const nonceLength = 12
const checkLength = 8
const tagLength = 16
const frameHeaderLength = lengthLength + nonceLength + checkLength
const readAheadLength = 256 * 1024
/** Failures after which the next record may well find room. */
const noRoom = ['ENOSPC', 'EDQUOT']

/** The largest record, bytes. */
const recordLimit = 64 * 1024 * 1024

/** A record as it was appended. */
export interface LogRecord {
  /** 0 for the first. */
  readonly index: number
  readonly bytes: Uint8Array
}

/** An encrypted file that only grows. One process at a time may have it open. */
export interface SealedLog {
  /** Records that can be read. */
  readonly length: number
  /** Bytes of a record that was cut off while being written (power cut, kill) and was dropped at opening; 0 as a rule. */
  readonly tornBytes: number
  /** Resolves with the record's index when it is on disk. Several at once share one sync. */
  append(bytes: Uint8Array): Promise<number>
  /** The records from `from` on, oldest first, as many as there are when it is called. Throws {@link SealedProblem} `tampered`. */
  read(from?: number): AsyncIterable<LogRecord>
  /** Waits for what is being appended. */
  close(): Promise<void>
}

const associatedData = (index: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(index))
  return bytes
}

const frameCheck = (fileKey: Uint8Array, index: number, head: Buffer): Buffer =>
  createHmac('sha256', fileKey).update(associatedData(index)).update(head).digest().subarray(0, checkLength)

/** Random bytes for nonces to come: asked for one by one they cost as much as the encryption. */
let nonces = Buffer.alloc(0)
const newNonce = (): Buffer => {
  if (nonces.length === 0) nonces = randomBytes(nonceLength * 256)
  const nonce = nonces.subarray(0, nonceLength)
  nonces = nonces.subarray(nonceLength)
  return nonce
}

const frameOf = (fileKey: Uint8Array, index: number, record: Uint8Array): Buffer => {
  const head = Buffer.alloc(lengthLength + nonceLength)
  head.writeUInt32LE(record.length)
  newNonce().copy(head, lengthLength)
  const cipher = createCipheriv('aes-256-gcm', fileKey, head.subarray(lengthLength)).setAAD(associatedData(index))
  return Buffer.concat([head, frameCheck(fileKey, index, head), cipher.update(record), cipher.final(), cipher.getAuthTag()])
}

/** What stands at one place of the file: a record, the clean end, or a record whose writing was cut off. */
type Found = { readonly kind: 'record'; readonly bytes: Uint8Array; readonly next: number } | { readonly kind: 'end' } | { readonly kind: 'torn' }

/** Reads frames from `file`, buffered. */
class FrameReader {
  private buffer: Buffer = Buffer.alloc(0)
  private start = 0

  constructor(
    private readonly file: FileHandle,
    private readonly fileKey: Uint8Array,
  ) {}

  private async bytesAt(position: number, length: number): Promise<Buffer> {
    if (position < this.start || position + length > this.start + this.buffer.length) {
      const wanted = Buffer.alloc(Math.max(length, readAheadLength))
      let filled = 0
      while (filled < wanted.length) {
        const { bytesRead } = await this.file.read(wanted, filled, wanted.length - filled, position + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      this.buffer = wanted.subarray(0, filled)
      this.start = position
    }
    return this.buffer.subarray(position - this.start, position - this.start + length)
  }

  async frameAt(position: number, index: number): Promise<Found> {
    const head = await this.bytesAt(position, frameHeaderLength)
    if (head.length === 0) return { kind: 'end' }
    if (head.length < frameHeaderLength) return { kind: 'torn' }
    const named = head.subarray(0, lengthLength + nonceLength)
    const length = head.readUInt32LE()
    const nonce = Buffer.from(head.subarray(lengthLength, lengthLength + nonceLength))
    if (!timingSafeEqual(frameCheck(this.fileKey, index, named), head.subarray(lengthLength + nonceLength))) {
      // Some file systems leave zeros where a write was cut off; no frame ever begins with a zero nonce.
      if (await this.onlyZerosFrom(position)) return { kind: 'torn' }
      throw new SealedProblem('tampered', `record ${index}`)
    }
    const body = await this.bytesAt(position + frameHeaderLength, length + tagLength)
    if (body.length < length + tagLength) return { kind: 'torn' }
    const tag = body.subarray(length)
    const next = position + frameHeaderLength + length + tagLength
    const decipher = createDecipheriv('aes-256-gcm', this.fileKey, nonce).setAAD(associatedData(index)).setAuthTag(tag)
    const plain = decipher.update(body.subarray(0, length))
    try {
      decipher.final()
    } catch {
      if (tag.every((byte) => byte === 0) && (await this.onlyZerosFrom(next))) return { kind: 'torn' }
      throw new SealedProblem('tampered', `record ${index}`)
    }
    return { kind: 'record', bytes: new Uint8Array(plain), next }
  }

  private async onlyZerosFrom(position: number): Promise<boolean> {
    for (let at = position; ; ) {
      const some = await this.bytesAt(at, readAheadLength)
      if (some.length === 0) return true
      if (some.some((byte) => byte !== 0)) return false
      at += some.length
    }
  }
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly resolve: (index: number) => void
  readonly reject: (reason: unknown) => void
}

class OpenLog implements SealedLog {
  private readonly waiting: Waiting[] = []
  private writing: Promise<void> | undefined
  private closed = false
  private broken: unknown

  constructor(
    private readonly file: FileHandle,
    private readonly fileKey: Uint8Array,
    private end: number,
    private records: number,
    readonly tornBytes: number,
    private readonly isSynced: boolean,
  ) {}

  get length(): number {
    return this.records
  }

  append(bytes: Uint8Array): Promise<number> {
    if (this.closed) return Promise.reject(new Error('the log is closed'))
    if (bytes.length > recordLimit) return Promise.reject(new RangeError('the record is too long'))
    // Copied: the caller may use its buffer again before the bytes are written.
    const added = new Promise<number>((resolve, reject) => this.waiting.push({ bytes: Uint8Array.from(bytes), resolve, reject }))
    this.writing ??= this.writeWaiting()
    return added
  }

  private async writeWaiting(): Promise<void> {
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0)
      try {
        await this.writeBatch(batch)
        batch.forEach((entry, place) => entry.resolve(this.records - batch.length + place))
      } catch (reason) {
        batch.forEach((entry) => entry.reject(reason))
      }
    }
    this.writing = undefined
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    if (this.broken !== undefined) throw this.broken
    const frames = Buffer.concat(batch.map((entry, place) => frameOf(this.fileKey, this.records + place, entry.bytes)))
    try {
      for (let written = 0; written < frames.length; ) {
        written += (await this.file.write(frames, written, frames.length - written, this.end + written)).bytesWritten
      }
      if (this.isSynced) await this.sync()
    } catch (reason) {
      // Nothing of it was promised: cut it off, so that the next record does not follow a half one.
      await this.file.truncate(this.end).catch(() => {
        this.broken = reason
      })
      throw reason
    }
    this.end += frames.length
    this.records += batch.length
  }

  /** A disk that once failed to sync may say that it has what it has not: nothing is taken any more until the log is opened anew. */
  private async sync(): Promise<void> {
    try {
      await this.file.datasync()
    } catch (reason) {
      if (!noRoom.includes((reason as NodeJS.ErrnoException).code ?? '')) this.broken = reason
      throw reason
    }
  }

  async *read(from = 0): AsyncIterable<LogRecord> {
    const reader = new FrameReader(this.file, this.fileKey)
    const until = this.records
    let position = headerLength
    for (let index = 0; index < until; index += 1) {
      const found = await reader.frameAt(position, index)
      if (found.kind !== 'record') throw new SealedProblem('tampered', `record ${index} is missing`)
      position = found.next
      if (index >= from) yield { index, bytes: found.bytes }
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await this.writing
    await this.file.close()
  }
}

const readStart = async (file: FileHandle): Promise<Buffer> => {
  const start = Buffer.alloc(headerLength)
  let filled = 0
  for (let read = -1; read !== 0 && filled < headerLength; filled += read) read = (await file.read(start, filled, headerLength - filled, filled)).bytesRead
  return start.subarray(0, filled)
}

/**
 * Whether the log was never made to the end: its header is cut off, or the file system kept the length and left zeros.
 * Nothing was ever acknowledged in such a log. Anything else without our magic is not ours to write over.
 */
const hasNoHeader = async (file: FileHandle, start: Buffer): Promise<boolean> => {
  const { size } = await file.stat()
  if (start.length === headerLength && start.toString('latin1', 0, magic.length) === magic) return false
  const isCutOff = start.length < headerLength && magic.startsWith(start.toString('latin1', 0, Math.min(start.length, magic.length)))
  if (isCutOff) return true
  if (start.some((byte) => byte !== 0)) throw new SealedProblem('not-sealed')
  const rest = Buffer.alloc(readAheadLength)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(rest, 0, rest.length, at)
    if (rest.subarray(0, bytesRead).some((byte) => byte !== 0)) throw new SealedProblem('not-sealed')
    if (bytesRead === 0) break
    at += bytesRead
  }
  return true
}

/** How a log is kept. */
export interface SealedLogOptions {
  /**
   * False: a record counts as appended once the operating system has it. It then outlives this process, though not a power
   * cut, and costs the disk no sync that somebody else waits for.
   */
  readonly isSynced?: boolean
}

/**
 * Opens or makes a sealed log and reads it through once. What a power cut left half written at the
 * end is cut off ({@link SealedLog.tornBytes}); a change anywhere else is refused.
 *
 * @param key 32 bytes, see `deriveKey`
 * @throws {SealedProblem}
 */
export const openSealedLog = async (path: string, key: Uint8Array, { isSynced = true }: SealedLogOptions = {}): Promise<SealedLog> => {
  const file = await open(path, 'a+', 0o600).then(async (made) => {
    await made.close()
    return open(path, 'r+')
  })
  try {
    const header = await readStart(file)
    if (await hasNoHeader(file, header)) {
      const { size } = await file.stat()
      const made = newHeader(key, magic)
      await file.truncate(0)
      for (let written = 0; written < headerLength; ) written += (await file.write(made.bytes, written, headerLength - written, written)).bytesWritten
      await file.sync()
      await syncFolder(dirname(path))
      return new OpenLog(file, made.fileKey, headerLength, 0, size, isSynced)
    }
    const fileKey = readHeader(key, magic, header)
    const reader = new FrameReader(file, fileKey)
    let position = headerLength
    let records = 0
    let found = await reader.frameAt(position, records)
    while (found.kind === 'record') {
      position = found.next
      records += 1
      found = await reader.frameAt(position, records)
    }
    const { size } = await file.stat()
    if (size > position) {
      await file.truncate(position)
      await file.sync()
    }
    return new OpenLog(file, fileKey, position, records, size - position, isSynced)
  } catch (reason) {
    await file.close()
    throw reason
  }
}
