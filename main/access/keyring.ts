import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import * as z from 'zod'
import { type Answer, done, type PracticeName, refuse } from '../../shared/contract'
import { deriveKey, syncFolder } from '../sealed'
import { type LockFace, newLock, openLock } from './keyLock'
import { newRecoveryCode, readRecoveryCode } from './recoveryCode'
import { guardCost, publishedCost, type ScryptCost, unwrapKey, wrapKey } from './slowHash'

/**
 * The operating system's keystore, handed in by the process that may use it. Both reject when the
 * keystore cannot (a new account, a copied folder).
 */
export interface Keystore {
  wrap(bytes: Uint8Array): Promise<Uint8Array>
  unwrap(bytes: Uint8Array): Promise<Uint8Array>
}

/** The published passphrase of every demo practice: training data is not secret. */
export const demoPassphrase = 'outpost-training'

const isPowerOfTwo = (value: number): boolean => (value & (value - 1)) === 0

const wrapped = z.object({
  N: z.int().min(2 ** 14).max(2 ** 18).refine(isPowerOfTwo),
  r: z.int().min(1).max(16),
  p: z.int().min(1).max(4),
  salt: z.string().max(200),
  iv: z.string().max(200),
  sealed: z.string().max(500),
})
const text = z.string().max(200)
const box = z.object({ ephemeral: text, iv: text, sealed: text })
const face = { public: text, box, mac: text }
const made = z.string().max(40).optional()
const secretLock = z.object({ guard: wrapped, ...face, made })
const keystoreLock = z.object({ guard: z.string().max(4000), ...face })

const practiceFile = z.object({
  /** 1: the key itself is wrapped by each way; 2: each way has a lock of its own (`keyLock.ts`). */
  format: z.union([z.literal(1), z.literal(2)]),
  practice: z.object({ id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/), name: z.string().min(1).max(200), training: z.boolean() }),
  station: z.string().regex(/^[A-Z]{1,3}$/),
  /** Counts the data keys that this folder has had. */
  generation: z.int().min(1).max(1_000_000).default(1),
  /** Since when the present data key is in use, ISO instant. */
  since: made,
  key: z.object({
    keystore: z.union([z.string().max(4000), keystoreLock]).optional(),
    recovery: z.union([secretLock, wrapped]),
    passphrase: z.union([secretLock, wrapped]).optional(),
  }),
  /** The data key before, under the present one, as long as files are still encrypted with it. */
  earlier: z.object({ iv: text, sealed: text }).optional(),
})

/** What `practice.json` holds: the practice, this station, and its data key in up to three locks. */
export type PracticeFile = z.infer<typeof practiceFile>

/** A way of opening a practice by what a person has or knows. */
export type SecretWay = 'recovery' | 'passphrase'

/** A practice whose key is at hand. */
export interface OpenedKey {
  readonly practice: PracticeName
  readonly station: string
  /** 32 bytes. */
  readonly key: Uint8Array
  /** The data key before this one, while a change of key is not finished: files may still be encrypted with it. */
  readonly earlier?: Uint8Array
  /** Counts the data keys that this folder has had; 1 for the first. */
  readonly generation: number
}

const pathOf = (folder: string): string => join(folder, 'practice.json')

/** What a lock is bound to: the practice and the way. */
export const contextOf = (practice: string, way: SecretWay | 'keystore'): string => `outpost/practice-key/${practice}/${way}`

/** Whether it is a lock, and not a key that was wrapped in the first format. */
export const isLock = <Lock extends LockFace>(lock: Lock | string | object | undefined): lock is Lock => typeof lock === 'object' && 'box' in lock

/**
 * The practice file of a data folder; undefined when there is none.
 * @returns `replica-damaged` when there is one that cannot be read
 */
export const readPracticeFile = async (folder: string): Promise<Answer<PracticeFile | undefined>> => {
  let text: string
  try {
    text = await readFile(pathOf(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return done(undefined)
    throw error
  }
  try {
    return done(practiceFile.parse(JSON.parse(text)))
  } catch {
    return refuse('replica-damaged', { file: 'practice.json' })
  }
}

/** Whole or not at all, and on disk before it resolves. */
export const writePracticeFile = async (folder: string, file: PracticeFile): Promise<void> => {
  const part = `${pathOf(folder)}.${randomBytes(4).toString('hex')}.part`
  const handle = await open(part, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ ...file, format: 2 }, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await rename(part, pathOf(folder))
  } catch (error) {
    await unlink(part).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
}

const unfinished = /^(?:practice\.json|replica\.seal)\.[0-9a-f]{8}\.part$/

/** Removes what a crash left half written beside the practice file: it may hold locks of a key that counts no more. Nobody else has the practice open. */
export const removeUnfinished = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (unfinished.test(name)) await unlink(join(folder, name))
}

/** A recovery code has 140 random bits: no hash need be slow for it. A passphrase of a training practice is published. */
const costOf = (way: SecretWay, training: boolean): ScryptCost => (way === 'recovery' || training ? publishedCost : guardCost)

/** A lock that a recovery code or a passphrase opens. */
export const secretLockOf = async (key: Uint8Array, secret: string, practice: PracticeName, way: SecretWay) => {
  const context = contextOf(practice.id, way)
  const { private: own, face: open } = newLock(key, context)
  return { guard: await wrapKey(own, secret, context, costOf(way, practice.training)), ...open, made: new Date().toISOString() }
}

/** A lock that the operating system's keystore opens; rejects when the keystore does. */
export const keystoreLockOf = async (key: Uint8Array, keystore: Keystore, practice: PracticeName) => {
  const { private: own, face: open } = newLock(key, contextOf(practice.id, 'keystore'))
  return { guard: Buffer.from(await keystore.wrap(own)).toString('base64'), ...open }
}

/** How a practice file is made. */
export interface NewPractice {
  readonly folder: string
  readonly name: string
  readonly training: boolean
  /** One to three capital letters, this workstation's own in the practice. */
  readonly station: string
  readonly keystore: Keystore | null
  /** Required where there is no keystore. */
  readonly passphrase?: string
  /** Id of the practice that is joined; without it the practice is new. */
  readonly practice?: string
}

/** A practice that was just made; the recovery code is nowhere else. */
export interface CreatedPractice extends OpenedKey {
  readonly recoveryCode: string
}

/**
 * Makes a data folder's practice file with a new key.
 * @returns `practice-exists`; `bad-shape` (field `passphrase`) without keystore and passphrase;
 *   `keystore-unavailable` when the keystore fails and there is no passphrase
 */
export const createPracticeFile = async (ask: NewPractice): Promise<Answer<CreatedPractice>> => {
  if (!ask.keystore && !ask.passphrase) return refuse('bad-shape', { field: 'passphrase' })
  await mkdir(ask.folder, { recursive: true, mode: 0o700 })
  const existing = await readPracticeFile(ask.folder)
  if (!existing.ok) return existing
  if (existing.value) return refuse('practice-exists')

  const practice: PracticeName = { id: ask.practice ?? ulid(), name: ask.name, training: ask.training }
  const key = new Uint8Array(randomBytes(32))
  const recoveryCode = newRecoveryCode()
  const file: PracticeFile = {
    format: 2,
    practice,
    station: ask.station,
    generation: 1,
    since: new Date().toISOString(),
    key: { recovery: await secretLockOf(key, recoveryCode, practice, 'recovery') },
  }
  if (ask.keystore) {
    try {
      file.key.keystore = await keystoreLockOf(key, ask.keystore, practice)
    } catch {
      if (!ask.passphrase) return refuse('keystore-unavailable')
    }
  }
  if (ask.passphrase) file.key.passphrase = await secretLockOf(key, ask.passphrase, practice, 'passphrase')
  await writePracticeFile(ask.folder, file)
  return done({ practice, station: ask.station, key, generation: 1, recoveryCode })
}

const earlierContext = (file: PracticeFile): Buffer => Buffer.from(`outpost/earlier-key/${file.practice.id}/${file.generation}`)

/** The key before, sealed under the present one, as {@link PracticeFile} keeps it. */
export const sealEarlier = (file: PracticeFile, key: Uint8Array, earlier: Uint8Array): NonNullable<PracticeFile['earlier']> => {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', deriveKey(key, 'outpost/earlier-key'), iv).setAAD(earlierContext(file))
  return { iv: iv.toString('base64'), sealed: Buffer.concat([cipher.update(earlier), cipher.final(), cipher.getAuthTag()]).toString('base64') }
}

const earlierIn = (file: PracticeFile, key: Uint8Array): Uint8Array | undefined => {
  if (!file.earlier) return undefined
  const sealed = Buffer.from(file.earlier.sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(key, 'outpost/earlier-key'), Buffer.from(file.earlier.iv, 'base64'), { authTagLength: 16 })
  decipher.setAAD(earlierContext(file)).setAuthTag(sealed.subarray(-16))
  return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
}

const openedWith = (file: PracticeFile, key: Uint8Array): Answer<OpenedKey> => {
  try {
    const earlier = earlierIn(file, key)
    return done({ practice: file.practice, station: file.station, key, generation: file.generation, ...(earlier && { earlier }) })
  } catch {
    return refuse('replica-damaged', { file: 'practice.json' })
  }
}

/**
 * The key, by the operating system.
 * @returns `keystore-unavailable` when there is none, it never wrapped this key, or it no longer can open it
 */
const unwrapWithKeystore = async (file: PracticeFile, keystore: Keystore | null): Promise<Answer<OpenedKey>> => {
  const lock = file.key.keystore
  if (!keystore || lock === undefined) return refuse('keystore-unavailable')
  const guarded = Buffer.from(isLock(lock) ? lock.guard : lock, 'base64')
  const given = await keystore.unwrap(guarded).then((bytes) => new Uint8Array(bytes), () => undefined)
  const key = given && isLock(lock) ? openLock(lock, given, contextOf(file.practice.id, 'keystore')) : given
  return key?.length === 32 ? openedWith(file, key) : refuse('keystore-unavailable')
}

const unwrapLock = async (file: PracticeFile, way: SecretWay, secret: string): Promise<Uint8Array | undefined> => {
  const lock = file.key[way]
  if (!lock) return undefined
  const context = contextOf(file.practice.id, way)
  if (!isLock(lock)) return unwrapKey(lock, secret, context)
  const own = await unwrapKey(lock.guard, secret, context)
  return own && openLock(lock, own, context)
}

/** What a typed secret turned out to be. */
export interface OpenedBySecret extends OpenedKey {
  readonly by: SecretWay
}

/**
 * The key, by what a person typed: the passphrase or the recovery code.
 * @returns `wrong-passphrase`; with `facts.group` when it is a recovery code with a slip in that group
 */
export const unwrapWithSecret = async (file: PracticeFile, secret: string): Promise<Answer<OpenedBySecret>> => {
  const typed = readRecoveryCode(secret)
  const ways: readonly (readonly [SecretWay, string])[] = typed.kind === 'code' ? [['recovery', typed.code], ['passphrase', secret]] : [['passphrase', secret]]
  for (const [by, given] of ways) {
    const key = await unwrapLock(file, by, given)
    if (!key) continue
    const opened = openedWith(file, key)
    return opened.ok ? done({ ...opened.value, by }) : opened
  }
  return typed.kind === 'slip' ? refuse('wrong-passphrase', { group: typed.group }) : refuse('wrong-passphrase')
}

/** As {@link unwrapWithKeystore}, from a data folder; `no-practice` when it holds none. */
export const unlockWithKeystore = async (folder: string, keystore: Keystore | null): Promise<Answer<OpenedKey>> => {
  const file = await readPracticeFile(folder)
  if (!file.ok) return file
  return file.value ? unwrapWithKeystore(file.value, keystore) : refuse('no-practice')
}

/** What else is done when a secret opens a practice. */
export interface UnlockOptions {
  readonly keystore?: Keystore | null
  /** Set in the same step: whoever has the recovery code has forgotten the passphrase. */
  readonly newPassphrase?: string
}

/**
 * As {@link unwrapWithSecret}, from a data folder; `no-practice` when it holds none. A keystore that could not open
 * the key (another account, a copied folder) gets a lock of its own, so that the next start asks nothing; a lock of
 * the first format is made anew.
 */
export const unlockWithSecret = async (folder: string, secret: string, { keystore = null, newPassphrase }: UnlockOptions = {}): Promise<Answer<OpenedKey>> => {
  const read = await readPracticeFile(folder)
  if (!read.ok) return read
  const file = read.value
  if (!file) return refuse('no-practice')
  const answer = await unwrapWithSecret(file, secret)
  if (!answer.ok) return answer
  const { by, ...opened } = answer.value
  const { practice, key } = opened
  const changed: Partial<PracticeFile['key']> = {}
  if (!isLock(file.key[by])) {
    const typed = readRecoveryCode(secret)
    changed[by] = await secretLockOf(key, by === 'recovery' && typed.kind === 'code' ? typed.code : secret, practice, by)
  }
  if (newPassphrase !== undefined) changed.passphrase = await secretLockOf(key, newPassphrase, practice, 'passphrase')
  if (keystore && !(await unwrapWithKeystore(file, keystore)).ok) {
    const lock = await keystoreLockOf(key, keystore, practice).catch(() => undefined)
    if (lock) changed.keystore = lock
  }
  if (Object.keys(changed).length > 0) await writePracticeFile(folder, { ...file, key: { ...file.key, ...changed } })
  return done(opened)
}
