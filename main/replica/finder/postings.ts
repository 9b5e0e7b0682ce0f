import { readText, type Tables, textOf } from '../storage'
import type { Alternative } from './alternatives'
import { shelves } from './terms'

/** Numbers of documents, each with how well it fits. */
export type Ranked = Map<number, number>

/** What a finder asks the index. `behind` is 1 for patients that are not active. */
export interface Postings {
  /** The first documents of an alternative, by the term that fits and then by name. A patient may come twice. */
  first(alternative: Alternative, behind: 0 | 1, limit: number): number[]
  /** All documents of an alternative. */
  all(alternative: Alternative, behind: 0 | 1): number[]
  /** All documents that have one of these words. */
  withWords(words: readonly string[], behind: 0 | 1): number[]
  /** By name, those of these documents that come first. */
  byName(documents: readonly number[], limit: number): number[]
  /** Those of these documents of which no birth date is known. */
  withoutBirthDate(documents: readonly number[]): number[]
  /** The record of a document; undefined when it is no longer there. */
  idOf(document: number): string | undefined
}

const zero = 48
const nine = 57

/** Reads `12,7,903` as numbers: a list in one text comes over a hundred times faster from the driver than in rows. */
const readNumbers = (list: Uint8Array | number | null | undefined): number[] => {
  const numbers: number[] = []
  if (!(list instanceof Uint8Array)) return numbers
  let number = 0
  for (const byte of list) {
    if (byte >= zero && byte <= nine) number = number * 10 + byte - zero
    else {
      numbers.push(number)
      number = 0
    }
  }
  if (list.length > 0) numbers.push(number)
  return numbers
}

/** Statements are kept prepared, so lists come in few lengths; the last value is repeated. */
const inChunks = <Value extends string | number>(values: readonly Value[], ask: (marks: string, chunk: Value[]) => void): void => {
  for (let place = 0; place < values.length; ) {
    const left = values.length - place
    const length = left > 8 ? 64 : 8
    const chunk = values.slice(place, place + length)
    while (chunk.length < length) chunk.push(chunk.at(-1) as Value)
    ask(Array.from({ length }, () => '?').join(', '), chunk)
    place += length
  }
}

/** The index of terms in the replica's file. */
export const postingsIn = (tables: Tables): Postings => {
  const terms = tables.derived('terms')
  const where = ({ to }: Alternative): string => (to === undefined ? 'shelf = ? AND term = ?' : 'shelf = ? AND term >= ? AND term < ?')
  const bound = ({ shelf, from, to }: Alternative, behind: 0 | 1): (string | number)[] => [shelves[shelf] + behind, from, ...(to === undefined ? [] : [to])]
  const list = textOf('group_concat(doc)')
  return {
    first: (alternative, behind, limit) =>
      tables.all(`SELECT doc FROM ${terms} WHERE ${where(alternative)} ORDER BY term, sort, doc LIMIT ?`, ...bound(alternative, behind), limit).map(([doc]) => Number(doc)),
    all: (alternative, behind) => readNumbers(tables.all(`SELECT ${list} FROM ${terms} WHERE ${where(alternative)}`, ...bound(alternative, behind))[0]?.[0]),
    withWords(words, behind) {
      const found: number[] = []
      inChunks(words, (marks, chunk) => {
        const [row] = tables.all(`SELECT ${list} FROM ${terms} WHERE shelf = ? AND term IN (${marks})`, shelves.name + behind, ...chunk)
        for (const doc of readNumbers(row?.[0])) found.push(doc)
      })
      return found
    },
    byName(documents, limit) {
      const found: { readonly doc: number; readonly sort: number }[] = []
      inChunks(documents, (marks, chunk) => {
        for (const [doc, sort] of tables.all(`SELECT doc, sort FROM ${terms} WHERE doc IN (${marks}) AND place = 0`, ...chunk)) found.push({ doc: Number(doc), sort: Number(sort) })
      })
      return found
        .sort((left, right) => left.sort - right.sort || left.doc - right.doc)
        .slice(0, limit)
        .map(({ doc }) => doc)
    },
    withoutBirthDate(documents) {
      const known = new Set<number>()
      inChunks(documents, (marks, chunk) => {
        const [row] = tables.all(`SELECT ${list} FROM ${terms} WHERE doc IN (${marks}) AND +shelf IN (${shelves.birthdate}, ${shelves.birthdate + 1})`, ...chunk)
        for (const doc of readNumbers(row?.[0])) known.add(doc)
      })
      return documents.filter((doc) => !known.has(doc))
    },
    idOf(document) {
      const [row] = tables.all(`SELECT ${textOf('id')} FROM ${tables.documents} WHERE seq = ? AND deleted = 0`, document)
      return row === undefined ? undefined : readText(row[0])
    },
  }
}
