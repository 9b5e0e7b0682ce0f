/**
 * Encapsulated pixel data (PS3.5 §A.4): a basic offset table item, fragments, a sequence delimiter.
 * Nothing here decodes an image; it finds which fragments make which frame.
 */

const ITEM = 0xfffee000
const SEQUENCE_DELIMITATION = 0xfffee0dd

/** A run of bytes in the file. */
export interface Span {
  readonly offset: number
  readonly length: number
}

/** The items of an encapsulated pixel data element. */
export interface Fragments {
  /** Offsets of the basic offset table, from the first byte after it; empty when there is none. */
  readonly basicOffsets: readonly number[]
  /** Every fragment, the item tag and length not included. */
  readonly fragments: readonly Span[]
  /** `truncated`: the file ends inside; `damaged`: an item tag was expected and something else is there. */
  readonly end: 'delimited' | 'truncated' | 'damaged'
}

/** Reads the items from the first byte of the value on. `limit`: fragments, so that a hostile file ends. */
export const readFragments = (bytes: Uint8Array, start: number, limit = 1_000_000): Fragments => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const basicOffsets: number[] = []
  const fragments: Span[] = []
  let at = start
  let first = true
  for (;;) {
    if (at + 8 > bytes.length) return { basicOffsets, fragments, end: 'truncated' }
    const tag = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true)
    const length = view.getUint32(at + 4, true)
    at += 8
    if (tag === SEQUENCE_DELIMITATION) return { basicOffsets, fragments, end: 'delimited' }
    if (tag !== ITEM || fragments.length >= limit) return { basicOffsets, fragments, end: 'damaged' }
    if (at + length > bytes.length) return { basicOffsets, fragments, end: 'truncated' }
    if (first) for (let entry = 0; entry + 4 <= length; entry += 4) basicOffsets.push(view.getUint32(at + entry, true))
    else fragments.push({ offset: at, length })
    first = false
    at += length
  }
}

/** JPEG, JPEG-LS and JPEG 2000 begin with these two bytes (SOI, or SOC). */
const startsCodestream = (bytes: Uint8Array, { offset }: Span): boolean =>
  bytes[offset] === 0xff && (bytes[offset + 1] === 0xd8 || bytes[offset + 1] === 0x4f)

/**
 * Which fragments make which frame; undefined when that cannot be known for sure.
 * A basic offset table says; else one fragment a frame; else all make the only frame; else a new
 * frame begins where a codestream begins, provided that gives the promised number of frames.
 */
export const framesOf = (bytes: Uint8Array, { basicOffsets, fragments }: Fragments, frames: number): readonly (readonly Span[])[] | undefined => {
  if (fragments.length === 0 || frames < 1) return undefined
  if (fragments.length === frames) return fragments.map((fragment) => [fragment])
  if (frames === 1) return [fragments]
  const group = (starts: (fragment: Span) => boolean): readonly (readonly Span[])[] | undefined => {
    const groups: Span[][] = []
    for (const fragment of fragments) {
      if (starts(fragment)) groups.push([])
      const current = groups[groups.length - 1]
      if (!current) return undefined
      current.push(fragment)
    }
    return groups.length === frames ? groups : undefined
  }
  const base = (fragments[0]?.offset ?? 8) - 8
  const starts = new Set(basicOffsets)
  const byTable = basicOffsets.length === frames ? group((fragment) => starts.has(fragment.offset - 8 - base)) : undefined
  return byTable ?? group((fragment) => startsCodestream(bytes, fragment))
}

/** Writes frames as one fragment each, behind a basic offset table, with the sequence delimiter. */
export const packFrames = (bytes: Uint8Array, frames: readonly (readonly Span[])[]): Uint8Array => {
  const lengths = frames.map((spans) => spans.reduce((sum, span) => sum + span.length, 0))
  const padded = lengths.map((length) => length + (length % 2))
  const out = new Uint8Array(8 + 4 * frames.length + padded.reduce((sum, length) => sum + 8 + length, 0) + 8)
  const view = new DataView(out.buffer)
  let at = 0
  const item = (tag: number, length: number): void => {
    view.setUint16(at, tag >>> 16, true)
    view.setUint16(at + 2, tag & 0xffff, true)
    view.setUint32(at + 4, length, true)
    at += 8
  }
  item(ITEM, 4 * frames.length)
  let offset = 0
  for (const length of padded) {
    view.setUint32(at, offset, true)
    at += 4
    offset += 8 + length
  }
  frames.forEach((spans, index) => {
    item(ITEM, padded[index] ?? 0)
    const end = at + (padded[index] ?? 0)
    for (const span of spans) {
      out.set(bytes.subarray(span.offset, span.offset + span.length), at)
      at += span.length
    }
    at = end
  })
  item(SEQUENCE_DELIMITATION, 0)
  return out
}
