import { control } from '../../../shared/standards/astm'
import { RawBytes } from './rawBytes'

/** What the driver must do, in this order. */
export type PageEffect =
  | { readonly do: 'write'; readonly bytes: Uint8Array }
  /** A page is whole: write it to the journal, then call {@link PageFramer.committed}. */
  | { readonly do: 'commit'; readonly raw: Uint8Array; readonly page: Uint8Array }
  /** A page of a device that waits for no answer was cut off: it will not come again, so the piece is kept. Nobody waits. */
  | { readonly do: 'keep'; readonly raw: Uint8Array; readonly page: Uint8Array }
  /** A page was cut off, or its sum was wrong; the device will send it again, or it was endless. */
  | { readonly do: 'interrupted'; readonly why: 'silence' | 'closed' | 'new page' | 'sum' | 'overlong' }

/** How a device marks its pages; see the `framing` of text profiles. */
export interface PageFraming {
  /** Byte that begins a page. */
  readonly start?: number
  /** Byte that ends a page. */
  readonly end?: number
  /** How long the line is silent after a page that has no end of its own, or that was cut off; milliseconds. */
  readonly idleMs: number
  readonly answer: 'none' | 'ack'
  readonly checksum: 'none' | 'gs-sum'
  /** Longest page, bytes. */
  readonly limit: number
}

/** Byte before the two digits of a sum (GS). */
const sumMark = 0x1d

/** CR, LF, FF. */
const lineEnds: readonly (number | undefined)[] = [0x0d, 0x0a, 0x0c]

const isHex = (byte: number) => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)

/** Bytes of a line to the pages that an analyser would print, each with the bytes it came in. Pure: the driver owns line, journal and clock. */
export class PageFramer {
  readonly #framing: PageFraming
  readonly #page: RawBytes
  #length = 0
  #isOpen = false
  #sum = 0
  /** Digits of the sum so far, once its mark came. */
  #digits: number[] | undefined
  #isOverlong = false
  deadline: number | undefined

  constructor(framing: PageFraming) {
    this.#framing = framing
    this.#page = new RawBytes(framing.limit + 16)
  }

  feed(bytes: Uint8Array, now: number): PageEffect[] {
    const effects: PageEffect[] = []
    for (let at = 0; at < bytes.length; ) {
      const length = this.#plain(bytes, at)
      if (length > 0) {
        const piece = bytes.subarray(at, at + length)
        this.#page.add(piece)
        this.#length += length
        if (this.#framing.checksum === 'gs-sum') for (const byte of piece) this.#sum += byte
        at += length
      } else this.#take(bytes[at++]!, effects)
    }
    if (this.#isOpen) this.deadline = now + this.#framing.idleMs
    return effects
  }

  /** The page of the last `commit` is on disk, or could not be written. */
  committed(isDurable: boolean): PageEffect[] {
    return this.#framing.answer === 'ack' ? [{ do: 'write', bytes: Uint8Array.of(isDurable ? control.ACK : control.NAK) }] : []
  }

  tick(now: number): PageEffect[] {
    if (this.deadline === undefined || now < this.deadline) return []
    const effects: PageEffect[] = []
    // Where nothing says that a page ends, the silence does; in the middle of a line it is no end.
    if (this.#framing.end === undefined && this.#framing.checksum === 'none' && lineEnds.includes(this.#page.last)) this.#end(effects)
    else this.#cutOff('silence', effects)
    this.reset()
    return effects
  }

  /** The line closed: what came of a page is cut off, whether or not its last line is whole. */
  closed(): PageEffect[] {
    const effects: PageEffect[] = []
    if (this.#isOpen) this.#cutOff('closed', effects)
    this.reset()
    return effects
  }

  /** Forgets what came. */
  reset(): void {
    this.#isOpen = false
    this.#isOverlong = false
    this.#length = 0
    this.#sum = 0
    this.#digits = undefined
    this.deadline = undefined
    this.#page.take()
  }

  /** How many bytes from here on are nothing but a page's content. */
  #plain(bytes: Uint8Array, at: number): number {
    if (!this.#isOpen || this.#digits || this.#isOverlong) return 0
    const { start, end, checksum, limit } = this.#framing
    const mark = checksum === 'gs-sum' ? sumMark : end
    const most = Math.min(bytes.length, at + limit - this.#length)
    let next = at
    while (next < most && bytes[next] !== start && bytes[next] !== mark) next++
    return next - at
  }

  #take(byte: number, effects: PageEffect[]): void {
    const { start, end, answer, checksum, limit } = this.#framing
    if (byte === start) {
      if (this.#isOpen) this.#cutOff('new page', effects)
      this.reset()
      this.#isOpen = true
      return
    }
    if (!this.#isOpen) {
      if (answer === 'ack' && byte === control.ENQ) effects.push({ do: 'write', bytes: Uint8Array.of(control.ACK) })
      // Between pages: bytes that belong to none. Where no byte begins a page, the first that is more than an end does.
      if (start !== undefined || byte === end || byte === control.ENQ || byte === control.EOT || byte <= 0x0d) return
      this.#isOpen = true
    }
    if (this.#digits) {
      this.#digits.push(byte)
      this.#add(byte)
      if (this.#digits.length < 2) return
      const said = this.#digits.every(isHex) ? parseInt(String.fromCharCode(...this.#digits), 16) : -1
      if (said === (this.#sum & 0xff)) this.#end(effects)
      else effects.push({ do: 'interrupted', why: 'sum' }, ...(answer === 'ack' ? [{ do: 'write', bytes: Uint8Array.of(control.NAK) } as const] : []))
      return this.reset()
    }
    if (checksum === 'none' && byte === end) {
      this.#end(effects)
      return this.reset()
    }
    if (this.#isOverlong) return
    if (++this.#length > limit) {
      // Thrown away until the line falls silent or the next page begins.
      this.#isOverlong = true
      this.#page.take()
      effects.push({ do: 'interrupted', why: 'overlong' })
      return
    }
    this.#sum += byte
    this.#add(byte)
    if (checksum === 'gs-sum' && byte === sumMark) this.#digits = []
  }

  #add(byte: number): void {
    this.#page.add(Uint8Array.of(byte))
  }

  #end(effects: PageEffect[]): void {
    if (this.#isOverlong) return
    const page = this.#page.take()
    if (page.length > 0) effects.push({ do: 'commit', raw: this.#framed(page, this.#framing.checksum === 'none' ? this.#framing.end : undefined), page })
  }

  #cutOff(why: 'silence' | 'closed' | 'new page', effects: PageEffect[]): void {
    if (this.#isOverlong) return
    const page = this.#page.take()
    if (this.#framing.answer === 'ack') effects.push({ do: 'interrupted', why })
    else if (page.length > 0) effects.push({ do: 'keep', raw: this.#framed(page, undefined), page })
  }

  #framed(page: Uint8Array, end: number | undefined): Uint8Array {
    const { start } = this.#framing
    const [before, after] = [start === undefined ? [] : [start], end === undefined ? [] : [end]]
    const framed = new Uint8Array(before.length + page.length + after.length)
    framed.set(before)
    framed.set(page, before.length)
    framed.set(after, before.length + page.length)
    return framed
  }
}
