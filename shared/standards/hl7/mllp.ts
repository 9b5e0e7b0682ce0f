/** Block characters of the minimal lower layer protocol (HL7 v2 transport specification, MLLP release 1). */
export const block = { start: 0x0b, end: 0x1c, CR: 0x0d } as const

/** A message in its block: `0B … 1C 0D`. */
export const writeBlock = (message: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(message.length + 3)
  bytes[0] = block.start
  bytes.set(message, 1)
  bytes.set([block.end, block.CR], message.length + 1)
  return bytes
}

/** Departures from MLLP, and limits. */
export interface BlockReaderOptions {
  /** Longest message; what is longer is cut off. Default 16 MiB, far above a blood count with all its pictures. */
  readonly maxLength?: number
  /** A message whose next byte does not come within this is dropped; its sender repeats it. Default 30 s. */
  readonly silenceMs?: number
  /** `none`: bare messages (raw serial HL7): one ends where the line is silent for {@link idleMs}, or at the next `MSH`. */
  readonly framing?: 'mllp' | 'none'
  /** Default 500 ms. */
  readonly idleMs?: number
}

/** What came out of the bytes. */
export type BlockEvent =
  /** A message is whole. `unframed`: its first block character was missing. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly isUnframed?: boolean }
  /** What was received of a message will not be completed: its sender began again, fell silent, or never ended. */
  | { readonly kind: 'cut-off'; readonly why: 'restarted' | 'silence' | 'overlong'; readonly length: number }

const M = 0x4d

/** How much of bytes outside of blocks is looked at for a message whose first block character got lost. */
const looseLength = 64 * 1024

type State = 'between' | 'inside' | 'skipping'

/**
 * Reads messages from bytes in pieces of any size; one byte at a time gives the same as one chunk. Bytes between two
 * blocks (heartbeats, NUL, line ends) are noise; the CR after a block may be missing. Pure: no clock, no timer.
 */
export class BlockReader {
  readonly #options: Required<BlockReaderOptions>
  #state: State = 'between'
  #bytes = new Uint8Array(4096)
  #length = 0
  #deadline: number | undefined

  constructor(options: BlockReaderOptions = {}) {
    this.#options = { maxLength: 16 * 1024 * 1024, silenceMs: 30_000, framing: 'mllp', idleMs: 500, ...options }
  }

  /** When {@link tick} must be called, in the caller's milliseconds; undefined: nothing is due. */
  get deadline(): number | undefined {
    return this.#deadline
  }

  /** True between messages. */
  get isIdle(): boolean {
    return this.#state === 'between' && this.#length === 0
  }

  /** Bytes from the other side, at `now` milliseconds. */
  feed(bytes: Uint8Array, now: number): BlockEvent[] {
    const events: BlockEvent[] = []
    let at = 0
    while (at < bytes.length) at = this.#state === 'between' ? this.#between(bytes, at, events) : this.#inside(bytes, at, events)
    const isWaiting = this.#state !== 'between' || this.#length > 0
    this.#deadline = isWaiting ? now + (this.#options.framing === 'none' ? this.#options.idleMs : this.#options.silenceMs) : undefined
    return events
  }

  /** Time passed; call it at {@link deadline}. */
  tick(now: number): BlockEvent[] {
    if (this.#deadline === undefined || now < this.#deadline) return []
    const events: BlockEvent[] = []
    if (this.#options.framing === 'none') this.#finish(events)
    else if (this.#state === 'inside' && this.#length > 0) events.push({ kind: 'cut-off', why: 'silence', length: this.#length })
    this.reset()
    return events
  }

  /** The line went away: what is here will be sent again. */
  reset(): void {
    this.#state = 'between'
    this.#empty()
    this.#deadline = undefined
  }

  /** Outside of a block: keeps a little, in case it turns out to be a message without its start. */
  #between(bytes: Uint8Array, from: number, events: BlockEvent[]): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (byte === block.start) {
        if (this.#length >= 4) events.push({ kind: 'cut-off', why: 'restarted', length: this.#length })
        this.#empty()
        this.#state = 'inside'
        return at + 1
      }
      if (byte === block.end) {
        this.#finish(events, true)
        continue
      }
      // Only what begins like a header may be a message without its start.
      if (this.#length === 0 && byte !== M) continue
      this.#keep(bytes.subarray(at, at + 1))
      if (!this.#mayBeHeader()) {
        this.#empty()
        if (byte === M) this.#keep(bytes.subarray(at, at + 1))
      }
      if (this.#length >= 4 && this.#options.framing === 'none') {
        this.#state = 'inside'
        return at + 1
      }
      if (this.#length > looseLength) {
        events.push({ kind: 'cut-off', why: 'overlong', length: this.#length })
        this.#empty()
      }
    }
    return bytes.length
  }

  #inside(bytes: Uint8Array, from: number, events: BlockEvent[]): number {
    const found = bytes.indexOf(block.end, from)
    const to = found < 0 ? bytes.length : found
    if (this.#state === 'inside') {
      const room = this.#options.maxLength - this.#length
      if (to - from > room) {
        events.push({ kind: 'cut-off', why: 'overlong', length: this.#options.maxLength })
        this.#empty()
        this.#state = 'skipping'
        return from + room
      }
      this.#keep(bytes.subarray(from, to))
    }
    if (this.#state === 'skipping') {
      // A new block in the endless one: its sender gave up and began again.
      const again = bytes.indexOf(block.start, from)
      if (again >= 0 && again < to) {
        this.#state = 'inside'
        return again + 1
      }
    }
    if (found < 0) return bytes.length
    if (this.#state === 'inside') this.#finish(events)
    this.#state = 'between'
    this.#empty()
    return found + 1
  }

  /** A block is whole. A block character with a header after it, inside of one, is a sender that began again. */
  #finish(events: BlockEvent[], isUnframed = false): void {
    if (this.#length === 0) return
    const bytes = this.#bytes.slice(0, this.#length)
    this.#empty()
    if (this.#options.framing === 'none') {
      for (const message of messagesOf(bytes)) events.push({ kind: 'message', bytes: message })
      return
    }
    const start = lastStart(bytes)
    if (start > 0) events.push({ kind: 'cut-off', why: 'restarted', length: start - 1 })
    const message = start > 0 ? bytes.slice(start) : bytes
    if (message.length > 0) events.push({ kind: 'message', bytes: message, ...(isUnframed ? { isUnframed } : {}) })
  }

  /** `M`, `MS`, `MSH` and what follows. */
  #mayBeHeader(): boolean {
    const [, second, third] = this.#bytes
    return (this.#length < 2 || second === 0x53) && (this.#length < 3 || third === 0x48)
  }

  #keep(more: Uint8Array): void {
    if (this.#length + more.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more.length))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(more, this.#length)
    this.#length += more.length
  }

  #empty(): void {
    this.#length = 0
    if (this.#bytes.length > 256 * 1024) this.#bytes = new Uint8Array(4096)
  }
}

const isHeaderAt = (bytes: Uint8Array, at: number): boolean => (bytes[at] === M || bytes[at] === 0x42 || bytes[at] === 0x46) && (bytes[at + 1] === 0x53 || bytes[at + 1] === 0x48) && (bytes[at + 2] === 0x48 || bytes[at + 2] === 0x53)

/** Where the message after the last restart begins; 0: there was none. */
const lastStart = (bytes: Uint8Array): number => {
  for (let at = bytes.lastIndexOf(block.start); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(block.start, at - 1)) {
    if (isHeaderAt(bytes, at + 1)) return at + 1
  }
  return 0
}

/** Bare messages, one after the other: each begins with `MSH` at the beginning of a line. */
const messagesOf = (bytes: Uint8Array): Uint8Array[] => {
  const starts: number[] = []
  for (let at = bytes.indexOf(M); at >= 0; at = bytes.indexOf(M, at + 1)) {
    const isLineStart = at === 0 || bytes[at - 1]! < 0x20
    if (isLineStart && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x48) starts.push(at)
  }
  return starts.map((start, index) => bytes.slice(start, starts[index + 1] ?? bytes.length))
}
