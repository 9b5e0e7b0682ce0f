import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type EncryptedFile, readText, textOf } from '../storage'
import type { Replica } from '../types'

/** Under this much free room the person is warned (B20), bytes. */
export const lowDiskBytes = 1_000_000_000

/** The disk that the data folder is on, bytes. */
export interface DiskRoom {
  readonly free: number
  readonly total: number
}

/** How much room the disk has for this user. */
export const diskRoom = async (folder: string): Promise<DiskRoom> => {
  const { bavail, bsize, blocks } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

/** What takes up room in a data folder. */
export type FolderPart = 'replica' | 'archive' | 'journal' | 'hub' | 'window' | 'backup' | 'put-aside' | 'other'

const partOf = (name: string): FolderPart => {
  if (name.startsWith('replica.')) return 'replica'
  if (name.startsWith('put-aside') || name.startsWith('damaged-')) return 'put-aside'
  const parts: readonly FolderPart[] = ['archive', 'journal', 'hub', 'window', 'backup']
  return parts.find((part) => name === part) ?? 'other'
}

/** Bytes under a path; what goes away meanwhile counts as nothing. Lets the loop turn after each folder. */
const bytesUnder = async (path: string): Promise<number> => {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.size
  let bytes = 0
  for (const name of await readdir(path).catch(() => [])) bytes += await bytesUnder(join(path, name))
  await setImmediate()
  return bytes
}

/** How many bytes each part of a data folder has. */
export const folderSizes = async (folder: string): Promise<Readonly<Partial<Record<FolderPart, number>>>> => {
  const sizes: Partial<Record<FolderPart, number>> = {}
  for (const name of await readdir(folder).catch(() => [])) {
    const part = partOf(name)
    sizes[part] = (sizes[part] ?? 0) + (await bytesUnder(join(folder, name)))
  }
  return sizes
}

/** Pages in one turn of the loop: a few milliseconds. */
const slicePages = 64

const numberIn = (file: EncryptedFile, pragma: string): number => Number(file.all(`PRAGMA ${pragma}`)[0]?.[0] ?? 0)

/** SQLite writes the file anew in memory first; a larger one stays as it is, and its room is used again. */
const largestRewritten = 300_000_000

/**
 * A file of the first release cannot give room back in pieces. Once a quarter of it is empty it is written anew, before anybody works
 * with it: about a second for 100 MB, during which the loop is held. Answers whether it was.
 */
export const rewriteIfHollow = (file: EncryptedFile): boolean => {
  if (numberIn(file, 'auto_vacuum') !== 0) return false
  const [pages, free] = [numberIn(file, 'page_count'), numberIn(file, 'freelist_count')]
  if (free * 4 < pages || (pages - free) * numberIn(file, 'page_size') > largestRewritten) return false
  file.exec('VACUUM')
  return true
}

/** The replica's file. */
export const fileOf = ({ collection }: Replica): EncryptedFile => (collection.storageInstance.internals as unknown as { readonly file: EncryptedFile }).file

/**
 * Gives room in the replica's file that is no longer needed back to the disk, a few pages at a time. A file of the first
 * release cannot: see {@link rewriteIfHollow}. Pages are moved, so the whole file is looked over first.
 *
 * @returns bytes given back
 */
export const giveRoomBack = async (replica: Replica, isCancelled: () => boolean = () => false): Promise<number> => {
  const file = fileOf(replica)
  if (numberIn(file, 'auto_vacuum') !== 2) return 0
  await replica.lookedOver()
  const before = numberIn(file, 'page_count')
  for (let left = numberIn(file, 'freelist_count'); left > 0 && !isCancelled(); ) {
    await file.inTurn(() => file.exec(`PRAGMA incremental_vacuum(${slicePages})`))
    const now = numberIn(file, 'freelist_count')
    if (now >= left) break
    left = now
    await setImmediate()
  }
  return (before - numberIn(file, 'page_count')) * numberIn(file, 'page_size')
}

const copiesPrefix = 'rx-replication-meta-'
const sliceRows = 500

/**
 * Drops replication's copies of the records that belong to a database which is no more: once the server's was made anew, or
 * this version understands more types, everything is compared from the beginning, and the old copies are never read again.
 *
 * @param kept the collection names of the copies that are in use, or will be again
 * @returns how many tables went
 */
export const dropOldCopies = async (replica: Replica, kept: readonly string[]): Promise<number> => {
  const file = fileOf(replica)
  const tables = file
    .all(`SELECT ${textOf('name')} FROM outpost_tables WHERE substr(name, 1, length(?)) = ?`, copiesPrefix, copiesPrefix)
    .map(([name]) => readText(name))
    .filter((name) => !kept.includes(name.replace(/ \d+$/, '')))
  for (const table of tables) {
    const quoted = `"${table.replace(/"/g, '""')}"`
    for (let left = true; left; ) {
      left = await file.inTurn(() => {
        file.run(`DELETE FROM ${quoted} WHERE seq IN (SELECT seq FROM ${quoted} ORDER BY seq LIMIT ${sliceRows})`)
        return file.all(`SELECT 1 FROM ${quoted} LIMIT 1`).length > 0
      })
      await setImmediate()
    }
    await file.inTurn(() =>
      file.transaction(() => {
        file.exec(`DROP TABLE ${quoted}`)
        file.run('DELETE FROM outpost_tables WHERE name = ?', table)
      }),
    )
  }
  return tables.length
}
