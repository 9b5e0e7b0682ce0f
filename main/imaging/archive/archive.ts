import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openSealedFile, writeSealedFile } from '../../sealed'

/** Why the archive cannot take or give a file. */
export class ArchiveProblem extends Error {
  constructor(
    /** `changed`: the source is not what was examined. `missing`: no such file. `damaged`: it does not read back as it was written. */
    readonly kind: 'changed' | 'missing' | 'damaged',
  ) {
    super(kind)
    this.name = 'ArchiveProblem'
  }
}

/**
 * Original files, byte for byte, sealed and named by the SHA-256 of their contents. Nothing in it is ever
 * changed; the same contents are stored once.
 */
export interface Archive {
  has(sha256: string): Promise<boolean>
  /** Resolves when the file is on disk. Throws {@link ArchiveProblem} `changed` when its contents are not those. */
  store(path: string, sha256: string, signal?: AbortSignal): Promise<void>
  /** Throws {@link ArchiveProblem}; never answers other bytes than were stored. */
  read(sha256: string): Promise<Uint8Array>
}

const isSha256 = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)

/** @param key 32 bytes, derived for the archive */
export const openArchive = async (folder: string, key: Uint8Array): Promise<Archive> => {
  await mkdir(folder, { recursive: true })
  await removeUnfinished(folder)
  const place = (sha256: string): string => {
    if (!isSha256(sha256)) throw new ArchiveProblem('missing')
    return join(folder, sha256.slice(0, 2), sha256)
  }
  const has = (sha256: string): Promise<boolean> => access(place(sha256)).then(() => true, () => false)
  return {
    has,
    async store(path, sha256, signal) {
      if (await has(sha256)) return
      await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true })
      await writeSealedFile(place(sha256), key, checked(path, sha256, signal))
    },
    async read(sha256) {
      const file = await openSealedFile(place(sha256), key).catch((reason: unknown) => {
        throw new ArchiveProblem((reason as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'damaged')
      })
      try {
        const bytes = new Uint8Array(file.size)
        const hash = createHash('sha256')
        let at = 0
        for await (const piece of file.stream()) {
          bytes.set(piece, at)
          at += piece.length
          hash.update(piece)
        }
        if (hash.digest('hex') !== sha256) throw new ArchiveProblem('damaged')
        return bytes
      } catch (reason) {
        throw reason instanceof ArchiveProblem ? reason : new ArchiveProblem('damaged')
      } finally {
        await file.close()
      }
    },
  }
}

/** The bytes of a file; throws before the last of them is written when the whole is not what was promised. */
async function* checked(path: string, sha256: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024, ...(signal && { signal }) }) as unknown as AsyncIterable<Uint8Array>) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== sha256) throw new ArchiveProblem('changed')
}

/** What a crash left half written. */
const removeUnfinished = async (folder: string): Promise<void> => {
  for (const shelf of await readdir(folder, { withFileTypes: true })) {
    if (!shelf.isDirectory()) continue
    for (const name of await readdir(join(folder, shelf.name))) {
      if (name.endsWith('.part')) await rm(join(folder, shelf.name, name), { force: true })
    }
  }
}
