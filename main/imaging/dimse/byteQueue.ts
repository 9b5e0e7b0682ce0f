import { DimseProblem } from './problem'

/** Bytes that wait for their consumer; more, and the line is told to wait. */
const highWater = 1024 * 1024
const lowWater = 256 * 1024

/**
 * A data set between the line and its consumer: what arrives is queued, and the line paused while the queue is long, so
 * that nobody's pace costs memory. One consumer.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  private readonly pieces: Uint8Array[] = []
  private queued = 0
  private state: 'open' | 'whole' | 'discarded' | DimseProblem = 'open'
  private wake: (() => void) | undefined
  private isSlow = false

  /** @param pace told whether the line is to wait */
  constructor(private readonly pace: (wait: boolean) => void) {}

  push(bytes: Uint8Array): void {
    if (this.state !== 'open' || bytes.length === 0) return
    this.pieces.push(bytes)
    this.queued += bytes.length
    if (!this.isSlow && this.queued > highWater) this.setSlow(true)
    this.awake()
  }

  /** The last byte has been pushed. */
  end(): void {
    if (this.state === 'open') this.state = 'whole'
    this.awake()
  }

  /** What is queued is not given out any more: half a data set is none. */
  fail(reason: DimseProblem): void {
    if (this.state === 'open') this.state = reason
    this.awake()
  }

  /** Nobody wants the rest. */
  discard(): void {
    this.state = 'discarded'
    this.pieces.length = 0
    this.queued = 0
    this.setSlow(false)
    this.awake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.state instanceof DimseProblem) throw this.state
      const piece = this.pieces.shift()
      if (piece) {
        this.queued -= piece.length
        if (this.isSlow && this.queued < lowWater) this.setSlow(false)
        yield piece
        continue
      }
      if (this.state !== 'open') return
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  private awake(): void {
    const { wake } = this
    this.wake = undefined
    wake?.()
  }

  private setSlow(isSlow: boolean): void {
    if (this.isSlow === isSlow) return
    this.isSlow = isSlow
    this.pace(isSlow)
  }
}
