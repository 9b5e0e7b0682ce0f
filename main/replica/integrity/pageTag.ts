import { createCipheriv, createSecretKey } from 'node:crypto'

/** Bytes of a page; the database is made with SQLite's default. */
export const pageSize = 4096

/** Bytes of a page's tag. */
export const tagLength = 12

/** Shows whether a page's bytes on disk are those that were written there. Its values never leave memory unencrypted. */
export type PageTag = (page: number, bytes: Uint8Array) => Buffer

/**
 * GMAC (NIST SP 800-38D) with the page's number as nonce. A page is written many times under one nonce, so the
 * tags would give the key away: the ledger keeps them encrypted.
 *
 * @param key 32 bytes
 */
export const pageTagger = (key: Uint8Array): PageTag => {
  const secret = createSecretKey(Buffer.from(key))
  const nonce = Buffer.alloc(12)
  return (page, bytes) => {
    nonce.writeUInt32LE(page)
    const cipher = createCipheriv('aes-256-gcm', secret, nonce)
    cipher.setAAD(bytes)
    cipher.final()
    return cipher.getAuthTag().subarray(0, tagLength)
  }
}

/** Pages that are also tagged together: their bytes are checked at a quarter of the time. */
export const extentPages = 64

const extentNumbers = 0x8000_0000

/** The tag of the pages from `extent * extentPages + 1` on, as they follow each other in the file. */
export const extentTag = (tag: PageTag, extent: number, bytes: Uint8Array): Buffer => tag(extentNumbers + extent, bytes)

/** Under this number the contents of page 1 are tagged; no page has it. */
const firstPageContents = 0

/**
 * The tag of page 1 as SQLite reads it. Its bytes on disk also change outside of checkpoints, when the file
 * enters and leaves write-ahead mode: then the two format bytes (18–19), the change counter (24–27) and what repeats
 * it (92–99) differ, and by the cipher's chaining all bytes after them.
 */
export const firstPageTag = (tag: PageTag, contents: Uint8Array): Buffer => {
  const steady = Buffer.from(contents)
  steady.fill(0, 18, 20)
  steady.fill(0, 24, 28)
  steady.fill(0, 92, 100)
  return tag(firstPageContents, steady)
}
