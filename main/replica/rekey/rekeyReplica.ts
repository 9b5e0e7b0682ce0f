import { join } from 'node:path'
import { makeFolder } from '../../sealed'
import { fileKeyOf, openFile } from '../replica'
import { readText, textOf } from '../storage'
import { ReplicaProblem } from '../types'
import { copyUnderKey } from './copyUnderKey'
import { contentsOf, type Contents, documentCount, sealAnew } from './rows'
import { completeForTakingOver } from './takeOver'

/** What re-encrypting a replica takes. Nobody has it open. */
export interface RekeyAsk {
  /** Where the replica lies. */
  readonly folder: string
  /** Where the new one is made: a folder of the same disk that does not exist. */
  readonly into: string
  /** The replica's key as {@link ReplicaOptions} has it, and the next one. */
  readonly key: Uint8Array
  readonly next: Uint8Array
  /** Of a hundred. */
  readonly progress: (done: number) => void
}

/** A replica under its next key, beside the present one, which stays locked until it is released. */
export interface RekeyedReplica {
  readonly contents: Contents
  /** Gives up the present replica; call it once the new one counts, or will never. */
  release(): void
}

/**
 * Makes a copy of a replica under another key: pages, indexes, and the seal of every document. The copy is read
 * back and compared with what it was made from, document by document, before this resolves; it is on disk then. The
 * present files are not touched.
 *
 * @throws {ReplicaProblem} `practice-in-use` · `replica-damaged` · `disk-full`
 */
export const rekeyReplica = async ({ folder, into, key, next, progress }: RekeyAsk): Promise<RekeyedReplica> => {
  const present = await openFile(folder, fileKeyOf(key))
  try {
    await makeFolder(into)
    let passed = 0
    let all = 1
    // Four passes over the documents: check, seal anew, check, and the copy, which counts as one more.
    const seen = (more: number) => progress(Math.min(99, Math.floor((100 * (passed += more)) / all)))
    const [verdict] = present.all(`SELECT ${textOf('quick_check')} FROM pragma_quick_check(1)`)
    if (readText(verdict?.[0]) !== 'ok') throw new ReplicaProblem('replica-damaged')
    all = 4 * Math.max(1, documentCount(present))
    const before = await contentsOf(present, seen)
    await copyUnderKey(present, join(into, 'replica.db'), fileKeyOf(next))
    seen(before.documents)
    const made = await openFile(into, fileKeyOf(next))
    try {
      // It counts only once all of it was brought to the disk at the end: no step on the way there need wait for that.
      made.exec('PRAGMA synchronous = OFF')
      await sealAnew(made, seen)
      const after = await contentsOf(made, seen)
      if (JSON.stringify(after) !== JSON.stringify(before)) throw new ReplicaProblem('replica-damaged', 'the copy is not what it was made from')
    } finally {
      made.close()
    }
    await completeForTakingOver(into)
    return { contents: before, release: () => present.close() }
  } catch (reason) {
    present.close()
    throw reason
  }
}
