import { control, limits } from './control'
import { encodeFrame, framesOf, type Frame, type Framing } from './frame'

/** How the sending side behaves. */
export interface SenderOptions {
  /** On contention the instrument insists and the host gives way (6.2.7). */
  readonly role: 'instrument' | 'host'
  readonly framing?: Framing
  /** Text characters of one frame; default 240. */
  readonly maxText?: number
  /** A message that failed this often is given up; default: never. */
  readonly attempts?: number
  /** Shorter waits for tests; default those of the standard. */
  readonly waits?: { readonly replyMs?: number; readonly busyMs?: number; readonly contentionMs?: number }
}

/** What the caller must do. */
export type SenderEffect =
  | { readonly do: 'write'; readonly bytes: Uint8Array }
  /** Every frame of this message was acknowledged. */
  | { readonly do: 'sent'; readonly message: number }
  /** Contention, and we are the host: become receiver now. */
  | { readonly do: 'give-way' }
  /** This attempt failed and will be repeated from the first frame. */
  | { readonly do: 'failed'; readonly message: number; readonly why: 'no-reply' | 'refused' | 'busy' }
  /** It failed as often as {@link SenderOptions.attempts} allows and will not be sent again. */
  | { readonly do: 'given-up'; readonly message: number }

type State = 'idle' | 'asking' | 'sending' | 'pausing'

/** The sending side of LIS01-A2 (ASTM E1381), clause 6, as pure as the {@link Receiver}. */
export class Sender {
  readonly #options: Required<Omit<SenderOptions, 'waits'>>
  readonly #waits: { readonly replyMs: number; readonly busyMs: number; readonly contentionMs: number }
  #state: State = 'idle'
  #messages: { readonly number: number; readonly frames: readonly Frame[] }[] = []
  #count = 0
  #frame = 0
  #sends = 0
  /** Failed attempts at the first message. */
  #failures = 0
  #deadline: number | undefined

  constructor(options: SenderOptions) {
    this.#options = { framing: 'record-per-frame', maxText: limits.sendText, attempts: Number.POSITIVE_INFINITY, ...options }
    this.#waits = {
      replyMs: limits.replyMs,
      busyMs: limits.busyMs,
      contentionMs: options.role === 'instrument' ? limits.contentionInstrumentMs : limits.contentionHostMs,
      ...options.waits,
    }
  }

  /** When {@link tick} must be called. */
  get deadline(): number | undefined {
    return this.#deadline
  }

  /** True while the line is ours: what comes over it are answers to us. In the waits between two attempts it is the other side's. */
  get isActive(): boolean {
    return this.#state === 'asking' || this.#state === 'sending'
  }

  /** The line closed: what is not acknowledged is dropped, since whoever asked for it will ask again. */
  reset(): void {
    this.#messages = []
    this.#state = 'idle'
    this.#failures = 0
    this.#deadline = undefined
  }

  /** Messages not yet acknowledged. */
  get waiting(): number {
    return this.#messages.length
  }

  /** Queues a message (records, each ended by CR) and answers its number. */
  send(message: Uint8Array, now: number): { readonly message: number; readonly effects: SenderEffect[] } {
    const number = ++this.#count
    this.#messages.push({ number, frames: framesOf(message, this.#options.framing, this.#options.maxText) })
    const effects: SenderEffect[] = []
    if (this.#state === 'idle') this.#ask(now, effects)
    return { message: number, effects }
  }

  /** Bytes from the other side. */
  feed(bytes: Uint8Array, now: number): SenderEffect[] {
    const effects: SenderEffect[] = []
    for (const byte of bytes) this.#byte(byte, now, effects)
    return effects
  }

  /** Time passed; call it at {@link deadline}. */
  tick(now: number): SenderEffect[] {
    if (this.#deadline === undefined || now < this.#deadline) return []
    const effects: SenderEffect[] = []
    if (this.#state === 'pausing') this.#ask(now, effects)
    else this.#giveUp('no-reply', now, effects)
    return effects
  }

  #byte(byte: number, now: number, effects: SenderEffect[]): void {
    if (this.#state === 'asking') {
      if (byte === control.ACK) {
        this.#state = 'sending'
        this.#frame = 0
        this.#sends = 0
        this.#write(now, effects)
      } else if (byte === control.NAK) {
        effects.push({ do: 'failed', message: this.#messages[0]!.number, why: 'busy' })
        this.#failed(now, effects)
      } else if (byte === control.ENQ) {
        this.#pause(this.#waits.contentionMs, now)
        if (this.#options.role === 'host') effects.push({ do: 'give-way' })
      }
      return
    }
    if (this.#state !== 'sending') return
    if (byte === control.ACK || byte === control.EOT) {
      // EOT accepts the frame and asks us to stop, which a sender may ignore (6.3.2.5).
      this.#frame++
      this.#sends = 0
      if (this.#frame < this.#messages[0]!.frames.length) return this.#write(now, effects)
      effects.push({ do: 'write', bytes: Uint8Array.of(control.EOT) }, { do: 'sent', message: this.#messages.shift()!.number })
      this.#failures = 0
      this.#state = 'idle'
      this.#deadline = undefined
      if (this.#messages.length > 0) this.#ask(now, effects)
    } else if (this.#sends >= limits.sends) this.#giveUp('refused', now, effects)
    else this.#write(now, effects)
  }

  #ask(now: number, effects: SenderEffect[]): void {
    this.#state = 'asking'
    this.#deadline = now + this.#waits.replyMs
    effects.push({ do: 'write', bytes: Uint8Array.of(control.ENQ) })
  }

  #write(now: number, effects: SenderEffect[]): void {
    this.#sends++
    this.#deadline = now + this.#waits.replyMs
    effects.push({ do: 'write', bytes: encodeFrame(this.#messages[0]!.frames[this.#frame]!) })
  }

  #pause(forMs: number, now: number): void {
    this.#state = 'pausing'
    this.#deadline = now + forMs
  }

  #giveUp(why: 'no-reply' | 'refused', now: number, effects: SenderEffect[]): void {
    effects.push({ do: 'write', bytes: Uint8Array.of(control.EOT) }, { do: 'failed', message: this.#messages[0]!.number, why })
    this.#failed(now, effects)
  }

  #failed(now: number, effects: SenderEffect[]): void {
    if (++this.#failures < this.#options.attempts) return this.#pause(this.#waits.busyMs, now)
    effects.push({ do: 'given-up', message: this.#messages.shift()!.number })
    this.#failures = 0
    if (this.#messages.length > 0) this.#pause(this.#waits.busyMs, now)
    else {
      this.#state = 'idle'
      this.#deadline = undefined
    }
  }
}
