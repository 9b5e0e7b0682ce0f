import { createHash, randomBytes } from 'node:crypto'

/** Crockford's base 32: no I, L, O, U. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 128 bits as the 26 letters of a ULID. */
const ulidOf = (bytes: Uint8Array): string => {
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (let place = 0; place < 26; place += 1) {
    text = letters.charAt(Number(value & 31n)) + text
    value >>= 5n
  }
  return text
}

/** Whether the text is a ULID. */
export const isRecordId = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)

/** A new ULID: 48 bits of time, so that ids made one after the other lie together, and 80 random bits. */
export const newRecordId = (nowMs: number): string => {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Math.max(0, Math.floor(nowMs)), 0, 6)
  return ulidOf(bytes)
}

/**
 * The id of the record that an act makes, whoever repeats it and wherever (A16): derived from the
 * practice, the type and the act's key.
 */
export const recordIdOfKey = (practice: string, type: string, key: string): string =>
  ulidOf(createHash('sha256').update(JSON.stringify([practice, type, key])).digest().subarray(0, 16))
