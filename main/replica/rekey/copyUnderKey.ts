import { open } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { EncryptedFile } from '../storage'

/** A path in an SQL text of SQLite's URI form, with the key of the file that is to be made. */
const target = (path: string, key: Uint8Array): string => {
  const url = pathToFileURL(path).href.replace(/'/g, '%27')
  return `${url}?cipher=aes256cbc&key=${Buffer.from(key).toString('hex')}`
}

/**
 * Copies all that is in an encrypted file into a new one under another key: every table, index and number. The event
 * loop waits meanwhile, about half a second for 100 MB. On disk when it resolves.
 *
 * @param path must not exist
 * @param key 32 bytes, of the new file
 */
export const copyUnderKey = async (file: EncryptedFile, path: string, key: Uint8Array): Promise<void> => {
  file.exec(`VACUUM INTO '${target(path, key)}'`)
  // The copy says that there are marks beside it, as the present file does; they are made only when it is opened as a replica.
  const bare = EncryptedFile.open(path, key)
  bare.exec('PRAGMA application_id = 0')
  bare.close()
  // SQLite leaves a copy to the operating system to write.
  const made = await open(path, 'r+')
  try {
    await made.sync()
  } finally {
    await made.close()
  }
}
