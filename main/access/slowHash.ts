import { createCipheriv, createDecipheriv, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Cost of scrypt (RFC 7914) for what a person knows; about 0.1 s and 32 MiB. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** What new passwords, PINs and passphrases are hashed with. */
const currentCost: ScryptCost = { N: 2 ** 15, r: 8, p: 1 }

/** Costs beyond this are not computed: a changed file must not hang the workstation. */
const largestN = 2 ** 18

/** scrypt on the thread pool, off the event loop. Secrets are compared in Unicode normal form NFKC. */
export const slowHash = (secret: string, salt: Uint8Array, cost: ScryptCost): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    if (cost.N > largestN || cost.r > 16 || cost.p > 4) return reject(new RangeError('scrypt cost out of bounds'))
    const options = { N: cost.N, r: cost.r, p: cost.p, maxmem: 256 * cost.N * cost.r }
    scrypt(secret.normalize('NFKC'), salt, 32, options, (error, derived) => (error ? reject(error) : resolve(new Uint8Array(derived))))
  })

/** A verifier: from it, the password can only be guessed, slowly. All bytes as base64. */
export interface Verifier extends ScryptCost {
  readonly salt: string
  readonly hash: string
}

/** Makes the verifier of a password or PIN. */
export const verifierOf = async (secret: string, cost: ScryptCost = currentCost): Promise<Verifier> => {
  const salt = randomBytes(16)
  const hash = await slowHash(secret, salt, cost)
  return { ...cost, salt: salt.toString('base64'), hash: Buffer.from(hash).toString('base64') }
}

/** A verifier that nothing matches, so that an unknown user takes as long as a known one. */
const nobody: Verifier = { ...currentCost, salt: Buffer.alloc(16, 7).toString('base64'), hash: Buffer.alloc(32).toString('base64') }

/** Whether the secret is the right one. Without a verifier the same work is done and the answer is no. */
export const matches = async (secret: string, verifier: Verifier | undefined): Promise<boolean> => {
  const against = verifier ?? nobody
  const hash = await slowHash(secret, Buffer.from(against.salt, 'base64'), against)
  const expected = Buffer.from(against.hash, 'base64')
  return expected.length === hash.length && timingSafeEqual(hash, expected) && verifier !== undefined
}

/** A key wrapped by a secret that a person knows: scrypt, then AES-256-GCM bound to `context`. Bytes as base64. */
export interface WrappedKey extends ScryptCost {
  readonly salt: string
  readonly iv: string
  readonly sealed: string
}

/** Wraps a key under a secret. `context` (practice id and purpose) must be the same when it is unwrapped. */
export const wrapKey = async (key: Uint8Array, secret: string, context: string, cost: ScryptCost = currentCost): Promise<WrappedKey> => {
  const salt = randomBytes(16)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', await slowHash(secret, salt, cost), iv).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()])
  return { ...cost, salt: salt.toString('base64'), iv: iv.toString('base64'), sealed: sealed.toString('base64') }
}

/** For a passphrase that guards a whole practice on a disk that may be stolen: about 0.4 s and 128 MiB. */
export const guardCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 }

/** For what needs no slow hash (140 random bits, a published passphrase): the least that is accepted. */
export const publishedCost: ScryptCost = { N: 2 ** 14, r: 8, p: 1 }

/** The key, or undefined when the secret is wrong or the wrapped bytes were changed. */
export const unwrapKey = async (wrapped: WrappedKey, secret: string, context: string): Promise<Uint8Array | undefined> => {
  const sealed = Buffer.from(wrapped.sealed, 'base64')
  if (sealed.length < 16) return undefined
  const derived = await slowHash(secret, Buffer.from(wrapped.salt, 'base64'), wrapped)
  const decipher = createDecipheriv('aes-256-gcm', derived, Buffer.from(wrapped.iv, 'base64'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
  } catch {
    return undefined
  }
}
