import { createHash } from 'node:crypto'
import { access, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, openSealedFile, SealedProblem, type SealedFile, writeSealedFile } from '../../sealed'

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
  /** Resolves when the contents are on disk. Throws {@link ArchiveProblem} `changed`, and keeps nothing, when they are not those. */
  take(sha256: string, contents: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>
  /** Throws {@link ArchiveProblem}; never answers other bytes than were stored. */
  read(sha256: string): Promise<Uint8Array>
  /** The contents from a byte on, piece by piece; each was checked by its seal, the whole is not. Throws {@link ArchiveProblem}. */
  stream(sha256: string, from: number): AsyncIterable<Uint8Array>
  /** Reads the whole of a file and compares it with its name. */
  verify(sha256: string): Promise<'good' | 'missing' | 'damaged'>
  /** Bytes on disk; 0 when it is not there. */
  sizeOf(sha256: string): Promise<number>
  /** Takes a file away. Nothing refers to it any more: whoever calls has seen to that. */
  remove(sha256: string): Promise<void>
  /** Names of all files that lie here. */
  names(): Promise<readonly string[]>
  /** Seals every file that is still under the earlier key under the present one; may be cut off anywhere and done again. Stopped, it answers how far it came. */
  sealAnew(progress: (at: SealProgress) => void, isStopped?: () => boolean): Promise<SealProgress>
}

/** How far sealing anew is. */
export interface SealProgress {
  readonly done: number
  readonly of: number
  /** Files that do not read back as they were stored: they stay as they are, and nothing reads them. */
  readonly damaged: number
}

/** The keys of an archive, 32 bytes each, derived for it. */
export interface ArchiveKeys {
  readonly key: Uint8Array
  /** While a change of the key is not finished: files may still be under this one. */
  readonly earlier?: Uint8Array
}

/** A file is mostly waited for: for the disk, to say that it has it. */
const filesAtOnce = 4

const isSha256 = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)

/** The part of an archive that only writes: what a worker thread needs of it. */
export interface ArchiveWriter {
  has(sha256: string): Promise<boolean>
  /** See {@link Archive.take}. */
  take(sha256: string, contents: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>
  /** As {@link take}, of contents whose SHA-256 the caller has computed. */
  put(sha256: string, contents: Uint8Array): Promise<void>
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const placeIn = (folder: string, sha256: string): string => {
  if (!isSha256(sha256)) throw new ArchiveProblem('missing')
  return join(folder, sha256.slice(0, 2), sha256)
}

/** Writes into the archive in `folder`, which is there. Several may write at once, from several threads. */
export const archiveWriter = (folder: string, key: Uint8Array): ArchiveWriter => {
  const has = (sha256: string): Promise<boolean> => access(placeIn(folder, sha256)).then(() => true, () => false)
  const write = async (sha256: string, contents: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> => {
    const place = placeIn(folder, sha256)
    if (await has(sha256)) return
    await makeFolder(join(folder, sha256.slice(0, 2)))
    await writeSealedFile(place, key, contents)
  }
  return {
    has,
    put: write,
    async take(sha256, contents) {
      if (contents instanceof Uint8Array && sha256Of(contents) !== sha256) throw new ArchiveProblem('changed')
      await write(sha256, contents instanceof Uint8Array ? contents : checked(contents, sha256))
    },
  }
}

/** Opens the archive in `folder`, which is made when it is missing. */
export const openArchive = async (folder: string, { key, earlier }: ArchiveKeys): Promise<Archive> => {
  await makeFolder(folder)
  await removeUnfinished(folder)
  const place = (sha256: string): string => placeIn(folder, sha256)
  const writer = archiveWriter(folder, key)
  /** Under whichever key it is. The present one is tried again at the end: the file may have been sealed anew between two looks. */
  const openEither = async (path: string): Promise<SealedFile> => {
    for (const each of earlier ? [key, earlier] : []) {
      try {
        return await openSealedFile(path, each)
      } catch (reason) {
        if (!isUnderOther(reason)) throw reason
      }
    }
    return openSealedFile(path, key)
  }
  return {
    has: writer.has,
    take: writer.take,
    async *stream(sha256, from) {
      const file = await openEither(place(sha256)).catch(thrownByOpening)
      try {
        yield* file.stream({ start: from, end: file.size })
      } catch (reason) {
        throw reason instanceof SealedProblem ? new ArchiveProblem('damaged') : reason
      } finally {
        await file.close()
      }
    },
    async read(sha256) {
      const file = await openEither(place(sha256)).catch(thrownByOpening)
      try {
        const bytes = new Uint8Array(file.size)
        let at = 0
        for await (const piece of whole(file, sha256)) {
          bytes.set(piece, at)
          at += piece.length
        }
        return bytes
      } catch (reason) {
        throw reason instanceof ArchiveProblem ? reason : new ArchiveProblem('damaged')
      } finally {
        await file.close()
      }
    },
    async verify(sha256) {
      try {
        const file = await openEither(place(sha256)).catch(thrownByOpening)
        try {
          for await (const piece of whole(file, sha256)) void piece
          return 'good'
        } finally {
          await file.close()
        }
      } catch (reason) {
        if (reason instanceof ArchiveProblem) return reason.kind === 'missing' ? 'missing' : 'damaged'
        if (reason instanceof SealedProblem) return 'damaged'
        throw reason
      }
    },
    sizeOf: (sha256) => stat(place(sha256)).then(({ size }) => size, () => 0),
    async remove(sha256) {
      await rm(place(sha256), { force: true })
    },
    names: () => namesIn(folder),
    async sealAnew(progress, isStopped) {
      const names = await namesIn(folder)
      let damaged = 0
      const at = (done: number): SealProgress => ({ done, of: names.length, damaged })
      let next = 0
      let sealed = 0
      const work = async (): Promise<void> => {
        for (let name = names[next]; name !== undefined && !isStopped?.(); name = names[next]) {
          next += 1
          if (earlier && !(await sealFileAnew(join(folder, name.slice(0, 2), name), name, key, earlier))) damaged += 1
          sealed += 1
          progress(at(sealed))
        }
      }
      await Promise.all(Array.from({ length: filesAtOnce }, work))
      return at(sealed)
    },
  }
}

const thrownByOpening = (reason: unknown): never => {
  throw new ArchiveProblem((reason as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'damaged')
}

const isUnderOther = (reason: unknown): boolean => reason instanceof SealedProblem && reason.kind === 'wrong-key'

/** What a file holds; throws before the end when it is not what its name says. */
async function* whole(file: SealedFile, sha256: string): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of file.stream()) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== sha256) throw new ArchiveProblem('damaged')
}

const namesIn = async (folder: string): Promise<string[]> => {
  const shelves = (await readdir(folder, { withFileTypes: true })).filter((each) => each.isDirectory())
  const names = await Promise.all(shelves.map(({ name }) => readdir(join(folder, name))))
  return names.flat().filter(isSha256).sort()
}

/** False: the file does not read back as it was stored, and was left as it is. Errors of the disk itself are thrown. */
const sealFileAnew = async (path: string, sha256: string, key: Uint8Array, earlier: Uint8Array): Promise<boolean> => {
  try {
    const present = await openSealedFile(path, key)
    await present.close()
    return true
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT') return true
    if (!isUnderOther(reason)) return isDamage(reason)
  }
  const before = await openSealedFile(path, earlier).catch(isDamage)
  if (before === false) return false
  try {
    await writeSealedFile(path, key, whole(before, sha256))
    return true
  } catch (reason) {
    return isDamage(reason)
  } finally {
    await before.close()
  }
}

/** False for damage; anything else is thrown. */
const isDamage = (reason: unknown): false => {
  if (reason instanceof SealedProblem || reason instanceof ArchiveProblem) return false
  throw reason
}

/** The bytes of a file; throws before the last of them is written when the whole is not what was promised. */
async function* checked(contents: AsyncIterable<Uint8Array>, sha256: string): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of contents) {
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
