import { createHash } from 'node:crypto'
import type { CollectionName, StoredDocument } from '../replica'

/** A digest over documents in any order: two replicas that hold the same have the same. */
export interface DocumentsDigest {
  add(collection: CollectionName, document: StoredDocument): void
  /** Documents added. */
  readonly count: number
  /** 64 hexadecimal characters. */
  value(): string
}

const mask = (1n << 256n) - 1n

/** One document's: which it is, whether it is deleted, and every character of it. */
export const documentDigest = (collection: CollectionName, { id, deleted, content }: StoredDocument): string =>
  createHash('sha256').update(JSON.stringify([collection, id, deleted, content])).digest('hex')

/** The sum of the documents' digests, modulo 2^256. */
export const documentsDigest = (): DocumentsDigest => {
  let sum = 0n
  let count = 0
  return {
    add: (collection, document) => {
      sum = (sum + BigInt(`0x${documentDigest(collection, document)}`)) & mask
      count += 1
    },
    get count() {
      return count
    },
    value: () => sum.toString(16).padStart(64, '0'),
  }
}
