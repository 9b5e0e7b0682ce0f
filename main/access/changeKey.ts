import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Answer, done, refuse } from '../../shared/contract'
import { rekeyReplica, takeOver } from '../replica'
import { deriveKey, holdAlone, syncFolder } from '../sealed'
import { nextKeyOf, takeIntoUse } from './keyChanges'
import { type Keystore, type OpenedKey, readPracticeFile } from './keyring'

/*
 * A change of the data key, cut off anywhere:
 *
 *   1. `generation-N/` holds the replica under the next key. Until practice.json names N, the folder counts for nothing:
 *      the next start removes it and the practice is as it was.
 *   2. practice.json is replaced by one rename: it names N, every lock holds the next key, and the key before is kept in it,
 *      sealed under the next one.
 *   3. The files of `generation-N/` take their places. The next start goes on with that before anything is opened.
 *   4. Journal, images and the demo's hub follow file by file; each says itself which key it is under. The practice is
 *      open meanwhile. Once none is left, the key before is forgotten.
 */

const generationName = /^generation-(\d{1,7})$/
const placeOf = (folder: string, generation: number): string => join(folder, `generation-${generation}`)

/** The key under which a practice's replica is opened. */
export const replicaKeyOf = (key: Uint8Array): Uint8Array => deriveKey(key, 'outpost/replica')

/** What a start found of a change of the key: nothing, one that was brought to its end, or one that was undone. */
export type LeftOver = 'none' | 'finished' | 'undone'

const settle = async (folder: string, generation: number): Promise<LeftOver> => {
  let found: LeftOver = 'none'
  for (const name of await readdir(folder)) {
    const of = Number(generationName.exec(name)?.[1] ?? 0)
    if (of === 0) continue
    if (of === generation) {
      await takeOver(folder, placeOf(folder, of))
      found = 'finished'
    } else {
      await rm(join(folder, name), { recursive: true, force: true })
      await syncFolder(folder)
      if (found === 'none') found = 'undone'
    }
  }
  return found
}

/**
 * Ends what a crash left of a change of the key; call it before a practice is opened.
 * @returns `practice-in-use` while another process is at it
 */
export const settleKeyChange = async (folder: string): Promise<Answer<LeftOver>> => {
  const names = await readdir(folder).catch((): string[] => [])
  if (!names.some((name) => generationName.test(name))) return done('none')
  const letGo = await holdAlone(folder, 'key')
  if (!letGo) return refuse('practice-in-use')
  try {
    const file = await readPracticeFile(folder)
    if (!file.ok) return file
    // Without its practice file nobody can say which of the two replicas counts: both stay.
    return file.value ? done(await settle(folder, file.value.generation)) : done('none')
  } finally {
    await letGo()
  }
}

/** What changing the key takes. Nobody has the practice open. */
export interface KeyChange {
  readonly folder: string
  readonly opened: OpenedKey
  readonly keystore: Keystore | null
  /** Of a hundred. */
  readonly progress: (done: number) => void
}

/**
 * Changes the data key of a practice that is closed: its replica is under the next key when this resolves, and every
 * way of opening the practice opens it as before. What is not the replica follows when the practice is open
 * ({@link OpenedKey.earlier}). When it is refused or throws, the practice is as it was.
 *
 * @returns the key to open the practice with; `keys-to-renew` · `conflict` · `practice-in-use`
 * @throws {ReplicaProblem} `replica-damaged` · `disk-full` · `practice-in-use`
 */
export const changeKey = async ({ folder, opened, keystore, progress }: KeyChange): Promise<Answer<OpenedKey>> => {
  const letGo = await holdAlone(folder, 'key')
  if (!letGo) return refuse('practice-in-use')
  try {
    const next = await nextKeyOf(folder, opened, keystore)
    if (!next.ok) return next
    const { generation, key } = next.value.opened
    const into = placeOf(folder, generation)
    try {
      await rm(into, { recursive: true, force: true })
      const made = await rekeyReplica({ folder, into, key: replicaKeyOf(opened.key), next: replicaKeyOf(key), progress })
      try {
        await takeIntoUse(folder, next.value)
      } finally {
        // Given up last: a process that opens the present replica from here on finds that its key has changed.
        made.release()
      }
    } catch (reason) {
      const file = await readPracticeFile(folder)
      // What failed may have been the very last step: only the file on the disk says whether the next key counts.
      if (!file.ok || file.value?.generation !== generation) {
        await rm(into, { recursive: true, force: true })
        throw reason
      }
    }
    await takeOver(folder, into)
    progress(100)
    return done(next.value.opened)
  } finally {
    await letGo()
  }
}
