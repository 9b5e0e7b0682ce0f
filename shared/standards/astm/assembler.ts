import { control } from './control'
import type { Frame } from './frame'

/**
 * Joins the texts of a transfer's frames into messages. Analysers put a whole message into one
 * frame, one record into each, or cut anywhere; a message is whole when its terminator record is.
 */
export class Assembler {
  #parts: Uint8Array[] = []
  #length = 0
  /** First byte of the last record that has begun. */
  #recordType = 0
  #isAtLineStart = true

  constructor(readonly maxLength: number = 8 * 1024 * 1024) {}

  /** Bytes of a message that is not whole yet. */
  get length(): number {
    return this.#length
  }

  /** Takes a stored frame; answers the message when this frame completes it. `overlong`: dropped, it would never end. */
  add({ text, end }: Frame): Uint8Array | 'overlong' | undefined {
    this.#parts.push(text)
    this.#length += text.length
    if (this.#length > this.maxLength) {
      this.drop()
      return 'overlong'
    }
    for (const byte of text) {
      const isLineEnd = byte === control.CR || byte === control.LF
      if (!isLineEnd && this.#isAtLineStart) this.#recordType = byte
      this.#isAtLineStart = isLineEnd
    }
    const isTerminated = this.#recordType === 0x4c || this.#recordType === 0x6c
    return end === 'ETX' && isTerminated ? this.take() : undefined
  }

  /** What is here when the sender ended its transfer without a terminator record; undefined when there is nothing. */
  take(): Uint8Array | undefined {
    if (this.#length === 0) return undefined
    const message = new Uint8Array(this.#length)
    let at = 0
    for (const part of this.#parts) {
      message.set(part, at)
      at += part.length
    }
    this.drop()
    return message
  }

  /** What {@link restore} goes back to when a frame could not be stored after all. */
  save(): { readonly parts: readonly Uint8Array[]; readonly length: number; readonly recordType: number; readonly isAtLineStart: boolean } {
    return { parts: [...this.#parts], length: this.#length, recordType: this.#recordType, isAtLineStart: this.#isAtLineStart }
  }

  restore(saved: ReturnType<Assembler['save']>): void {
    this.#parts = [...saved.parts]
    this.#length = saved.length
    this.#recordType = saved.recordType
    this.#isAtLineStart = saved.isAtLineStart
  }

  /** The transfer was cut off: what is here will be sent again. */
  drop(): void {
    this.#parts = []
    this.#length = 0
    this.#recordType = 0
    this.#isAtLineStart = true
  }
}
