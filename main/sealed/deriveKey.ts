import { hkdfSync } from 'node:crypto'

/**
 * A sub-key for one purpose, by HKDF-SHA256 (RFC 5869): whoever learns it learns neither the
 * practice key nor another purpose's key.
 *
 * @param key 32 bytes
 * @param label what it is for, e.g. `outpost/journal`
 * @returns 32 bytes
 */
export const deriveKey = (key: Uint8Array, label: string): Uint8Array => {
  if (key.length !== 32) throw new RangeError('a key has 32 bytes')
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), label, 32))
}
