import { constants, open, stat } from 'node:fs/promises'
import { largestFile } from '../readFile'
import { openZip, type OpenZip } from './zip'

/** Where the bytes of a file are: on disk, in memory, or packed in a zip archive. Plain values: it goes into a worker thread. */
export type FileAsk = { readonly path: string } | { readonly bytes: Uint8Array } | { readonly zip: string; readonly at: number }

/** A file that is open, read from its beginning on. */
export interface Source {
  /** Bytes, as its folder or archive says. */
  readonly size: number
  /** Fills `into` with what follows; answers less than its length where the file ends before. */
  next(into: Uint8Array): Promise<number>
  /** After the last byte: throws when the whole is not what its archive promised. */
  ended(): Promise<void>
  close(): Promise<void>
}

/** Opens a file; throws when there is none. */
export type OpenSource = (ask: FileAsk) => Promise<Source>

const inMemory = (bytes: Uint8Array): Source => {
  let at = 0
  return {
    size: bytes.length,
    next: async (into) => {
      const part = bytes.subarray(at, at + into.length)
      into.set(part)
      at += part.length
      return part.length
    },
    ended: async () => undefined,
    close: async () => undefined,
  }
}

const onDisk = async (path: string): Promise<Source> => {
  // A pipe or a device in the folder must not make us wait; a link is not followed.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0))
  const found = await file.stat()
  if (!found.isFile()) {
    await file.close()
    throw new Error('no file')
  }
  let at = 0
  return {
    size: found.size,
    next: async (into) => {
      let filled = 0
      while (filled < into.length) {
        const { bytesRead } = await file.read(into, filled, into.length - filled, at)
        if (bytesRead === 0) break
        filled += bytesRead
        at += bytesRead
      }
      return filled
    },
    ended: async () => undefined,
    close: () => file.close(),
  }
}

const packed = async (zip: OpenZip, at: number, done: () => void): Promise<Source> => {
  const { size, contents } = await zip.read(at)
  const pieces = contents[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Uint8Array = new Uint8Array()
  return {
    size,
    next: async (into) => {
      let filled = 0
      while (filled < into.length) {
        if (rest.length === 0) {
          const { value, done: isEnd } = await pieces.next()
          if (isEnd) break
          rest = value as Buffer
        }
        const part = rest.subarray(0, into.length - filled)
        into.set(part, filled)
        filled += part.length
        rest = rest.subarray(part.length)
      }
      return filled
    },
    ended: async () => {
      if (rest.length > 0 || (await pieces.next()).done !== true) throw new Error('longer than its archive says')
    },
    close: async () => {
      contents.destroy()
      done()
    },
  }
}

/** How long an archive that nobody reads stays open, ms: a disc that is in use cannot be taken out. */
const idleMs = 2_000

interface Held {
  readonly stamp: string
  readonly zip: Promise<OpenZip>
  readers: number
  timer?: NodeJS.Timeout
}

/** Opens files; a zip archive stays open from one of its files to the next. */
export const openSources = (): { readonly open: OpenSource; readonly close: () => void } => {
  const held = new Map<string, Held>()
  const leave = (path: string, each: Held): void => {
    if (held.get(path) === each) held.delete(path)
    clearTimeout(each.timer)
    void each.zip.then((zip) => zip.close(), () => undefined)
  }
  const zipAt = async (path: string): Promise<Held> => {
    const { size, mtimeMs } = await stat(path)
    const stamp = `${size} ${mtimeMs}`
    const before = held.get(path)
    if (before?.stamp === stamp) return before
    if (before) leave(path, before)
    const opened: Held = { stamp, zip: openZip(path), readers: 0 }
    opened.zip.catch(() => held.delete(path))
    held.set(path, opened)
    return opened
  }
  return {
    async open(ask) {
      if ('bytes' in ask) return inMemory(ask.bytes)
      if ('path' in ask) return onDisk(ask.path)
      const each = await zipAt(ask.zip)
      each.readers += 1
      clearTimeout(each.timer)
      const done = (): void => {
        each.readers -= 1
        if (each.readers === 0) each.timer = setTimeout(() => leave(ask.zip, each), idleMs).unref()
      }
      try {
        return await packed(await each.zip, ask.at, done)
      } catch (reason) {
        done()
        throw reason
      }
    },
    close: () => {
      for (const [path, each] of held) leave(path, each)
    },
  }
}

/** Opens one file, and what it is packed in, for itself. */
export const openSource: OpenSource = async (ask) => {
  const sources = openSources()
  const source = await sources.open(ask)
  return { ...source, close: () => source.close().finally(sources.close) }
}

/** The whole of a file. Throws when it cannot be read, or is larger than {@link largestFile}. */
export const readContents = async (ask: FileAsk, opening: OpenSource = openSource): Promise<Uint8Array> => {
  if ('bytes' in ask) return ask.bytes
  const source = await opening(ask)
  try {
    if (source.size > largestFile) throw new Error('too large')
    const contents = new Uint8Array(source.size)
    if ((await source.next(contents)) < contents.length) throw Object.assign(new Error('cut short'), { code: 'EIO' })
    await source.ended()
    return contents
  } finally {
    await source.close().catch(() => undefined)
  }
}
