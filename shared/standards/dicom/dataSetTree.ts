import { characterSetsOf } from './characterSet'
import { undefinedLength, type Form } from './dataSet'

/**
 * Reads a data set with everything that is nested in it (PS3.5 §7), in one pass over the bytes: the time is linear in the
 * elements that are visited, however deep they lie and whatever their lengths say. Values are not copied.
 */

/** One element; its value is `bytes.subarray(offset, offset + length)`. */
export interface TreeElement {
  readonly tag: string
  /** As it is written; where the VR is implicit, as the dictionary has it. Absent: nobody says. */
  readonly representation?: string
  readonly offset: number
  /** Of the value, delimiters included where it was of undefined length. */
  readonly length: number
  /** How its value, and what is nested in it, is written: UN holds implicit little endian (PS3.5 §6.2.2). */
  readonly form: Form
  /** Items of a sequence. */
  readonly items?: readonly DataSetTree[]
  /** Fragments of encapsulated pixel data, the offset table among them. */
  readonly fragments?: number
}

/** The elements of one level, in the order of the file. */
export interface DataSetTree {
  readonly elements: ReadonlyMap<string, TreeElement>
  /** (0008,0005) of this item, or of what it lies in (PS3.3 §C.12.1.1.2). */
  readonly characterSets: readonly string[]
}

/** A data set that was read as far as it goes. */
export interface ReadTree {
  readonly dataSet: DataSetTree
  /** Elements at all levels. */
  readonly count: number
  /** `cut`: the bytes end inside an element. `damaged`: what follows cannot be an element. `limit`: there is more. */
  readonly end: 'whole' | 'cut' | 'damaged' | 'limit'
}

/** How {@link readTree} reads. */
export interface TreeOptions {
  readonly form: Form
  readonly end?: number
  /** Elements at all levels; what comes after them is left out. */
  readonly limit: number
  /** VR of a tag, for implicit VR: without it a sequence in a known length is recognised by its first item. */
  readonly representationOf?: (tag: string) => string | undefined
}

/** Nested deeper than anything real. */
const deepest = 128
/** Elements between two breaths of {@link readTree}. */
const breath = 2_000

const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const implicitLittle: Form = { explicit: false, bigEndian: false }

type Growing = { -readonly [Key in keyof TreeElement]: TreeElement[Key] }
interface Level {
  readonly kind: 'items' | 'elements'
  readonly form: Form
  /** Where it ends; absent: at its delimiter. */
  readonly end: number | undefined
  /** Of a sequence: its items, and the element whose length is known at its end. */
  readonly items: DataSetTree[]
  readonly sequence?: Growing
  /** Of an item. */
  readonly elements: Map<string, TreeElement>
  characterSets: readonly string[]
}

const hex = (value: number): string => value.toString(16).padStart(4, '0')
const isLetter = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a

/**
 * Reads from `start` on. A generator, so that the caller decides when other work goes on: it breathes every few thousand
 * elements. See {@link readTreeAtOnce}.
 */
export function* readTree(bytes: Uint8Array, start: number, options: TreeOptions): Generator<undefined, ReadTree> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(options.end ?? bytes.length, bytes.length))
  const level = (kind: Level['kind'], form: Form, end: number | undefined, characterSets: readonly string[], sequence?: Growing): Level =>
    ({ kind, form, end, items: [], elements: new Map(), characterSets, ...(sequence && { sequence }) })
  const root = level('elements', options.form, view.byteLength, [])
  const open = [root]
  let [at, count, steps] = [start, 0, 0]
  const answer = (end: ReadTree['end']): ReadTree => ({ dataSet: root, count, end })
  const close = (): void => {
    const closed = open.pop()
    if (closed?.sequence) closed.sequence.length = at - closed.sequence.offset
  }
  for (;;) {
    const inside = open[open.length - 1] ?? root
    if (inside.end !== undefined && at >= inside.end) {
      // An element that is longer than the item around it ends with the item.
      if (at > inside.end && inside !== root) return answer('damaged')
      if (inside === root) return answer('whole')
      close()
      continue
    }
    if (++steps % breath === 0) yield
    const little = !inside.form.bigEndian
    if (at + 8 > view.byteLength) return answer('cut')
    const group = view.getUint16(at, little)
    const number = view.getUint16(at + 2, little)
    if (group === 0xfffe) {
      const length = view.getUint32(at + 4, little)
      if (number === 0xe000 && inside.kind === 'items') {
        const item = level('elements', inside.form, length === undefinedLength ? undefined : at + 8 + length, inside.characterSets)
        inside.items.push(item)
        at += 8
        if (item.end !== undefined && item.end > view.byteLength) return answer('cut')
        open.push(item)
      } else if ((number === 0xe00d && inside.kind === 'elements' && inside !== root) || (number === 0xe0dd && inside.kind === 'items')) {
        at += 8
        close()
      } else return answer('damaged')
      continue
    }
    if (inside.kind === 'items' || open.length > deepest) return answer('damaged')
    if (count >= options.limit) return answer('limit')
    const tag = hex(group) + hex(number)
    const said = inside.form.explicit && isLetter(view.getUint8(at + 4)) && isLetter(view.getUint8(at + 5))
    const representation = said ? String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5)) : options.representationOf?.(tag)
    const isLong = said && representation !== undefined && longForms.has(representation)
    const offset = at + (isLong ? 12 : 8)
    if (offset > view.byteLength) return answer('cut')
    const length = said && !isLong ? view.getUint16(at + 6, little) : view.getUint32(offset - 4, little)
    const form = representation === 'UN' && said ? implicitLittle : inside.form
    const element: Growing = { tag, offset, length, form, ...(representation !== undefined && { representation }) }
    count += 1
    inside.elements.set(tag, element)
    at = offset
    if (length === undefinedLength && isPixels(tag, representation)) {
      const passed = yield* passFragments(view, at, little)
      element.fragments = passed.count
      element.length = passed.end - offset
      at = passed.end
      if (passed.how !== 'delimited') return answer(passed.how)
    } else if (length === undefinedLength || isSequence(view, element, said, options)) {
      element.items = []
      const sequence = level('items', form, length === undefinedLength ? undefined : offset + length, inside.characterSets, length === undefinedLength ? element : undefined)
      if (length !== undefinedLength && offset + length > view.byteLength) return answer('cut')
      element.items = sequence.items
      open.push(sequence)
    } else {
      if (offset + length > view.byteLength) return answer('cut')
      at = offset + length
      if (tag === '00080005') inside.characterSets = characterSetsOf(new TextDecoder('latin1').decode(bytes.subarray(offset, at)))
    }
  }
}

/** As {@link readTree}, without breathing. */
export const readTreeAtOnce = (bytes: Uint8Array, start: number, options: TreeOptions): ReadTree => {
  const reading = readTree(bytes, start, options)
  for (;;) {
    const { done, value } = reading.next()
    if (done) return value
  }
}

/** Pixel data (PS3.5 §A.4), also where an icon holds them: their items are no data sets. */
const isPixels = (tag: string, representation: string | undefined): boolean => tag === '7fe00010' || representation === 'OB' || representation === 'OW'

/** In a known length: what says it is one, or what nobody says anything about and begins with an item. */
const isSequence = (view: DataView, { tag, representation, offset, length, form }: Growing, said: boolean, { representationOf }: TreeOptions): boolean => {
  if (representation === 'SQ') return true
  if (said ? representation !== 'UN' : representation !== undefined) return false
  if (length < 8 || offset + 8 > view.byteLength) return false
  const beginsWithItem = view.getUint16(offset, !form.bigEndian) === 0xfffe && view.getUint16(offset + 2, !form.bigEndian) === 0xe000
  const itemLength = view.getUint32(offset + 4, !form.bigEndian)
  const dictionary = representationOf?.(tag)
  return beginsWithItem && (itemLength === undefinedLength || itemLength <= length - 8) && (dictionary === undefined || dictionary === 'SQ')
}

interface Passed {
  readonly end: number
  readonly count: number
  readonly how: 'delimited' | 'cut' | 'damaged'
}

function* passFragments(view: DataView, start: number, little: boolean): Generator<undefined, Passed> {
  let [at, count] = [start, 0]
  for (;;) {
    if (at + 8 > view.byteLength) return { end: view.byteLength, count, how: 'cut' }
    const [group, number, length] = [view.getUint16(at, little), view.getUint16(at + 2, little), view.getUint32(at + 4, little)]
    if (group !== 0xfffe) return { end: at, count, how: 'damaged' }
    at += 8
    if (number === 0xe0dd) return { end: at, count, how: 'delimited' }
    if (number !== 0xe000) return { end: at - 8, count, how: 'damaged' }
    if (at + length > view.byteLength) return { end: view.byteLength, count, how: 'cut' }
    at += length
    count += 1
    if (count % breath === 0) yield
  }
}
