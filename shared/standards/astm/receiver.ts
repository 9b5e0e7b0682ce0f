import { control, limits } from './control'
import { checksum, type Frame } from './frame'

/** How a device departs from LIS01-A2. */
export interface ReceiverOptions {
  /** `none`: the device sends no checksum characters. */
  readonly checksum?: 'required' | 'none'
  /** `any`: the device does not count its frames; a repeat is then known only by its content. */
  readonly frameNumbers?: 'counted' | 'any'
  /** Longest text of one frame; default 1 MiB. */
  readonly maxText?: number
  /** How long to wait for CR LF after the checksum, since some devices leave it out; default 100 ms. */
  readonly trailerMs?: number
  /**
   * An answer that takes longer is not given any more: the sender has given up by then, and would take a late ACK
   * for the answer to something else. Default: a second less than the sender waits.
   */
  readonly replyMs?: number
}

/** Why the records received so far are no whole message. */
export type Interruption = 'sender-restarted' | 'silence' | 'ended-in-frame' | 'too-late'

/** What the caller must do, in this order. */
export type ReceiverEffect =
  /** Write this one control character to the device. */
  | { readonly do: 'reply'; readonly with: 'ACK' | 'NAK'; readonly why: string }
  /**
   * A good new frame. Make its bytes durable, then call {@link Receiver.stored}: only that
   * acknowledges it. Nothing that comes after it is looked at before.
   */
  | { readonly do: 'store'; readonly frame: Frame }
  /** ENQ: a transfer begins. */
  | { readonly do: 'begin' }
  /** EOT: the sender is done. `isAborted`: its last frame said that more would follow. */
  | { readonly do: 'end'; readonly isAborted: boolean }
  /** A frame is longer than any real one: the rest of it is thrown away, and it will be refused when it ends. Told once for each. */
  | { readonly do: 'endless' }
  /** What was received of the current message will not be completed. */
  | { readonly do: 'interrupted'; readonly why: Interruption }

type State = 'neutral' | 'waiting' | 'number' | 'text' | 'overlong' | 'checksum-1' | 'checksum-2' | 'trailer' | 'storing'

/**
 * The receiving side of LIS01-A2 (ASTM E1381), clause 6: fed bytes and the time, it says what to do.
 * It does no input or output and looks at no clock. One byte at a time gives the same effects as
 * one chunk.
 */
export class Receiver {
  readonly #options: Required<ReceiverOptions>
  #state: State = 'neutral'
  /** Last frame that was stored in this transfer. */
  #last: Frame | undefined
  #isBetweenMessages = false
  #number = -1
  #text = new Uint8Array(256)
  #length = 0
  #end: Frame['end'] = 'ETX'
  #sum: [number, number] = [0, 0]
  #pending: Frame | undefined
  #pendingSince = 0
  /** Bytes that arrived while a frame was being stored; those before `#queueAt` were looked at since. */
  #queue: number[] = []
  #queueAt = 0
  #deadline: number | undefined

  constructor(options: ReceiverOptions = {}) {
    this.#options = { checksum: 'required', frameNumbers: 'counted', maxText: limits.receiveText, trailerMs: 100, replyMs: limits.replyMs - 1_000, ...options }
  }

  /** When {@link tick} must be called, in the caller's milliseconds; undefined: nothing is due. */
  get deadline(): number | undefined {
    return this.#deadline
  }

  /** True between transfers. */
  get isNeutral(): boolean {
    return this.#state === 'neutral'
  }

  /** Bytes from the device, at `now` milliseconds. */
  feed(bytes: Uint8Array, now: number): ReceiverEffect[] {
    const effects: ReceiverEffect[] = []
    this.#take(bytes, now, effects)
    return effects
  }

  /**
   * The frame of the last `store` is on disk (`true`), or could not be written (`false`: the device is asked again).
   * @param endsMessage the frame completed a message: the device may ask (ENQ) for the next one at once
   */
  stored(isDurable: boolean, now: number, endsMessage = false): ReceiverEffect[] {
    if (this.#state !== 'storing' || !this.#pending) return []
    const effects: ReceiverEffect[] = []
    if (now - this.#pendingSince > this.#options.replyMs) {
      this.#pending = undefined
      this.#forgetQueue()
      this.#abandon('too-late', effects)
      return effects
    }
    if (isDurable) {
      this.#last = this.#pending
      this.#isBetweenMessages = endsMessage
      effects.push({ do: 'reply', with: 'ACK', why: 'stored' })
    } else effects.push({ do: 'reply', with: 'NAK', why: 'could not be stored' })
    this.#pending = undefined
    this.#wait(now)
    this.#takeQueue(now, effects)
    return effects
  }

  /** Time passed; call it at {@link deadline}. */
  tick(now: number): ReceiverEffect[] {
    if (this.#deadline === undefined || now < this.#deadline) return []
    const effects: ReceiverEffect[] = []
    if (this.#state === 'trailer') this.#decide(now, effects)
    else this.#abandon('silence', effects)
    return effects
  }

  /** The line went away: back to neutral, whatever was under way. */
  reset(): void {
    this.#neutral()
    this.#pending = undefined
    this.#forgetQueue()
  }

  #forgetQueue(): void {
    this.#queue = []
    this.#queueAt = 0
  }

  #take(bytes: Uint8Array, now: number, effects: ReceiverEffect[]): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'storing') {
        // A device that does not wait for its ACK; bounded, because it may never stop.
        const room = this.#options.maxText - (this.#queue.length - this.#queueAt)
        for (let rest = at; rest < bytes.length && rest - at < room; rest++) this.#queue.push(bytes[rest]!)
        return
      }
      if (this.#byte(bytes[at]!, now, effects)) at++
    }
  }

  /** Up to the next frame that is to be stored: what lies behind it stays where it is, however many frames there are. */
  #takeQueue(now: number, effects: ReceiverEffect[]): void {
    while (this.#queueAt < this.#queue.length && this.#state !== 'storing') {
      if (this.#byte(this.#queue[this.#queueAt]!, now, effects)) this.#queueAt++
    }
    if (this.#queueAt < this.#queue.length && this.#queueAt * 2 < this.#options.maxText) return
    this.#queue = this.#queue.slice(this.#queueAt)
    this.#queueAt = 0
  }

  /** False: it is of what comes next, and is to be looked at again. */
  #byte(byte: number, now: number, effects: ReceiverEffect[]): boolean {
    if (this.#state !== 'trailer') {
      this.#inFrame(byte, now, effects)
      return true
    }
    if (byte === control.CR) return true
    this.#decide(now, effects)
    // The device left out CR LF: this byte is already the next thing, after the frame is stored.
    return byte === control.LF
  }

  #inFrame(byte: number, now: number, effects: ReceiverEffect[]): void {
    const isNotChecksum = this.#state !== 'checksum-1' && this.#state !== 'checksum-2'
    if (byte === control.ENQ && isNotChecksum) {
      // In the middle of a message it may be noise as well as a sender that starts over. An ACK would tell the one
      // that its frame arrived, which it did not; NAK tells it to send again, and the other to wait and ask again.
      if (this.#isInFrame() || (this.#last && !this.#isBetweenMessages)) {
        this.#abandon('sender-restarted', effects)
        effects.push({ do: 'reply', with: 'NAK', why: 'ENQ in the middle of a message' })
        return
      }
      this.#last = undefined
      effects.push({ do: 'begin' }, { do: 'reply', with: 'ACK', why: 'ready' })
      this.#wait(now)
      return
    }
    switch (this.#state) {
      case 'neutral':
        return
      case 'waiting':
        if (byte === control.STX) this.#start(now)
        else if (byte === control.EOT) this.#finish(effects)
        return
      case 'number':
        if (byte === control.STX) return this.#start(now)
        if (byte === control.EOT) return this.#abandon('ended-in-frame', effects)
        this.#number = byte >= 0x30 && byte <= 0x37 ? byte - 0x30 : -1
        this.#state = 'text'
        return
      case 'text':
      case 'overlong':
        if (byte === control.ETX || byte === control.ETB) return this.#close(byte, now, effects)
        // None of these may stand in a text (6.3.1.1): the end of this frame got lost.
        if (byte === control.STX) return this.#start(now)
        if (byte === control.EOT) return this.#abandon('ended-in-frame', effects)
        if (this.#state === 'text' && !this.#keep(byte)) effects.push({ do: 'endless' })
        return
      case 'checksum-1':
        this.#sum[0] = byte
        this.#state = 'checksum-2'
        return
      case 'checksum-2':
        this.#sum[1] = byte
        this.#state = 'trailer'
        this.#deadline = now + this.#options.trailerMs
        return
      case 'trailer':
      case 'storing':
        return
    }
  }

  #isInFrame(): boolean {
    return this.#state === 'number' || this.#state === 'text' || this.#state === 'overlong'
  }

  #wait(now: number): void {
    this.#state = 'waiting'
    this.#deadline = now + limits.frameMs
  }

  #neutral(): void {
    this.#state = 'neutral'
    this.#last = undefined
    this.#deadline = undefined
  }

  #start(now: number): void {
    this.#state = 'number'
    this.#length = 0
    this.#number = -1
    this.#deadline = now + limits.frameMs
  }

  /** False when there is no room: the frame is too long. */
  #keep(byte: number): boolean {
    if (this.#length >= this.#options.maxText) {
      this.#state = 'overlong'
      this.#text = new Uint8Array(256)
      return false
    }
    if (this.#length === this.#text.length) {
      const larger = new Uint8Array(this.#text.length * 2)
      larger.set(this.#text)
      this.#text = larger
    }
    this.#text[this.#length++] = byte
    return true
  }

  #close(byte: number, now: number, effects: ReceiverEffect[]): void {
    this.#end = byte === control.ETX ? 'ETX' : 'ETB'
    if (this.#state === 'overlong') {
      this.#wait(now)
      effects.push({ do: 'reply', with: 'NAK', why: 'overlong frame' })
    } else if (this.#options.checksum === 'none') {
      this.#state = 'trailer'
      this.#deadline = now + this.#options.trailerMs
    } else this.#state = 'checksum-1'
  }

  /** 6.3.2.4: accept, acknowledge a repeat, or ask again. */
  #decide(now: number, effects: ReceiverEffect[]): void {
    this.#wait(now)
    const frame: Frame = { number: this.#number, text: this.#text.slice(0, this.#length), end: this.#end }
    const refuse = (why: string) => effects.push({ do: 'reply', with: 'NAK', why })
    if (this.#options.checksum === 'required') {
      const sent = parseInt(String.fromCharCode(...this.#sum), 16)
      const isHex = this.#sum.every((character) => /[0-9A-Fa-f]/.test(String.fromCharCode(character)))
      if (!isHex || this.#number < 0 || sent !== checksum(this.#number, frame.text, frame.end)) return void refuse('wrong checksum')
    }
    const last = this.#last
    if (last && last.number === frame.number && isSameText(last, frame)) {
      effects.push({ do: 'reply', with: 'ACK', why: 'repeated frame' })
      return
    }
    if (this.#options.frameNumbers === 'counted') {
      const isNext = frame.number === (last ? (last.number + 1) % 8 : 1)
      // Some analysers count from 1 again for each message of a transfer.
      const isNewMessage = last?.end === 'ETX' && frame.number === 1 && frame.text[0] === 0x48
      if (!isNext && !isNewMessage) return void refuse('wrong frame number')
    }
    this.#state = 'storing'
    this.#deadline = undefined
    this.#pending = frame
    this.#pendingSince = now
    effects.push({ do: 'store', frame })
  }

  #finish(effects: ReceiverEffect[]): void {
    const isAborted = this.#last?.end === 'ETB'
    this.#neutral()
    effects.push({ do: 'end', isAborted })
  }

  #abandon(why: Interruption, effects: ReceiverEffect[]): void {
    this.#neutral()
    effects.push({ do: 'interrupted', why })
  }
}

const isSameText = (one: Frame, other: Frame): boolean =>
  one.end === other.end && one.text.length === other.text.length && one.text.every((byte, index) => byte === other.text[index])
