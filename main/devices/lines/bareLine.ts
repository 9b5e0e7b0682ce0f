import type { BareLine, LineHeard, SerialSettings } from '../../../shared/contract'
import { type Line, type Transport, TransportProblem } from '../transports'
import { LineRing } from './ring'

/** Bytes and pieces of a line that are held for its readers: some seconds of the fastest port. */
const ringBytes = 512 * 1024
const ringPieces = 20_000
/** Most bytes in one answer. */
const answerBytes = 128 * 1024
/** What a port takes in a second, so that a piece never runs into the time limit of a write. */
const pieceAt = (baudRate: number): number => Math.max(32, Math.min(4096, Math.floor(baudRate / 10)))
/** What may wait to be sent. */
const unsentLimit = 1024 * 1024

/** What listens on a bare line beside its readers. */
export interface LineListener {
  /** The line is open (again); for a listening line: somebody connected. */
  opened?(): void
  bytes(bytes: Uint8Array): void
  closed?(): void
}

/** What an open bare line needs. */
export interface BareLineOptions {
  readonly id: string
  readonly path: string
  readonly serial: SerialSettings
  readonly transportAt: (path: string, serial: SerialSettings) => Transport
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Everything that comes and goes, for whoever keeps a record of ports. */
  readonly tap?: (path: string, from: 'device' | 'host', bytes: Uint8Array, at: number) => void
}

const closedMeanwhile = () => new TransportProblem('port-failed', 'the line was closed meanwhile')

/** A port opened without a driver. */
export class OpenLine {
  readonly #ring = new LineRing(ringBytes, ringPieces)
  #serial: SerialSettings
  #line: Line | undefined
  #state: BareLine['state'] = 'closed'
  #problem: BareLine['problem']
  #listener: LineListener | undefined
  /** Counts openings: what an earlier opening still tells is not of this one. */
  #opening = 0
  #unsent: Uint8Array[] = []
  #isSending = false
  /** One change of the settings at a time: the port takes no second opening. */
  #setting: Promise<void> = Promise.resolve()
  #isOver = false
  /** When somebody last asked for it, milliseconds since 1970. */
  askedAt: number

  constructor(private readonly options: BareLineOptions) {
    this.#serial = options.serial
    this.askedAt = options.now()
  }

  /** Closed for good: it opens no more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Rejects with {@link TransportProblem}. */
  async open(): Promise<void> {
    if (this.#isOver) throw closedMeanwhile()
    const opening = ++this.#opening
    const isOurs = () => opening === this.#opening
    const { path, transportAt } = this.options
    let closedEarly = false
    const line = await transportAt(path, this.#serial).open({
      bytes: (bytes) => isOurs() && this.#hear(bytes),
      joined: () => isOurs() && this.#become('open'),
      left: () => isOurs() && this.#become('listening'),
      closed: (why) => {
        closedEarly = true
        if (isOurs() && this.#line) this.#lose(why === 'failed' ? 'port-failed' : 'unplugged')
      },
    })
    if (!isOurs()) {
      await line.close()
      throw closedMeanwhile()
    }
    if (closedEarly) throw new TransportProblem('port-failed', 'the line closed as it opened')
    this.#line = line
    this.#problem = undefined
    this.#become(line.isListening ? 'listening' : 'open')
  }

  /** Opens the same port with other settings. Rejects with {@link TransportProblem}. */
  set(serial: SerialSettings): Promise<void> {
    const setting = this.#setting.then(async () => {
      await this.#shut()
      this.#serial = serial
      await this.open()
    })
    this.#setting = setting.catch(() => undefined)
    return setting
  }

  /** For good: a change of the settings that is under way opens it no more. */
  async close(): Promise<void> {
    this.#isOver = true
    const shut = this.#shut()
    this.#listener = undefined
    await shut
  }

  /** One listener at a time; undefined: none any more. */
  listen(listener: LineListener | undefined): void {
    const before = this.#listener
    this.#listener = undefined
    if (this.#state === 'open') before?.closed?.()
    this.#listener = listener
    if (this.#state === 'open') listener?.opened?.()
  }

  /** Queues bytes; false: too much waits already, or the line is closed. */
  write(bytes: Uint8Array): boolean {
    if (this.#state !== 'open' || this.#unsentBytes() + bytes.length > unsentLimit) return false
    const size = pieceAt(this.#serial.baudRate)
    for (let at = 0; at < bytes.length; at += size) this.#unsent.push(bytes.slice(at, at + size))
    void this.#send()
    return true
  }

  about(): BareLine {
    const { id: line, path } = this.options
    return { line, path, serial: this.#serial, state: this.#state, ...(this.#problem === undefined ? {} : { problem: this.#problem }), unsent: this.#unsentBytes() }
  }

  heard(after: number): LineHeard {
    return { ...this.about(), ...this.#ring.after(after, answerBytes) }
  }

  #unsentBytes(): number {
    return this.#unsent.reduce((sum, { length }) => sum + length, 0)
  }

  #become(state: 'open' | 'listening'): void {
    const wasOpen = this.#state === 'open'
    this.#state = state
    if (wasOpen) this.#listener?.closed?.()
    if (state === 'open') this.#listener?.opened?.()
    else this.#unsent = []
  }

  #keep(from: 'device' | 'host', bytes: Uint8Array): void {
    const at = this.options.now()
    this.#ring.add(from, bytes, new Date(at).toISOString())
    this.options.tap?.(this.options.path, from, bytes, at)
  }

  #hear(bytes: Uint8Array): void {
    this.#keep('device', bytes)
    try {
      this.#listener?.bytes(bytes)
    } catch {
      // A listener that cannot read this reads nothing more; the line and its readers go on.
      this.#listener = undefined
    }
  }

  async #send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    const line = this.#line
    try {
      for (let piece = this.#unsent[0]; piece && line && this.#line === line; piece = this.#unsent[0]) {
        await line.write(piece)
        if (this.#unsent[0] !== piece) break
        this.#unsent.shift()
        this.#keep('host', piece)
      }
    } catch {
      if (this.#line === line) this.#lose('port-failed')
    } finally {
      this.#isSending = false
    }
    if (this.#unsent.length > 0 && this.#line) void this.#send()
  }

  #lose(problem: 'unplugged' | 'port-failed'): void {
    if (!this.#line) return
    void this.#shut()
    this.#problem = problem
  }

  async #shut(): Promise<void> {
    const line = this.#line
    this.#opening++
    this.#line = undefined
    this.#unsent = []
    const wasOpen = this.#state === 'open'
    this.#state = 'closed'
    this.#problem = undefined
    if (wasOpen) this.#listener?.closed?.()
    await line?.close()
  }
}
