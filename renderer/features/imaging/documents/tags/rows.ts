import { transferSyntaxOf, type DataSetTree } from '../../../../../shared/standards/dicom'
import { valueInWords } from '../../../../../shared/standards/dicom/values'
import { lookUp } from '../dictionary'
import type { Reading } from '../reading'

/** One line of the list: an element at any depth, or the beginning of an item. */
export interface TagRow {
  /** Where it stands, from the top: `0040a730.2.0040a160`. */
  readonly path: string
  /** 0: in the data set itself. */
  readonly depth: number
  /** From 1: this row begins an item of the sequence above. */
  readonly item?: number
  /** `(0010,0010)`; '' for an item. */
  readonly tag: string
  /** Of the standard, or of the private block (`SIEMENS CT VA0 COAD`); '' when neither is known. */
  readonly name: string
  readonly keyword: string
  readonly isPrivate: boolean
  /** '' when nobody says. */
  readonly representation: string
  readonly value: string
  readonly isCut: boolean
  /** Of the value as it is written; for pixels that were left away, of the stored file. */
  readonly bytes: number
  /** Of a sequence. */
  readonly items?: number
}

const written = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase()
const isPrivate = (tag: string): boolean => parseInt(tag.slice(3, 4), 16) % 2 === 1

/** The creator that reserved the block of a private element (PS3.5 §7.8.1). */
const creatorOf = (bytes: Uint8Array, { elements, characterSets }: DataSetTree, tag: string): string => {
  const creator = elements.get(`${tag.slice(0, 4)}00${tag.slice(4, 6)}`)
  return creator && tag.slice(4, 6) !== '00' ? valueInWords(bytes, { ...creator, representation: 'LO' }, characterSets).text.trim() : ''
}

/** Lists every element of a file in its order, nested ones behind their sequence. */
export const tagRows = ({ bytes, meta, dataSet }: Reading): readonly TagRow[] => {
  const rows: TagRow[] = []
  const list = (of: DataSetTree, depth: number, above: string): void => {
    for (const element of of.elements.values()) {
      const { tag, length, items, fragments } = element
      const known = lookUp(tag)
      const own = isPrivate(tag)
      const representation = element.representation ?? known?.representation ?? ''
      const { text, cut } = valueInWords(bytes, representation === '' ? element : { ...element, representation }, of.characterSets)
      const syntax = tag === '00020010' ? transferSyntaxOf(text.trim()) : undefined
      const path = `${above}${tag}`
      rows.push({
        path,
        depth,
        tag: written(tag),
        name: known?.name ?? (own ? creatorOf(bytes, of, tag) : ''),
        keyword: known?.keyword ?? '',
        isPrivate: own,
        representation: items ? 'SQ' : representation,
        value: syntax && syntax.name !== syntax.uid ? `${text} · ${syntax.name}` : text,
        isCut: cut || fragments !== undefined,
        bytes: length,
        ...(items && { items: items.length }),
      })
      items?.forEach((item, index) => {
        rows.push({ path: `${path}.${index + 1}`, depth: depth + 1, item: index + 1, tag: '', name: '', keyword: '', isPrivate: false, representation: '', value: '', isCut: false, bytes: 0 })
        list(item, depth + 1, `${path}.${index + 1}.`)
      })
    }
  }
  list(meta, 0, '')
  list(dataSet, 0, '')
  return rows
}

/** Digits of a tag as people write them: `0010,0010`, `(0010 0010)`, `00100010`, `0010`. */
const digitsOf = (words: string): string | undefined => {
  const digits = words.replace(/[(),\s]/g, '').toLowerCase()
  return /^[0-9a-f]{4,8}$/.test(digits) ? digits : undefined
}

/**
 * The rows that a person asks for: by the beginning of the number, by words of the name or keyword, or by what stands in the
 * value. A row that is kept brings the sequences and items that it lies in.
 */
export const filterRows = (rows: readonly TagRow[], words: string): readonly TagRow[] => {
  const asked = words.trim().toLowerCase()
  if (asked === '') return rows
  const digits = digitsOf(asked)
  const parts = asked.split(/\s+/)
  const matches = ({ tag, name, keyword, value }: TagRow): boolean => {
    if (tag === '') return false
    if (digits !== undefined && tag.replace(/[(),]/g, '').toLowerCase().startsWith(digits)) return true
    const said = `${name} ${keyword} ${value}`.toLowerCase().replace(/\u2019/g, '\'')
    return parts.every((part) => said.includes(part.replace(/\u2019/g, '\'')))
  }
  const kept = new Set<string>()
  for (const row of rows) {
    if (!matches(row)) continue
    for (let path = row.path; !kept.has(path); path = path.slice(0, path.lastIndexOf('.'))) {
      kept.add(path)
      if (!path.includes('.')) break
    }
  }
  return rows.filter(({ path }) => kept.has(path))
}
