import { ContecFramer, contecCommands } from './contec'
import { hasTopBit, present, type VitalsEffect, type VitalsFramer } from './vitals'

const perSecond = 60
const oximeterWindow = { ms: 5_000, fewest: perSecond }

/** Contec oximeters with firmware 4.6 or later: started by the host, and kept alive by it. */
export class ContecLive implements VitalsFramer {
  readonly window = oximeterWindow
  readonly #framer = new ContecFramer()
  readonly #keepAliveMs: number
  deadline: number | undefined

  constructor(keepAliveMs: number) {
    this.#keepAliveMs = keepAliveMs
  }

  opened(now: number): VitalsEffect[] {
    this.deadline = now + this.#keepAliveMs
    return [{ do: 'write', bytes: contecCommands.startLive }]
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const packets = this.#framer.feed(bytes)
    const effects = packets.map(({ pulse, spo2, isProbeOff, isSearching }): VitalsEffect => ({
      do: 'live',
      numbers: present({ spo2, pulse }),
      isUsable: !isProbeOff && !isSearching && spo2 !== undefined && pulse !== undefined,
    }))
    return packets.length === 0 ? effects : [...effects, { do: 'wave', wave: { code: 'pleth', samples: packets.map(({ pleth }) => pleth / 127), perSecond } }]
  }

  tick(now: number): VitalsEffect[] {
    if (this.deadline === undefined || now < this.deadline) return []
    this.deadline = now + this.#keepAliveMs
    return [{ do: 'write', bytes: contecCommands.keepAlive }]
  }
}

/** What an older Contec says in one packet. */
export interface OldContecPacket {
  /** 0 to 127. */
  readonly pleth: number
  readonly pulse?: number
  readonly spo2?: number
  readonly isProbeOff: boolean
  readonly isSearching: boolean
}

/**
 * Contec oximeters with firmware before 4.6: five bytes, 60 a second, without being asked. Only the first byte has bit 7;
 * byte 3 carries bit 7 of the pulse (b6), searching (b5), no finger (b4). No checksum.
 */
export class OldContec implements VitalsFramer {
  readonly window = oximeterWindow
  readonly deadline = undefined
  #packet: number[] = []

  opened(): VitalsEffect[] {
    this.#packet = []
    return []
  }

  feed(bytes: Uint8Array): VitalsEffect[] {
    const effects: VitalsEffect[] = []
    const waves: number[] = []
    for (const byte of bytes) {
      if (hasTopBit(byte)) this.#packet = [byte]
      else if (this.#packet.length > 0) this.#packet.push(byte)
      if (this.#packet.length < 5) continue
      const [, wave, bar, low, saturation] = this.#packet as [number, number, number, number, number]
      this.#packet = []
      const pulse = low | ((bar & 0x40) << 1)
      const isUsable = (bar & 0x30) === 0 && pulse > 0 && pulse < 255 && saturation > 0 && saturation <= 100
      effects.push({ do: 'live', numbers: isUsable ? { spo2: saturation, pulse } : {}, isUsable })
      waves.push(wave / 127)
    }
    return waves.length === 0 ? effects : [...effects, { do: 'wave', wave: { code: 'pleth', samples: waves, perSecond } }]
  }

  tick(): VitalsEffect[] {
    return []
  }
}

/** The bytes of a packet: what a virtual older Contec sends. */
export const encodeOldContec = ({ pleth, pulse = 0, spo2 = 0, isProbeOff, isSearching }: OldContecPacket): Uint8Array =>
  Uint8Array.of(0x84, pleth & 0x7f, ((pulse >> 1) & 0x40) | (isSearching ? 0x20 : 0) | (isProbeOff ? 0x10 : 0) | (pleth >> 3), pulse & 0x7f, spo2 & 0x7f)
