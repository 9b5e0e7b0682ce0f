import * as z from 'zod'
import { BlobDamage, noteId, openNote, sealNote, type SealKeys } from './seal'
import type { StoredNote } from './store'
import type { KeptFile } from './types'

/** What a note tells: a file of a set, and the chunks that it is made of. */
export interface FileNote extends KeptFile {
  readonly set: string
  /** Ids of its chunks in order. */
  readonly chunks: readonly string[]
}

const shape = z.object({
  set: z.string().min(1).max(300),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().min(0),
  /** The 64 digits of each chunk's id, one behind the other: 32 bytes each, base64. */
  chunks: z.string(),
  about: z.json(),
})

const digitsOf = (id: string): string => id.slice('chunk-'.length)

/** Seals a note of a file. */
export const writeNote = (keys: SealKeys, { set, sha256, size, chunks, about }: FileNote): StoredNote => {
  const id = noteId(keys, set, sha256)
  const text = JSON.stringify({ set, sha256, size, chunks: Buffer.from(chunks.map(digitsOf).join(''), 'hex').toString('base64'), about })
  return { id, key: keys.id, sealed: sealNote(keys, id, text) }
}

/** The file that a note speaks of, whatever its set; undefined when none of the secrets opens it. */
export const openFileNote = (keys: readonly SealKeys[], stored: StoredNote): FileNote | undefined => {
  const sealed = keys.find(({ id }) => id === stored.key)
  if (!sealed) return undefined
  try {
    const { set } = JSON.parse(openNote(sealed, stored.id, stored.sealed)) as { set?: unknown }
    return typeof set === 'string' ? readNote(sealed, set, stored) : undefined
  } catch (error) {
    if (error instanceof BlobDamage || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What a note of a set tells. Throws {@link BlobDamage} when it is none that a workstation of this practice wrote. */
export const readNote = (keys: SealKeys, set: string, { id, sealed }: StoredNote): FileNote => {
  const read = shape.safeParse(JSON.parse(openNote(keys, id, sealed)))
  if (!read.success || read.data.set !== set || noteId(keys, set, read.data.sha256) !== id) throw new BlobDamage('note')
  const digits = Buffer.from(read.data.chunks, 'base64').toString('hex')
  const chunks = Array.from({ length: digits.length / 64 }, (_, at) => `chunk-${digits.slice(at * 64, at * 64 + 64)}`)
  return { ...read.data, chunks }
}
