import * as z from 'zod'
import type { Entry } from './entry'

/** Largest file that is read, bytes. */
export const fileLimit = 64 * 1024 * 1024

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/)
const number = z.number().finite()
/** Milliseconds since the first, what it is, and its bytes in hexadecimal. */
const piece = z.union([
  z.tuple([number, z.literal('device'), hex]),
  z.tuple([number, z.literal('host'), hex]),
  z.tuple([number, z.literal('opened')]),
  z.tuple([number, z.literal('closed'), z.string().max(100)]),
  z.tuple([number, z.literal('gap'), z.number()]),
])
type Piece = z.output<typeof piece>
const mostPieces = 2_000_000

/** All but the pieces, which stand a line each behind it. */
const head = z.object({
  format: z.literal('outpost-recording'),
  version: z.literal(1),
  /** Profile of the device; a bare line has none. */
  profile: z.string().max(100).optional(),
  /** What was blanked, and how often; absent: nothing was, patients' names may lie in it. */
  blanked: z.record(z.string(), z.number()).optional(),
  /** When the first piece was, milliseconds since 1970. */
  begins: number,
})

/** A recording out of its file. */
export interface ReadRecording {
  readonly profile?: string
  readonly entries: readonly Entry[]
}

/** A recording as a file that people can look into: JSON, a line for each piece, line by line. Which results it made stays behind. */
export function* writeRecordingFile(entries: readonly Entry[], about: { readonly profile?: string; readonly blanked?: Readonly<Record<string, number>> }): Generator<string> {
  const begins = entries[0]?.at ?? 0
  yield `${JSON.stringify({ format: 'outpost-recording', version: 1, ...about, begins }).slice(0, -1)},"pieces":[`
  let isFirst = true
  for (const entry of entries) {
    const piece = pieceOf(entry, entry.at - begins)
    if (!piece) continue
    yield `${isFirst ? '' : ','}\n${JSON.stringify(piece)}`
    isFirst = false
  }
  yield '\n]}\n'
}

const pieceOf = (entry: Entry, ms: number): Piece | undefined => {
  switch (entry.kind) {
    case 'bytes':
      return [ms, entry.from, Buffer.from(entry.bytes).toString('hex')]
    case 'opened':
      return [ms, 'opened']
    case 'closed':
      return [ms, 'closed', entry.why.slice(0, 100)]
    case 'gap':
      return [ms, 'gap', entry.bytes]
    case 'made':
      return undefined
  }
}

const lineFeed = 0x0a
/** Pieces that are read before other lines have their turn. */
const atOnce = 500

/** Reads such a file; undefined: it is none, or its pieces do not stand a line each. */
export const readRecordingFile = async (file: Uint8Array): Promise<ReadRecording | undefined> => {
  if (file.length > fileLimit) return undefined
  try {
    return await readLines(file)
  } catch {
    return undefined
  }
}

const readLines = async (file: Uint8Array): Promise<ReadRecording> => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let at = 0
  const nextLine = (): string => {
    const end = file.indexOf(lineFeed, at)
    const line = decoder.decode(file.subarray(at, end < 0 ? file.length : end)).replace(/,?\r?$/, '')
    at = end < 0 ? file.length : end + 1
    return line
  }
  const { begins, profile } = head.parse(JSON.parse(`${nextLine()}]}`))
  const entries: Entry[] = []
  for (let line = nextLine(); line !== ']}'; line = nextLine()) {
    if (entries.length >= mostPieces) throw new RangeError('too many pieces')
    entries.push(entryOf(piece.parse(JSON.parse(line)), { number: entries.length + 1, begins, profile }))
    if (entries.length % atOnce === 0) await new Promise((later) => setImmediate(later))
  }
  return { entries, ...(profile === undefined ? {} : { profile }) }
}

const entryOf = ([ms, kind, what]: Piece, { number: place, begins, profile }: { readonly number: number; readonly begins: number; readonly profile: string | undefined }): Entry => {
  const stands = { number: place, at: begins + ms }
  switch (kind) {
    case 'device':
    case 'host':
      return { ...stands, kind: 'bytes', from: kind, bytes: Uint8Array.from(Buffer.from(what, 'hex')) }
    case 'opened':
      return { ...stands, kind, opening: { path: '', ...(profile === undefined ? {} : { profile }) } }
    case 'closed':
      return { ...stands, kind, why: what }
    case 'gap':
      return { ...stands, kind, bytes: what }
  }
}
