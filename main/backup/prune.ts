import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { filesOfSet } from './backUp'
import { poolIn } from './place'
import { BackupProblem } from './problem'
import { sweepPool } from './pool'
import { type BackupSet, lastPoint, openSet, setNames } from './set'
import type { Slices } from './slices'
import { verify } from './verify'

/** Bases that are kept whatever happens. */
const keptBases = 2

/**
 * Removes bases that are older than the two newest good ones; good is what has just been read from end to end. A
 * base that this key does not open is left alone: it may be the last of an earlier key.
 */
export const prune = async (place: string, key: Uint8Array, slices: Slices): Promise<{ readonly removed: readonly string[] }> => {
  const names = await setNames(place)
  if (names.length <= keptBases) return { removed: [] }
  const removed: string[] = []
  const kept: BackupSet[] = []
  let good = 0
  for (const name of names) {
    try {
      const set = await openSet(join(place, name), key)
      if (good >= keptBases) {
        await rm(join(place, name), { recursive: true, force: true })
        removed.push(name)
        continue
      }
      kept.push(set)
      const point = lastPoint(set)
      if (point) {
        await verify(set, point, { slices, fileBytes: { limit: 0, from: 0 } })
        good += 1
      }
    } catch (reason) {
      if (!(reason instanceof BackupProblem) || reason.kind === 'cancelled') throw reason
      // Whose files these are cannot be told: the pool stays as it is.
      if (reason.kind !== 'backup-damaged') return { removed }
    }
  }
  if (removed.length === 0) return { removed }
  const wanted = new Set<string>()
  for (const set of kept) {
    const files = await filesOfSet(set).catch((reason: unknown) => {
      if (reason instanceof BackupProblem) return undefined
      throw reason
    })
    if (!files) return { removed }
    for (const { sha256 } of files.values()) wanted.add(sha256)
  }
  await sweepPool(poolIn(place), wanted, slices)
  return { removed }
}
