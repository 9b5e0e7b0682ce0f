import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openReplica, type CollectionName, type StoredDocument, type StoredDocuments } from '../replica'
import { documentDigest, documentsDigest } from './digest'
import { newestVersions } from './newestVersions'
import { BackupProblem } from './problem'
import { putDocuments, staysBehind } from './restore'
import type { BackupSet, Point } from './set'
import type { Slices } from './slices'
import { verify } from './verify'

const scratchPrefix = 'rehearsal-'
/** Bytes of images that one rehearsal reads whole; the next one goes on behind them. */
const fileBytes = 1024 * 1024 * 1024
const pageLength = 200
/** No change has a place as far as this. */
const beyond = Number.MAX_SAFE_INTEGER
const collections: readonly CollectionName[] = ['records', 'local']

/** What a rehearsal found. */
export interface Rehearsed {
  /** Whether all that was compared is the same. */
  readonly good: boolean
  /** Documents restored, tombstones not counted. */
  readonly documents: number
  /** Documents that have not changed since the backup, so had to be the same here and there. */
  readonly compared: number
  readonly missing: number
  readonly different: number
  readonly files: number
  /** Over what was compared: as it is on this computer, and as it was restored. */
  readonly digests: { readonly here: string; readonly restored: string }
}

/** What a rehearsal needs. */
export interface Rehearsal {
  readonly set: BackupSet
  readonly point: Point
  /** What is in use now. */
  readonly documents: StoredDocuments
  readonly practice: string
  /** Key of the scratch replica, 32 bytes. */
  readonly key: Uint8Array
  /** Where the scratch folder is made and removed. */
  readonly data: string
  readonly slices: Slices
  /** Counts rehearsals: which files are read whole this time. */
  readonly turn: number
  progress?(done: number, of: number): void
}

/** Removes scratch folders that a crash left. */
export const removeScratch = async (data: string): Promise<void> => {
  for (const name of await readdir(data).catch((): string[] => [])) if (name.startsWith(scratchPrefix)) await rm(join(data, name), { recursive: true, force: true })
}

/** What lies in a collection and has not been written since the backup. */
async function* unchanged(documents: StoredDocuments, collection: CollectionName, until: number, slices: Slices): AsyncIterable<StoredDocument[]> {
  let place = 0
  let length = pageLength
  for (;;) {
    await slices.rest()
    const changes = await documents.changedSince({ records: beyond, local: beyond, [collection]: place } as Record<CollectionName, number>, length)
    if (changes[collection].length === 0) return
    if (changes.places[collection] > until) {
      // The page reaches beyond the backup: on, one by one.
      if (length === 1) return
      length = 1
      continue
    }
    place = changes.places[collection]
    yield [...changes[collection]]
  }
}

/**
 * Restores a backup into a scratch folder, counts, and compares what must be the same: every document that has not
 * been written since. The scratch folder is encrypted as everything else, and removed whatever happens.
 *
 * @throws {BackupProblem} `backup-damaged` · `cancelled`
 */
export const rehearse = async ({ set, point, documents, practice, key, data, slices, turn, progress }: Rehearsal): Promise<Rehearsed> => {
  if (documents.name !== set.head.replica) throw new BackupProblem('backup-none')
  await removeScratch(data)
  const scratch = await mkdtemp(join(data, scratchPrefix))
  try {
    const of = 3 * (point.documents + point.files)
    const { files } = await verify(set, point, { slices, fileBytes: { limit: fileBytes, from: turn * 997 }, progress: (done) => progress?.(done, of) })
    const replica = await openReplica({ folder: scratch, key, practice, station: set.head.station })
    try {
      let done = of / 3
      const restored = await putDocuments(newestVersions(set, point, slices), replica.documents, () => ++done % pageLength === 0 && progress?.(done, of))
      const [here, there] = [documentsDigest(), documentsDigest()]
      let missing = 0
      let different = 0
      for (const collection of collections) {
        for await (const page of unchanged(documents, collection, point.places[collection], slices)) {
          const back = new Map((await replica.documents.get(collection, page.map(({ id }) => id))).map((each) => [each.id, each]))
          for (const document of page) {
            if (staysBehind({ collection, document })) continue
            const other = back.get(document.id)
            here.add(collection, document)
            if (other) there.add(collection, other)
            if (!other) missing += 1
            else if (documentDigest(collection, other) !== documentDigest(collection, document)) different += 1
          }
          progress?.((done += page.length), of)
        }
      }
      const digests = { here: here.value(), restored: there.value() }
      const good = missing === 0 && different === 0 && digests.here === digests.restored
      return { good, documents: restored, compared: here.count, missing, different, files, digests }
    } finally {
      await replica.close()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
