import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { CollectionName, Places, StoredDocument } from '../replica'
import { readSealedFile, SealedProblem, writeSealedFile } from '../sealed'
import { BackupProblem } from './problem'

/*
 * A segment is a sealed file (AES-256-GCM in chunks, a cut shows) that holds blocks, each with one byte for its kind
 * and its length in four:
 *   H  header as JSON: which practice, which set, which number, and the digest of the segment before
 *   D  documents, one a line as JSON, compressed
 *   F  files that belong to the backup and lie in the pool, one a line as JSON, compressed
 *   P  a piece of a file that only grows: four bytes for the length of its JSON head, the head, the bytes
 *   T  trailer as JSON: counts, how far it reaches, the digest of all blocks before
 * The chain of digests ends in the set's head. So a segment that is missing, exchanged or of another set shows.
 */
const kinds = { header: 0x48, documents: 0x44, files: 0x46, piece: 0x50, trailer: 0x54 } as const
const frameLength = 5

const compress = promisify(deflateRaw) as (bytes: Uint8Array, options: { level: number }) => Promise<Buffer>
const expand = promisify(inflateRaw) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>
/** No block of ours is larger once expanded. */
const blockLimit = 256 * 1024 * 1024

/** Where a segment belongs. */
export interface SegmentHeader {
  readonly practice: string
  readonly set: string
  /** From 1. */
  readonly number: number
  /** Digest of the segment before; empty for the first. */
  readonly previous: string
}

/** What a segment holds. */
export interface SegmentTrailer {
  /** Versions of documents. */
  readonly documents: number
  readonly files: number
  readonly pieces: number
  /** Everything up to here is in this segment or one before. */
  readonly upTo: Places
  readonly digest: string
}

/** A document together with where it lies. */
export interface PlacedDocument {
  readonly collection: CollectionName
  readonly document: StoredDocument
}

/** A file that never changes, in the pool under the digest of its bytes. */
export interface FileEntry {
  /** In the data folder, with forward slashes. */
  readonly path: string
  readonly size: number
  /** SHA-256 of the bytes as they lie on the disk, in hexadecimal. */
  readonly sha256: string
}

/** A piece of a file that only grows. */
export interface FilePiece {
  readonly path: string
  /** Where the piece begins; at 0 it replaces all pieces before. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** What is put into a segment, in turn. */
export type Content =
  | { readonly kind: 'documents'; readonly documents: readonly PlacedDocument[]; readonly upTo: Places }
  | { readonly kind: 'files'; readonly files: readonly FileEntry[] }
  | { readonly kind: 'piece'; readonly piece: FilePiece }

/** A segment that was read and found to be what it says. */
export interface Segment {
  readonly header: SegmentHeader
  readonly trailer: SegmentTrailer
  /** Its contents, the last first when asked to. */
  contents(order?: 'forward' | 'backward'): AsyncIterable<Content>
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

const frame = (kind: number, bytes: Uint8Array): Buffer => {
  const head = Buffer.alloc(frameLength)
  head[0] = kind
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

const letterOf = { records: 'r', local: 'l' } as const

const lineOf = ({ collection, document }: PlacedDocument): string => JSON.stringify([letterOf[collection], document.id, document.deleted ? 1 : 0, document.content])

const documentOfLine = (line: string): PlacedDocument => {
  const [letter, id, deleted, content] = JSON.parse(line) as [string, string, number, StoredDocument['content']]
  return { collection: letter === 'r' ? 'records' : 'local', document: { id, deleted: deleted === 1, content } }
}

const lines = (bytes: Uint8Array): string[] => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\n')

const encode = async (content: Content): Promise<Buffer> => {
  switch (content.kind) {
    case 'documents':
      return frame(kinds.documents, await compress(Buffer.from(content.documents.map(lineOf).join('\n')), { level: 3 }))
    case 'files':
      return frame(kinds.files, await compress(Buffer.from(content.files.map((file) => JSON.stringify(file)).join('\n')), { level: 3 }))
    case 'piece': {
      const { path, offset, bytes } = content.piece
      const head = json({ path, offset })
      const length = Buffer.alloc(4)
      length.writeUInt32LE(head.length)
      return frame(kinds.piece, Buffer.concat([length, head, bytes]))
    }
  }
}

const decode = async (kind: number, bytes: Buffer, upTo: Places): Promise<Content> => {
  switch (kind) {
    case kinds.documents:
      return { kind: 'documents', documents: lines(await expand(bytes, { maxOutputLength: blockLimit })).map(documentOfLine), upTo }
    case kinds.files:
      return { kind: 'files', files: lines(await expand(bytes, { maxOutputLength: blockLimit })).map((line) => JSON.parse(line) as FileEntry) }
    default: {
      const length = bytes.readUInt32LE(0)
      const { path, offset } = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as Pick<FilePiece, 'path' | 'offset'>
      return { kind: 'piece', piece: { path, offset, bytes: bytes.subarray(4 + length) } }
    }
  }
}

/** Writes a sealed file whole or not at all; {@link writeSealedFile}, or what a test puts in its place. */
export type WriteSealed = typeof writeSealedFile

/**
 * Writes a segment whole or not at all; it is on disk when this resolves.
 *
 * @param from how far the set reached before
 * @param contents is told how many bytes were written so far
 */
export const writeSegment = async (path: string, key: Uint8Array, header: SegmentHeader, from: Places, contents: (bytes: () => number) => AsyncIterable<Content>, write: WriteSealed = writeSealedFile): Promise<SegmentTrailer & { readonly bytes: number }> => {
  let trailer: SegmentTrailer = { documents: 0, files: 0, pieces: 0, upTo: from, digest: '' }
  let bytes = 0
  const hash = createHash('sha256')
  const blocks = async function* (): AsyncIterable<Uint8Array> {
    const first = frame(kinds.header, json(header))
    hash.update(first)
    yield first
    for await (const content of contents(() => bytes)) {
      const block = await encode(content)
      hash.update(block)
      bytes += block.length
      if (content.kind === 'documents') trailer = { ...trailer, documents: trailer.documents + content.documents.length, upTo: content.upTo }
      else if (content.kind === 'files') trailer = { ...trailer, files: trailer.files + content.files.length }
      else trailer = { ...trailer, pieces: trailer.pieces + 1 }
      yield block
    }
    trailer = { ...trailer, digest: hash.digest('hex') }
    yield frame(kinds.trailer, json(trailer))
  }
  await write(path, key, blocks())
  return { ...trailer, bytes }
}

interface Block {
  readonly kind: number
  readonly bytes: Buffer
  readonly end: number
}

const blocksOf = (whole: Buffer): Block[] => {
  const blocks: Block[] = []
  for (let at = 0; at < whole.length; ) {
    const length = at + frameLength <= whole.length ? whole.readUInt32LE(at + 1) : Infinity
    const end = at + frameLength + length
    if (end > whole.length) throw new Error('a block is cut off')
    blocks.push({ kind: whole[at] ?? 0, bytes: whole.subarray(at + frameLength, end), end })
    at = end
  }
  return blocks
}

/**
 * Reads a segment and checks that it is the one that is expected there.
 *
 * @param digest that the next segment, or the head, says it has
 * @throws {BackupProblem} `backup-damaged` with `facts.segment` and `facts.reason`
 */
export const readSegment = async (path: string, key: Uint8Array, expected: Pick<SegmentHeader, 'practice' | 'set' | 'number'>, digest?: string): Promise<Segment> => {
  const damaged = (reason: string) => new BackupProblem('backup-damaged', { segment: expected.number, reason })
  let whole: Buffer
  try {
    whole = Buffer.from(await readSealedFile(path, key))
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT') throw damaged('missing')
    if (reason instanceof SealedProblem) throw damaged(reason.kind === 'wrong-key' ? 'other-practice' : 'changed')
    throw reason
  }
  let blocks: Block[]
  let header: SegmentHeader
  let trailer: SegmentTrailer
  try {
    blocks = blocksOf(whole)
    if (blocks.length < 2 || blocks[0]?.kind !== kinds.header || blocks[blocks.length - 1]?.kind !== kinds.trailer) throw new Error('not a segment')
    header = JSON.parse(blocks[0].bytes.toString('utf8')) as SegmentHeader
    trailer = JSON.parse((blocks[blocks.length - 1] as Block).bytes.toString('utf8')) as SegmentTrailer
  } catch {
    throw damaged('changed')
  }
  const inner = blocks.slice(1, -1)
  const computed = createHash('sha256').update(whole.subarray(0, inner[inner.length - 1]?.end ?? blocks[0].end)).digest('hex')
  if (computed !== trailer.digest) throw damaged('changed')
  if (header.practice !== expected.practice) throw damaged('other-practice')
  if (header.set !== expected.set || header.number !== expected.number || (digest !== undefined && trailer.digest !== digest)) throw damaged('exchanged')
  return {
    header,
    trailer,
    async *contents(order = 'forward') {
      const counted = { documents: 0, files: 0, pieces: 0 }
      for (const { kind, bytes } of order === 'forward' ? inner : [...inner].reverse()) {
        const content = await decode(kind, bytes, trailer.upTo)
        if (content.kind === 'documents') counted.documents += content.documents.length
        else if (content.kind === 'files') counted.files += content.files.length
        else counted.pieces += 1
        if (order === 'backward' && content.kind === 'documents') yield { ...content, documents: [...content.documents].reverse() }
        else yield content
      }
      if (counted.documents !== trailer.documents || counted.files !== trailer.files || counted.pieces !== trailer.pieces) throw damaged('count')
    },
  }
}
