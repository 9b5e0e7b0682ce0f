import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openSealedFile, syncFolder } from '../sealed'
import { BackupProblem } from './problem'
import type { FileEntry, FilePiece } from './segment'
import type { GrownFile } from './set'
import type { Slices } from './slices'

const pieceLength = 256 * 1024
const tailLength = 64 * 1024

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Where the pool keeps bytes of this digest. */
export const pooled = (pool: string, digest: string): string => join(pool, digest.slice(0, 2), digest)

/** All files below a folder, as paths with forward slashes; none when there is no such folder. */
export const filesBelow = async (folder: string, under = ''): Promise<string[]> => {
  const entries = await readdir(join(folder, under), { withFileTypes: true }).catch((reason: NodeJS.ErrnoException) => {
    if (reason.code === 'ENOENT') return []
    throw reason
  })
  const found: string[] = []
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, path)))
    else if (entry.isFile() && !entry.name.endsWith('.part')) found.push(path)
  }
  return found
}

const readFully = async (file: FileHandle, bytes: Buffer, position: number): Promise<Buffer> => {
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

async function* piecesOf(path: string, slices: Slices): AsyncIterable<Buffer> {
  const file = await open(path, 'r')
  try {
    for (let position = 0; ; ) {
      const piece = await readFully(file, Buffer.allocUnsafe(pieceLength), position)
      if (piece.length === 0) return
      yield piece
      position += piece.length
      await slices.rest()
    }
  } finally {
    await file.close()
  }
}

/** The digest and size of a file as it lies on the disk. */
const digestOfFile = async (path: string, slices: Slices): Promise<{ readonly sha256: string; readonly size: number }> => {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of piecesOf(path, slices)) {
    hash.update(piece)
    size += piece.length
  }
  return { sha256: hash.digest('hex'), size }
}

/** Copies a file whole or not at all, under the name that `nameOf` makes of its digest; answers size and digest. */
const copyFile = async (from: string, placeOf: (digest: string) => string, part: string, slices: Slices): Promise<{ readonly sha256: string; readonly size: number }> => {
  const target = await open(part, 'wx', 0o600)
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const piece of piecesOf(from, slices)) {
      hash.update(piece)
      size += piece.length
      await target.appendFile(piece)
    }
    await target.sync()
    await target.close()
    const digest = hash.digest('hex')
    const place = placeOf(digest)
    await mkdir(dirname(place), { recursive: true })
    await rename(part, place)
    await syncFolder(dirname(place))
    return { sha256: digest, size }
  } catch (reason) {
    await target.close().catch(() => undefined)
    await rm(part, { force: true }).catch(() => undefined)
    throw reason
  }
}

/** Whether a sealed file reads back as it was written. */
const isSound = async (path: string, key: Uint8Array, slices: Slices): Promise<boolean> => {
  try {
    const file = await openSealedFile(path, key)
    try {
      let read = 0
      for await (const piece of file.stream()) {
        read += piece.length
        if (read >= pieceLength) {
          read = 0
          await slices.rest()
        }
      }
      return true
    } finally {
      await file.close()
    }
  } catch (reason) {
    if (reason instanceof BackupProblem) throw reason
    return false
  }
}

/**
 * Puts a sealed file that never changes into the pool; undefined when it does not read back on this computer: a
 * damaged picture must not pass for a backup of it.
 */
export const pool = async (folder: string, data: string, path: string, keys: readonly Uint8Array[], slices: Slices): Promise<FileEntry | undefined> => {
  const from = join(data, path)
  let sound = false
  for (const key of keys) sound ||= await isSound(from, key, slices)
  if (!sound) return undefined
  const copied = await copyFile(from, (digest) => pooled(folder, digest), join(folder, `${randomBytes(6).toString('hex')}.part`), slices)
  return { path, ...copied }
}

/** Checks a file in the pool; `whole`: its bytes too, not its size alone. */
export const checkPooled = async (folder: string, { path: _path, size, sha256: digest }: FileEntry, whole: boolean, slices: Slices): Promise<void> => {
  const damaged = (reason: string) => new BackupProblem('backup-damaged', { file: digest.slice(0, 12), reason })
  const place = pooled(folder, digest)
  const there = await stat(place).catch(() => undefined)
  if (!there) throw damaged('missing')
  if (there.size !== size) throw damaged('changed')
  if (whole && (await digestOfFile(place, slices)).sha256 !== digest) throw damaged('changed')
}

/** Brings a file back from the pool. */
export const unpool = async (folder: string, entry: FileEntry, data: string, slices: Slices): Promise<void> => {
  await checkPooled(folder, entry, false, slices)
  const target = join(data, entry.path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const copied = await copyFile(pooled(folder, entry.sha256), () => target, `${target}.part`, slices)
  if (copied.sha256 === entry.sha256) return
  await rm(target, { force: true })
  throw new BackupProblem('backup-damaged', { file: entry.sha256.slice(0, 12), reason: 'changed' })
}

/** Removes what no set speaks of any more, and what was interrupted. */
export const sweepPool = async (folder: string, wanted: ReadonlySet<string>, slices: Slices): Promise<void> => {
  for (const path of await filesBelow(folder)) {
    if (!wanted.has(path.slice(path.lastIndexOf('/') + 1))) await rm(join(folder, path), { force: true })
    await slices.rest()
  }
}

/** What was added to a file since it was last taken, in pieces; all of it when it is no longer the same file. */
export async function* grownPieces(data: string, path: string, before: GrownFile | undefined, slices: Slices, taken: (file: GrownFile) => void): AsyncIterable<FilePiece> {
  const file = await open(join(data, path), 'r')
  try {
    const { size } = await file.stat()
    const tailAt = async (length: number) => sha256(await readFully(file, Buffer.alloc(Math.min(tailLength, length)), length - Math.min(tailLength, length)))
    const isSame = before !== undefined && before.length <= size && (await tailAt(before.length)) === before.tail
    if (isSame && before.length === size) return
    let offset = isSame ? before.length : 0
    while (offset < size) {
      const bytes = await readFully(file, Buffer.alloc(Math.min(4 * pieceLength, size - offset)), offset)
      if (bytes.length === 0) break
      yield { path, offset, bytes }
      offset += bytes.length
      await slices.rest()
    }
    taken({ length: offset, tail: await tailAt(offset) })
  } finally {
    await file.close()
  }
}
