import { stat } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import * as yauzl from 'yauzl'
import type { LeftOut } from '../../../shared/contract'
import { crc32Of } from './crc32'
import { largestFile } from '../readFile'

/** A file inside a zip archive. */
export interface ZipEntry {
  /** Its place in the archive's directory. */
  readonly at: number
  /** Path inside the archive. */
  readonly name: string
}

/** What is in a zip archive. Names are only shown: nothing is ever written under them. */
export interface ZipListing {
  readonly entries: readonly ZipEntry[]
  readonly leftOut: readonly LeftOut[]
}

/** The archive as a whole cannot be taken. */
export class ZipProblem extends Error {
  constructor(
    /** `zip-damaged`: its directory cannot be read, or contradicts itself. `zip-bomb`: it would grow beyond all measure. */
    readonly reason: 'zip-damaged' | 'zip-bomb',
  ) {
    super(reason)
    this.name = 'ZipProblem'
  }
}

/** A zip archive that is open. */
export interface OpenZip {
  readonly listing: ZipListing
  /** Its contents from the beginning on, inflated as they are asked for; ends with an error when they are not what the directory says. */
  read(at: number): Promise<{ readonly size: number; readonly contents: Readable }>
  close(): void
}

/** What one import looks at in an archive at most. */
export interface ZipLimits {
  readonly entries: number
  /** All contents together, bytes, where they are packed more than a hundredfold. */
  readonly inflated: number
}

const usualLimits: ZipLimits = { entries: 200_000, inflated: 4 * 1024 * 1024 * 1024 }
/** Images pack to a half or a third; empty ones to a hundredth. */
const mostPacked = 100
const [stored, deflated] = [0, 8]

const openYauzl = (path: string): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, decodeStrings: false }, (error, zip) => (error ? reject(new ZipProblem('zip-damaged')) : resolve(zip)))
  })

const directoryOf = (zip: yauzl.ZipFile, most: number): Promise<{ readonly entries: yauzl.Entry[]; readonly isCut: boolean }> =>
  new Promise((resolve, reject) => {
    const entries: yauzl.Entry[] = []
    zip.on('entry', (entry: yauzl.Entry) => {
      if (entries.length >= most) return resolve({ entries, isCut: true })
      entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve({ entries, isCut: false }))
    zip.on('error', () => reject(new ZipProblem('zip-damaged')))
    zip.readEntry()
  })

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: yauzl.Entry): string =>
  yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false).replace(/\\/g, '/')

const isFolder = (name: string): boolean => name.endsWith('/')
/** What a link in an archive made on Unix says of itself, in the upper half of its attributes. */
const isLink = ({ externalFileAttributes }: yauzl.Entry): boolean => (externalFileAttributes >>> 28) === 0xa

/** Two entries over the same bytes: the archive is meant to be larger than it is. */
const overlap = (entries: readonly yauzl.Entry[]): boolean => {
  const byPlace = [...entries].sort((one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader)
  return byPlace.some((entry, at) => {
    const next = byPlace[at + 1]
    return next !== undefined && entry.relativeOffsetOfLocalHeader + entry.compressedSize > next.relativeOffsetOfLocalHeader
  })
}

const refusal = (entry: yauzl.Entry, name: string): LeftOut['reason'] | undefined => {
  // A path that leads out is nothing that a scanner or a viewer writes.
  if (yauzl.validateFileName(name) !== null || isLink(entry)) return 'outside'
  if (entry.isEncrypted()) return 'zip-encrypted'
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated) return 'zip-method'
  return entry.uncompressedSize > largestFile ? 'too-large' : undefined
}

/**
 * Opens a zip archive and reads its directory. Nothing is unpacked to disk.
 *
 * @throws {ZipProblem}
 */
export const openZip = async (path: string, limits: ZipLimits = usualLimits): Promise<OpenZip> => {
  const zip = await openYauzl(path)
  try {
    const { entries, isCut } = await directoryOf(zip, limits.entries)
    // What is wrong later comes as the error of what is being read.
    zip.removeAllListeners('error').on('error', () => undefined)
    const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
    if (total > limits.inflated && total > (await stat(path)).size * mostPacked) throw new ZipProblem('zip-bomb')
    if (overlap(entries)) throw new ZipProblem('zip-bomb')
    const found: ZipEntry[] = []
    const leftOut: LeftOut[] = []
    for (const [at, entry] of entries.entries()) {
      const name = nameOf(entry)
      if (isFolder(name)) continue
      const reason = refusal(entry, name)
      if (reason) leftOut.push({ file: name, reason })
      else found.push({ at, name })
    }
    if (isCut) leftOut.push({ file: '…', reason: 'too-many' })
    return {
      listing: { entries: found.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : one.at - other.at)), leftOut },
      async read(at) {
        const entry = entries[at]
        if (!entry || refusal(entry, nameOf(entry))) throw new ZipProblem('zip-damaged')
        const packed = await zip.openReadStreamPromise(entry)
        // Whoever reads is told of the error; here it only ends both.
        return { size: entry.uncompressedSize, contents: pipeline(packed, crc32Of(entry.crc32), () => undefined) }
      },
      close: () => zip.close(),
    }
  } catch (reason) {
    zip.close()
    throw reason
  }
}
