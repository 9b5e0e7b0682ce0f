import * as z from 'zod'
import type { Entry } from './entry'

/** Largest file that is read, bytes. */
export const fileLimit = 64 * 1024 * 1024

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/)
const number = z.number().finite()
const piece = z.union([
  z.tuple([number, z.literal('device'), hex]),
  z.tuple([number, z.literal('host'), hex]),
  z.tuple([number, z.literal('opened')]),
  z.tuple([number, z.literal('closed'), z.string().max(100)]),
  z.tuple([number, z.literal('gap'), z.number()]),
])
const shape = z.object({
  format: z.literal('outpost-recording'),
  version: z.literal(1),
  /** Profile of the device; a bare line has none. */
  profile: z.string().max(100).optional(),
  /** What was blanked, and how often; absent: nothing was, patients' names may lie in it. */
  blanked: z.record(z.string(), z.number()).optional(),
  /** Milliseconds since the first, what it is, and its bytes in hexadecimal. */
  pieces: z.array(piece).max(2_000_000),
  /** When the first piece was, milliseconds since 1970. */
  begins: number,
})

/** A recording out of its file. */
export interface ReadRecording {
  readonly profile?: string
  readonly entries: readonly Entry[]
}

/** A recording as a file that people can look into: JSON, a line for each piece. Which results it made stays behind. */
export const writeRecordingFile = (entries: readonly Entry[], about: { readonly profile?: string; readonly blanked?: Readonly<Record<string, number>> }): string => {
  const begins = entries[0]?.at ?? 0
  const pieces = entries.flatMap((entry): string[] => {
    const ms = entry.at - begins
    switch (entry.kind) {
      case 'bytes':
        return [JSON.stringify([ms, entry.from, Buffer.from(entry.bytes).toString('hex')])]
      case 'opened':
        return [JSON.stringify([ms, 'opened'])]
      case 'closed':
        return [JSON.stringify([ms, 'closed', entry.why.slice(0, 100)])]
      case 'gap':
        return [JSON.stringify([ms, 'gap', entry.bytes])]
      case 'made':
        return []
    }
  })
  const head = JSON.stringify({ format: 'outpost-recording', version: 1, ...about, begins })
  return `${head.slice(0, -1)},"pieces":[\n${pieces.join(',\n')}\n]}\n`
}

/** Reads such a file; undefined: it is none. */
export const readRecordingFile = (file: Uint8Array): ReadRecording | undefined => {
  if (file.length > fileLimit) return undefined
  let given: unknown
  try {
    given = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file))
  } catch {
    return undefined
  }
  const read = shape.safeParse(given)
  if (!read.success) return undefined
  const { begins, pieces, profile } = read.data
  const entries = pieces.map(([ms, kind, what], index): Entry => {
    const place = { number: index + 1, at: begins + ms }
    switch (kind) {
      case 'device':
      case 'host':
        return { ...place, kind: 'bytes', from: kind, bytes: Uint8Array.from(Buffer.from(what, 'hex')) }
      case 'opened':
        return { ...place, kind, opening: { path: '', ...(profile === undefined ? {} : { profile }) } }
      case 'closed':
        return { ...place, kind, why: what }
      case 'gap':
        return { ...place, kind, bytes: what }
    }
  })
  return { entries, ...(profile === undefined ? {} : { profile }) }
}
