import { elements } from '@iwharris/dicom-data-dictionary'

/** What the standard says of an element (PS3.6). */
export interface DictionaryEntry {
  readonly name: string
  readonly keyword: string
  /** The first of several, where the data set decides. */
  readonly representation?: string
}

/** Names of the standard by tag; the list is 1 MB, so this file is imported when tags are looked at. */
const entities: Readonly<Record<string, string>> = { '&#x27;': '\u2019', '&#x2F;': '/', '&amp;': '&', '&quot;': '"', '&lt;': '<', '&gt;': '>' }
const unescaped = (text: string): string => text.replace(/&(#x27|#x2F|amp|quot|lt|gt);/g, (entity) => entities[entity] ?? entity)

/** Group 0002 (PS3.10 table 7.1-1), which the list does not have. */
const fileMeta: Readonly<Record<string, readonly [name: string, representation: string]>> = {
  '00020001': ['File Meta Information Version', 'OB'],
  '00020002': ['Media Storage SOP Class UID', 'UI'],
  '00020003': ['Media Storage SOP Instance UID', 'UI'],
  '00020010': ['Transfer Syntax UID', 'UI'],
  '00020012': ['Implementation Class UID', 'UI'],
  '00020013': ['Implementation Version Name', 'SH'],
  '00020016': ['Source Application Entity Title', 'AE'],
  '00020017': ['Sending Application Entity Title', 'AE'],
  '00020018': ['Receiving Application Entity Title', 'AE'],
  '00020026': ['Source Presentation Address', 'UR'],
  '00020027': ['Sending Presentation Address', 'UR'],
  '00020028': ['Receiving Presentation Address', 'UR'],
  '00020031': ['RTV Meta Information Version', 'OB'],
  '00020032': ['RTV Communication SOP Class UID', 'UI'],
  '00020100': ['Private Information Creator UID', 'UI'],
  '00020102': ['Private Information', 'OB'],
}

/** Groups that are repeated (PS3.5 §7.6): curves 5000–501E, overlays 6000–601E. */
const repeated = /^(50|60)[0-9a-f]{2}/

const entryOf = (tag: string): DictionaryEntry | undefined => {
  const [name, written] = fileMeta[tag] ?? []
  if (name !== undefined && written !== undefined) return { name, keyword: name.replace(/ /g, ''), representation: written }
  const at = (group: string): string => `(${group},${tag.slice(4)})`.toUpperCase().replace('XX', 'xx')
  const found = elements[at(tag.slice(0, 4))] ?? (repeated.test(tag) ? elements[at(`${tag.slice(0, 2)}xx`)] : undefined)
  if (!found) return undefined
  const [representation = ''] = found.vr.split(' or ')
  return { name: unescaped(found.name), keyword: found.keyword, ...(/^[A-Z]{2}$/.test(representation) && { representation }) }
}

const isPrivate = (tag: string): boolean => parseInt(tag.slice(3, 4), 16) % 2 === 1

/** The entry of a tag as eight hexadecimal digits; undefined for private and unknown ones. */
export const lookUp = (tag: string): DictionaryEntry | undefined => {
  const lower = tag.toLowerCase()
  if (lower.endsWith('0000')) return { name: 'Group Length', keyword: 'GroupLength', representation: 'UL' }
  // The creator of a private block (PS3.5 §7.8.1).
  if (isPrivate(lower)) return /^.{4}00[1-9a-f]/.test(lower) ? { name: 'Private Creator', keyword: 'PrivateCreator', representation: 'LO' } : undefined
  return entryOf(lower)
}

/** VR of a tag, for data sets that do not write it. */
export const representationOf = (tag: string): string | undefined => lookUp(tag)?.representation
