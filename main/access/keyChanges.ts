import { randomBytes } from 'node:crypto'
import { type Answer, done, refuse } from '../../shared/contract'
import { relock } from './keyLock'
import { contextOf, isLock, type Keystore, keystoreLockOf, type OpenedKey, type PracticeFile, readPracticeFile, sealEarlier, secretLockOf, type SecretWay, writePracticeFile } from './keyring'

/** The practice file of an opened practice; `conflict` when it is no longer the one that was opened. */
const presentFile = async (folder: string, opened: OpenedKey): Promise<Answer<PracticeFile>> => {
  const read = await readPracticeFile(folder)
  if (!read.ok) return read
  const file = read.value
  return file?.practice.id === opened.practice.id && file.generation === opened.generation ? done(file) : refuse('conflict')
}

/** A new recovery code or passphrase in place of the one before, which opens nothing from then on. */
export const replaceSecret = async (folder: string, opened: OpenedKey, way: SecretWay, secret: string): Promise<Answer<null>> => {
  const file = await presentFile(folder, opened)
  if (!file.ok) return file
  const lock = await secretLockOf(opened.key, secret, opened.practice, way)
  await writePracticeFile(folder, { ...file.value, key: { ...file.value.key, [way]: lock } })
  return done(null)
}

/** A data key that is not in use yet, and the practice file with which it comes into use. */
export interface NextKey {
  readonly opened: OpenedKey
  readonly file: PracticeFile
}

/**
 * Makes the next data key and puts it into every lock; nothing is written.
 *
 * @returns `keys-to-renew` (facts.lock) when a lock cannot take a new key: it is of the first format, or was not made
 *   by us; `conflict` while an earlier change is not finished
 */
export const nextKeyOf = async (folder: string, opened: OpenedKey, keystore: Keystore | null): Promise<Answer<NextKey>> => {
  const read = await presentFile(folder, opened)
  if (!read.ok) return read
  const file = read.value
  if (file.earlier) return refuse('conflict')
  const { practice } = opened
  const next = new Uint8Array(randomBytes(32))
  const key: Partial<PracticeFile['key']> = {}
  for (const way of ['recovery', 'passphrase'] as const) {
    const lock = file.key[way]
    if (!lock) continue
    const face = isLock(lock) ? relock(lock, opened.key, next, contextOf(practice.id, way)) : undefined
    if (!face || !isLock(lock)) return refuse('keys-to-renew', { lock: way })
    key[way] = { ...lock, ...face }
  }
  const { recovery } = key
  if (!recovery) return refuse('keys-to-renew', { lock: 'recovery' })
  const lock = file.key.keystore
  const face = isLock(lock) ? relock(lock, opened.key, next, contextOf(practice.id, 'keystore')) : undefined
  // Without a keystore at hand (the command line) its lock of the first format is let go: the next start asks once.
  if (face && isLock(lock)) key.keystore = { guard: lock.guard, ...face }
  else if (keystore) key.keystore = await keystoreLockOf(next, keystore, practice).catch(() => undefined)
  const after: PracticeFile = { ...file, generation: file.generation + 1, since: new Date().toISOString(), key: { ...key, recovery } }
  return done({ file: { ...after, earlier: sealEarlier(after, next, opened.key) }, opened: { ...opened, key: next, earlier: opened.key, generation: after.generation } })
}

/** From here on the next key is the key: one rename, on disk when it resolves. */
export const takeIntoUse = (folder: string, next: NextKey): Promise<void> => writePracticeFile(folder, next.file)

/** No file is encrypted with the earlier key any more: it is forgotten. */
export const forgetEarlier = async (folder: string, opened: OpenedKey): Promise<Answer<null>> => {
  const file = await presentFile(folder, opened)
  if (!file.ok) return file
  const { earlier, ...rest } = file.value
  if (earlier) await writePracticeFile(folder, rest)
  return done(null)
}
