import { eachInLanes, fixedLanes, type Lanes } from './lanes'
import { readNote, type FileNote } from './note'
import type { Pace } from './pace'
import { BlobDamage, ChunkMissing, notePrefix, openChunk, type SealKeys } from './seal'
import type { Staging } from './staging'
import type { BlobStore } from './store'
import type { FileKeeper } from './types'

/** What fetching works with. */
export interface FetchParts {
  readonly store: BlobStore
  /** All that are known: a file may be sealed under any of them. */
  readonly keys: readonly SealKeys[]
  readonly keeper: FileKeeper
  readonly staging: Staging
  readonly pace: Pace
  readonly lanes: Lanes
  /** How far it is. */
  progress(at: FetchProgress): void
}

/** How far a set has been fetched. */
export interface FetchProgress {
  readonly files: number
  readonly ofFiles: number
  readonly bytes: number
  readonly ofBytes: number
}

/** How fetching a set ended. */
export interface SetFetched {
  /** Files that the server knows of; 0: no workstation has sent any of this set. */
  readonly known: number
  /** Files that are here now and were not before. */
  readonly fetched: number
  /** Files that do not open as they were sent. */
  readonly damaged: number
  /** Files of which a part is not there (yet). */
  readonly missing: number
}

/** While one file is put away, the next is fetched. */
const filesAtOnce = 2

/**
 * Fetches what this workstation does not have of a set. What has come of a file is kept, chunk by chunk, so it may be
 * cut off anywhere and done again.
 */
export const fetchSet = async (set: string, parts: FetchParts, signal: AbortSignal): Promise<SetFetched> => {
  const { store, keys, keeper } = parts
  const notes = new Map<string, { readonly note: FileNote; readonly sealed: SealKeys }>()
  let damaged = 0
  for (const each of keys) {
    for (const stored of await store.notesOf(notePrefix(each, set), signal)) {
      try {
        const note = readNote(each, set, stored)
        notes.set(note.sha256, { note, sealed: each })
      } catch (error) {
        if (!(error instanceof BlobDamage) && !(error instanceof SyntaxError)) throw error
        damaged += 1
      }
    }
  }
  const all = [...notes.values()]
  const here = await Promise.all(all.map(({ note }) => keeper.has(note.sha256)))
  const missing = all.filter((_each, at) => !here[at])
  const total = all.reduce((sum, { note }) => sum + note.size, 0)
  let bytes = all.reduce((sum, { note }, at) => sum + (here[at] ? note.size : 0), 0)
  let files = all.length - missing.length
  const tell = () => parts.progress({ files, ofFiles: all.length, bytes, ofBytes: total })
  tell()

  // What is here already, but entered nowhere (a crash came between), is entered again.
  for (const { note } of all.filter((_each, at) => here[at])) await keeper.keep(set, note, nothing())
  let fetched = 0
  let incomplete = 0
  await eachInLanes(fixedLanes(filesAtOnce), missing, async ({ note, sealed }) => {
    let came = 0
    try {
      await fetchFile(set, note, sealed, parts, signal, (count) => {
        bytes += count
        came += count
        tell()
      })
      fetched += 1
      files += 1
    } catch (error) {
      if (error instanceof ChunkMissing) incomplete += 1
      else if (error instanceof BlobDamage) damaged += 1
      else throw error
      bytes -= came
    }
    tell()
  })
  return { known: all.length, fetched, damaged, missing: incomplete }
}

async function* nothing(): AsyncIterable<Uint8Array> {}

const fetchFile = async (set: string, note: FileNote, keys: SealKeys, { store, keeper, staging, pace, lanes }: FetchParts, signal: AbortSignal, passed: (bytes: number) => void): Promise<void> => {
  const wanted = [...new Set(note.chunks)]
  const share = wanted.length === 0 ? 0 : note.size / wanted.length
  await eachInLanes(lanes, wanted, async (id) => {
    if (await staging.has(id)) return passed(share)
    await pace.beforeChunk(signal)
    const bytes = await store.getChunk(id, signal)
    if (!bytes) throw new ChunkMissing()
    // Opened before it is kept: a chunk that does not open is not counted as come.
    await openChunk(keys, { id, bytes })
    await staging.put(id, bytes)
    passed(share)
  })
  await keeper.keep(set, note, staging.contents(note.chunks, keys)).catch(async (error: unknown) => {
    // What was staged is not what the note promised: the next attempt begins anew.
    if ((error as { kind?: unknown }).kind === 'changed') {
      await staging.remove(note.chunks)
      throw new BlobDamage('file')
    }
    throw error
  })
  await staging.remove(note.chunks)
}
