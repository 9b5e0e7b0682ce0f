import type { SerialSettings } from '../../../shared/contract'
import { parityIn, sevenBits, stretchOf } from './bits'
import { likenessOf } from './readable'

/** How the search for the line settings stands. */
export type SearchState =
  /** Nothing was heard yet, or too little since the settings were changed. */
  | { readonly state: 'waiting' }
  /** Found: it reads with the settings of the line. `by`: what says so. */
  | { readonly state: 'found'; readonly by: 'protocol' | 'enquiry' | 'text' }
  /** Try these next. */
  | { readonly state: 'next'; readonly serial: SerialSettings }
  /** Something is heard, and no setting makes sense of it. */
  | { readonly state: 'unreadable' }

const speeds = [9600, 115200, 38400, 19200, 57600, 4800, 2400, 1200] as const

const plain = (baudRate: number): SerialSettings => ({ baudRate, dataBits: 8, parity: 'none', stopBits: 1 })
const checked = (baudRate: number): SerialSettings[] => (['even', 'odd'] as const).map((parity) => ({ baudRate, dataBits: 8, parity, stopBits: 1 }))

const same = (one: SerialSettings, other: SerialSettings): boolean => one.baudRate === other.baudRate && one.dataBits === other.dataBits && one.parity === other.parity

/** Bytes that are looked at; more say no more. */
const looked = 8 * 1024
/** Garble of so many bytes is enough to go on; of fewer, once the device pauses. */
const enough = 48
const pauseMs = 250
/** Silence after something was heard: a port that drops what it takes for faulty may hear nothing at all with these settings. */
const silentMs = 90_000

/**
 * Finds the settings of a line from what is heard: begins with the most usual ones and lets garbled bytes say where to
 * look next. Silence says nothing, so an analyser that speaks only when a button is pressed is waited for.
 * Pure: the caller owns line and clock; what reads (a protocol) is told by `reads`.
 */
export class SettingsSearch {
  readonly tried: SerialSettings[] = []
  #serial: SerialSettings
  #heard: number[] = []
  #lastAt: number
  #hints: SerialSettings[] = []
  #hasHeard = false

  constructor(
    private readonly reads: (bytes: Uint8Array) => boolean,
    now: number,
    first: SerialSettings = plain(speeds[0]),
  ) {
    this.#serial = first
    this.#lastAt = now
  }

  get serial(): SerialSettings {
    return this.#serial
  }

  /** What was heard since these settings are tried. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#heard)
  }

  feed(bytes: Uint8Array, now: number): void {
    this.#hasHeard = true
    this.#lastAt = now
    if (this.#heard.length < looked) this.#heard.push(...bytes.subarray(0, looked - this.#heard.length))
  }

  /** To be asked a few times a second; after `next` the line has the new settings. */
  look(now: number): SearchState {
    const bytes = this.bytes
    if (bytes.length === 0) return this.#hasHeard && now - this.#lastAt > silentMs ? this.#go(now) : { state: 'waiting' }
    if (this.reads(bytes)) return { state: 'found', by: 'protocol' }
    const likeness = likenessOf(bytes)
    const isPausing = now - this.#lastAt >= pauseMs
    if (likeness === 'enquiry' && isPausing) return { state: 'found', by: 'enquiry' }
    if (likeness === 'text' && (isPausing || bytes.length >= 4 * enough)) return { state: 'found', by: 'text' }
    const parity = bytes.length >= enough / 2 ? parityIn(bytes) : undefined
    if (parity && this.#serial.dataBits === 8 && this.#serial.parity === 'none') {
      const seven = sevenBits(bytes)
      if (this.reads(seven) || likenessOf(seven) === 'text') return this.#to({ ...this.#serial, dataBits: 7, parity }, now)
    }
    if (bytes.length < enough && !(isPausing && bytes.length >= 4)) return { state: 'waiting' }
    if (likeness !== 'garbled' && !isPausing) return { state: 'waiting' }
    this.#hint(bytes)
    return this.#go(now)
  }

  #hint(bytes: Uint8Array): void {
    const { baudRate } = this.#serial
    const times = stretchOf(bytes, speeds.map((speed) => baudRate / speed))
    if (times === undefined) return
    // So far apart that every character is one low: any of the slower ones.
    const slower = speeds.filter((speed) => (times >= 9 ? baudRate / speed >= 9 : baudRate / speed === times))
    this.#hints = slower.flatMap((speed) => [plain(speed), ...checked(speed)])
  }

  #go(now: number): SearchState {
    if (!this.tried.some((each) => same(each, this.#serial))) this.tried.push(this.#serial)
    const all = [...this.#hints, ...speeds.map(plain), ...checked(19200), ...checked(9600), ...speeds.flatMap(checked)]
    const next = all.find((serial) => !this.tried.some((each) => same(each, serial)))
    if (!next) return { state: 'unreadable' }
    return this.#to(next, now)
  }

  #to(serial: SerialSettings, now: number): SearchState {
    if (!this.tried.some((each) => same(each, this.#serial))) this.tried.push(this.#serial)
    this.#serial = serial
    this.#heard = []
    this.#lastAt = now
    return { state: 'next', serial }
  }
}
