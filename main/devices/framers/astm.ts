import { Assembler, control, Receiver, type ReceiverEffect, type ReceiverOptions } from '../../../shared/standards/astm'
import { RawBytes } from './rawBytes'

/** What the driver must do, in this order. */
export type AstmEffect =
  | { readonly do: 'write'; readonly bytes: Uint8Array }
  /**
   * Write this to the journal, then call {@link AstmFramer.committed}; the device gets its answer only then.
   * `message`: the records that are whole with it.
   */
  | { readonly do: 'commit'; readonly raw: Uint8Array; readonly message?: Uint8Array }
  /** The device ended its transfer and its last message has no end. Write it too; nobody waits. */
  | { readonly do: 'keep'; readonly raw: Uint8Array; readonly message: Uint8Array }
  /** A transfer was cut off; the device will send it again. */
  | { readonly do: 'interrupted'; readonly why: string }

/** Noise between two transfers that is kept for the journal. */
const neutralLimit = 4096

/** ASTM E1381 bytes to E1394 messages. Pure: the driver owns line, journal and clock. */
export class AstmFramer {
  readonly #receiver: Receiver
  readonly #assembler = new Assembler()
  readonly #raw = new RawBytes()
  #undo: ReturnType<Assembler['save']> | undefined
  #isWhole = false

  constructor(options: ReceiverOptions = {}) {
    this.#receiver = new Receiver(options)
  }

  get deadline(): number | undefined {
    return this.#receiver.deadline
  }

  feed(bytes: Uint8Array, now: number): AstmEffect[] {
    if (this.#receiver.isNeutral) this.#raw.keepLast(neutralLimit)
    this.#raw.add(bytes)
    return this.#act(this.#receiver.feed(bytes, now))
  }

  /** The bytes of the last `commit` are on disk, or could not be written. */
  committed(isDurable: boolean, now: number): AstmEffect[] {
    if (!isDurable && this.#undo) this.#assembler.restore(this.#undo)
    this.#undo = undefined
    return this.#act(this.#receiver.stored(isDurable, now, this.#isWhole))
  }

  tick(now: number): AstmEffect[] {
    return this.#act(this.#receiver.tick(now))
  }

  /** The line closed. */
  reset(): void {
    this.#receiver.reset()
    this.#assembler.drop()
    this.#raw.take()
  }

  #act(effects: ReceiverEffect[]): AstmEffect[] {
    return effects.flatMap((effect): AstmEffect[] => {
      switch (effect.do) {
        case 'reply':
          return [{ do: 'write', bytes: Uint8Array.of(control[effect.with]) }]
        case 'store': {
          this.#undo = this.#assembler.save()
          const whole = this.#assembler.add(effect.frame)
          this.#isWhole = whole !== undefined
          const raw = this.#raw.take()
          if (whole === 'overlong') return [{ do: 'interrupted', why: 'overlong message' }, { do: 'commit', raw }]
          return [whole ? { do: 'commit', raw, message: whole } : { do: 'commit', raw }]
        }
        case 'begin':
          this.#assembler.drop()
          return []
        case 'end': {
          const message = this.#assembler.take()
          // The sender gave up in the middle of a record; it sends the whole again.
          if (effect.isAborted) return [{ do: 'interrupted', why: 'aborted' }]
          return message ? [{ do: 'keep', raw: this.#raw.take(), message }] : []
        }
        case 'interrupted':
          this.#assembler.drop()
          return [{ do: 'interrupted', why: effect.why }]
      }
    })
  }
}
