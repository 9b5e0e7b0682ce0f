import { setImmediate } from 'node:timers/promises'
import { isUnspaced } from '../../../shared/records/patient/nameWords'
import { readText, type Tables, textOf } from '../storage'
import { fits, isOneTypoAway, typoLength } from './fit'
import { shelves } from './terms'

/** A word of the dictionary that is one typing error away. */
export interface Similar {
  readonly word: string
  readonly rank: number
}

/**
 * The distinct words of all names: some thousands, however many patients share them. A word that no patient has
 * any more may still stand in it; it then finds nobody.
 */
export interface Dictionary {
  /** In the order of their code units. */
  readonly words: readonly string[]
  has(word: string): boolean
  /** Whether there is a word that begins so. */
  hasBeginning(start: string): boolean
  add(words: readonly string[]): void
}

/** Rows of the index that are read at a time: a few milliseconds' work. */
const sliceWords = 1_000

const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Where `word` is or would be in the sorted words. */
const placeOf = (words: readonly string[], word: string): number => {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((words[middle] as string) < word) low = middle + 1
    else high = middle
  }
  return low
}

/** Reads the distinct words out of the index, a slice at a time; `isWanted` ends it early. */
export const readDictionary = async (tables: Tables, isWanted: () => boolean): Promise<Dictionary> => {
  const found = new Set<string>()
  const sql = `SELECT ${textOf('term')} FROM ${tables.derived('terms')} WHERE shelf = ? AND term > ? GROUP BY term ORDER BY term LIMIT ${sliceWords}`
  for (const shelf of [shelves.name, shelves.name + 1]) {
    for (let last = ''; isWanted(); ) {
      const rows = tables.all(sql, shelf, last)
      for (const [term] of rows) found.add((last = readText(term)))
      if (rows.length < sliceWords) break
      await setImmediate()
    }
  }
  return dictionaryOf([...found].sort(order))
}

/** A dictionary of these words, sorted. */
export const dictionaryOf = (words: string[]): Dictionary => {
  const known = new Set(words)
  return {
    words,
    has: (word) => known.has(word),
    hasBeginning: (start) => words[placeOf(words, start)]?.startsWith(start) === true,
    add(more) {
      for (const word of more) {
        if (known.has(word)) continue
        known.add(word)
        words.splice(placeOf(words, word), 0, word)
      }
    },
  }
}

/** More would find anybody, and cost time. */
const mostSimilar = 1_000

/** The words that are one typing error away from what was typed, or begin so; those that are nearer first. */
export const similarIn = ({ words }: Dictionary, typed: string): Similar[] => {
  if (typed.length < typoLength) return []
  const whole: Similar[] = []
  const begun: Similar[] = []
  for (const word of words) {
    if (word.startsWith(typed)) continue
    if (isOneTypoAway(typed, word, false)) whole.push({ word, rank: fits.withTypo })
    else if (isOneTypoAway(typed, word, true)) begun.push({ word, rank: fits.withTypoAsBeginning })
  }
  return [...whole, ...begun].slice(0, mostSimilar)
}

/** Fewer letters are a word and the beginning of the next by chance. */
const splitLength = 6
const mostSplits = 3

/** The ways in which what was typed without a space is a word and (the beginning of) another: `王小明`, `mokoenathandi`. */
export const splitsIn = (dictionary: Dictionary, typed: string): (readonly [string, string])[] => {
  const characters = [...typed]
  if (!isUnspaced(typed) && characters.length < splitLength) return []
  return characters
    .map((_, place) => [characters.slice(0, place).join(''), characters.slice(place).join('')] as const)
    .filter(([word, rest]) => word !== '' && dictionary.has(word) && dictionary.hasBeginning(rest))
    .reverse()
    .slice(0, mostSplits)
}
