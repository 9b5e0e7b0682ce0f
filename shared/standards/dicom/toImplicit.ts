/**
 * Explicit VR Little Endian to Implicit VR Little Endian, the one form that every application entity has to take (PS3.5 §10.1).
 * Values are copied as they are; VRs are left out, and sequences and items get delimiters in place of lengths. Everything is
 * accounted for to the last byte, or nothing is answered.
 */

const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const undefinedLength = 0xffffffff
const [item, itemEnd, sequenceEnd] = [0xfffee000, 0xfffee00d, 0xfffee0dd]
const deepest = 64

/** The bytes are not what they should be, or cannot be said in the other form. */
class NotConvertible extends Error {}

class Converter {
  readonly pieces: Uint8Array[] = []
  private at = 0
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Elements up to `end`, or up to the delimiter of an item of undefined length. */
  elements(end: number, isDelimited: boolean, depth: number): void {
    if (depth > deepest) throw new NotConvertible()
    while (isDelimited || this.at < end) {
      const tag = this.tag(end)
      if (isDelimited && tag === itemEnd) {
        this.at += 8
        return
      }
      this.element(tag, end, depth)
    }
    if (this.at !== end) throw new NotConvertible()
  }

  private element(tag: number, end: number, depth: number): void {
    if (tag >= 0xfffe0000) throw new NotConvertible()
    const representation = String.fromCharCode(this.view.getUint8(this.at + 4), this.view.getUint8(this.at + 5))
    if (!/^[A-Z]{2}$/.test(representation)) throw new NotConvertible()
    const isLong = longForms.has(representation)
    if (isLong && this.at + 12 > end) throw new NotConvertible()
    const length = isLong ? this.view.getUint32(this.at + 8, true) : this.view.getUint16(this.at + 6, true)
    this.at += isLong ? 12 : 8
    if (representation === 'SQ') {
      this.head(tag, undefinedLength)
      this.items(length === undefinedLength ? end : this.within(length, end), length === undefinedLength, depth + 1)
      this.head(sequenceEnd, 0)
    } else {
      // Fragments have no other form; UN of undefined length hides one.
      if (length === undefinedLength) throw new NotConvertible()
      const valueEnd = this.within(length, end)
      // A group's length counts what is written behind it: it is another one now, and nobody needs it.
      if ((tag & 0xffff) !== 0) {
        this.head(tag, length)
        this.pieces.push(this.bytes.subarray(this.at, valueEnd))
      }
      this.at = valueEnd
    }
  }

  private items(end: number, isDelimited: boolean, depth: number): void {
    while (isDelimited || this.at < end) {
      const tag = this.tag(end)
      const length = this.view.getUint32(this.at + 4, true)
      this.at += 8
      if (isDelimited && tag === sequenceEnd) return
      if (tag !== item) throw new NotConvertible()
      this.head(item, undefinedLength)
      this.elements(length === undefinedLength ? end : this.within(length, end), length === undefinedLength, depth)
      this.head(itemEnd, 0)
    }
    if (this.at !== end) throw new NotConvertible()
  }

  /** The tag here, of something that has at least a head of eight bytes. */
  private tag(end: number): number {
    if (this.at + 8 > end) throw new NotConvertible()
    return this.view.getUint16(this.at, true) * 0x10000 + this.view.getUint16(this.at + 2, true)
  }

  private within(length: number, end: number): number {
    if (this.at + length > end) throw new NotConvertible()
    return this.at + length
  }

  private head(tag: number, length: number): void {
    const head = new Uint8Array(8)
    const view = new DataView(head.buffer)
    view.setUint16(0, tag >>> 16, true)
    view.setUint16(2, tag & 0xffff, true)
    view.setUint32(4, length, true)
    this.pieces.push(head)
  }
}

/**
 * A data set of Explicit VR Little Endian in Implicit VR Little Endian, as pieces one behind the other; undefined when it
 * holds fragments, or is not whole.
 */
export const toImplicitLittleEndian = (dataSet: Uint8Array): readonly Uint8Array[] | undefined => {
  const converter = new Converter(dataSet)
  try {
    converter.elements(dataSet.length, false, 0)
    return converter.pieces
  } catch (reason) {
    if (reason instanceof NotConvertible) return undefined
    throw reason
  }
}
