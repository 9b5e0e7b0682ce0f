import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './folder'
import { openSealedLog } from './log'
import { SealedProblem } from './problem'

const recordsAtOnce = 500

const isUnderOther = (reason: unknown): boolean => reason instanceof SealedProblem && reason.kind === 'wrong-key'

/**
 * Seals a log that nobody has open under another key: it is written anew beside the old one and takes its name when it is
 * whole. May be cut off anywhere and done again.
 *
 * @returns false: it does not read back as it was written, and stays as it is
 */
export const sealLogAnew = async (path: string, { key, earlier }: { readonly key: Uint8Array; readonly earlier: Uint8Array }): Promise<boolean> => {
  const anew = `${path}.anew`
  await rm(anew, { force: true })
  try {
    await writeAnew(path, anew, key, earlier)
    return true
  } catch (reason) {
    if (!(reason instanceof SealedProblem)) throw reason
    return false
  } finally {
    await rm(anew, { force: true })
  }
}

const writeAnew = async (path: string, anew: string, key: Uint8Array, earlier: Uint8Array): Promise<void> => {
  const present = await openSealedLog(path, key).catch((reason: unknown) => (isUnderOther(reason) ? undefined : Promise.reject(reason)))
  await present?.close()
  if (present) return
  const before = await openSealedLog(path, earlier)
  try {
    const after = await openSealedLog(anew, key)
    try {
      const written: Promise<number>[] = []
      for await (const { bytes } of before.read()) {
        const appended = after.append(bytes)
        // A disk that is full may refuse it before anybody waits for it below.
        appended.catch(() => undefined)
        written.push(appended)
        // Together they share one sync; not so many together that they fill the memory.
        if (written.length === recordsAtOnce) await Promise.all(written.splice(0))
      }
      await Promise.all(written)
    } finally {
      await after.close()
    }
  } finally {
    await before.close()
  }
  await rename(anew, path)
  await syncFolder(dirname(path))
}
