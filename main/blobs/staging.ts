import { randomBytes } from 'node:crypto'
import { access, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isChunkId } from '../../shared/records/blobDatabase'
import { makeFolder } from '../sealed'
import { openChunk, type SealKeys } from './seal'

/** Where chunks wait until their file is whole; sealed as they came. */
export interface Staging {
  has(id: string): Promise<boolean>
  put(id: string, bytes: Uint8Array): Promise<void>
  /** The contents of a file, chunk by chunk. Throws `BlobDamage`. */
  contents(chunks: readonly string[], keys: SealKeys): AsyncIterable<Uint8Array>
  remove(chunks: readonly string[]): Promise<void>
}

/** A fetch that nobody has gone on with for so long is given up, ms. */
const forgottenMs = 7 * 24 * 60 * 60_000

/** Opens the folder, and clears what was given up. */
export const openStaging = async (folder: string, now: () => number = Date.now): Promise<Staging> => {
  await makeFolder(folder)
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (name.endsWith('.part') || (found && now() - found.mtimeMs > forgottenMs)) await rm(join(folder, name), { force: true })
  }
  const place = (id: string): string => {
    if (!isChunkId(id)) throw new RangeError('not the id of a chunk')
    return join(folder, id)
  }
  const remove = async (chunks: readonly string[]): Promise<void> => {
    for (const id of chunks) await rm(place(id), { force: true })
  }
  return {
    has: (id) => access(place(id)).then(() => true, () => false),
    // Not synced to the disk: after a power cut a chunk that does not open is fetched again.
    put: async (id, bytes) => {
      const part = `${place(id)}.${randomBytes(4).toString('hex')}.part`
      await writeFile(part, bytes, { mode: 0o600 })
      await rename(part, place(id))
    },
    async *contents(chunks, keys) {
      for (const id of chunks) {
        try {
          yield await openChunk(keys, { id, bytes: await readFile(place(id)) })
        } catch (error) {
          await remove([id])
          throw error
        }
      }
    },
    remove,
  }
}
