import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './folder'
import { headerLength, newHeader, readHeader } from './header'
import { SealedProblem } from './problem'

/*
 * After the file header the contents in chunks of 64 KiB (the last one shorter, possibly empty),
 * each AES-256-GCM with its tag behind it. The nonce is the chunk's number and whether it is the
 * last (the STREAM construction): chunks cannot be swapped, and a file cut at a chunk's end shows.
 */
const magic = 'OUTFIL1\n'
const chunkLength = 64 * 1024
const tagLength = 16
const sealedChunkLength = chunkLength + tagLength
/** Chunks that are written together: 1 MiB. */
const chunksAtOnce = 16

/** Part of a file: from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A sealed file that is open for reading. */
export interface SealedFile {
  /** Bytes of the contents. */
  readonly size: number
  /** The whole of the contents or a part; a range beyond the end is cut. Throws {@link SealedProblem} `tampered`. */
  read(range?: ByteRange): Promise<Uint8Array>
  /** As {@link read}, in pieces of at most 64 KiB. */
  stream(range?: ByteRange): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

const nonceOf = (chunk: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32LE(chunk)
  nonce[11] = last ? 1 : 0
  return nonce
}

interface PlainChunk {
  readonly bytes: Uint8Array
  readonly last: boolean
}

/** Contents in memory need no copy: they do not change while they are written. */
function* chunksInMemory(contents: Uint8Array): Iterable<PlainChunk> {
  for (let at = 0; ; at += chunkLength) {
    const last = at + chunkLength >= contents.length
    yield { bytes: contents.subarray(at, at + chunkLength), last }
    if (last) return
  }
}

async function* chunksOf(pieces: AsyncIterable<Uint8Array>): AsyncIterable<PlainChunk> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      if (length === chunkLength) {
        yield { bytes: Buffer.concat(held), last: false }
        held = []
        length = 0
      }
      const part = piece.subarray(at, at + chunkLength - length)
      // Copied: the source may use its buffer again, and a Buffer's slice is no copy.
      held.push(Uint8Array.from(part))
      length += part.length
      at += part.length
    }
  }
  yield { bytes: Buffer.concat(held), last: true }
}

/**
 * Writes a file whole or not at all: sealed under a name of its own, synced, then renamed.
 * Resolves when it is on disk. An existing file is replaced.
 *
 * @param key 32 bytes, see `deriveKey`
 */
export const writeSealedFile = async (path: string, key: Uint8Array, contents: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> => {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  const file = await open(part, 'wx', 0o600)
  try {
    const { bytes, fileKey } = newHeader(key, magic)
    let number = 0
    // Several chunks are written at once: each write is a way to the disk and back.
    let sealed: Uint8Array[] = [bytes]
    for await (const chunk of contents instanceof Uint8Array ? chunksInMemory(contents) : chunksOf(contents)) {
      const cipher = createCipheriv('aes-256-gcm', fileKey, nonceOf(number, chunk.last))
      sealed.push(cipher.update(chunk.bytes), cipher.final(), cipher.getAuthTag())
      number += 1
      if (chunk.last || number % chunksAtOnce === 0) {
        await file.appendFile(Buffer.concat(sealed))
        sealed = []
      }
    }
    await file.sync()
    await file.close()
    await rename(part, path)
    await syncFolder(dirname(path))
  } catch (reason) {
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    throw reason
  }
}

class OpenSealedFile implements SealedFile {
  readonly size: number
  private readonly lastChunk: number

  constructor(
    private readonly file: FileHandle,
    private readonly fileKey: Uint8Array,
    private readonly sealedLength: number,
  ) {
    const chunks = Math.max(1, Math.ceil(sealedLength / sealedChunkLength))
    if (sealedLength - (chunks - 1) * sealedChunkLength < tagLength) throw new SealedProblem('tampered', 'cut off')
    this.lastChunk = chunks - 1
    this.size = sealedLength - chunks * tagLength
  }

  async chunk(number: number): Promise<Uint8Array> {
    const start = number * sealedChunkLength
    const sealed = Buffer.alloc(Math.min(sealedChunkLength, this.sealedLength - start))
    for (let filled = 0; filled < sealed.length; ) {
      const { bytesRead } = await this.file.read(sealed, filled, sealed.length - filled, headerLength + start + filled)
      if (bytesRead === 0) throw new SealedProblem('tampered', 'cut off')
      filled += bytesRead
    }
    const decipher = createDecipheriv('aes-256-gcm', this.fileKey, nonceOf(number, number === this.lastChunk))
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength))
    const plain = decipher.update(sealed.subarray(0, sealed.length - tagLength))
    try {
      decipher.final()
    } catch {
      throw new SealedProblem('tampered', `chunk ${number}`)
    }
    return new Uint8Array(plain)
  }

  checkEnd(): Promise<Uint8Array> {
    return this.chunk(this.lastChunk)
  }

  async *stream(range: ByteRange = { start: 0, end: this.size }): AsyncIterable<Uint8Array> {
    const start = Math.max(0, range.start)
    const end = Math.min(this.size, range.end)
    for (let number = Math.floor(start / chunkLength); number * chunkLength < end; number += 1) {
      const plain = await this.chunk(number)
      const base = number * chunkLength
      yield plain.subarray(Math.max(0, start - base), Math.min(plain.length, end - base))
    }
  }

  async read(range?: ByteRange): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const piece of this.stream(range)) pieces.push(piece)
    return new Uint8Array(Buffer.concat(pieces))
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

/**
 * Opens a sealed file for reading parts of it. Its end is checked at once, so a file that was cut off is
 * refused; every other chunk is checked when it is read.
 *
 * @throws {SealedProblem}
 */
export const openSealedFile = async (path: string, key: Uint8Array): Promise<SealedFile> => {
  const file = await open(path, 'r')
  try {
    const header = Buffer.alloc(headerLength)
    const { bytesRead } = await file.read(header, 0, headerLength, 0)
    const fileKey = readHeader(key, magic, header.subarray(0, bytesRead))
    const sealed = new OpenSealedFile(file, fileKey, (await file.stat()).size - headerLength)
    await sealed.checkEnd()
    return sealed
  } catch (reason) {
    await file.close()
    throw reason
  }
}

/** The contents of a sealed file, or a part of it; see {@link openSealedFile}. */
export const readSealedFile = async (path: string, key: Uint8Array, range?: ByteRange): Promise<Uint8Array> => {
  const file = await openSealedFile(path, key)
  try {
    return await file.read(range)
  } finally {
    await file.close()
  }
}
