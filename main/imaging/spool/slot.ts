import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/*
 * A slot is a file that is written over and over, so that the disk need not find room for each instance: to say that a
 * file which did not grow is on disk costs a tenth of saying it of a new one.
 *
 *   8 bytes   magic
 *   16 bytes  salt, random for each use: a key of its own, under which nothing of an earlier use reads
 *   16 bytes  check, by which a wrong key shows itself
 *   then chunks: 4 bytes length, little endian, its highest bit set in the last; so many bytes, AES-256-GCM; 16 bytes tag
 *
 * The nonce is the chunk's number; the length is authenticated. The last chunk is the note of what lies before it. A slot
 * whose last chunk is not there holds nothing: its writing was cut off, and nobody was ever told that it arrived.
 */
const magic = 'OUTSPL1\n'
const saltLength = 16
const checkLength = 16
/** Bytes before the first chunk. */
const headLength = magic.length + saltLength + checkLength
const lengthLength = 4
const tagLength = 16
/** Contents of a chunk; the last ones are shorter. */
const chunkLength = 256 * 1024

const fileKeyOf = (key: Uint8Array, salt: Uint8Array): Uint8Array => new Uint8Array(hkdfSync('sha256', key, salt, 'outpost/spool/slot', 32))
const checkOf = (fileKey: Uint8Array, salt: Uint8Array): Buffer => createHmac('sha256', fileKey).update(magic, 'latin1').update(salt).digest().subarray(0, checkLength)
const nonceOf = (chunk: number): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32LE(chunk)
  return nonce
}
/** Set in the length of the last chunk. */
const lastMark = 0x80000000

const writeAll = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let written = 0; written < bytes.length; ) written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
}

const writeTogether = async (file: FileHandle, parts: readonly Buffer[], position: number): Promise<void> => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const { bytesWritten } = await file.writev(parts, position)
  if (bytesWritten < length) await writeAll(file, Buffer.concat(parts).subarray(bytesWritten), position + bytesWritten)
}

/** Buffers that a writer needs while it writes, for the next one: a burst would otherwise make one for each instance. */
const heldBefore: Buffer[] = []
const mostHeld = 8

/** Writes one instance into a slot. */
export class SlotWriter {
  private readonly fileKey: Uint8Array
  private readonly held = heldBefore.pop() ?? Buffer.allocUnsafeSlow(chunkLength)
  private filled = 0
  private number = 0
  /** What is to be written next: head and chunks. */
  private ready: Buffer[]
  private position = 0
  private writing: Promise<void> = Promise.resolve()
  private failure: unknown
  private isGivenBack = false
  /** Bytes of the contents. */
  size = 0

  constructor(
    private readonly file: FileHandle,
    key: Uint8Array,
  ) {
    const salt = randomBytes(saltLength)
    this.fileKey = fileKeyOf(key, salt)
    this.ready = [Buffer.concat([Buffer.from(magic, 'latin1'), salt, checkOf(this.fileKey, salt)])]
  }

  /** Resolves when it takes more: at most two chunks wait for the disk. */
  async add(bytes: Uint8Array): Promise<void> {
    this.size += bytes.length
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + chunkLength - this.filled)
      this.held.set(part, this.filled)
      this.filled += part.length
      at += part.length
      if (this.filled === chunkLength) await this.flush()
    }
  }

  /** Writes the note and resolves when all of it is on disk. */
  async finish(note: unknown): Promise<void> {
    if (this.filled > 0) this.seal(this.held.subarray(0, this.filled), false)
    this.seal(Buffer.from(JSON.stringify(note)), true)
    this.write()
    await this.settled()
    await this.file.datasync()
    this.giveBack()
  }

  /** Waits for what is being written, and forgets the rest. */
  async abandon(): Promise<void> {
    this.ready = []
    await this.writing
    this.giveBack()
  }

  private giveBack(): void {
    if (this.isGivenBack) return
    this.isGivenBack = true
    if (heldBefore.length < mostHeld) heldBefore.push(this.held)
  }

  private async flush(): Promise<void> {
    this.seal(this.held, false)
    this.filled = 0
    // The one before is on its way; with this one two wait.
    await this.settled()
    this.write()
  }

  private async settled(): Promise<void> {
    await this.writing
    if (this.failure !== undefined) throw this.failure
  }

  private seal(chunk: Uint8Array, isLast: boolean): void {
    const length = Buffer.alloc(lengthLength)
    length.writeUInt32LE(isLast ? chunk.length + lastMark : chunk.length)
    const cipher = createCipheriv('aes-256-gcm', this.fileKey, nonceOf(this.number)).setAAD(length)
    this.ready.push(length, cipher.update(chunk), cipher.final(), cipher.getAuthTag())
    this.number += 1
  }

  private write(): void {
    const parts = this.ready
    const { position } = this
    this.ready = []
    for (const { length } of parts) this.position += length
    this.writing = this.writing.then(() => (this.failure === undefined ? writeTogether(this.file, parts, position) : undefined)).catch((reason: unknown) => {
      this.failure ??= reason
    })
  }
}

/** Says that a slot holds nothing any more. */
export const clearSlot = (file: FileHandle): Promise<void> => writeAll(file, new Uint8Array(headLength), 0)

/** What lies in a slot. */
export type SlotContents =
  | { readonly kind: 'empty' }
  /** `key`: which of the keys it is under. */
  | { readonly kind: 'whole'; readonly pieces: readonly Uint8Array[]; readonly size: number; readonly note: unknown; readonly key: number }
  | { readonly kind: 'damaged' }

const readAt = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** Under whichever key its head says; `other`: under none of these. */
const headKeyOf = (head: Buffer, keys: readonly Uint8Array[]): { readonly fileKey: Uint8Array; readonly key: number } | 'empty' | 'other' => {
  if (head.length < headLength || head.toString('latin1', 0, magic.length) !== magic) return 'empty'
  const salt = head.subarray(magic.length, magic.length + saltLength)
  for (const [key, each] of keys.entries()) {
    const fileKey = fileKeyOf(each, salt)
    if (timingSafeEqual(checkOf(fileKey, salt), head.subarray(headLength - checkLength, headLength))) return { fileKey, key }
  }
  return 'other'
}

/**
 * Reads what lies in a slot. `empty`: nothing, or something whose writing was cut off. `damaged`: its note is there, and
 * the contents are not what was written; or it is under another key.
 *
 * @param keys the present one, and the one before while a change of the key is not finished
 */
export const readSlot = async (file: FileHandle, keys: readonly Uint8Array[]): Promise<SlotContents> => {
  const head = headKeyOf(await readAt(file, 0, headLength), keys)
  if (head === 'empty') return { kind: 'empty' }
  if (head === 'other') return { kind: 'damaged' }
  const { fileKey, key } = head
  const pieces: Uint8Array[] = []
  let size = 0
  let isDamaged = false
  let position = headLength
  for (let number = 0; ; number += 1) {
    const length = await readAt(file, position, lengthLength)
    const said = length.length === lengthLength ? length.readUInt32LE(0) : chunkLength + 1
    const isLast = said >= lastMark
    const bytes = isLast ? said - lastMark : said
    // No chunk is without bytes: such a one is what lay on the disk before.
    if (bytes === 0 || bytes > chunkLength) return { kind: 'empty' }
    const sealed = await readAt(file, position + lengthLength, bytes + tagLength)
    if (sealed.length < bytes + tagLength) return { kind: 'empty' }
    const chunk = open(fileKey, number, length, sealed)
    if (isLast && chunk) return isDamaged ? { kind: 'damaged' } : { kind: 'whole', pieces, size, note: JSON.parse(chunk.toString()), key }
    if (isLast || !chunk) isDamaged = true
    else {
      pieces.push(chunk)
      size += chunk.length
    }
    position += lengthLength + sealed.length
  }
}

const open = (fileKey: Uint8Array, number: number, length: Buffer, sealed: Buffer): Buffer | undefined => {
  const decipher = createDecipheriv('aes-256-gcm', fileKey, nonceOf(number)).setAAD(length)
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength))
  const plain = decipher.update(sealed.subarray(0, sealed.length - tagLength))
  try {
    decipher.final()
    return plain
  } catch {
    return undefined
  }
}
