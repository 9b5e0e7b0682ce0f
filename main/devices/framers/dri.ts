import { sumOf, type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

/** Frame and escape bytes of the Datex-Ohmeda Record Interface (GE M1017617). */
const frame = 0x7e
const escape = 0x7d
const headLength = 40
/** One subrecord of the physiological database: time, values, marker, class. */
const subrecordLength = 278
const longest = 2_000
const physiological = 0
const displayed = 1
const basicClass = 0

/** A frame around a record: sum, then escapes. */
const encodeDri = (record: Uint8Array): Uint8Array => {
  const bytes = [...record, sumOf(record)]
  return Uint8Array.from([frame, ...bytes.flatMap((byte) => (byte === frame ? [escape, 0x5e] : byte === escape ? [escape, 0x5d] : [byte])), frame])
}

/** Asks for the displayed values every `seconds`; 0: no more. */
export const driRequest = (seconds: number): Uint8Array => {
  const record = new Uint8Array(headLength + 9)
  const view = new DataView(record.buffer)
  view.setUint16(0, record.length, true)
  record[21] = 0xff
  record[40] = displayed
  view.setUint16(41, seconds, true)
  view.setUint32(43, 0x0e, true)
  return encodeDri(record)
}

/** Where a value of the basic class stands after the subrecord's time, its scale, and the bytes of its group's status. */
const basic: readonly { readonly code: keyof VitalNumbers; readonly group: number; readonly at: number; readonly scale: number; readonly isSecond?: true }[] = [
  { code: 'pulse', group: 0, at: 6, scale: 1 },
  { code: 'bp-systolic', group: 72, at: 78, scale: 0.01 },
  { code: 'bp-diastolic', group: 72, at: 80, scale: 0.01 },
  { code: 'temperature', group: 86, at: 92, scale: 0.01 },
  { code: 'spo2', group: 118, at: 124, scale: 0.01 },
  // The pulse of the oximeter, where there is no ECG.
  { code: 'pulse', group: 118, at: 126, scale: 1, isSecond: true },
  { code: 'respiratory-rate', group: 132, at: 142, scale: 1 },
]
/** Smaller words are codes: invalid, not updated, below or above the range, not calibrated. */
const smallestValue = -32_000
/** Group status: there is such a module, and it measures. */
const isMeasuring = (status: number) => (status & 0x03) === 0x03

/** GE / Datex-Ohmeda S/5 and Carescape B monitors: displayed values, asked for once and then sent every few seconds. */
export class Dri implements VitalsFramer {
  readonly window: VitalsFramer['window']
  readonly #seconds: number
  #record: number[] | undefined
  #isEscaped = false
  #heard = 0
  deadline: number | undefined

  constructor(seconds: number) {
    this.#seconds = seconds
    this.window = { ms: (seconds * 2 + 1) * 1_000, fewest: 1 }
  }

  opened(now: number): VitalsEffect[] {
    this.#record = undefined
    this.#isEscaped = false
    return this.#ask(now)
  }

  feed(bytes: Uint8Array, now: number): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      if (byte === frame) {
        if (this.#record && this.#record.length > 0) {
          effects.push(...this.#read(Uint8Array.from(this.#record), now))
          this.#record = undefined
        } else this.#record = []
        this.#isEscaped = false
      } else if (this.#record) {
        if (byte === escape) this.#isEscaped = true
        else {
          this.#record.push(this.#isEscaped ? byte | 0x20 : byte)
          this.#isEscaped = false
        }
        if (this.#record.length > longest) {
          effects.push({ do: 'refused', why: 'overlong' })
          this.#record = undefined
        }
      }
    }
    return effects
  }

  tick(now: number): VitalsEffect[] {
    return this.deadline !== undefined && now >= this.deadline ? this.#ask(now) : []
  }

  /** A monitor that was switched off and on has forgotten what it was asked. */
  #ask(now: number): VitalsEffect[] {
    this.#heard = now
    this.deadline = now + this.#seconds * 3_000
    return [{ do: 'write', bytes: driRequest(this.#seconds) }]
  }

  #read(bytes: Uint8Array, now: number): VitalsEffect[] {
    const record = bytes.subarray(0, -1)
    if (sumOf(record) !== bytes.at(-1)) {
      // The frame byte that ended this may begin the next.
      this.#record = []
      return [{ do: 'refused', why: 'sum' }]
    }
    const view = new DataView(record.buffer, record.byteOffset, record.length)
    if (record.length < headLength || view.getUint16(0, true) !== record.length) return [{ do: 'refused', why: 'shape' }]
    if (view.getInt16(14, true) !== physiological) return []
    this.#heard = now
    this.deadline = this.#heard + this.#seconds * 3_000
    const effects: VitalsEffect[] = []
    for (let index = 0; index < 8; index++) {
      const offset = headLength + view.getUint16(16 + index * 3, true)
      const type = record[18 + index * 3]
      if (type === 0xff) break
      if (type !== displayed || offset + subrecordLength > record.length) continue
      if ((view.getUint16(offset + subrecordLength - 2, true) >> 8) % 16 !== basicClass) continue
      const numbers = numbersOf(view, offset + 4)
      effects.push({ do: 'live', numbers, isUsable: Object.keys(numbers).length > 0 })
    }
    return effects
  }
}

const numbersOf = (view: DataView, start: number): VitalNumbers => {
  const numbers: Partial<Record<keyof VitalNumbers, number>> = {}
  for (const { code, group, at, scale, isSecond } of basic) {
    const value = view.getInt16(start + at, true)
    if (!isMeasuring(view.getUint32(start + group, true)) || value <= smallestValue || (isSecond && numbers[code] !== undefined)) continue
    numbers[code] = Number((value * scale).toFixed(2))
  }
  return numbers
}

/** A record of displayed values: what a virtual monitor sends. What is not in `numbers` is not measured. */
export const encodeDriValues = (numbers: VitalNumbers, seconds: number): Uint8Array => {
  const record = new Uint8Array(headLength + subrecordLength)
  const view = new DataView(record.buffer)
  view.setUint16(0, record.length, true)
  view.setUint32(6, seconds, true)
  view.setInt16(14, physiological, true)
  record[18] = displayed
  record[21] = 0xff
  view.setUint32(headLength, seconds, true)
  const start = headLength + 4
  for (const { group, at } of basic) {
    view.setUint32(start + group, 0, true)
    view.setInt16(start + at, -32_767, true)
  }
  for (const { code, group, at, scale, isSecond } of basic) {
    const value = numbers[code]
    if (value === undefined || (isSecond && numbers.spo2 === undefined)) continue
    view.setUint32(start + group, 0x03, true)
    view.setInt16(start + at, Math.round(value / scale), true)
  }
  return encodeDri(record)
}
