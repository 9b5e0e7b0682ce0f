import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { once } from 'node:events'
import yazl from 'yazl'

/** Where the files of an export go. Nothing stands under its final name before all of it does. */
export interface Sink {
  write(path: readonly string[], pieces: readonly Uint8Array[]): Promise<void>
  /** Everything is on disk; answers the path. */
  finish(): Promise<string>
  /** Nothing of it stays. */
  discard(): Promise<void>
}

/** Pieces that are worth a write of their own. */
const large = 256 * 1024

const inFewWrites = (pieces: readonly Uint8Array[]): Uint8Array[] => {
  const out: Uint8Array[] = []
  let small: Uint8Array[] = []
  const flush = (): void => {
    if (small.length > 0) out.push(Buffer.concat(small))
    small = []
  }
  for (const piece of pieces) {
    if (piece.length < large) small.push(piece)
    else {
      flush()
      out.push(piece)
    }
  }
  flush()
  return out
}

/** A new folder. */
export const folderSink = async (path: string): Promise<Sink> => {
  const part = `${path}.part`
  await mkdir(part)
  return {
    async write(parts, pieces) {
      const to = join(part, ...parts)
      await mkdir(dirname(to), { recursive: true })
      const file = await open(to, 'wx')
      try {
        for (const piece of inFewWrites(pieces)) await file.write(piece)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async finish() {
      await rename(part, path)
      return path
    },
    discard: () => rm(part, { recursive: true, force: true }),
  }
}

/** A zip archive. Images are compressed already, or hardly get smaller: they are stored as they are. */
export const zipSink = async (path: string): Promise<Sink> => {
  const part = `${path}.part`
  const zip = new yazl.ZipFile()
  const out = createWriteStream(part, { flags: 'wx' })
  await once(out, 'open')
  let failure: unknown
  const written = new Promise<void>((resolve) => {
    const fail = (reason: unknown): void => {
      failure ??= reason
      resolve()
    }
    out.on('error', fail)
    zip.on('error', fail)
    zip.outputStream.on('error', fail)
    out.on('close', resolve)
  })
  zip.outputStream.pipe(out)
  const orThrow = (): void => {
    if (failure !== undefined) throw failure
  }
  return {
    // One at a time: the archive takes the bytes of a file before the next one is read.
    async write(parts, pieces) {
      orThrow()
      const source = Readable.from(inFewWrites(pieces), { objectMode: false })
      const taken = Promise.race([once(source, 'close'), written])
      zip.addReadStream(source, parts.join('/'), { compress: false })
      await taken
      orThrow()
    },
    async finish() {
      zip.end()
      await written
      orThrow()
      const file = await open(part, 'r+')
      await file.sync().finally(() => file.close())
      await rename(part, path)
      return path
    },
    async discard() {
      out.destroy()
      await written
      await rm(part, { force: true })
    },
  }
}
