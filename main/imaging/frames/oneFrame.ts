import { formOf, joinBytes, packFrames, readItems, tags, undefinedLength, type DataElement, type Form } from '../../../shared/standards/dicom'
import type { ReadFile } from '../readFile'

/** Attributes that all frames share, and those of each frame (PS3.3 §C.7.6.16). */
const functionalGroups = { shared: '52009229', perFrame: '52009230' } as const

const raw = (bytes: Uint8Array, { start, offset, length }: DataElement): Uint8Array => bytes.subarray(start, offset + length)

/** As it stands, with another value; the form of the data set stays. */
const withValue = (bytes: Uint8Array, element: DataElement, { bigEndian }: Form, value: Uint8Array): Uint8Array => {
  const header = bytes.slice(element.start, element.offset)
  const view = new DataView(header.buffer)
  // With an explicit VR of the short form the length takes two bytes, else four; it always stands last (PS3.5 §7.1).
  const isShort = header.length === 8 && element.representation !== undefined
  if (isShort) view.setUint16(6, value.length, !bigEndian)
  else view.setUint32(header.length - 4, value.length, !bigEndian)
  return joinBytes([header, value])
}

/** The attributes in the functional groups of one item, as they stand in the file. */
const groupsIn = (bytes: Uint8Array, sequence: DataElement | undefined, form: Form, item: number): ReadonlyMap<string, Uint8Array> => {
  const found = new Map<string, Uint8Array>()
  if (!sequence) return found
  const inside = { ...form, explicit: form.explicit && sequence.representation !== 'UN' }
  const groups = readItems(bytes, sequence, inside, item + 1)[item]
  for (const group of groups?.byTag.values() ?? []) {
    const [attributes] = readItems(bytes, group, { ...inside, explicit: inside.explicit && group.representation !== 'UN' }, 1)
    for (const attribute of attributes?.byTag.values() ?? []) found.set(attribute.tag, raw(bytes, attribute))
  }
  return found
}

/** The value of a frame's pixel data. */
export type FramePixels =
  /** So many bytes as they stand in an uncompressed picture. */
  | { readonly kind: 'native'; readonly bytes: Uint8Array }
  /** The fragments of a compressed one. */
  | { readonly kind: 'fragments'; readonly fragments: readonly Uint8Array[] }
  /** Those of the file itself, which has one frame. */
  | { readonly kind: 'own' }

const pixelElement = (file: ReadFile, element: DataElement, form: Form, pixels: FramePixels): Uint8Array => {
  if (pixels.kind === 'own') return file.bytes.subarray(element.start)
  if (pixels.kind === 'native') return withValue(file.bytes, element, form, pixels.bytes.length % 2 === 0 ? pixels.bytes : joinBytes([pixels.bytes, Uint8Array.of(0)]))
  const bytes = joinBytes(pixels.fragments)
  const lengths = pixels.fragments.map(({ length }) => length)
  const spans = lengths.map((length, index) => ({ length, offset: lengths.slice(0, index).reduce((sum, each) => sum + each, 0) }))
  const header = file.bytes.slice(element.start, element.offset)
  new DataView(header.buffer).setUint32(header.length - 4, undefinedLength, true)
  return joinBytes([header, packFrames(bytes, [spans])])
}

/**
 * A file of one frame of a file of many: what its functional groups say of it stands beside the other attributes, where viewers look
 * for it in a file of one frame. Everything else is as it was.
 *
 * @param file read at least up to its pixel data
 * @param frame from 0
 * @returns undefined when the file has no pixel data
 */
export const oneFrame = (file: ReadFile, frame: number, pixels: FramePixels): Uint8Array | undefined => {
  const { bytes, elements, opening, syntax } = file
  const form = formOf(syntax.uid)
  const pixelData = elements.get(tags.PixelData)
  if (!pixelData) return undefined
  const parts = new Map<string, Uint8Array>()
  for (const element of elements.values()) if (!element.tag.startsWith('0002') && !element.tag.endsWith('0000')) parts.set(element.tag, raw(bytes, element))
  for (const [tag, part] of groupsIn(bytes, elements.get(functionalGroups.shared), form, 0)) parts.set(tag, part)
  for (const [tag, part] of groupsIn(bytes, elements.get(functionalGroups.perFrame), form, frame)) parts.set(tag, part)
  parts.delete(functionalGroups.shared)
  parts.delete(functionalGroups.perFrame)
  const count = elements.get(tags.NumberOfFrames)
  if (count) parts.set(tags.NumberOfFrames, withValue(bytes, count, form, Uint8Array.of(0x31, 0x20)))
  parts.set(tags.PixelData, pixelElement(file, pixelData, form, pixels))
  const sorted = [...parts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, part]) => part)
  return joinBytes([bytes.subarray(0, opening.dataSetAt), ...sorted])
}

/** A file of one frame whose attributes stand in functional groups, where viewers look for them in files of many only; undefined when it is none. */
export const withoutGroups = (file: ReadFile): Uint8Array | undefined =>
  file.header.frames === 1 && file.elements.has(functionalGroups.shared) ? oneFrame(file, 0, { kind: 'own' }) : undefined
