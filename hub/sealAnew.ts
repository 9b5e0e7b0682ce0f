import { existsSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'libsql'
import { syncFolder } from '../main/sealed'

const optionsOf = (key: Uint8Array) => ({ encryptionCipher: 'aes256cbc', encryptionKey: Buffer.from(key).toString('hex') }) as unknown as Database.Options

const opens = (path: string, key: Uint8Array): boolean => {
  const database = new Database(path, optionsOf(key))
  try {
    database.exec('SELECT count(*) FROM sqlite_schema')
    return true
  } catch {
    return false
  } finally {
    database.close()
  }
}

const copy = async (path: string, earlier: Uint8Array, target: string, key: Uint8Array): Promise<void> => {
  const database = new Database(path, optionsOf(earlier))
  try {
    // All of it in one file: a log that is left would be taken for one of the new file.
    database.exec('PRAGMA journal_mode = DELETE')
    if (existsSync(`${path}-wal`)) throw new Error('the hub’s store is in use')
    const url = pathToFileURL(target).href.replace(/'/g, '%27')
    database.exec(`VACUUM INTO '${url}?cipher=aes256cbc&key=${Buffer.from(key).toString('hex')}'`)
  } finally {
    database.close()
  }
  const made = await open(target, 'r+')
  try {
    await made.sync()
  } finally {
    await made.close()
  }
}

/**
 * Puts every store of a hub's folder under its new key; a file that is under it already is left. May be cut off
 * anywhere and done again. Nobody may have the folder open.
 */
export const sealStoresAnew = async (folder: string, keyOf: (file: string) => Uint8Array, earlierOf: (file: string) => Uint8Array): Promise<void> => {
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.db'))) {
    const path = join(folder, name)
    if (opens(path, keyOf(name))) continue
    const anew = `${path}.anew`
    await rm(anew, { force: true })
    await copy(path, earlierOf(name), anew, keyOf(name))
    await rename(anew, path)
    await syncFolder(folder)
  }
}
