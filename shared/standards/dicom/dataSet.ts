/**
 * Reads the elements of a data set (PS3.5 §7) without their values: where each one lies and how long it is.
 * Sequences are stepped over, iteratively and once, so the time is linear in the bytes whatever they say,
 * and a window onto the beginning of a file is enough (`end: 'cut'` asks for more).
 */

/** How the elements are written. */
export interface Form {
  readonly explicit: boolean
  readonly bigEndian: boolean
}

/** One element; its value is `bytes.subarray(offset, offset + length)`. */
export interface DataElement {
  readonly tag: string
  /** Absent where the VR is implicit. */
  readonly representation?: string
  /** Where its tag begins. */
  readonly start: number
  readonly offset: number
  /** `undefinedLength` where the length is not said. For a sequence that was stepped over, what it turned out to be. */
  readonly length: number
}

/** Elements of one level, and how the reading ended. */
export interface Elements {
  readonly byTag: ReadonlyMap<string, DataElement>
  /**
   * `stopped`: the element that was asked for is the last one. `whole`: the bytes end where an element ends.
   * `cut`: the bytes end inside an element. `damaged`: what follows cannot be an element.
   */
  readonly end: 'stopped' | 'whole' | 'cut' | 'damaged'
}

/** The length FFFFFFFF (PS3.5 §7.1.1). */
export const undefinedLength = 0xffffffff

const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])

const hex = (value: number): string => value.toString(16).padStart(4, '0')
const isLetter = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a

interface Header {
  readonly group: number
  readonly number: number
  readonly representation?: string
  readonly length: number
  readonly offset: number
}

/** Tag, VR and length at a position; undefined when the bytes end inside them. */
const headerAt = (view: DataView, at: number, { explicit, bigEndian }: Form): Header | undefined => {
  if (at + 8 > view.byteLength) return undefined
  const little = !bigEndian
  const group = view.getUint16(at, little)
  const number = view.getUint16(at + 2, little)
  // Items and delimiters have no VR, whatever the form (PS3.5 §7.5).
  const first = view.getUint8(at + 4)
  const second = view.getUint8(at + 5)
  if (!explicit || group === 0xfffe || !isLetter(first) || !isLetter(second)) {
    return { group, number, length: view.getUint32(at + 4, little), offset: at + 8 }
  }
  const representation = String.fromCharCode(first, second)
  if (!longForms.has(representation)) return { group, number, representation, length: view.getUint16(at + 6, little), offset: at + 8 }
  if (at + 12 > view.byteLength) return undefined
  return { group, number, representation, length: view.getUint32(at + 8, little), offset: at + 12 }
}

const isItem = (header: Header): boolean => header.group === 0xfffe && header.number === 0xe000
const endsItem = (header: Header): boolean => header.group === 0xfffe && header.number === 0xe00d
const endsSequence = (header: Header): boolean => header.group === 0xfffe && header.number === 0xe0dd

/** Nested deeper than anything real; a hostile file is refused instead of remembered. */
const deepest = 128

/** The position behind a value of undefined length, delimiter included. */
const behind = (view: DataView, start: number, form: Form): number | 'cut' | 'damaged' => {
  // Each entry is an open sequence or item; `explicit` holds inside it (UN of undefined length is implicit, PS3.5 §6.2.2).
  const open: { readonly kind: 'sequence' | 'item'; readonly explicit: boolean }[] = [{ kind: 'sequence', explicit: form.explicit }]
  let at = start
  for (;;) {
    const inside = open[open.length - 1]
    if (!inside) return at
    const header = headerAt(view, at, { explicit: inside.explicit, bigEndian: form.bigEndian })
    if (!header) return 'cut'
    at = header.offset
    if (inside.kind === 'sequence') {
      if (endsSequence(header)) open.pop()
      else if (!isItem(header)) return 'damaged'
      else if (header.length === undefinedLength) open.push({ kind: 'item', explicit: inside.explicit })
      else at += header.length
    } else if (endsItem(header)) open.pop()
    else if (header.length === undefinedLength) open.push({ kind: 'sequence', explicit: inside.explicit && header.representation !== 'UN' })
    else at += header.length
    if (at > view.byteLength) return 'cut'
    if (open.length > deepest) return 'damaged'
  }
}

/**
 * Reads elements from `start` to `end` (default: the last byte).
 *
 * @param stopAt the tag whose value is not stepped over; also stops at the first higher one
 */
export const readElements = (bytes: Uint8Array, start: number, form: Form, stopAt?: string, end: number = bytes.length): Elements => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(end, bytes.byteLength))
  const byTag = new Map<string, DataElement>()
  let at = start
  while (at < view.byteLength) {
    const header = headerAt(view, at, form)
    if (!header) return { byTag, end: 'cut' }
    const tag = hex(header.group) + hex(header.number)
    if (header.group === 0xfffe) return { byTag, end: 'damaged' }
    const element = { tag, start: at, offset: header.offset, length: header.length, ...(header.representation && { representation: header.representation }) }
    if (stopAt !== undefined && tag >= stopAt) {
      byTag.set(tag, element)
      return { byTag, end: 'stopped' }
    }
    if (header.length === undefinedLength) {
      const next = behind(view, header.offset, { ...form, explicit: form.explicit && header.representation !== 'UN' })
      if (typeof next !== 'number') return { byTag, end: next }
      byTag.set(tag, { ...element, length: next - header.offset })
      at = next
    } else {
      at = header.offset + header.length
      if (at > view.byteLength) return { byTag, end: 'cut' }
      byTag.set(tag, element)
    }
  }
  return { byTag, end: 'whole' }
}

/** The items of a sequence that {@link readElements} stepped over, each read to its own end. `limit`: items. */
export const readItems = (bytes: Uint8Array, sequence: DataElement, form: Form, limit: number): readonly Elements[] => {
  const end = Math.min(sequence.offset + sequence.length, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, end)
  const items: Elements[] = []
  let at = sequence.offset
  while (at < end && items.length < limit) {
    const header = headerAt(view, at, form)
    if (!header || !isItem(header)) break
    const itemEnd = header.length === undefinedLength ? endOfItem(view, header.offset, form) : header.offset + header.length
    if (itemEnd === undefined || itemEnd > end) break
    const delimiter = header.length === undefinedLength ? 8 : 0
    items.push(readElements(bytes, header.offset, form, undefined, itemEnd - delimiter))
    at = itemEnd
  }
  return items
}

const endOfItem = (view: DataView, start: number, form: Form): number | undefined => {
  let at = start
  for (;;) {
    const header = headerAt(view, at, form)
    if (!header) return undefined
    at = header.offset
    if (endsItem(header)) return at
    if (header.length !== undefinedLength) at += header.length
    else {
      const next = behind(view, header.offset, { ...form, explicit: form.explicit && header.representation !== 'UN' })
      if (typeof next !== 'number') return undefined
      at = next
    }
  }
}
