import { characterSetsOf, decodeText } from './characterSet'
import type { DataElement } from './dataSet'
import { isUid, tags } from './tags'

/** Longer than any text that is kept of a header; what is longer is cut. */
const longestText = 1024

/** Reads values of the elements of a header, or of one item of a sequence in it. What is missing or is none comes as '' or undefined. */
export class HeaderValues {
  private readonly characterSets: readonly string[]

  constructor(
    private readonly bytes: Uint8Array,
    private readonly elements: ReadonlyMap<string, DataElement>,
    private readonly bigEndian: boolean,
  ) {
    this.characterSets = characterSetsOf(this.code(tags.SpecificCharacterSet))
  }

  private value(tag: string): Uint8Array {
    const element = this.elements.get(tag)
    return element ? this.bytes.subarray(element.offset, element.offset + Math.min(element.length, longestText)) : new Uint8Array(0)
  }

  private view(tag: string, length: number): DataView | undefined {
    const value = this.value(tag)
    return value.length < length ? undefined : new DataView(value.buffer, value.byteOffset, length)
  }

  /** Text in the repertoire of the data set (LO, SH, PN). */
  text(tag: string): string {
    return decodeText(this.value(tag), this.characterSets).replace(/\0/g, '').trim()
  }

  /** Text that is ASCII whatever the character set (UI, CS, DA, DS, IS). */
  code(tag: string): string {
    return decodeText(this.value(tag), []).replace(/\0/g, '').trim()
  }

  uid(tag: string): string {
    const value = this.code(tag)
    return isUid(value) ? value : ''
  }

  /** US. */
  unsigned(tag: string): number | undefined {
    return this.view(tag, 2)?.getUint16(0, !this.bigEndian)
  }

  /** SS. */
  signed(tag: string): number | undefined {
    return this.view(tag, 2)?.getInt16(0, !this.bigEndian)
  }

  /** UL. */
  unsignedLong(tag: string): number | undefined {
    return this.view(tag, 4)?.getUint32(0, !this.bigEndian)
  }

  /** SL. */
  signedLong(tag: string): number | undefined {
    return this.view(tag, 4)?.getInt32(0, !this.bigEndian)
  }

  /** FD. */
  double(tag: string): number | undefined {
    return this.view(tag, 8)?.getFloat64(0, !this.bigEndian)
  }

  /** IS or DS, all values; undefined unless every one is a number. */
  numbers(tag: string): readonly number[] | undefined {
    const value = this.code(tag)
    if (value === '') return undefined
    const numbers = value.split('\\').map((each) => (each.trim() === '' ? NaN : Number(each)))
    return numbers.every(Number.isFinite) ? numbers : undefined
  }
}
