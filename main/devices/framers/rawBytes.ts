/** Room that is kept when there is nothing in it. */
const kept = 1024

/** Bytes that wait for the journal: grows up to a limit, then forgets the oldest. */
export class RawBytes {
  #bytes = new Uint8Array(kept)
  #length = 0

  /** Default limit: the longest frame and its repeats. */
  constructor(readonly limit: number = 4 * 1024 * 1024) {}

  add(more: Uint8Array): void {
    const taken = more.subarray(Math.max(0, more.length - this.limit))
    if (this.#length + taken.length > this.limit) this.keepLast(Math.min(this.limit - taken.length, this.limit >> 1))
    if (this.#length + taken.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + taken.length))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(taken, this.#length)
    this.#length += taken.length
  }

  /** Forgets all but the newest `count` bytes. */
  keepLast(count: number): void {
    if (this.#length <= count) return
    this.#bytes.copyWithin(0, this.#length - count, this.#length)
    this.#length = count
  }

  /** The newest byte. */
  get last(): number | undefined {
    return this.#length === 0 ? undefined : this.#bytes[this.#length - 1]
  }

  /** Everything, and keeps it. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Everything, and is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    if (this.#bytes.length > kept) this.#bytes = new Uint8Array(kept)
    this.#length = 0
    return taken
  }
}
