/** Something that happened on a line. */
export type Happening =
  | { readonly kind: 'bytes'; readonly from: 'device' | 'host'; readonly bytes: Uint8Array }
  /** The line is open; where we listen: somebody connected. Told as JSON, see {@link LineOpening}. */
  | { readonly kind: 'opened'; readonly opening: LineOpening }
  | { readonly kind: 'closed'; readonly why: string }
  /** What came since the one before made this capture or reading. */
  | { readonly kind: 'made'; readonly id: string }
  /** Something is missing here: the disk was full, or too slow. */
  | { readonly kind: 'gap'; readonly bytes: number }

/** What a line was when it was opened. */
export interface LineOpening {
  readonly path: string
  /** Profile of its device; absent: a bare line. */
  readonly profile?: string
}

/** A happening with its number and time. */
export type Entry = Happening & {
  /** Grows along a line, over restarts too. */
  readonly number: number
  /** Milliseconds since 1970, by this workstation's clock. */
  readonly at: number
}

/*
 * A batch on disk: version, number of its first entry (float64), its time (float64), then the entries, each
 *   time since the one before, zigzag (the clock may be set back)   varint
 *   kind                                                            1 byte
 *   length of the rest                                              varint
 *   the rest
 */
const version = 1
const headLength = 17
const kinds = { device: 0, host: 1, opened: 2, closed: 3, made: 4, gap: 5 } as const

const kindOf = (entry: Happening): number => (entry.kind === 'bytes' ? kinds[entry.from] : kinds[entry.kind])

const bodyOf = (entry: Happening): Uint8Array => {
  switch (entry.kind) {
    case 'bytes':
      return entry.bytes
    case 'opened':
      return Buffer.from(JSON.stringify(entry.opening))
    case 'closed':
      return Buffer.from(entry.why)
    case 'made':
      return Buffer.from(entry.id)
    case 'gap':
      return Buffer.from(String(entry.bytes))
  }
}

const varintMost = 10

const writeVarint = (into: Uint8Array, at: number, value: number): number => {
  let left = value
  while (left >= 0x80) {
    into[at++] = (left % 0x80) | 0x80
    left = Math.floor(left / 0x80)
  }
  into[at++] = left
  return at
}

/** Entries that follow each other without a break in their numbers, as one record. */
export const encodeBatch = (entries: readonly Entry[]): Uint8Array => {
  const bodies = entries.map(bodyOf)
  const bytes = new Uint8Array(headLength + bodies.reduce((sum, body) => sum + body.length + 2 * varintMost + 1, 0))
  const view = new DataView(bytes.buffer)
  const first = entries[0]
  bytes[0] = version
  view.setFloat64(1, first?.number ?? 0)
  view.setFloat64(9, first?.at ?? 0)
  let at = headLength
  let before = first?.at ?? 0
  entries.forEach((entry, index) => {
    const since = entry.at - before
    before = entry.at
    at = writeVarint(bytes, at, since < 0 ? -2 * since - 1 : 2 * since)
    bytes[at++] = kindOf(entry)
    const body = bodies[index]!
    at = writeVarint(bytes, at, body.length)
    bytes.set(body, at)
    at += body.length
  })
  return bytes.slice(0, at)
}

const happeningOf = (kind: number, body: Uint8Array): Happening | undefined => {
  const text = () => new TextDecoder().decode(body)
  switch (kind) {
    case kinds.device:
      return { kind: 'bytes', from: 'device', bytes: body }
    case kinds.host:
      return { kind: 'bytes', from: 'host', bytes: body }
    case kinds.opened:
      return { kind: 'opened', opening: JSON.parse(text()) as LineOpening }
    case kinds.closed:
      return { kind: 'closed', why: text() }
    case kinds.made:
      return { kind: 'made', id: text() }
    case kinds.gap:
      return { kind: 'gap', bytes: Number(text()) }
    default:
      return undefined
  }
}

/** Reads a batch; none of a newer version. The bytes are copies. */
export const decodeBatch = (bytes: Uint8Array): Entry[] => {
  if (bytes[0] !== version || bytes.length < headLength) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let number = view.getFloat64(1)
  let time = view.getFloat64(9)
  let at = headLength
  const varint = () => {
    let value = 0
    let scale = 1
    for (let byte = 0x80; byte >= 0x80 && at < bytes.length; scale *= 0x80) {
      byte = bytes[at++]!
      value += (byte & 0x7f) * scale
    }
    return value
  }
  const entries: Entry[] = []
  while (at < bytes.length) {
    const zigzag = varint()
    time += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    const kind = bytes[at++] ?? -1
    const length = varint()
    const happening = happeningOf(kind, bytes.slice(at, at + length))
    if (happening) entries.push({ ...happening, number, at: time })
    number++
    at += length
  }
  return entries
}
