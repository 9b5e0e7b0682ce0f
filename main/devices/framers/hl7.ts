import { block, type BlockEvent, BlockReader, type BlockReaderOptions } from '../../../shared/standards/hl7'
import { RawBytes } from './rawBytes'

/** What the driver must do, in this order. */
export type Hl7Effect =
  /** A message is whole: write it and the bytes it came in to the journal, then answer. */
  | { readonly do: 'commit'; readonly raw: Uint8Array; readonly message: Uint8Array }
  /** A message was cut off; the device will send it again. */
  | { readonly do: 'interrupted'; readonly why: string }

/** Noise between two messages that is kept for the journal. */
const noiseLimit = 4096

/** Bytes of a line to HL7 messages, each with the bytes it came in. Pure: the driver owns line, journal and clock. */
export class Hl7Framer {
  readonly #reader: BlockReader
  readonly #raw: RawBytes

  constructor(options: BlockReaderOptions = {}) {
    this.#reader = new BlockReader(options)
    this.#raw = new RawBytes((options.maxLength ?? 16 * 1024 * 1024) + noiseLimit)
  }

  get deadline(): number | undefined {
    return this.#reader.deadline
  }

  feed(bytes: Uint8Array, now: number): Hl7Effect[] {
    const effects: Hl7Effect[] = []
    for (let at = 0; at < bytes.length; ) {
      // Piece by piece, so that each message is journaled with its own bytes.
      const end = bytes.indexOf(block.end, at)
      const next = end < 0 ? bytes.length : end + 1
      if (this.#reader.isIdle) this.#raw.keepLast(noiseLimit)
      const piece = bytes.subarray(at, next)
      this.#raw.add(piece)
      effects.push(...this.#act(this.#reader.feed(piece, now)))
      at = next
    }
    return effects
  }

  tick(now: number): Hl7Effect[] {
    return this.#act(this.#reader.tick(now))
  }

  /** The line closed. */
  reset(): void {
    this.#reader.reset()
    this.#raw.take()
  }

  #act(events: readonly BlockEvent[]): Hl7Effect[] {
    return events.map((event) => (event.kind === 'message' ? { do: 'commit', raw: this.#raw.take(), message: event.bytes } : { do: 'interrupted', why: event.why }))
  }
}
