import { inPieces } from './pieces'
import { writeNote } from './note'
import type { Pace } from './pace'
import { noteId, sealChunk, type SealedChunk, type SealKeys } from './seal'
import type { BlobStore, StoredNote } from './store'
import type { FileKeeper, KeptFile } from './types'
import { chunkLength } from './seal'

/** What sending works with. */
export interface SendParts {
  readonly store: BlobStore
  readonly keys: SealKeys
  readonly keeper: FileKeeper
  readonly pace: Pace
  /** Whether a file of this size may leave now. */
  mayLeave(size: number): boolean
  /** So many bytes of a file have arrived there, or were there already. */
  passed(bytes: number): void
  /** The file does not read back on this workstation; it is passed over. */
  damaged(file: KeptFile): void
  /** Remembers the chunks of the file that is under way, so that a cut does not seal it from the beginning. */
  readonly memory: SendMemory
}

/** The file that was under way when the line was cut. */
export interface SendMemory {
  file?: { readonly name: string; readonly chunks: string[] }
}

/** How sending a set ended. */
export interface SetSent {
  /** Files that wait for the night. */
  readonly held: readonly KeptFile[]
}

/** Chunks that the server is asked about at a time. */
const chunksAtOnce = 32
/** Notes that are written at a time. */
const notesAtOnce = 50
const namesAtOnce = 400

/** As many chunks are under way at once as the line bears: one, where each takes long. */
const openLanes = (): { readonly count: number; took(ms: number): void } => {
  let count = 2
  return {
    get count() {
      return count
    },
    took: (ms) => {
      if (ms > 1_500) count = 1
      else if (ms < 250) count = Math.min(3, count + 1)
    },
  }
}

/** Does something with each, several at once; the first failure ends all. */
const eachAtOnce = async <Item>(items: readonly Item[], lanes: () => number, work: (item: Item) => Promise<void>): Promise<void> => {
  let next = 0
  let failed = false
  const lane = async (number: number): Promise<void> => {
    while (!failed && next < items.length && number < lanes()) {
      const item = items[next++] as Item
      await work(item).catch((error: unknown) => {
        failed = true
        throw error
      })
    }
  }
  while (next < items.length) await Promise.all(Array.from({ length: lanes() }, (_, number) => lane(number)))
}

/**
 * Sends what the server does not have of a set. What is there is asked first, so it may be cut off anywhere and done
 * again; nothing is sent twice but what a cut has spoilt. Rejects with what is in the way.
 */
export const sendSet = async (set: string, files: readonly KeptFile[], parts: SendParts, signal: AbortSignal): Promise<SetSent> => {
  const { store, keys, keeper, pace, memory } = parts
  const lanes = openLanes()
  const held: KeptFile[] = []
  let notes: StoredNote[] = []

  const putNotes = async (): Promise<void> => {
    await store.putNotes(notes, signal)
    notes = []
  }
  const putMissing = async (chunks: readonly SealedChunk[]): Promise<void> => {
    const there = await store.present([...new Set(chunks.map(({ id }) => id))], signal)
    const missing = chunks.filter(({ id }, at) => !there.has(id) && chunks.findIndex((each) => each.id === id) === at)
    await eachAtOnce(missing, () => lanes.count, async (chunk) => {
      await pace.beforeChunk(signal)
      const begun = Date.now()
      await store.putChunk(chunk, signal)
      lanes.took(Date.now() - begun)
    })
  }
  const sendFile = async (file: KeptFile): Promise<void> => {
    const name = `${keys.id} ${file.sha256}`
    if (memory.file?.name !== name) memory.file = { name, chunks: [] }
    const { chunks } = memory.file
    parts.passed(Math.min(file.size, chunks.length * chunkLength))
    let batch: { readonly chunk: SealedChunk; readonly length: number }[] = []
    const flush = async (): Promise<void> => {
      await putMissing(batch.map(({ chunk }) => chunk))
      for (const { chunk, length } of batch) {
        chunks.push(chunk.id)
        parts.passed(length)
      }
      batch = []
    }
    for await (const piece of inPieces(keeper.read(file.sha256, chunks.length * chunkLength), chunkLength)) {
      batch.push({ chunk: await sealChunk(keys, piece), length: piece.length })
      if (batch.length >= chunksAtOnce) await flush()
      if (signal.aborted) throw signal.reason
    }
    await flush()
    notes.push(writeNote(keys, { set, ...file, chunks }))
    memory.file = undefined
    if (notes.length >= notesAtOnce) await putNotes()
  }

  for (let from = 0; from < files.length; from += namesAtOnce) {
    const some = files.slice(from, from + namesAtOnce)
    const there = await store.present(some.map(({ sha256 }) => noteId(keys, set, sha256)), signal)
    for (const file of some) {
      if (there.has(noteId(keys, set, file.sha256))) parts.passed(file.size)
      else if (!parts.mayLeave(file.size)) held.push(file)
      else {
        await sendFile(file).catch((error: unknown) => {
          if (!isUnreadable(error)) throw error
          memory.file = undefined
          parts.damaged(file)
        })
      }
    }
  }
  await putNotes()
  return { held }
}

/** The keeper says that the file does not read back. */
const isUnreadable = (error: unknown): boolean => ['missing', 'damaged'].includes(String((error as { kind?: unknown } | undefined)?.kind))
