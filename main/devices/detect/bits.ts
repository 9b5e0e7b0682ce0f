/**
 * What bytes that were heard with the wrong settings tell about the right ones: a receiver begins each character at a
 * falling edge of the line, so what it makes of slower or of differently checked bits follows a rule.
 */

/** Of so many bytes a rule must hold, so that noise at the beginning does not hide it. */
const share = 0.95

const bit = (byte: number, at: number): number => (byte >> at) & 1

/** Whether a byte can be what a receiver hears of bits that each last `times` of its own. */
const isStretched = (byte: number, times: number): boolean => {
  // Position 0 is the start bit (0); the eight data bits follow, lowest first. Each group of `times` is one true bit.
  for (let position = 1; position <= 8; position++) {
    if (position % times === 0) continue
    const before = position === 1 ? 0 : bit(byte, position - 2)
    if (bit(byte, position - 1) !== before) return false
  }
  return true
}

const holds = (bytes: Uint8Array, rule: (byte: number) => boolean): boolean => {
  let kept = 0
  for (const byte of bytes) if (rule(byte)) kept++
  return kept >= share * bytes.length
}

/** How many times too fast the line was read, of these; undefined: the bytes do not look stretched. The largest that fits counts. */
export const stretchOf = (bytes: Uint8Array, times: readonly number[]): number | undefined => {
  if (bytes.length < 4) return undefined
  return [...times].sort((one, other) => other - one).find((each) => Number.isInteger(each) && each >= 2 && holds(bytes, (byte) => isStretched(byte, Math.min(each, 9))))
}

const isEven = (byte: number): boolean => {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones % 2 === 0
}

/** The parity of seven-bit characters that were heard as eight bits without one; undefined: these are no such characters. */
export const parityIn = (bytes: Uint8Array): 'even' | 'odd' | undefined => {
  // Fewer different characters may agree by chance, and text whose top bit is never set is just text.
  if (new Set(bytes).size < 6 || !bytes.some((byte) => byte >= 0x80)) return undefined
  if (holds(bytes, isEven)) return 'even'
  return holds(bytes, (byte) => !isEven(byte)) ? 'odd' : undefined
}

/** Bytes without their top bit. */
export const sevenBits = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte & 0x7f)
