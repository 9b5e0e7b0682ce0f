import { parseStamp } from './clock'

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const prime = 0x0000000001000000000000000000013bn
const offset = 0x6c62272e07bb014262b821756295c58dn
const mask = (1n << 128n) - 1n

/** FNV-1a, 128 bits (draft-eastlake-fnv): the same on every workstation, and needs no Node. Not for secrets. */
const hash128 = (text: string): bigint => {
  let hash = offset
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * prime) & mask
  return hash
}

const inLetters = (value: bigint, length: number): string => {
  let text = ''
  for (let rest = value; text.length < length; rest >>= 5n) text = letters.charAt(Number(rest & 31n)) + text
  return text
}

/**
 * The stamp of a version that nobody typed, merged of the versions with these stamps: later than all of
 * them, and the same wherever the same is made of them. Its station part is a hash, so that it never
 * equals a workstation's own stamp, nor that of a merge with another outcome.
 */
export const mergedStamp = (stamps: readonly string[], outcome = ''): string => {
  const sorted = [...stamps].sort()
  const { ms, count } = parseStamp(sorted.at(-1) ?? '') ?? { ms: 0, count: 0 }
  const full = count >= 0xffff
  const instant = new Date(full ? ms + 1 : ms).toISOString()
  return `${instant}-${(full ? 0 : count + 1).toString(16).padStart(4, '0')}-M${inLetters(hash128([...sorted, outcome].join('|')), 7)}`
}

/** A record id (ULID) derived from what is said: its time part from the later stamp, the rest a hash. */
export const derivedId = (stamps: readonly string[], ...said: readonly string[]): string => {
  const sorted = [...stamps].sort()
  const ms = parseStamp(sorted.at(-1) ?? '')?.ms ?? 0
  const hash = hash128(JSON.stringify([...said, ...sorted])) & ((1n << 80n) - 1n)
  return inLetters((BigInt(Math.max(0, ms)) << 80n) | hash, 26)
}
