import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll } from 'vitest'

const slow = { scrypt: crypto.scrypt, scryptSync: crypto.scryptSync }

/** Under another cost the same secret still gives another hash. */
const saltOf = (salt: crypto.BinaryLike, { N = 16_384, r = 8, p = 1 }: crypto.ScryptOptions): Buffer =>
  Buffer.concat([Buffer.from(`${N} ${r} ${p} `), Buffer.from(salt as Uint8Array)])

type Told = (error: Error | null, key: Buffer) => void
const quick = {
  scrypt: (secret: crypto.BinaryLike, salt: crypto.BinaryLike, length: number, options: crypto.ScryptOptions | Told, tell?: Told): void =>
    typeof options === 'function'
      ? slow.scrypt(secret, saltOf(salt, {}), length, { N: 16 }, options)
      : slow.scrypt(secret, saltOf(salt, options), length, { N: 16 }, tell as Told),
  scryptSync: (secret: crypto.BinaryLike, salt: crypto.BinaryLike, length: number, options: crypto.ScryptOptions = {}): Buffer =>
    slow.scryptSync(secret, saltOf(salt, options), length, { N: 16 }),
}

const put = (functions: object): void => {
  Object.assign(crypto, functions)
  syncBuiltinESMExports()
}

/**
 * In the tests of this file, or of this `describe`, passwords and passphrases are hashed at next to no cost. Only for tests that are
 * about something else than the hash, and that hand nothing hashed to a process of its own: that one hashes at full cost.
 */
export const hashQuickly = (): void => {
  beforeAll(() => put(quick))
  afterAll(() => put(slow))
}

/** Does something at full cost, in a file that hashes quickly. */
export const atFullCost = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  put(slow)
  try {
    return await work()
  } finally {
    put(quick)
  }
}
