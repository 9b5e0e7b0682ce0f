import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'

/*
 * A chunk is a piece of a file, packed (one byte: 0 as it is, 1 deflated; then the bytes), encrypted with AES-256-GCM
 * under a key of its own. Name and key of a chunk are keyed hashes of what is packed: two workstations that hold one
 * file make the same chunks of it, nobody without the practice's secret can tell what they hold, and no key ever
 * encrypts two different things, so the nonce may be zero.
 */

/** Bytes of a file in one chunk, before it is packed. On a line of 256 kbit/s that is four seconds. */
export const chunkLength = 128 * 1024

const tagLength = 16
const nonceLength = 12
const zeroNonce = Buffer.alloc(nonceLength)

const deflate = promisify(deflateRaw) as (bytes: Uint8Array, options: { level: number }) => Promise<Buffer>
const inflate = promisify(inflateRaw) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

/** What came from the server is not what a workstation of this practice sealed. */
export class BlobDamage extends Error {
  constructor(readonly what: 'chunk' | 'note' | 'file') {
    super(`${what} does not open`)
    this.name = 'BlobDamage'
  }
}

/** A chunk is not on the server, or not any more. */
export class ChunkMissing extends Error {
  constructor() {
    super('a chunk is missing')
    this.name = 'ChunkMissing'
  }
}

/** The keys of one shared secret, 32 bytes each. */
export interface SealKeys {
  /** Names the shared secret. */
  readonly id: string
  readonly names: Uint8Array
  readonly chunks: Uint8Array
  readonly notes: Uint8Array
}

/** A chunk as the server keeps it. */
export interface SealedChunk {
  readonly id: string
  readonly bytes: Uint8Array
}

const hmac = (key: Uint8Array, ...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHmac('sha256', key)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const chunkIdOf = (name: Buffer): string => `chunk-${name.toString('hex')}`
const chunkKey = (keys: SealKeys, id: string): Buffer => hmac(keys.chunks, id)

/** By so much at least, or it is not worth the time. */
const worthwhile = 0.95
/** Bytes from the middle that tell whether the whole is worth it. */
const sampleLength = 8 * 1024

const pack = async (plain: Uint8Array): Promise<Buffer> => {
  const middle = Math.floor(plain.length / 2)
  const sample = plain.subarray(middle, middle + sampleLength)
  // Images that are compressed already only cost time.
  const isWorth = plain.length < 2 * sampleLength || (await deflate(sample, { level: 1 })).length < sample.length * worthwhile
  const small = isWorth ? await deflate(plain, { level: 1 }) : plain
  return small.length < plain.length * worthwhile ? Buffer.concat([Buffer.of(1), small]) : Buffer.concat([Buffer.of(0), plain])
}

/** Seals a piece of a file; at most {@link chunkLength} bytes. */
export const sealChunk = async (keys: SealKeys, plain: Uint8Array): Promise<SealedChunk> => {
  const packed = await pack(plain)
  const id = chunkIdOf(hmac(keys.names, 'chunk', packed))
  const cipher = createCipheriv('aes-256-gcm', chunkKey(keys, id), zeroNonce)
  return { id, bytes: Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]) }
}

/** The piece of a file in a chunk. Throws {@link BlobDamage} when it is not the chunk of that name. */
export const openChunk = async (keys: SealKeys, { id, bytes }: SealedChunk): Promise<Uint8Array> => {
  const packed = decrypted(chunkKey(keys, id), zeroNonce, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), undefined, 'chunk')
  if (chunkIdOf(hmac(keys.names, 'chunk', packed)) !== id) throw new BlobDamage('chunk')
  if (packed[0] === 0) return packed.subarray(1)
  return inflate(packed.subarray(1), { maxOutputLength: chunkLength }).catch(() => {
    throw new BlobDamage('chunk')
  })
}

const decrypted = (key: Uint8Array, nonce: Buffer, sealed: Buffer, bound: Buffer | undefined, what: 'chunk' | 'note'): Buffer => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
    if (bound) decipher.setAAD(bound)
    decipher.setAuthTag(sealed.subarray(-tagLength))
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagLength)), decipher.final()])
  } catch {
    throw new BlobDamage(what)
  }
}

/** The beginning of the ids of all notes of a set. */
export const notePrefix = (keys: SealKeys, set: string): string => `note-${hmac(keys.names, 'set', set).toString('hex').slice(0, 32)}-`

/** The id of the note of one file of a set. */
export const noteId = (keys: SealKeys, set: string, sha256: string): string => `${notePrefix(keys, set)}${hmac(keys.names, 'file', sha256).toString('hex').slice(0, 32)}`

/** Seals what a note says; it opens under its own id only. Base64. */
export const sealNote = (keys: SealKeys, id: string, text: string): string => {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keys.notes, nonce).setAAD(Buffer.from(id))
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** What a note says. Throws {@link BlobDamage}. */
export const openNote = (keys: SealKeys, id: string, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64')
  return decrypted(keys.notes, bytes.subarray(0, nonceLength), bytes.subarray(nonceLength), Buffer.from(id), 'note').toString('utf8')
}
