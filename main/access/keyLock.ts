import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '../sealed'

/*
 * A lock keeps the data key for one way of opening a practice (keystore, recovery code, passphrase): an X25519 key
 * pair (RFC 7748) whose private half is guarded by that way, and the data key in a box for the public half. So a new
 * data key can be put into every lock with nobody there to type anything, and whoever has learnt an old data key
 * learns nothing of the new one. The mac says that the public half is ours: without it, somebody who can write to the
 * disk could have the next data key boxed for themselves.
 */

/** A data key for the holder of a private key. Bytes as base64. */
export interface Box {
  readonly ephemeral: string
  readonly iv: string
  readonly sealed: string
}

/** The open half of a lock, beside its guarded private half. Bytes as base64. */
export interface LockFace {
  readonly public: string
  readonly box: Box
  readonly mac: string
}

// DER around 32 raw bytes: RFC 8410.
const privateHead = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicHead = Buffer.from('302a300506032b656e032100', 'hex')

const privateOf = (raw: Uint8Array) => createPrivateKey({ key: Buffer.concat([privateHead, raw]), format: 'der', type: 'pkcs8' })
const publicOf = (raw: Uint8Array) => createPublicKey({ key: Buffer.concat([publicHead, raw]), format: 'der', type: 'spki' })

const pair = (): { readonly private: Uint8Array; readonly public: Uint8Array } => {
  const made = generateKeyPairSync('x25519')
  return {
    private: new Uint8Array(made.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)),
    public: new Uint8Array(made.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
  }
}

/** The key of one box: both public halves are bound in, so that a box fits one lock only. */
const boxKey = (secret: Uint8Array, ephemeral: Uint8Array, receiver: Uint8Array, context: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, Buffer.concat([ephemeral, receiver]), `${context}/box`, 32))

const boxFor = (receiver: Uint8Array, key: Uint8Array, context: string): Box => {
  const own = pair()
  const shared = diffieHellman({ privateKey: privateOf(own.private), publicKey: publicOf(receiver) })
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', boxKey(shared, own.public, receiver, context), iv)
  const sealed = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()])
  return { ephemeral: Buffer.from(own.public).toString('base64'), iv: iv.toString('base64'), sealed: sealed.toString('base64') }
}

const macOf = (key: Uint8Array, receiver: Uint8Array, context: string): Buffer =>
  createHmac('sha256', deriveKey(key, 'outpost/practice-file')).update(`${context}\0`).update(receiver).digest()

const faceOf = (receiver: Uint8Array, key: Uint8Array, context: string): LockFace => ({
  public: Buffer.from(receiver).toString('base64'),
  box: boxFor(receiver, key, context),
  mac: macOf(key, receiver, context).toString('base64'),
})

/**
 * A new lock around `key`: its open half, and the private half (32 bytes), which the caller guards and forgets.
 * @param context practice and way; must be the same ever after
 */
export const newLock = (key: Uint8Array, context: string): { readonly private: Uint8Array; readonly face: LockFace } => {
  const own = pair()
  return { private: own.private, face: faceOf(own.public, key, context) }
}

/** The key in a lock; undefined when the private half is another's or a byte was changed. */
export const openLock = (face: LockFace, own: Uint8Array, context: string): Uint8Array | undefined => {
  const sealed = Buffer.from(face.box.sealed, 'base64')
  const [receiver, ephemeral] = [Buffer.from(face.public, 'base64'), Buffer.from(face.box.ephemeral, 'base64')]
  if (sealed.length !== 48 || own.length !== 32 || receiver.length !== 32 || ephemeral.length !== 32) return undefined
  try {
    const shared = diffieHellman({ privateKey: privateOf(own), publicKey: publicOf(ephemeral) })
    const decipher = createDecipheriv('aes-256-gcm', boxKey(shared, ephemeral, receiver, context), Buffer.from(face.box.iv, 'base64'), { authTagLength: 16 })
    decipher.setAuthTag(sealed.subarray(-16))
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
  } catch {
    return undefined
  }
}

/** The lock with a new key in it, for the same private half; undefined when the lock was not made by who has `key`. */
export const relock = (face: LockFace, key: Uint8Array, next: Uint8Array, context: string): LockFace | undefined => {
  const receiver = Buffer.from(face.public, 'base64')
  const mac = Buffer.from(face.mac, 'base64')
  if (receiver.length !== 32 || mac.length !== 32 || !timingSafeEqual(mac, macOf(key, receiver, context))) return undefined
  return faceOf(receiver, next, context)
}
