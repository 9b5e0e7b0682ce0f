/** How a data set and its pixels are written (PS3.5 §10, PS3.6 annex A). */
export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  /** False: the VR of each element comes from the dictionary (implicit VR). */
  readonly explicit: boolean
  readonly bigEndian: boolean
  /** The data set after the file meta information is a raw deflate stream (PS3.5 §A.5). */
  readonly deflated: boolean
  /** Pixel data lie in fragments (PS3.5 §A.4). */
  readonly encapsulated: boolean
  /** The viewer has a decoder for it. */
  readonly viewable: boolean
}

const native = (uid: string, name: string, form: Partial<TransferSyntax> = {}): TransferSyntax => ({
  uid, name, explicit: true, bigEndian: false, deflated: false, encapsulated: false, viewable: true, ...form,
})
const encapsulated = (uid: string, name: string, viewable = true): TransferSyntax => native(uid, name, { encapsulated: true, viewable })

const table: readonly TransferSyntax[] = [
  native('1.2.840.10008.1.2', 'Implicit VR Little Endian', { explicit: false }),
  native('1.2.840.10008.1.2.1', 'Explicit VR Little Endian'),
  native('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', { deflated: true }),
  native('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', { bigEndian: true }),
  encapsulated('1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)'),
  encapsulated('1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 & 4)'),
  encapsulated('1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection (Process 6 & 8)'),
  encapsulated('1.2.840.10008.1.2.4.55', 'JPEG Full Progression (Process 10 & 12)'),
  encapsulated('1.2.840.10008.1.2.4.57', 'JPEG Lossless (Process 14)'),
  encapsulated('1.2.840.10008.1.2.4.70', 'JPEG Lossless (Process 14, Selection Value 1)'),
  encapsulated('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless'),
  encapsulated('1.2.840.10008.1.2.4.81', 'JPEG-LS Near-lossless'),
  encapsulated('1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless'),
  encapsulated('1.2.840.10008.1.2.4.91', 'JPEG 2000'),
  encapsulated('1.2.840.10008.1.2.4.100', 'MPEG-2 Main Profile / Main Level', false),
  encapsulated('1.2.840.10008.1.2.4.101', 'MPEG-2 Main Profile / High Level', false),
  encapsulated('1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile', false),
  encapsulated('1.2.840.10008.1.2.4.103', 'MPEG-4 AVC/H.264 BD-compatible', false),
  encapsulated('1.2.840.10008.1.2.4.104', 'MPEG-4 AVC/H.264 High Profile for 2D Video', false),
  encapsulated('1.2.840.10008.1.2.4.105', 'MPEG-4 AVC/H.264 High Profile for 3D Video', false),
  encapsulated('1.2.840.10008.1.2.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile', false),
  encapsulated('1.2.840.10008.1.2.4.107', 'HEVC/H.265 Main Profile', false),
  encapsulated('1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile', false),
  encapsulated('1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless'),
  encapsulated('1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 RPCL Lossless'),
  encapsulated('1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000'),
  encapsulated('1.2.840.10008.1.2.5', 'RLE Lossless'),
]

const byUid = new Map(table.map((syntax) => [syntax.uid, syntax]))

/** Explicit VR Little Endian, what {@link encode} writes. */
export const explicitLittleEndian = '1.2.840.10008.1.2.1'
/** Implicit VR Little Endian, the default of a data set that says nothing (PS3.5 §10.1). */
export const implicitLittleEndian = '1.2.840.10008.1.2'
/** Deflated Explicit VR Little Endian. */
export const deflatedLittleEndian = '1.2.840.10008.1.2.1.99'
/** RLE Lossless: each frame is exactly one fragment (PS3.5 §A.4.2). */
export const rleLossless = '1.2.840.10008.1.2.5'

/**
 * The transfer syntax of that UID. An unknown one is taken for encapsulated explicit little endian,
 * which every encapsulated syntax is (PS3.5 §A.4), and is not viewable.
 */
export const transferSyntaxOf = (uid: string): TransferSyntax => byUid.get(uid) ?? encapsulated(uid, uid, false)
