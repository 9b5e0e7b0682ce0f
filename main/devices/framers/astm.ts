import { Assembler, control, Receiver, type ReceiverEffect, type ReceiverOptions, Sender, type SenderEffect, type SenderOptions } from '../../../shared/standards/astm'
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
  /** The device sends something that never ends; it is thrown away. */
  | { readonly do: 'endless' }
  /** A message of ours arrived, or was given up. */
  | { readonly do: 'sent' }
  | { readonly do: 'unsent' }

/** Noise between two transfers that is kept for the journal. */
const neutralLimit = 4096

/** How often a worklist is offered to an analyser that does not take it: by then it has stopped waiting for it. */
const attempts = 3

/**
 * Both directions of an ASTM E1381 line: bytes to E1394 messages, and messages to the device whenever the line is free.
 * Pure: the driver owns line, journal and clock.
 */
export class AstmFramer {
  readonly #receiver: Receiver
  readonly #assembler = new Assembler()
  readonly #raw = new RawBytes()
  #undo: ReturnType<Assembler['save']> | undefined
  #isWhole = false

  readonly #sender: Sender
  readonly #outbox: Uint8Array[] = []

  constructor(options: ReceiverOptions = {}, sending: Partial<Omit<SenderOptions, 'role'>> = {}) {
    this.#receiver = new Receiver(options)
    this.#sender = new Sender({ attempts, ...sending, role: 'host' })
  }

  get deadline(): number | undefined {
    // While the device sends, our own next attempt has to wait.
    const due = [this.#receiver.deadline, this.#receiver.isNeutral ? this.#sender.deadline : undefined].filter((each) => each !== undefined)
    return due.length === 0 ? undefined : Math.min(...due)
  }

  /** Sends a message (records, each ended by CR) as soon as the line is free. */
  send(message: Uint8Array, now: number): AstmEffect[] {
    this.#outbox.push(message)
    return this.#sendNext(now)
  }

  feed(bytes: Uint8Array, now: number): AstmEffect[] {
    const effects: AstmEffect[] = []
    let at = 0
    // Answers to us, until our transfer is over or we gave way to the device (6.2.7.2).
    while (at < bytes.length && this.#sender.isActive) effects.push(...this.#sending(this.#sender.feed(bytes.subarray(at, ++at), now)))
    if (at < bytes.length) effects.push(...this.#receive(bytes.subarray(at), now))
    effects.push(...this.#sendNext(now))
    return effects
  }

  #sendNext(now: number): AstmEffect[] {
    const effects: AstmEffect[] = []
    if (this.#receiver.isNeutral && this.#sender.waiting === 0) {
      const next = this.#outbox.shift()
      if (next) effects.push(...this.#sending(this.#sender.send(next, now).effects))
    }
    return effects
  }

  #sending(effects: readonly SenderEffect[]): AstmEffect[] {
    return effects.flatMap((effect): AstmEffect[] => {
      switch (effect.do) {
        case 'write':
          return [{ do: 'write', bytes: effect.bytes }]
        case 'sent':
          return [{ do: 'sent' }]
        case 'given-up':
          return [{ do: 'unsent' }]
        case 'give-way':
        case 'failed':
          return []
      }
    })
  }

  #receive(bytes: Uint8Array, now: number): AstmEffect[] {
    if (this.#receiver.isNeutral) this.#raw.keepLast(neutralLimit)
    this.#raw.add(bytes)
    return this.#act(this.#receiver.feed(bytes, now))
  }

  /** The bytes of the last `commit` are on disk, or could not be written. */
  committed(isDurable: boolean, now: number): AstmEffect[] {
    if (!isDurable && this.#undo) this.#assembler.restore(this.#undo)
    this.#undo = undefined
    return [...this.#act(this.#receiver.stored(isDurable, now, this.#isWhole)), ...this.#sendNext(now)]
  }

  tick(now: number): AstmEffect[] {
    const effects = this.#act(this.#receiver.tick(now))
    if (this.#receiver.isNeutral) effects.push(...this.#sending(this.#sender.tick(now)))
    return [...effects, ...this.#sendNext(now)]
  }

  /** The line closed. */
  reset(): void {
    this.#receiver.reset()
    this.#sender.reset()
    this.#outbox.length = 0
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
          if (whole === 'overlong') return [{ do: 'endless' }, { do: 'interrupted', why: 'overlong message' }, { do: 'commit', raw }]
          return [whole ? { do: 'commit', raw, message: whole } : { do: 'commit', raw }]
        }
        case 'endless':
          return [{ do: 'endless' }]
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
