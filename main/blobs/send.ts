import { eachInLanes, type Lanes } from './lanes'
import { writeNote } from './note'
import type { Pace } from './pace'
import { inPieces } from './pieces'
import { chunkLength, noteId, sealChunk, type SealedChunk, type SealKeys } from './seal'
import type { BlobStore, StoredNote } from './store'
import { isUnreadable, type FileKeeper, type KeptFile } from './types'

/** What sending works with. */
export interface SendParts {
  readonly store: BlobStore
  readonly keys: SealKeys
  readonly keeper: FileKeeper
  readonly pace: Pace
  readonly lanes: Lanes
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

/** Chunks that the server is asked about at a time; so many more are sealed meanwhile. */
const chunksAtOnce = 16
/** Notes that are written at a time. */
const notesAtOnce = 50
const namesAtOnce = 400

/** A file on its way. */
interface Going {
  readonly file: KeptFile
  /** Ids of the chunks that are there. */
  readonly chunks: string[]
}

/** What comes of a file, in turn: its chunks, and its end. */
type Step = { readonly going: Going; readonly chunk: SealedChunk; readonly length: number } | { readonly going: Going; readonly chunk?: undefined }

/**
 * Sends what the server does not have of a set. What is there is asked first, so it may be cut off anywhere and done
 * again; nothing is sent twice but what a cut has spoilt. Rejects with what is in the way.
 */
export const sendSet = async (set: string, files: readonly KeptFile[], parts: SendParts, signal: AbortSignal): Promise<SetSent> => {
  const { store, keys, keeper, pace, lanes, memory } = parts
  const held: KeptFile[] = []
  let notes: StoredNote[] = []

  const putNotes = async (): Promise<void> => {
    await store.putNotes(notes, signal)
    notes = []
  }
  const putMissing = async (chunks: readonly SealedChunk[]): Promise<void> => {
    const different = [...new Map(chunks.map((chunk) => [chunk.id, chunk])).values()]
    const there = await store.present(different.map(({ id }) => id), signal)
    await eachInLanes(lanes, different.filter(({ id }) => !there.has(id)), async (chunk) => {
      await pace.beforeChunk(signal)
      await store.putChunk(chunk, signal)
    })
  }

  /** What is remembered, up to the first that is not there: the server may be another by now, or be put back from a copy. */
  const stillThere = async (chunks: readonly string[]): Promise<string[]> => {
    for (let from = 0; from < chunks.length; from += namesAtOnce) {
      const some = chunks.slice(from, from + namesAtOnce)
      const there = await store.present([...new Set(some)], signal)
      const gone = some.findIndex((id) => !there.has(id))
      if (gone >= 0) return chunks.slice(0, from + gone)
    }
    return [...chunks]
  }

  async function* steps(some: readonly KeptFile[]): AsyncGenerator<Step> {
    for (const file of some) {
      const name = `${keys.id} ${file.sha256}`
      const known = await stillThere(memory.file?.name === name ? memory.file.chunks : [])
      parts.passed(Math.min(file.size, known.length * chunkLength))
      const going: Going = { file, chunks: known }
      try {
        for await (const piece of inPieces(keeper.read(file.sha256, known.length * chunkLength), chunkLength)) {
          if (signal.aborted) throw signal.reason
          yield { going, chunk: await sealChunk(keys, piece), length: piece.length }
        }
      } catch (error) {
        if (!isUnreadable(error)) throw error
        parts.damaged(file)
        continue
      }
      yield { going }
    }
  }
  const finish = async (batch: readonly Step[]): Promise<void> => {
    await putMissing(batch.flatMap(({ chunk }) => (chunk ? [chunk] : [])))
    for (const step of batch) {
      const { going } = step
      if (step.chunk) {
        going.chunks.push(step.chunk.id)
        parts.passed(step.length)
        memory.file = { name: `${keys.id} ${going.file.sha256}`, chunks: going.chunks }
      } else {
        notes.push(writeNote(keys, { set, ...going.file, chunks: going.chunks }))
        memory.file = undefined
      }
    }
    if (notes.length >= notesAtOnce) await putNotes()
  }
  const sendAll = async (some: readonly KeptFile[]): Promise<void> => {
    const coming = steps(some)
    const nextBatch = async (): Promise<Step[]> => {
      const batch: Step[] = []
      while (batch.length < chunksAtOnce) {
        const { value, done } = await coming.next()
        if (done) break
        batch.push(value)
      }
      return batch
    }
    let ahead = nextBatch()
    try {
      for (let batch = await ahead; batch.length > 0; batch = await ahead) {
        // Sealed while the batch before it is on the line.
        ahead = nextBatch()
        ahead.catch(() => undefined)
        await finish(batch)
      }
    } finally {
      await ahead.catch(() => undefined)
      await coming.return(undefined)
    }
  }

  for (let from = 0; from < files.length; from += namesAtOnce) {
    const some = files.slice(from, from + namesAtOnce)
    const there = await store.present(some.map(({ sha256 }) => noteId(keys, set, sha256)), signal)
    const missing: KeptFile[] = []
    for (const file of some) {
      if (there.has(noteId(keys, set, file.sha256))) parts.passed(file.size)
      else if (parts.mayLeave(file.size)) missing.push(file)
      else held.push(file)
    }
    await sendAll(missing)
  }
  await putNotes()
  return { held }
}
