import { control, decodeText } from '../../../shared/standards/astm'

/** What bytes look like, before anything is known of the device. */
export type Likeness =
  /** Too few to say. */
  | 'little'
  /** Nothing that a device says: other settings, or a protocol that nobody knows. */
  | 'garbled'
  /** Lines of text. */
  | 'text'
  /** A device that asks whether somebody listens: it says the rest once it is answered. */
  | 'enquiry'

/** Fewer say nothing, unless they are an enquiry. */
const fewest = 16
/** Of text, so many characters are of those that devices write. */
const textShare = 0.97

const isOfText = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** Characters around messages: they are of no text, and are no garble either. */
const isFraming = (byte: number): boolean => byte >= control.STX && byte <= 0x06

/** What these bytes look like. */
export const likenessOf = (bytes: Uint8Array): Likeness => {
  if (bytes.length > 0 && bytes.every((byte) => byte === control.ENQ)) return 'enquiry'
  if (bytes.length < fewest) return 'little'
  const body = bytes.filter((byte) => !isFraming(byte) && byte !== control.ETB && byte !== 0x0b && byte !== 0x1c)
  const written = body.filter(isOfText)
  if (body.length < fewest / 2 || written.length < textShare * body.length) return 'garbled'
  // Letters, digits and spaces make up most of what anybody writes; what a wrong speed makes of it is mostly signs.
  const plain = decodeText(written).replace(/[^A-Za-z0-9 .\r\n]/g, '').length
  return plain >= 0.5 * written.length && written.some((byte) => byte === 0x0a || byte === 0x0d) ? 'text' : 'garbled'
}
