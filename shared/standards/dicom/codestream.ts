import type { Span } from './encapsulated'

/** How a compressed frame is really coded: files are met whose transfer syntax says something else. */
export interface Codestream {
  readonly coding: 'jpeg-dct' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000'
  /** Bits a sample, where the marker says it. */
  readonly precision?: number
  /** Coded in several passes (SOF2, T.81 §G); absent: no. */
  readonly progressive?: true
  /** Whether samples may be negative, where the marker says it (JPEG 2000 only). */
  readonly signed?: boolean
}

/** Start-of-frame markers of ITU-T T.81 table B.1, and SOF55 of T.87. */
const startOfFrame: Readonly<Record<number, Codestream['coding']>> = { 0xc0: 'jpeg-dct', 0xc1: 'jpeg-dct', 0xc2: 'jpeg-dct', 0xc3: 'jpeg-lossless', 0xf7: 'jpeg-ls' }

/** Reads the markers before the first scan; undefined when these bytes are no such codestream. */
export const readCodestream = (bytes: Uint8Array, { offset, length }: Span): Codestream | undefined => {
  const end = offset + length
  if (bytes[offset] === 0xff && bytes[offset + 1] === 0x4f) return { coding: 'jpeg-2000', ...readImageSize(bytes, offset + 2, end) }
  // A JP2 file in place of a bare codestream is met, and decoded.
  if (bytes[offset + 4] === 0x6a && bytes[offset + 5] === 0x50) return { coding: 'jpeg-2000' }
  if (bytes[offset] !== 0xff || bytes[offset + 1] !== 0xd8) return undefined
  let at = offset + 2
  while (at + 4 < end) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    // Fill bytes (T.81 §B.1.1.2).
    if (marker === 0xff) {
      at += 1
      continue
    }
    const coding = startOfFrame[marker]
    if (coding) return { coding, precision: bytes[at + 4] ?? 0, ...(marker === 0xc2 && { progressive: true as const }) }
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  }
  return undefined
}

/** Ssiz of the first component in the SIZ marker, which stands first (ITU-T T.800 §A.5.1): the high bit says signed. */
const readImageSize = (bytes: Uint8Array, at: number, end: number): { readonly precision?: number; readonly signed?: boolean } => {
  const component = bytes[at + 40]
  if (bytes[at] !== 0xff || bytes[at + 1] !== 0x51 || component === undefined || at + 40 >= end) return {}
  return { precision: (component & 0x7f) + 1, signed: component >= 0x80 }
}

/** What each encapsulated transfer syntax promises. */
const promised: Readonly<Record<string, Codestream['coding']>> = {
  '1.2.840.10008.1.2.4.50': 'jpeg-dct',
  '1.2.840.10008.1.2.4.51': 'jpeg-dct',
  '1.2.840.10008.1.2.4.53': 'jpeg-dct',
  '1.2.840.10008.1.2.4.55': 'jpeg-dct',
  '1.2.840.10008.1.2.4.57': 'jpeg-lossless',
  '1.2.840.10008.1.2.4.70': 'jpeg-lossless',
  '1.2.840.10008.1.2.4.80': 'jpeg-ls',
  '1.2.840.10008.1.2.4.81': 'jpeg-ls',
  '1.2.840.10008.1.2.4.90': 'jpeg-2000',
  '1.2.840.10008.1.2.4.91': 'jpeg-2000',
  '1.2.840.10008.1.2.4.201': 'jpeg-2000',
  '1.2.840.10008.1.2.4.202': 'jpeg-2000',
  '1.2.840.10008.1.2.4.203': 'jpeg-2000',
}

/** The transfer syntax under which a decoder is to be chosen for a codestream of that coding. */
const plain: Readonly<Record<Codestream['coding'], string>> = {
  'jpeg-dct': '1.2.840.10008.1.2.4.50',
  'jpeg-lossless': '1.2.840.10008.1.2.4.57',
  'jpeg-ls': '1.2.840.10008.1.2.4.80',
  'jpeg-2000': '1.2.840.10008.1.2.4.90',
}

/**
 * The transfer syntax by which the viewer decodes these frames right: the one that was said, unless the frames
 * are coded otherwise. The DCT ones (extended and progressive too, with 8 bits) go by the name of the first; those with
 * 12 bits by that of the second, which has a decoder of its own.
 */
export const decodedAs = (transferSyntaxUid: string, { coding, precision }: Codestream): string => {
  if (coding === 'jpeg-dct' && precision === 12) return '1.2.840.10008.1.2.4.51'
  return promised[transferSyntaxUid] === coding && coding !== 'jpeg-dct' ? transferSyntaxUid : plain[coding]
}
