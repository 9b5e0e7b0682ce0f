/**
 * Packets of Contec oximeters with firmware 4.6 or later ("V7" protocol): nine bytes, 60 a second.
 * Bit 7 of the first byte (the type) is 0, of all others 1; the second byte carries the bits 7 of
 * the seven data bytes. There is no checksum.
 */
export interface ContecPacket {
  /** Pulse wave, 0 to 127. */
  readonly pleth: number
  /** Beats per minute; absent when the meter has none. */
  readonly pulse?: number
  /** Percent; absent when the meter has none. */
  readonly spo2?: number
  readonly isProbeOff: boolean
  readonly isSearching: boolean
}

const length = 9
/** Type of a packet with live values. */
const live = 0x01
const noPulse = 0xff
const noSpo2 = 0x7f

/** Cuts bytes into live packets; bytes that are no packet are skipped until the next first byte. */
export class ContecFramer {
  #packet: number[] = []

  feed(bytes: Uint8Array): ContecPacket[] {
    const packets: ContecPacket[] = []
    for (const byte of bytes) {
      const isFirst = (byte & 0x80) === 0
      if (isFirst) this.#packet = [byte]
      else if (this.#packet.length > 0) this.#packet.push(byte)
      if (this.#packet.length < length) continue
      const packet = decode(this.#packet)
      if (packet) packets.push(packet)
      this.#packet = []
    }
    return packets
  }
}

const decode = ([type, high, ...low]: readonly number[]): ContecPacket | undefined => {
  if (type !== live || high === undefined) return undefined
  const [status, wave, , pulse, spo2] = low.map((byte, index) => (byte & 0x7f) | (((high >> index) & 1) << 7)) as [number, number, number, number, number]
  const packet = { pleth: wave & 0x7f, isProbeOff: (status & 0x80) !== 0, isSearching: (status & 0x10) !== 0 || (wave & 0x80) !== 0 }
  return { ...packet, ...(pulse === noPulse || pulse === 0 ? {} : { pulse }), ...(spo2 === noSpo2 || spo2 === 0 || spo2 > 100 ? {} : { spo2 }) }
}

const command = (code: number): Uint8Array => Uint8Array.of(0x7d, 0x81, code, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80)

/** What the host sends. */
export const contecCommands = {
  startLive: command(0xa1),
  stopLive: command(0xa2),
  /** Every five seconds, or the meter stops sending. */
  keepAlive: command(0xaf),
} as const

/** The bytes of a live packet: what a virtual oximeter sends. */
export const encodeContec = ({ pleth, pulse, spo2, isProbeOff, isSearching }: ContecPacket): Uint8Array => {
  const data = [
    0x04 | (isSearching ? 0x10 : 0) | (isProbeOff ? 0x80 : 0),
    (pleth & 0x7f) | (isSearching ? 0x80 : 0),
    Math.round(pleth / 8) & 0x0f,
    pulse ?? noPulse,
    spo2 ?? noSpo2,
    0xff,
    0xff,
  ]
  const high = data.reduce((bits, byte, index) => bits | ((byte >> 7) << index), 0)
  return Uint8Array.of(live, 0x80 | high, ...data.map((byte) => byte | 0x80))
}
