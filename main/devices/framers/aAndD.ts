import type { LocalDateTime } from '../../../shared/standards/astm'
import { encodeText } from '../../../shared/standards/astm'
import { ageOf, toChartUnit, type Measurement, type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

const headLength = 60
/** Model numbers in the header: what kind of data follows. */
const models = { cuff: 767, scale: 321 } as const

const u16 = (bytes: readonly number[], at: number) => bytes[at]! | (bytes[at + 1]! << 8)
const u32 = (bytes: readonly number[], at: number) => u16(bytes, at) + u16(bytes, at + 2) * 65_536
const timeAt = (bytes: readonly number[], at: number): LocalDateTime => ({ year: u16(bytes, at), month: bytes[at + 2]!, day: bytes[at + 3]!, hour: bytes[at + 4]!, minute: bytes[at + 5]!, second: bytes[at + 6]! })
/** Not a number: a clock that was never set. */
const instant = ({ year, month, day, hour, minute, second }: LocalDateTime) => (month < 1 || month > 12 || day < 1 || day > 31 ? NaN : Date.UTC(year, month - 1, day, hour, minute, second))

/**
 * A&D blood pressure cuffs and scales over Bluetooth SPP: the device calls after a measurement and sends a header of 60 bytes
 * (little-endian: type 2, length of the data, model, time of measurement, time of sending, serial number) and the data. It is
 * answered `PWA1` once that is on disk, else it sends it again.
 */
export class AAndD implements VitalsFramer {
  readonly window = { ms: 5_000, fewest: 1 }
  readonly deadline = undefined
  #bytes: number[] = []
  #isNoise = false

  opened(): VitalsEffect[] {
    this.#bytes = []
    this.#isNoise = false
    return []
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      this.#bytes.push(byte)
      this.#read(effects)
    }
    return effects
  }

  /** Takes a whole packet off what came, or what cannot begin one. */
  #read(effects: VitalsEffect[]): void {
    const bytes = this.#bytes
    while (bytes.length >= 8) {
      const length = u32(bytes, 2)
      const model = u16(bytes, 6)
      if (u16(bytes, 0) !== 2 || length < 4 || length > 256 || (model !== models.cuff && model !== models.scale)) {
        bytes.shift()
        // One word about each stretch of noise.
        if (!this.#isNoise) effects.push({ do: 'refused', why: 'shape' })
        this.#isNoise = true
        continue
      }
      this.#isNoise = false
      if (bytes.length < headLength + length) return
      const packet = bytes.splice(0, headLength + length)
      effects.push({ do: 'measured', measurement: measurementOf(packet, model), raw: Uint8Array.from(packet), answer: { stored: encodeText('PWA1'), failed: encodeText('PWA0') } })
    }
  }

  tick(): VitalsEffect[] {
    return []
  }
}

const measurementOf = (packet: readonly number[], model: number): Measurement => {
  const data = String.fromCharCode(...packet.slice(headLength))
  const takenAt = timeAt(packet, 9)
  const serial = String.fromCharCode(...packet.slice(35, 47)).replace(/[^\x21-\x7e]/g, '')
  const ageMs = ageOf(instant(timeAt(packet, 16)), instant(takenAt))
  return { numbers: model === models.cuff ? cuffOf(data) : scaleOf(data), takenAt, ageMs, ...(serial === '' ? {} : { serial }) }
}

/** `80`, then systolic less diastolic, diastolic, pulse, mean, each two hexadecimal digits; anything but 80 says that it failed. */
const cuffOf = (data: string): VitalNumbers => {
  const parts = /^80([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})/i.exec(data)?.slice(1).map((digits) => parseInt(digits, 16))
  if (!parts) return {}
  const [pressure, diastolic, pulse] = parts as [number, number, number]
  return { 'bp-systolic': pressure + diastolic, 'bp-diastolic': diastolic, ...(pulse > 0 ? { pulse } : {}) }
}

/** Weight and unit as text. */
const scaleOf = (data: string): VitalNumbers => {
  const [, digits, unit] = /(\d{1,3}(?:\.\d{1,3})?)\s*(kg|lb)/i.exec(data) ?? []
  if (digits === undefined) return {}
  const weight = Number(digits)
  return { weight: unit!.toLowerCase() === 'lb' ? toChartUnit['[lb_av]'](weight) : weight }
}

const timeBytes = ({ year, month, day, hour, minute, second }: LocalDateTime): number[] => [year & 0xff, year >> 8, month, day, hour, minute, second]

/** What a virtual A&D cuff or scale sends. */
export const encodeAAndD = (numbers: VitalNumbers, takenAt: LocalDateTime, sentAt: LocalDateTime, serial: string): Uint8Array => {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0')
  const { 'bp-systolic': systolic, 'bp-diastolic': diastolic = 0, pulse = 0, weight } = numbers
  const isScale = weight !== undefined
  const data = isScale ? `${weight.toFixed(1).padStart(6)} kg` : systolic === undefined ? '0000000000' : `80${hex(systolic - diastolic)}${hex(diastolic)}${hex(pulse)}${hex(diastolic + Math.round((systolic - diastolic) / 3))}`
  const model = isScale ? models.scale : models.cuff
  const head = new Uint8Array(headLength)
  head.set([2, 0, data.length, 0, 0, 0, model & 0xff, model >> 8, 1, ...timeBytes(takenAt), ...timeBytes(sentAt)])
  head.set(encodeText(serial.slice(0, 12)), 35)
  return Uint8Array.from([...head, ...encodeText(data)])
}
