/** Reads and writes multipart/related bodies (RFC 2387, RFC 2046 §5.1), the form in which DICOMweb carries files (PS3.18 §8.6.1.2). */

/** Why a body could not be read to its end. `cut`: it stops before its last boundary. `malformed`: it is no multipart body. `too-large`: beyond a limit. */
export class MultipartProblem extends Error {
  constructor(readonly kind: 'cut' | 'malformed' | 'too-large') {
    super(kind)
    this.name = 'MultipartProblem'
  }
}

/** One part: its header fields (names in lower case), and its bytes while they come. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  /** To be read once, before the next part is asked for; what is left unread is skipped. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Header fields of one part, and what may stand before the first one; bytes. */
const headerLimit = 16 * 1024
const preambleLimit = 64 * 1024
/** RFC 2046 allows 70; more is met. */
const boundaryLimit = 200

/** The boundary in a `Content-Type` of `multipart/related`; undefined when it is another type or names none. */
export const boundaryOf = (contentType: string): string | undefined => {
  if (!/^\s*multipart\/related\s*(;|$)/i.test(contentType)) return undefined
  const found = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType)
  const boundary = found?.[1] ?? found?.[2] ?? ''
  return boundary === '' || boundary.length > boundaryLimit ? undefined : boundary
}

/** Bytes that have come and were not yet used. */
class Incoming {
  private held: Buffer = Buffer.alloc(0)
  private readonly source: AsyncIterator<Uint8Array>

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]()
  }

  get bytes(): Buffer {
    return this.held
  }

  /** Waits for more; throws `cut` when there is no more. */
  async more(): Promise<void> {
    const { value, done } = await this.source.next()
    if (done) throw new MultipartProblem('cut')
    const piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    this.held = this.held.length === 0 ? piece : Buffer.concat([this.held, piece])
  }

  /** Takes the first bytes away. */
  take(count: number): Buffer {
    const taken = this.held.subarray(0, count)
    this.held = this.held.subarray(count)
    return taken
  }

  putFirst(bytes: Buffer): void {
    this.held = Buffer.concat([bytes, this.held])
  }

  /** Everything up to the mark, which is taken away too. */
  async until(mark: Buffer, limit: number): Promise<Buffer> {
    for (let from = 0; ; ) {
      const at = this.held.indexOf(mark, from)
      if (at > limit || (at < 0 && this.held.length > limit + mark.length)) throw new MultipartProblem('malformed')
      if (at >= 0) {
        const before = this.take(at)
        this.take(mark.length)
        return before
      }
      from = Math.max(0, this.held.length - mark.length + 1)
      await this.more()
    }
  }

  async close(): Promise<void> {
    await this.source.return?.()
  }
}

const lineEnd = Buffer.from('\r\n')
const headersEnd = Buffer.from('\r\n\r\n')

/**
 * The parts of a body, one after the other; never holds more of it than a piece of the source and a boundary.
 *
 * @throws {@link MultipartProblem}; parts handed out before are whole when their bytes came to an end.
 */
export async function* readParts(source: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part, void, undefined> {
  const incoming = new Incoming(source)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  try {
    // The first boundary may be the very first thing, without a line end before it.
    incoming.putFirst(lineEnd)
    await incoming.until(delimiter, preambleLimit)
    while (!(await isLast(incoming))) {
      const body = bodyUntil(incoming, delimiter)
      yield { headers: await readHeaders(incoming), body }
      for await (const _rest of body);
    }
  } finally {
    await incoming.close()
  }
}

/** Behind a boundary: two dashes when it was the last, else padding and a line end. */
const isLast = async (incoming: Incoming): Promise<boolean> => {
  while (incoming.bytes.length < 2) await incoming.more()
  if (incoming.bytes[0] === 0x2d && incoming.bytes[1] === 0x2d) return true
  const padding = await incoming.until(lineEnd, headerLimit)
  if (padding.toString('latin1').trim() !== '') throw new MultipartProblem('malformed')
  return false
}

const readHeaders = async (incoming: Incoming): Promise<ReadonlyMap<string, string>> => {
  // Without a single field the blank line follows at once.
  incoming.putFirst(lineEnd)
  const block = await incoming.until(headersEnd, headerLimit)
  const headers = new Map<string, string>()
  for (const line of block.toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

async function* bodyUntil(incoming: Incoming, delimiter: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const at = incoming.bytes.indexOf(delimiter)
    if (at >= 0) {
      const last = incoming.take(at)
      incoming.take(delimiter.length)
      if (last.length > 0) yield last
      return
    }
    const certain = incoming.bytes.length - delimiter.length + 1
    if (certain > 0) yield incoming.take(certain)
    await incoming.more()
  }
}

/** Put together in one go; other work goes on in between. */
const breathBytes = 32 * 1024 * 1024

/** All bytes of a part in one piece. Throws `too-large` as soon as there are more than `limit`. */
export const wholePart = async ({ body }: Part, limit: number): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > limit) throw new MultipartProblem('too-large')
    pieces.push(piece)
  }
  const whole = new Uint8Array(length)
  let at = 0
  let breath = breathBytes
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
    if (at < breath) continue
    breath = at + breathBytes
    await new Promise((next) => setImmediate(next))
  }
  return whole
}

/** A part that is to be sent. */
export interface OutgoingPart {
  readonly type: string
  readonly length: number
  readonly contents: AsyncIterable<Uint8Array>
}

/** A body of these parts, made while it is sent, and how long it will be; bytes. */
export const writeParts = (parts: readonly OutgoingPart[], boundary: string): { readonly length: number; readonly pieces: AsyncIterable<Uint8Array> } => {
  const opening = ({ type }: OutgoingPart, index: number): Buffer => Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${type}\r\n\r\n`, 'latin1')
  const closing = Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1')
  const length = parts.reduce((sum, part, index) => sum + opening(part, index).length + part.length, closing.length)
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (const [index, part] of parts.entries()) {
      yield opening(part, index)
      yield* part.contents
    }
    yield closing
  }
  return { length, pieces: pieces() }
}
