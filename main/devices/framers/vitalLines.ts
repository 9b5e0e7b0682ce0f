import { decodeText, encodeText } from '../../../shared/standards/astm'
import { toChartUnit, type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

/** How a device that speaks in lines of text is read; see the profiles of protocol `lines`. */
export interface VitalLinesOptions {
  /** `live`: each line is a sample of a stream. `spot`: each line with a number is a finished measurement. */
  readonly mode: 'live' | 'spot'
  /** `(?<value>…)` of a number and what it is; `unit`, where the line does not say one: see `units`. */
  readonly numbers: readonly { readonly pattern: string; readonly code: keyof VitalNumbers; readonly unit?: string }[]
  /** `(?<unit>…)` of a pattern as the device writes it → what the chart converts from; `1`: the unit of the chart. */
  readonly units: Readonly<Record<string, string>>
  /** A line that fits one of these is not usable: an alarm, a probe that is off, a load that moves. */
  readonly unusable: readonly string[]
  /** Sent when the line opens, and again every `askMs`; `\r` and the like as in the profile. */
  readonly ask?: string
  readonly askMs?: number
  /** Bytes that end a line besides CR and LF. */
  readonly lineEnds: readonly number[]
  readonly window: { readonly ms: number; readonly fewest: number }
}

const longest = 500
/** The same line again within this is the same measurement, written once more. */
const repeatMs = 2_000

/** Devices that write a line of text for each measurement or each second: Masimo, Nonin's printer output, thermometers, scales, height rods. */
export class VitalLines implements VitalsFramer {
  readonly window: VitalsFramer['window']
  readonly #options: VitalLinesOptions
  readonly #patterns: readonly { readonly pattern: RegExp; readonly code: keyof VitalNumbers; readonly unit?: string }[]
  readonly #unusable: readonly RegExp[]
  #line: number[] = []
  #isOverlong = false
  #last = { line: '', at: 0 }
  deadline: number | undefined

  constructor(options: VitalLinesOptions) {
    this.#options = options
    this.window = options.window
    this.#patterns = options.numbers.map((each) => ({ ...each, pattern: new RegExp(each.pattern, 'u') }))
    this.#unusable = options.unusable.map((pattern) => new RegExp(pattern, 'u'))
  }

  opened(now: number): VitalsEffect[] {
    this.#line = []
    this.#isOverlong = false
    return this.#ask(now)
  }

  feed(bytes: Uint8Array, now: number): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      if (byte !== 0x0d && byte !== 0x0a && !this.#options.lineEnds.includes(byte)) {
        if (this.#line.length < longest) this.#line.push(byte)
        else if (!this.#isOverlong) {
          this.#isOverlong = true
          effects.push({ do: 'refused', why: 'overlong' })
        }
        continue
      }
      const line = Uint8Array.from(this.#line)
      this.#line = []
      if (!this.#isOverlong && line.length > 0) effects.push(...this.#read(line, now))
      this.#isOverlong = false
    }
    return effects
  }

  tick(now: number): VitalsEffect[] {
    return this.deadline !== undefined && now >= this.deadline ? this.#ask(now) : []
  }

  #ask(now: number): VitalsEffect[] {
    const { ask, askMs } = this.#options
    this.deadline = ask !== undefined && askMs !== undefined ? now + askMs : undefined
    return ask === undefined ? [] : [{ do: 'write', bytes: encodeText(ask) }]
  }

  #read(bytes: Uint8Array, now: number): VitalsEffect[] {
    const line = decodeText(bytes)
    // A scale that writes its weight five times a second has measured once.
    const isRepeat = line === this.#last.line && now - this.#last.at < repeatMs
    this.#last = { line, at: now }
    if (isRepeat && this.#options.mode === 'spot') return []
    const numbers: Partial<Record<keyof VitalNumbers, number>> = {}
    let isKnown = false
    for (const { pattern, code, unit } of this.#patterns) {
      const groups = pattern.exec(line)?.groups
      if (!groups) continue
      isKnown = true
      const value = Number(groups['value']!.replace(',', '.').replace(/^\+/, ''))
      const from = groups['unit'] === undefined ? (unit ?? '1') : this.#options.units[groups['unit'].trim()]
      // A unit that the profile does not know is no number: 98.6 is not a temperature before somebody says of which scale.
      if (groups['value']!.trim() !== '' && Number.isFinite(value) && from !== undefined && Object.hasOwn(toChartUnit, from)) numbers[code] = toChartUnit[from as keyof typeof toChartUnit](value)
    }
    const isUsable = !this.#unusable.some((pattern) => pattern.test(line))
    if (this.#options.mode === 'live') return isKnown || !isUsable ? [{ do: 'live', numbers, isUsable: isUsable && Object.keys(numbers).length > 0 }] : []
    return isUsable && Object.keys(numbers).length > 0 ? [{ do: 'measured', measurement: { numbers }, raw: bytes }] : []
  }
}
