import type { DataElement, Form } from './dataSet'

/** A plane of one bit a pixel that is drawn over a picture (PS3.3 §C.9.2). */
export interface OverlayPlane {
  /** 6000, 6002 … 601E, hexadecimal. */
  readonly group: string
  readonly rows: number
  readonly columns: number
  /** Row and column of the picture, from 1, at which the overlay's first pixel lies; it may begin outside. */
  readonly origin: readonly [row: number, column: number]
  /** Frames of the overlay; 1 for one that belongs to every frame of the picture. */
  readonly frames: number
  /** The frame of the picture, from 1, to which the first one belongs. */
  readonly firstFrame: number
  /** Where its bits begin in the bytes of the file; the lowest bit of a byte comes first (PS3.5 §8.1.2). */
  readonly offset: number
}

/** More overlay pixels than any picture has. */
const mostBits = 512 * 1024 * 1024

/**
 * The overlay planes of a data set whose bits lie in the element Overlay Data (60xx,3000). Those kept in unused bits of
 * the pixels (retired) are not among them; nor is one whose bits are not all there.
 */
export const overlayPlanes = (bytes: Uint8Array, elements: ReadonlyMap<string, DataElement>, { bigEndian }: Pick<Form, 'bigEndian'>): readonly OverlayPlane[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const planes: OverlayPlane[] = []
  for (let number = 0x6000; number <= 0x601e; number += 2) {
    const group = number.toString(16)
    const of = (element: string) => elements.get(`${group}${element}`)
    const word = (element: string, index = 0): number | undefined => {
      const found = of(element)
      return found && found.length >= index * 2 + 2 ? view.getUint16(found.offset + index * 2, !bigEndian) : undefined
    }
    const signed = (value: number | undefined): number => (value === undefined ? 1 : (value << 16) >> 16)
    const data = of('3000')
    const [rows = 0, columns = 0] = [word('0010'), word('0011')]
    if (!data || rows === 0 || columns === 0 || (word('0100') ?? 1) !== 1) continue
    const frames = framesIn(bytes, of('0015'))
    const bits = rows * columns * frames
    if (bits > mostBits || data.length * 8 < bits || data.offset + Math.ceil(bits / 8) > bytes.length) continue
    planes.push({ group, rows, columns, origin: [signed(word('0050')), signed(word('0050', 1))], frames, firstFrame: word('0051') ?? 1, offset: data.offset })
  }
  return planes
}

/** Number of Frames in Overlay, an integer string; 1 where it is absent or no number. */
const framesIn = (bytes: Uint8Array, element: DataElement | undefined): number => {
  if (!element) return 1
  const text = String.fromCharCode(...bytes.subarray(element.offset, element.offset + Math.min(element.length, 16)))
  const frames = Number.parseInt(text, 10)
  return Number.isInteger(frames) && frames > 0 ? frames : 1
}

/** Index of the overlay's frame for a frame of the picture (from 1); undefined where it has none for it. */
export const overlayFrame = ({ frames, firstFrame }: OverlayPlane, frame: number): number | undefined => {
  if (frames === 1 && firstFrame === 1) return 0
  const index = frame - firstFrame
  return index >= 0 && index < frames ? index : undefined
}

/** Whether the bit of an overlay is set. `row` and `column` from 0. */
export const overlayBit = (bytes: Uint8Array, { offset, rows, columns }: OverlayPlane, frame: number, row: number, column: number): boolean => {
  const bit = (frame * rows + row) * columns + column
  return ((bytes[offset + (bit >>> 3)] ?? 0) & (1 << (bit & 7))) !== 0
}
