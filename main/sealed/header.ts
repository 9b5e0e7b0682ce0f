import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { SealedProblem } from './problem'

/*
 * Every sealed file begins with: 8 bytes that name the format, 16 random bytes (salt), 16 bytes by
 * which a wrong key shows itself. The salt gives each file a key of its own, so that nonces of two
 * files can never meet under one key.
 */
const magicLength = 8
const saltLength = 16
const checkLength = 16

/** Bytes before the first record or chunk. */
export const headerLength = magicLength + saltLength + checkLength

const fileKeyOf = (key: Uint8Array, magic: string, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, salt, `outpost/sealed/${magic}`, 32))

const checkOf = (fileKey: Uint8Array, magic: string, salt: Uint8Array): Buffer =>
  createHmac('sha256', fileKey).update(magic, 'latin1').update(salt).digest().subarray(0, checkLength)

/** A header for a new file and the key of that file. `magic` has 8 characters. */
export const newHeader = (key: Uint8Array, magic: string): { readonly bytes: Buffer; readonly fileKey: Uint8Array } => {
  const salt = randomBytes(saltLength)
  const fileKey = fileKeyOf(key, magic, salt)
  return { bytes: Buffer.concat([Buffer.from(magic, 'latin1'), salt, checkOf(fileKey, magic, salt)]), fileKey }
}

/** The key of the file that begins with `header`; throws {@link SealedProblem}. */
export const readHeader = (key: Uint8Array, magic: string, header: Buffer): Uint8Array => {
  if (header.length < headerLength || header.toString('latin1', 0, magicLength) !== magic) throw new SealedProblem('not-sealed')
  const salt = header.subarray(magicLength, magicLength + saltLength)
  const fileKey = fileKeyOf(key, magic, salt)
  if (!timingSafeEqual(checkOf(fileKey, magic, salt), header.subarray(headerLength - checkLength, headerLength))) throw new SealedProblem('wrong-key')
  return fileKey
}
