import type { LocalDateTime } from '../../../shared/standards/astm'
import { ageOf, sumOf, toChartUnit, type VitalNumbers, type VitalsEffect, type VitalsFramer } from './vitals'

/** `51 command d0 d1 d2 d3 A3|A5 sum`: A3 from the host, A5 from the meter. */
const packetLength = 8
const direction = { ask: 0xa3, answer: 0xa5 } as const
const commands = { clock: 0x23, recordTime: 0x25, recordValue: 0x26 } as const

const packetOf = (command: number, data: readonly number[], way: number): Uint8Array => {
  const seven = [0x51, command, ...data, way]
  return Uint8Array.of(...seven, sumOf(seven))
}
const ask = (command: number): Uint8Array => packetOf(command, [0, 0, 0, 0], direction.ask)

/** Year (7 bits, from 2000), month (4), day (5) in a little-endian word; minute; hour. */
const timeOf = (data: readonly number[]): LocalDateTime => {
  const word = data[0]! | (data[1]! << 8)
  return { year: 2000 + (word >> 9), month: (word >> 5) & 0x0f, day: word & 0x1f, hour: data[3]! & 0x1f, minute: data[2]! & 0x3f, second: 0 }
}
const instant = ({ year, month, day, hour, minute }: LocalDateTime) => Date.UTC(year, month - 1, day, hour, minute)
/** The kind of a record that is a check with control solution (bits 7 and 6 of its last byte). */
const controlKind = 3

/**
 * TaiDoc glucometers of the TD-42xx family: the host asks, again and again, for clock, time and value of the newest record
 * (number 0); one that it has not had before is a measurement.
 */
export class TaiDoc implements VitalsFramer {
  readonly window = { ms: 5_000, fewest: 1 }
  readonly #askMs: number
  #bytes: number[] = []
  #raw: number[] = []
  #clock: LocalDateTime | undefined
  #time: LocalDateTime | undefined
  #last = ''
  deadline: number | undefined

  /** @param askMs how often the meter is asked */
  constructor(askMs: number) {
    this.#askMs = askMs
  }

  opened(now: number): VitalsEffect[] {
    this.#bytes = []
    return this.#ask(now)
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    for (const byte of bytes) {
      this.#bytes.push(byte)
      if (this.#bytes.length < packetLength) continue
      const packet = this.#bytes.slice(0, packetLength)
      if (packet[0] !== 0x51 || packet[6] !== direction.answer || sumOf(packet.slice(0, 7)) !== packet[7]) {
        if (packet[0] === 0x51) effects.push({ do: 'refused', why: 'sum' })
        this.#bytes.shift()
        continue
      }
      this.#bytes = []
      effects.push(...this.#hear(packet))
    }
    return effects
  }

  tick(now: number): VitalsEffect[] {
    return this.deadline !== undefined && now >= this.deadline ? this.#ask(now) : []
  }

  #ask(now: number): VitalsEffect[] {
    this.deadline = now + this.#askMs
    this.#clock = undefined
    this.#time = undefined
    this.#raw = []
    return [{ do: 'write', bytes: ask(commands.clock) }]
  }

  #hear(packet: readonly number[]): VitalsEffect[] {
    const data = packet.slice(2, 6)
    this.#raw.push(...packet)
    switch (packet[1]) {
      case commands.clock:
        this.#clock = timeOf(data)
        return [{ do: 'write', bytes: ask(commands.recordTime) }]
      case commands.recordTime:
        this.#time = timeOf(data)
        return [{ do: 'write', bytes: ask(commands.recordValue) }]
      case commands.recordValue: {
        const takenAt = this.#time
        const glucose = data[0]! | (data[1]! << 8)
        // No record at all is all zeroes or all ones.
        if (!takenAt || takenAt.month < 1 || takenAt.month > 12 || glucose === 0 || glucose === 0xffff) return []
        const key = JSON.stringify([takenAt, data])
        if (key === this.#last) return []
        this.#last = key
        const ageMs = ageOf(this.#clock ? instant(this.#clock) : NaN, instant(takenAt))
        return [
          {
            do: 'measured',
            measurement: { numbers: { glucose: toChartUnit['mg/dL'](glucose) }, takenAt, ageMs, ...(data[3]! >> 6 === controlKind ? { isControl: true } : {}) },
            raw: Uint8Array.from(this.#raw),
          },
        ]
      }
      default:
        return []
    }
  }
}

const wordOf = ({ year, month, day }: LocalDateTime): number[] => {
  const word = ((year - 2000) << 9) | (month << 5) | day
  return [word & 0xff, word >> 8]
}

/** What a virtual TaiDoc answers to the bytes of a host; undefined to what it does not know. */
export const answerOfTaiDoc = (asked: Uint8Array, record: { readonly numbers: VitalNumbers; readonly takenAt: LocalDateTime; readonly isControl?: boolean }, clock: LocalDateTime): Uint8Array | undefined => {
  if (asked.length !== packetLength || asked[0] !== 0x51 || asked[6] !== direction.ask || sumOf(asked.subarray(0, 7)) !== asked[7]) return undefined
  const glucose = Math.round((record.numbers.glucose ?? 0) * 18.016)
  switch (asked[1]) {
    case commands.clock:
      return packetOf(commands.clock, [...wordOf(clock), clock.minute, clock.hour], direction.answer)
    case commands.recordTime:
      return packetOf(commands.recordTime, [...wordOf(record.takenAt), record.takenAt.minute, record.takenAt.hour], direction.answer)
    case commands.recordValue:
      return packetOf(commands.recordValue, [glucose & 0xff, glucose >> 8, 22, record.isControl ? controlKind << 6 : 0], direction.answer)
    default:
      return undefined
  }
}
