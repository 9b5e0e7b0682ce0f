import type { SerialSettings } from '../../../../shared/contract'

/** Bits of a line, one after the other, each with the time that it lasts, in seconds. Idle is 1. */
const bitsOf = (bytes: Uint8Array, { baudRate, dataBits, parity, stopBits }: SerialSettings, gapBits: (index: number) => number): number[] => {
  void baudRate
  const bits: number[] = []
  bytes.forEach((byte, index) => {
    bits.push(0)
    let ones = 0
    for (let at = 0; at < dataBits; at++) {
      const bit = (byte >> at) & 1
      ones += bit
      bits.push(bit)
    }
    if (parity !== 'none') bits.push((ones % 2 === 0) === (parity === 'even') ? 0 : 1)
    for (let stop = 0; stop < stopBits + gapBits(index); stop++) bits.push(1)
  })
  return bits
}

/** How a receiver takes a character whose stop bit is missing: as any other, or not at all. */
export type FramingErrors = 'delivered' | 'dropped'

/**
 * What a UART with settings of its own makes of bytes that were sent with others: it begins a character at a falling
 * edge and looks at the middle of each of its own bits.
 *
 * @param gapBits idle bits after each character of the sender
 */
export const heardAs = (bytes: Uint8Array, sent: SerialSettings, own: SerialSettings, gapBits: (index: number) => number = () => 0, errors: FramingErrors = 'delivered'): Uint8Array => {
  const bits = [1, 1, ...bitsOf(bytes, sent, gapBits), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
  const levelAt = (time: number): number => bits[Math.floor(time * sent.baudRate)] ?? 1
  const end = bits.length / sent.baudRate
  const own1 = 1 / own.baudRate
  const heard: number[] = []
  /** The next falling edge at or after a time; the line is looked at as it is just before. */
  const fallAfter = (time: number): number | undefined => {
    for (let index = Math.max(1, Math.ceil(time * sent.baudRate - 1e-6)); index < bits.length; index++) if (bits[index] === 0 && bits[index - 1] === 1) return index / sent.baudRate
    return undefined
  }
  for (let start = fallAfter(0); start !== undefined && start < end; ) {
    const length = own.dataBits + (own.parity === 'none' ? 0 : 1)
    let byte = 0
    let ones = 0
    let isFaulty = false
    for (let at = 0; at < length; at++) {
      const bit = levelAt(start + (at + 1.5) * own1)
      ones += bit
      if (at < own.dataBits) byte |= bit << at
    }
    if (own.parity !== 'none' && (ones % 2 === 0) !== (own.parity === 'even')) isFaulty = true
    const middle = start + (length + 1.5) * own1
    if (levelAt(middle) === 0) isFaulty = true
    if (!isFaulty || errors === 'delivered') heard.push(byte)
    start = fallAfter(middle)
  }
  return Uint8Array.from(heard)
}
