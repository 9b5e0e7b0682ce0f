import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { openSealedFile, SealedProblem, type SealedFile } from '../sealed'
import { StickProblem } from './problem'

/*
 * A stick file is a sealed file (AES-256-GCM in chunks, a cut shows) that holds blocks, each with one byte for its kind
 * and its length in four:
 *   H  header as JSON
 *   R  records, one a line as JSON, in the form in which a server has them; compressed
 *   F  head of an image as JSON
 *   P  the next bytes of that image
 *   T  trailer as JSON: what was in it
 */
const kinds = { header: 0x48, records: 0x52, file: 0x46, piece: 0x50, trailer: 0x54 } as const
const headLength = 5
/** No block of ours is larger; a record is at most 8 MB. */
const blockLimit = 64 * 1024 * 1024

const compress = promisify(deflateRaw) as (bytes: Uint8Array, options: { level: number }) => Promise<Buffer>
const expand = promisify(inflateRaw) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

/** What a stick file says of itself. */
export interface StickHeader {
  readonly format: 1
  /** Id of the practice. */
  readonly practice: string
  /** Prefix of the workstation that wrote it. */
  readonly station: string
  /** Counts the sticks of that workstation, from 1. */
  readonly number: number
  /** The stick that this one goes on from; 0: everything is in it. */
  readonly after: number
  /** ISO instant. */
  readonly at: string
}

/** What was put into a stick file. */
export interface StickTrailer {
  readonly records: number
  readonly files: number
}

/** An image on a stick. */
export interface StickFile {
  readonly set: string
  readonly sha256: string
  readonly size: number
  readonly about: unknown
}

/** A record as a server would have it. */
export type StickRecord = Readonly<Record<string, unknown>>

/** What is in a stick file, in turn. */
export type StickContent =
  | { readonly kind: 'header'; readonly header: StickHeader }
  | { readonly kind: 'records'; readonly records: readonly StickRecord[] }
  | { readonly kind: 'file'; readonly file: StickFile }
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  | { readonly kind: 'trailer'; readonly trailer: StickTrailer }

const block = (kind: number, bytes: Uint8Array): Buffer => {
  const head = Buffer.alloc(headLength)
  head[0] = kind
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** The bytes of one block. */
export const encode = async (content: StickContent): Promise<Buffer> => {
  switch (content.kind) {
    case 'header':
      return block(kinds.header, json(content.header))
    case 'records':
      return block(kinds.records, await compress(Buffer.from(content.records.map((record) => JSON.stringify(record)).join('\n')), { level: 3 }))
    case 'file':
      return block(kinds.file, json(content.file))
    case 'piece':
      return block(kinds.piece, content.bytes)
    case 'trailer':
      return block(kinds.trailer, json(content.trailer))
  }
}

const parsed = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'))

const decode = async (kind: number, bytes: Buffer): Promise<StickContent> => {
  switch (kind) {
    case kinds.header:
      return { kind: 'header', header: parsed(bytes) as StickHeader }
    case kinds.records: {
      const text = (await expand(bytes, { maxOutputLength: blockLimit })).toString('utf8')
      return { kind: 'records', records: text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as StickRecord) }
    }
    case kinds.file:
      return { kind: 'file', file: parsed(bytes) as StickFile }
    case kinds.piece:
      return { kind: 'piece', bytes }
    case kinds.trailer:
      return { kind: 'trailer', trailer: parsed(bytes) as StickTrailer }
    default:
      throw new StickProblem('stick-damaged', { reason: 'block' })
  }
}

async function* blocksOf(file: SealedFile): AsyncIterable<StickContent> {
  let held: Buffer[] = []
  let length = 0
  let wanted = headLength
  for await (const piece of file.stream()) {
    held.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length))
    length += piece.length
    while (length >= wanted) {
      const whole = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
      const size = whole.readUInt32LE(1)
      if (size > blockLimit) throw new StickProblem('stick-damaged', { reason: 'block' })
      wanted = headLength + size
      held = [whole]
      if (length < wanted) break
      yield await decode(whole[0] ?? 0, whole.subarray(headLength, wanted))
      const rest = whole.subarray(wanted)
      held = rest.length > 0 ? [rest] : []
      length = rest.length
      wanted = headLength
    }
  }
  if (length > 0) throw new StickProblem('stick-damaged', { reason: 'cut off' })
}

/**
 * Reads a stick file from the beginning, the first of the keys that opens it. Ends without an error only when all that was
 * written has been read.
 *
 * @param keys 32 bytes each
 * @param opened told which of them it was
 * @throws {StickProblem} `stick-code-needed` · `stick-damaged`; errors of the file system
 */
export async function* readStickFile(path: string, keys: readonly Uint8Array[], opened?: (key: Uint8Array) => void): AsyncIterable<StickContent> {
  let file: SealedFile | undefined
  for (const key of keys) {
    try {
      file = await openSealedFile(path, key)
      opened?.(key)
      break
    } catch (error) {
      if (!(error instanceof SealedProblem)) throw error
      if (error.kind !== 'wrong-key') throw new StickProblem('stick-damaged', { reason: error.kind })
    }
  }
  if (!file) throw new StickProblem('stick-code-needed')
  const counted = { records: 0, files: 0 }
  let last: StickContent['kind'] | undefined
  try {
    for await (const content of blocksOf(file)) {
      if ((last === undefined) !== (content.kind === 'header') || last === 'trailer') throw new StickProblem('stick-damaged', { reason: 'order' })
      last = content.kind
      if (content.kind === 'records') counted.records += content.records.length
      else if (content.kind === 'file') counted.files += 1
      else if (content.kind === 'trailer' && (content.trailer.records !== counted.records || content.trailer.files !== counted.files)) throw new StickProblem('stick-damaged', { reason: 'count' })
      yield content
    }
    if (last !== 'trailer') throw new StickProblem('stick-damaged', { reason: 'cut off' })
  } catch (error) {
    throw error instanceof SealedProblem || error instanceof SyntaxError ? new StickProblem('stick-damaged') : error
  } finally {
    await file.close()
  }
}
