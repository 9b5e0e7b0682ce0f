import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import * as z from 'zod'
import { type Answer, done, type PracticeName, refuse } from '../../shared/contract'
import { newRecoveryCode, readRecoveryCode } from './recoveryCode'
import { publishedCost, unwrapKey, wrapKey } from './slowHash'

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

const practiceFile = z.object({
  format: z.literal(1),
  practice: z.object({ id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/), name: z.string().min(1).max(200), training: z.boolean() }),
  station: z.string().regex(/^[A-Z]{1,3}$/),
  key: z.object({ keystore: z.string().max(4000).optional(), recovery: wrapped, passphrase: wrapped.optional() }),
})

/** What `practice.json` holds: the practice, this station, and its key wrapped up to three ways. */
export type PracticeFile = z.infer<typeof practiceFile>

/** A practice whose key is at hand. */
export interface OpenedKey {
  readonly practice: PracticeName
  readonly station: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

const pathOf = (folder: string): string => join(folder, 'practice.json')

const contextOf = (practice: string, purpose: 'recovery' | 'passphrase'): string => `outpost/practice-key/${practice}/${purpose}`

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

const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whole or not at all, and on disk before it resolves. */
const writePracticeFile = async (folder: string, file: PracticeFile): Promise<void> => {
  const part = `${pathOf(folder)}.${randomBytes(4).toString('hex')}.part`
  const handle = await open(part, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`)
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
    format: 1,
    practice,
    station: ask.station,
    key: { recovery: await wrapKey(key, recoveryCode, contextOf(practice.id, 'recovery')) },
  }
  if (ask.keystore) {
    try {
      file.key.keystore = Buffer.from(await ask.keystore.wrap(key)).toString('base64')
    } catch {
      if (!ask.passphrase) return refuse('keystore-unavailable')
    }
  }
  if (ask.passphrase) file.key.passphrase = await wrapKey(key, ask.passphrase, contextOf(practice.id, 'passphrase'), ask.training ? publishedCost : undefined)
  await writePracticeFile(ask.folder, file)
  return done({ practice, station: ask.station, key, recoveryCode })
}

/**
 * The key, by the operating system.
 * @returns `keystore-unavailable` when there is none, it never wrapped this key, or it no longer can open it
 */
export const unwrapWithKeystore = async (file: PracticeFile, keystore: Keystore | null): Promise<Answer<OpenedKey>> => {
  if (!keystore || file.key.keystore === undefined) return refuse('keystore-unavailable')
  try {
    const key = new Uint8Array(await keystore.unwrap(Buffer.from(file.key.keystore, 'base64')))
    return key.length === 32 ? done({ practice: file.practice, station: file.station, key }) : refuse('keystore-unavailable')
  } catch {
    return refuse('keystore-unavailable')
  }
}

/**
 * The key, by what a person typed: the passphrase or the recovery code.
 * @returns `wrong-passphrase`; with `facts.group` when it is a recovery code with a slip in that group
 */
export const unwrapWithSecret = async (file: PracticeFile, secret: string): Promise<Answer<OpenedKey>> => {
  const opened = (key: Uint8Array) => done({ practice: file.practice, station: file.station, key })
  const typed = readRecoveryCode(secret)
  if (typed.kind === 'code') {
    const key = await unwrapKey(file.key.recovery, typed.code, contextOf(file.practice.id, 'recovery'))
    if (key) return opened(key)
  }
  if (file.key.passphrase) {
    const key = await unwrapKey(file.key.passphrase, secret, contextOf(file.practice.id, 'passphrase'))
    if (key) return opened(key)
  }
  return typed.kind === 'slip' ? refuse('wrong-passphrase', { group: typed.group }) : refuse('wrong-passphrase')
}

/** As {@link unwrapWithKeystore}, from a data folder; `no-practice` when it holds none. */
export const unlockWithKeystore = async (folder: string, keystore: Keystore | null): Promise<Answer<OpenedKey>> => {
  const file = await readPracticeFile(folder)
  if (!file.ok) return file
  return file.value ? unwrapWithKeystore(file.value, keystore) : refuse('no-practice')
}

/**
 * As {@link unwrapWithSecret}, from a data folder; `no-practice` when it holds none. With a keystore that
 * could not open the key (another account, a copied folder), it is wrapped anew, so that the next start asks nothing.
 */
export const unlockWithSecret = async (folder: string, secret: string, keystore: Keystore | null = null): Promise<Answer<OpenedKey>> => {
  const read = await readPracticeFile(folder)
  if (!read.ok) return read
  if (!read.value) return refuse('no-practice')
  const opened = await unwrapWithSecret(read.value, secret)
  if (!opened.ok || !keystore) return opened
  const known = await unwrapWithKeystore(read.value, keystore)
  if (known.ok) return opened
  const rewrapped = await keystore.wrap(opened.value.key).catch(() => undefined)
  if (rewrapped) {
    const key = { ...read.value.key, keystore: Buffer.from(rewrapped).toString('base64') }
    await writePracticeFile(folder, { ...read.value, key })
  }
  return opened
}
