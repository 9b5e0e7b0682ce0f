import type { LocalDateTime } from '../../../shared/standards/astm'
import { hasTopBit, present, sumOf, type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

/** Bytes that tell a Nonin which data format to send (9560 OEM specification, "set format"): answered with 06 or 15. */
const noninSetFormat = (format: 2 | 7 | 8 | 13): Uint8Array => Uint8Array.of(0x02, 0x70, 0x02, 0x02, format, 0x03)

const noPulse = 511
const noSpo2 = 127
const pulseOf = (high: number, low: number): number | undefined => {
  const pulse = ((high & 0x03) << 7) | (low & 0x7f)
  return pulse === noPulse || pulse === 0 ? undefined : pulse
}
const spo2Of = (byte: number): number | undefined => {
  const spo2 = byte & 0x7f
  return spo2 === noSpo2 || spo2 === 0 || spo2 > 100 ? undefined : spo2
}

/** Bits of STATUS in data formats 2 and 7. */
const status = { sensorOff: 0x40, artefact: 0x20, outOfTrack: 0x10, sensorAlarm: 0x08, sync: 0x01 } as const

const framesInPacket = 25

/**
 * Data formats 2 and 7: 75 frames a second of five bytes, 25 of them a packet; the fourth byte (FLOAT) of each frame of a
 * packet means something else. Format 2: `01 STATUS PLETH FLOAT CHK`; 7: `STATUS PLETHmsb PLETHlsb FLOAT CHK`.
 */
export class NoninStream implements VitalsFramer {
  /** Three packets a second. */
  readonly window = { ms: 5_000, fewest: 3 }
  readonly deadline = undefined
  readonly #format: 2 | 7
  readonly #selects: boolean
  #bytes: number[] = []
  #frames: { readonly status: number; readonly pleth: number; readonly float: number }[] = []

  constructor(format: 2 | 7, selects: boolean) {
    this.#format = format
    this.#selects = selects
  }

  opened(): VitalsEffect[] {
    this.#bytes = []
    this.#frames = []
    return this.#selects ? [{ do: 'write', bytes: noninSetFormat(this.#format) }] : []
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      this.#bytes.push(byte)
      if (this.#bytes.length < 5) continue
      const frame = this.#frameOf(this.#bytes)
      if (!frame) {
        // Not in step: what was counted of the packet is not to be relied on.
        this.#bytes.shift()
        if (this.#frames.length > 0) effects.push({ do: 'refused', why: 'sum' })
        this.#frames = []
        continue
      }
      this.#bytes = []
      if ((frame.status & status.sync) !== 0) this.#frames = [frame]
      else if (this.#frames.length > 0) this.#frames.push(frame)
      if (this.#frames.length === framesInPacket) effects.push(...this.#packet())
    }
    return effects
  }

  tick(): VitalsEffect[] {
    return []
  }

  #frameOf(bytes: readonly number[]) {
    const [first, second, third, float, check] = bytes as [number, number, number, number, number]
    if (sumOf([first, second, third, float]) !== check) return undefined
    if (this.#format === 2) return first === 0x01 && hasTopBit(second) ? { status: second, pleth: third / 255, float } : undefined
    return hasTopBit(first) ? { status: first, pleth: ((second << 8) | third) / 65_535, float } : undefined
  }

  #packet(): VitalsEffect[] {
    const frames = this.#frames
    this.#frames = []
    const float = (frame: number) => frames[frame - 1]!.float
    const isBad = frames.some((frame) => (frame.status & (status.sensorOff | status.outOfTrack | status.sensorAlarm | status.artefact)) !== 0)
    const numbers = present({ pulse: pulseOf(float(1), float(2)), spo2: spo2Of(float(3)) })
    return [
      { do: 'live', numbers, isUsable: !isBad && numbers.pulse !== undefined && numbers.spo2 !== undefined },
      { do: 'wave', wave: { code: 'pleth', samples: frames.map(({ pleth }) => pleth), perSecond: 75 } },
    ]
  }
}

/** A packet of 25 frames: what a virtual Nonin sends. Without numbers the sensor is off. */
export const encodeNoninPacket = (format: 2 | 7, numbers: VitalNumbers | undefined, pleth: (frame: number) => number): Uint8Array => {
  const pulse = numbers?.pulse ?? noPulse
  const floats: Record<number, number> = { 1: (pulse >> 7) & 0x03, 2: pulse & 0x7f, 3: numbers?.spo2 ?? noSpo2 }
  const bytes: number[] = []
  for (let frame = 1; frame <= framesInPacket; frame++) {
    const state = 0x80 | (frame === 1 ? status.sync : 0) | (numbers ? 0 : status.sensorOff)
    const level = Math.max(0, Math.min(1, pleth(frame)))
    const wave = format === 2 ? [Math.round(level * 255)] : [Math.round(level * 65_535) >> 8, Math.round(level * 65_535) & 0xff]
    const four = [...(format === 2 ? [0x01] : []), state, ...wave, floats[frame] ?? 0]
    bytes.push(...four, sumOf(four))
  }
  return Uint8Array.from(bytes)
}

/**
 * Data format 8: once a second, four bytes (three of older meters). Only the first has bit 7: out of track (b5), artefact
 * (b2), bits 8 and 7 of the pulse. The fourth: sensor off (b3). There is no checksum.
 */
export class NoninSlow implements VitalsFramer {
  readonly window = { ms: 5_000, fewest: 3 }
  readonly deadline = undefined
  readonly #selects: boolean
  #packet: number[] = []

  constructor(selects: boolean) {
    this.#selects = selects
  }

  opened(): VitalsEffect[] {
    this.#packet = []
    return this.#selects ? [{ do: 'write', bytes: noninSetFormat(8) }] : []
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      if (hasTopBit(byte)) {
        if (this.#packet.length === 3) effects.push(this.#live())
        this.#packet = [byte]
      } else if (this.#packet.length > 0 && this.#packet.length < 4) {
        this.#packet.push(byte)
        if (this.#packet.length === 4) {
          effects.push(this.#live())
          this.#packet = []
        }
      }
    }
    return effects
  }

  tick(): VitalsEffect[] {
    return []
  }

  #live(): VitalsEffect {
    const [first, second, third, fourth = 0] = this.#packet as [number, number, number, number?]
    const numbers = present({ pulse: pulseOf(first, second), spo2: spo2Of(third) })
    const isBad = (first & 0x24) !== 0 || (fourth & 0x08) !== 0
    return { do: 'live', numbers, isUsable: !isBad && numbers.pulse !== undefined && numbers.spo2 !== undefined }
  }
}

/** The bytes of a second in data format 8. Without numbers the sensor is off. */
export const encodeNoninSlow = (numbers: VitalNumbers | undefined): Uint8Array => {
  const pulse = numbers?.pulse ?? noPulse
  return Uint8Array.of(0x80 | ((pulse >> 7) & 0x03), pulse & 0x7f, numbers?.spo2 ?? noSpo2, numbers ? 0 : 0x08)
}

const bcd = (byte: number): number => (byte >> 4) * 10 + (byte & 0x0f)
const toBcd = (value: number): number => (Math.floor(value / 10) << 4) | (value % 10)

/**
 * Data format 13, spot check: `00 02 00 0D len len | data | CHK 03`, data of 14 bytes or more: time in BCD (8), status (2),
 * pulse (2), -, SpO₂. Those that were kept come first; bit 4 of the status says that one was.
 */
export class NoninSpot implements VitalsFramer {
  readonly window = { ms: 5_000, fewest: 1 }
  readonly deadline = undefined
  readonly #selects: boolean
  readonly #answers: boolean
  #bytes: number[] = []

  constructor(selects: boolean, answers: boolean) {
    this.#selects = selects
    this.#answers = answers
  }

  opened(): VitalsEffect[] {
    this.#bytes = []
    return this.#selects ? [{ do: 'write', bytes: noninSetFormat(13) }] : []
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      this.#bytes.push(byte)
      this.#read(effects)
    }
    return effects
  }

  tick(): VitalsEffect[] {
    return []
  }

  #read(effects: VitalsEffect[]): void {
    for (;;) {
      const head = [0x00, 0x02, 0x00, 0x0d]
      while (this.#bytes.length > 0 && !head.every((byte, at) => at >= this.#bytes.length || this.#bytes[at] === byte)) this.#bytes.shift()
      if (this.#bytes.length < 6) return
      const length = (this.#bytes[4]! << 8) | this.#bytes[5]!
      if (length < 14 || length > 256) {
        effects.push({ do: 'refused', why: 'shape' })
        this.#bytes.shift()
        continue
      }
      if (this.#bytes.length < 6 + length + 2) return
      const packet = this.#bytes.slice(0, 6 + length + 2)
      const data = packet.slice(6, 6 + length)
      if (packet.at(-1) !== 0x03 || sumOf(data) !== packet.at(-2)) {
        effects.push({ do: 'refused', why: 'sum' })
        this.#bytes.shift()
        continue
      }
      this.#bytes.splice(0, packet.length)
      effects.push(this.#measured(data, packet))
    }
  }

  #measured(data: readonly number[], packet: readonly number[]): VitalsEffect {
    const state = (data[8]! << 8) | data[9]!
    const pulse = (data[10]! << 8) | data[11]!
    const takenAt: LocalDateTime = { year: bcd(data[0]!) * 100 + bcd(data[1]!), month: bcd(data[2]!), day: bcd(data[3]!), hour: bcd(data[4]!), minute: bcd(data[5]!), second: bcd(data[6]!) }
    const hasFailed = (state & 0x0100) !== 0
    return {
      do: 'measured',
      measurement: {
        numbers: hasFailed ? {} : present({ spo2: spo2Of(data[13]!), pulse: pulse === noPulse || pulse === 0 ? undefined : pulse }),
        takenAt,
        ...((state & 0x0010) !== 0 ? { isFromMemory: true } : {}),
      },
      raw: Uint8Array.from(packet),
      ...(this.#answers ? { answer: { stored: Uint8Array.of(0x06), failed: Uint8Array.of(0x15) } } : {}),
    }
  }
}

/** A spot check in data format 13: what a virtual 9560 sends. */
export const encodeNoninSpot = (numbers: VitalNumbers, { year, month, day, hour, minute, second }: LocalDateTime, isFromMemory = false): Uint8Array => {
  const pulse = numbers.pulse ?? noPulse
  const data = [toBcd(Math.floor(year / 100)), ...[year % 100, month, day, hour, minute, second].map(toBcd), 0, 0x00, isFromMemory ? 0x10 : 0x00, pulse >> 8, pulse & 0xff, 0, numbers.spo2 ?? noSpo2]
  return Uint8Array.of(0x00, 0x02, 0x00, 0x0d, 0x00, data.length, ...data, sumOf(data), 0x03)
}
