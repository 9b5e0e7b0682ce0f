import { control } from './control'

/**
 * One frame of LIS01-A2 (ASTM E1381), clause 6.3: `STX FN text (ETB|ETX) C1 C2 CR LF`.
 * ETB says that more frames of the same message follow, ETX that this was the last one.
 */
export interface Frame {
  /** 0 to 7; the first frame of a transfer is 1. */
  readonly number: number
  readonly text: Uint8Array
  readonly end: 'ETB' | 'ETX'
}

const hex = '0123456789ABCDEF'

/** Sum of the characters from the frame number to ETB or ETX, modulo 256 (6.3.3). */
export const checksum = (number: number, text: Uint8Array, end: Frame['end']): number => {
  let sum = 0x30 + number + control[end]
  for (const byte of text) sum += byte
  return sum & 0xff
}

/** The bytes of a frame, checksum in upper case as the standard prints it. */
export const encodeFrame = ({ number, text, end }: Frame): Uint8Array => {
  const sum = checksum(number, text, end)
  const bytes = new Uint8Array(text.length + 7)
  bytes[0] = control.STX
  bytes[1] = 0x30 + number
  bytes.set(text, 2)
  bytes.set([control[end], hex.charCodeAt(sum >> 4), hex.charCodeAt(sum & 15), control.CR, control.LF], text.length + 2)
  return bytes
}

/** How a sender cuts a message into frames; analysers differ. */
export type Framing = 'record-per-frame' | 'message-in-frames'

/**
 * Cuts a message (records, each ended by CR) into numbered frames of at most `limit` characters.
 * `record-per-frame`: every record begins a frame and ends with ETX. `message-in-frames`: the
 * message runs through the frames, ETB until the last.
 */
export const framesOf = (message: Uint8Array, framing: Framing, limit: number): Frame[] => {
  const pieces: { text: Uint8Array; end: Frame['end'] }[] = []
  const cut = (part: Uint8Array) => {
    for (let at = 0; at < part.length; at += limit) {
      pieces.push({ text: part.slice(at, at + limit), end: at + limit < part.length ? 'ETB' : 'ETX' })
    }
  }
  if (framing === 'message-in-frames') cut(message)
  else {
    let start = 0
    for (let at = 0; at < message.length; at++) {
      if (message[at] !== control.CR && at !== message.length - 1) continue
      cut(message.slice(start, at + 1))
      start = at + 1
    }
  }
  return pieces.map((piece, index) => ({ number: (index + 1) % 8, ...piece }))
}
