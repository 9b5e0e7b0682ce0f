import { BlobDamage, notePrefix, type SealKeys } from './seal'
import { readNote, type FileNote } from './note'
import type { BlobStore } from './store'
import type { KeptFile } from './types'

/** Chunks that are asked about at a time. */
const namesAtOnce = 400

/**
 * SHA-256 of those of a set's files that the server could give back at this moment: its note opens, speaks of the same
 * bytes, and every chunk of it is there. What a workstation remembers of sending is not believed.
 */
export const confirmSet = async (set: string, files: readonly KeptFile[], { store, keys }: { readonly store: BlobStore; readonly keys: readonly SealKeys[] }, signal: AbortSignal): Promise<readonly string[]> => {
  const notes = new Map<string, FileNote>()
  for (const each of keys) {
    for (const stored of await store.notesOf(notePrefix(each, set), signal)) {
      try {
        const note = readNote(each, set, stored)
        notes.set(note.sha256, note)
      } catch (error) {
        if (!(error instanceof BlobDamage) && !(error instanceof SyntaxError)) throw error
      }
    }
  }
  const promised = files.flatMap(({ sha256, size }) => {
    const note = notes.get(sha256)
    return note?.size === size ? [note] : []
  })
  const chunks = [...new Set(promised.flatMap((note) => note.chunks))]
  const there = new Set<string>()
  for (let from = 0; from < chunks.length; from += namesAtOnce) {
    for (const id of await store.present(chunks.slice(from, from + namesAtOnce), signal)) there.add(id)
  }
  return promised.filter((note) => note.chunks.every((id) => there.has(id))).map(({ sha256 }) => sha256)
}
