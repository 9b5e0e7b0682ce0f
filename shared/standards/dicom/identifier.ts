import { characterSetsOf, decodeText } from './characterSet'
import { readElements, readItems, type Elements, type Form } from './dataSet'
import { joinBytes } from './encode'
import { chooseCharacterSet, encodeText } from './encodeText'
import { tags } from './tags'

/**
 * Identifiers of query, retrieve and worklist (PS3.4 C.2.2, K.4.1): small data sets of text and nested sequences, as
 * values rather than as bytes. What somebody's image says is never passed through here.
 */

/** An attribute of an identifier: text values, or the items of a sequence. */
export type Attribute =
  | { readonly vr: 'SQ'; readonly items: readonly Identifier[] }
  | { readonly vr: Exclude<string, 'SQ'>; readonly values: readonly string[] }

/** Attributes by tag. */
export type Identifier = ReadonlyMap<string, Attribute>

/** The attributes that Outpost asks for or answers, with their value representation (PS3.6). */
const dictionary: Readonly<Record<string, string>> = {
  '00080005': 'CS', '00080016': 'UI', '00080018': 'UI', '00080020': 'DA', '00080030': 'TM', '00080050': 'SH', '00080052': 'CS', '00080054': 'AE', '00080056': 'CS', '00080060': 'CS',
  '00080061': 'CS', '00080062': 'UI', '00080080': 'LO', '00080090': 'PN', '00080100': 'SH', '00080102': 'SH', '00080103': 'SH', '00080104': 'LO', '00081030': 'LO',
  '0008103e': 'LO', '00081032': 'SQ', '00081110': 'SQ', '00081120': 'SQ', '00081150': 'UI', '00081155': 'UI', '00081080': 'LO',
  '00100010': 'PN', '00100020': 'LO', '00100021': 'LO', '00100030': 'DA', '00100032': 'TM', '00100040': 'CS', '00101000': 'LO', '00101010': 'AS', '00101020': 'DS', '00101030': 'DS',
  '00102000': 'LO', '00102110': 'LO', '00102160': 'SH', '00104000': 'LT', '001021b0': 'LT',
  '0020000d': 'UI', '0020000e': 'UI', '00200010': 'SH', '00200011': 'IS', '00200013': 'IS', '00201206': 'IS', '00201208': 'IS', '00201209': 'IS',
  '00321032': 'PN', '00321033': 'LO', '00321060': 'LO', '00321064': 'SQ', '00321070': 'LO',
  '00380008': 'CS', '00380010': 'LO', '00380050': 'LO', '00380300': 'LO', '00380400': 'LO', '00380500': 'LO',
  '00400001': 'AE', '00400002': 'DA', '00400003': 'TM', '00400004': 'DA', '00400005': 'TM', '00400006': 'PN', '00400007': 'LO', '00400008': 'SQ', '00400009': 'SH', '00400010': 'SH',
  '00400011': 'SH', '00400012': 'LO', '00400020': 'CS', '00400100': 'SQ', '00400400': 'LT', '00401001': 'SH', '00401002': 'LO', '00401003': 'SH', '00401004': 'LO', '00401005': 'LO',
  '00401400': 'LT', '00402016': 'LO', '00402017': 'LO', '00403001': 'LO',
}

/** Value representations whose values are numbers in binary, or bytes: an identifier does not carry them as text. */
const notText = new Set(['AT', 'FD', 'FL', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SL', 'SS', 'SV', 'UL', 'UN', 'US', 'UV'])
/** Text of one value: a backslash is a character of it (PS3.5 §6.2). */
const oneValue = new Set(['LT', 'ST', 'UT', 'UR'])
const inCharacterSet = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
const longForms = new Set(['SQ', 'UC', 'UR', 'UT'])

/** More items than any query has in one sequence. */
const mostItems = 1000
/** Deeper than anything that a query nests. */
const deepest = 8

/** An identifier to ask or answer with: `attributes({ PatientID: … })` by tag; a string is its only value. */
export const attributesOf = (given: Readonly<Record<string, string | readonly string[] | readonly Identifier[]>>): Identifier => {
  const made = new Map<string, Attribute>()
  for (const tag of Object.keys(given).sort()) {
    const value = given[tag]
    const vr = dictionary[tag] ?? 'LO'
    if (typeof value === 'string') made.set(tag, vr === 'SQ' ? { vr, items: [] } : { vr, values: value === '' ? [] : [value] })
    else if (value !== undefined) made.set(tag, vr === 'SQ' ? { vr, items: value as readonly Identifier[] } : { vr, values: value as readonly string[] })
  }
  return made
}

/** The first value of an attribute, trimmed; empty where it is absent or has none. */
export const valueOf = (identifier: Identifier, tag: string): string => {
  const attribute = identifier.get(tag)
  return attribute && 'values' in attribute ? (attribute.values[0] ?? '').trim() : ''
}

/** All values of an attribute. */
export const valuesOf = (identifier: Identifier, tag: string): readonly string[] => {
  const attribute = identifier.get(tag)
  return attribute && 'values' in attribute ? attribute.values : []
}

/** The items of a sequence; none where it is absent. */
export const itemsOf = (identifier: Identifier, tag: string): readonly Identifier[] => {
  const attribute = identifier.get(tag)
  return attribute && 'items' in attribute ? attribute.items : []
}

/**
 * Reads a data set as an identifier; undefined when the bytes cannot be one. Private attributes, group lengths and
 * values that are not text are left out.
 */
export const readIdentifier = (bytes: Uint8Array, form: Form): Identifier | undefined => {
  const elements = readElements(bytes, 0, form)
  return elements.end === 'whole' ? identifierIn(bytes, elements, form, [], 0) : undefined
}

const identifierIn = (bytes: Uint8Array, { byTag }: Elements, form: Form, outer: readonly string[], depth: number): Identifier => {
  const charset = byTag.get(tags.SpecificCharacterSet)
  const sets = charset ? characterSetsOf(latin(bytes.subarray(charset.offset, charset.offset + charset.length))) : outer
  const made = new Map<string, Attribute>()
  for (const [tag, element] of byTag) {
    if (tag.endsWith('0000') || parseInt(tag.slice(0, 4), 16) % 2 === 1) continue
    const vr = element.representation !== undefined && element.representation !== 'UN' ? element.representation : dictionary[tag]
    if (vr === 'SQ') {
      const items = depth >= deepest ? [] : readItems(bytes, element, form, mostItems)
      made.set(tag, { vr, items: items.map((item) => identifierIn(bytes, item, form, sets, depth + 1)) })
    } else if (vr !== undefined && !notText.has(vr)) {
      const text = decodeText(bytes.subarray(element.offset, element.offset + element.length), sets).replace(/[\0 ]+$/, '')
      made.set(tag, { vr, values: text === '' ? [] : oneValue.has(vr) ? [text] : text.split('\\').map((value) => value.trim()) })
    }
  }
  return made
}

const latin = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

const textsIn = (identifier: Identifier): string[] =>
  [...identifier.values()].flatMap((attribute) => ('items' in attribute ? attribute.items.flatMap(textsIn) : inCharacterSet.has(attribute.vr) ? attribute.values : []))

/**
 * Writes an identifier in little endian, with the Specific Character Set that its text needs.
 *
 * @param asked the character sets of the peer's own identifier, see {@link chooseCharacterSet}
 */
export const writeIdentifier = (identifier: Identifier, { explicit }: Pick<Form, 'explicit'>, asked: readonly string[] = []): Uint8Array => {
  const characterSet = chooseCharacterSet(textsIn(identifier), asked)
  const named = new Map(identifier)
  named.delete(tags.SpecificCharacterSet)
  if (characterSet !== '') named.set(tags.SpecificCharacterSet, { vr: 'CS', values: [characterSet] })
  return writeItem(named, explicit, characterSet)
}

const writeItem = (identifier: Identifier, explicit: boolean, characterSet: string): Uint8Array =>
  joinBytes([...identifier.keys()].sort().flatMap((tag) => {
    const attribute = identifier.get(tag)
    return attribute ? [writeAttribute(tag, attribute, explicit, characterSet)] : []
  }))

const writeAttribute = (tag: string, attribute: Attribute, explicit: boolean, characterSet: string): Uint8Array => {
  const body = 'items' in attribute ? joinBytes(attribute.items.map((item) => itemOf(writeItem(item, explicit, characterSet)))) : textOf(attribute.vr, attribute.values, characterSet)
  const long = explicit && longForms.has(attribute.vr)
  const out = new Uint8Array((long ? 12 : 8) + body.length)
  const view = new DataView(out.buffer)
  view.setUint16(0, parseInt(tag.slice(0, 4), 16), true)
  view.setUint16(2, parseInt(tag.slice(4), 16), true)
  if (explicit) {
    out[4] = attribute.vr.charCodeAt(0)
    out[5] = attribute.vr.charCodeAt(1)
    if (long) view.setUint32(8, body.length, true)
    else view.setUint16(6, body.length, true)
  } else view.setUint32(4, body.length, true)
  out.set(body, long ? 12 : 8)
  return out
}

const itemOf = (body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(8 + body.length)
  const view = new DataView(out.buffer)
  view.setUint16(0, 0xfffe, true)
  view.setUint16(2, 0xe000, true)
  view.setUint32(4, body.length, true)
  out.set(body, 8)
  return out
}

const textOf = (vr: string, values: readonly string[], characterSet: string): Uint8Array => {
  const text = values.join('\\')
  const body = (inCharacterSet.has(vr) ? encodeText(text, characterSet) : undefined) ?? new TextEncoder().encode(text)
  if (body.length % 2 === 0) return body
  return joinBytes([body, Uint8Array.of(vr === 'UI' ? 0 : 0x20)])
}
