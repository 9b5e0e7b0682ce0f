import { foldName } from '../patient/name'
import { isOneTypoAway } from '../patient/typo'
import type { Concept } from './concept'

/** A concept that was found; the smaller the cost, the better it fits. */
export interface FoundConcept {
  readonly concept: Concept
  readonly cost: number
  /** The other word by which it was found, where its display does not have what was typed. */
  readonly term?: string
}

/** What a search is asked. */
export interface CodeQuestion {
  readonly text: string
  readonly limit: number
  /** Makes a code dearer (above 0) or cheaper: a symptom is rather one of the chapter of symptoms. */
  readonly extra?: (concept: Concept) => number
}

/** Finds the concepts of one code set by code or words. */
export interface CodeIndex {
  readonly size: number
  /** The best first. Words may be begun, and one letter may be wrong. */
  find(question: CodeQuestion): FoundConcept[]
}

/** What the parts of a fit cost. */
const costs = { begun: 2, typo: 5, begunWithTypo: 6, inOtherWords: 2, missing: 8, perCharacterOfCode: 0.7, perLetterOfDisplay: 1 / 50, atTheFront: -3, calledSo: -7, code: -20, codeBegun: -12 } as const

/** With fewer letters nearly every word is one letter away from another. */
const typoLength = 4
/** Words beyond these are a sentence, and no name. */
const mostWords = 8
/** Words by which nothing is told apart; they need not be there. */
const fillers = new Set(['a', 'an', 'and', 'at', 'by', 'de', 'des', 'du', 'due', 'et', 'for', 'in', 'la', 'le', 'les', 'of', 'on', 'or', 'the', 'to', 'un', 'une', 'with'])

/** Lower case words without accents and signs. */
export const wordsOf = (text: string): string[] =>
  foldName(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** A code as it is compared: `a01.0`, `A010` and `A01-0` are one. */
export const plainCode = (code: string): string => code.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

const placeOf = (sorted: readonly string[], word: string): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as string) < word) low = middle + 1
    else high = middle
  }
  return low
}

/** A row and whether the word stands in its display (even) or in its other words only (odd). */
type Posting = number

/** Whether one letter wrong can make the one word of the other, by their first two letters: most words are told apart by these. */
const mayBeTypo = (typed: string, word: string): boolean => {
  const [first, second] = [typed.charCodeAt(0), typed.charCodeAt(1)]
  const [other, next] = [word.charCodeAt(0), word.charCodeAt(1)]
  return first === other || second === next || second === other || first === next
}

/** Rows that are indexed in one go: a millisecond or two. */
const sliceRows = 400

/**
 * Makes the index of a code set, in slices: what is yielded is the number of concepts done, for whoever has to give way
 * between them. 25,000 concepts take a few tenths of a second and about 20 MB.
 */
export function* indexing(concepts: readonly Concept[]): Generator<number, CodeIndex> {
  const postings = new Map<string, Posting[]>()
  /** What each display begins with, row by row. */
  const firstWords: string[] = []
  /** Rows by all that they are called. */
  const names = new Map<string, number[]>()
  const codes: { readonly code: string; readonly row: number }[] = []
  for (const [row, { code, display, terms }] of concepts.entries()) {
    const own = new Set(wordsOf(display))
    for (const word of own) (postings.get(word) ?? postings.set(word, []).get(word) as Posting[]).push(row * 2)
    firstWords.push([...own][0] ?? '')
    const others = terms.map(wordsOf)
    for (const name of [[...own], ...others]) (names.get(name.join(' ')) ?? names.set(name.join(' '), []).get(name.join(' ')) as number[]).push(row)
    for (const word of new Set(others.flat())) if (!own.has(word)) (postings.get(word) ?? postings.set(word, []).get(word) as Posting[]).push(row * 2 + 1)
    codes.push({ code: plainCode(code), row })
    if (row % sliceRows === sliceRows - 1) yield row + 1
  }
  const vocabulary = [...postings.keys()].sort()
  yield concepts.length
  codes.sort((one, other) => (one.code < other.code ? -1 : one.code > other.code ? 1 : one.row - other.row))
  const sortedCodes = codes.map(({ code }) => code)
  yield concepts.length

  /** The words that one typed word may mean, and what that costs. */
  const meanings = (typed: string): Map<string, number> => {
    const found = new Map<string, number>()
    // One letter begins everything; in scripts that write a word with one sign it may be the word.
    if (/^[a-z]$/.test(typed)) return postings.has(typed) ? found.set(typed, 0) : found
    for (let place = placeOf(vocabulary, typed); vocabulary[place]?.startsWith(typed); place += 1) {
      const word = vocabulary[place] as string
      found.set(word, word === typed ? 0 : costs.begun)
    }
    if (found.size > 0 || typed.length < typoLength || /\d/.test(typed)) return found
    for (const word of vocabulary) {
      if (!mayBeTypo(typed, word)) continue
      if (isOneTypoAway(typed, word, false)) found.set(word, costs.typo)
      else if (isOneTypoAway(typed, word, true)) found.set(word, costs.begunWithTypo)
    }
    return found
  }

  /** The rows that have one typed word, and what that costs. */
  const rowsWith = (typed: string): Map<number, number> => {
    const rows = new Map<number, number>()
    for (const [word, cost] of meanings(typed)) {
      for (const posting of postings.get(word) ?? []) {
        const row = posting >> 1
        const sum = cost + (posting & 1) * costs.inOtherWords
        if (sum < (rows.get(row) ?? Infinity)) rows.set(row, sum)
      }
    }
    return rows
  }

  const byWords = (typed: readonly string[]): Map<number, number> => {
    const telling = typed.filter((word) => !fillers.has(word))
    const asked = (telling.length > 0 ? telling : typed).slice(0, mostWords)
    const lists = asked.map(rowsWith).sort((one, other) => one.size - other.size)
    const sums = new Map<number, { sum: number; words: number }>()
    for (const list of lists) {
      for (const [row, cost] of list) {
        const known = sums.get(row)
        if (known) {
          known.sum += cost
          known.words += 1
        } else sums.set(row, { sum: cost, words: 1 })
      }
    }
    const complete = new Map<number, number>()
    // One word of several may be another than the code set's; then the others count.
    for (const needed of asked.length > 1 ? [asked.length, asked.length - 1] : [asked.length]) {
      for (const [row, { sum, words }] of sums) if (words === needed) complete.set(row, sum + (asked.length - needed) * costs.missing)
      if (complete.size > 0) break
    }
    return complete
  }

  const byCode = (typed: string): Map<number, number> => {
    const rows = new Map<number, number>()
    for (let place = placeOf(sortedCodes, typed); sortedCodes[place]?.startsWith(typed); place += 1) {
      const { code, row } = codes[place] as (typeof codes)[number]
      rows.set(row, code === typed ? costs.code : costs.codeBegun + (code.length - typed.length))
    }
    return rows
  }

  return {
    size: concepts.length,
    find({ text, limit, extra }) {
      const words = wordsOf(text.slice(0, 200))
      if (words.length === 0) return []
      const code = plainCode(text.slice(0, 60))
      const found = words.length <= 2 && /\d/.test(code) ? byCode(code) : new Map<number, number>()
      // A letter O is typed for a nought.
      if (found.size === 0 && /^\p{L}o[\do]/u.test(code)) for (const [row, cost] of byCode(`${code.slice(0, 1)}${code.slice(1).replaceAll('o', '0')}`)) found.set(row, cost)
      for (const [row, cost] of byWords(words)) if (cost < (found.get(row) ?? Infinity)) found.set(row, cost)
      const first = words[0] as string
      const calledSo = new Set(names.get(words.join(' ')))
      /** The other word by which it was found. */
      const termOf = ({ display, terms }: Concept): string | undefined =>
        wordsOf(display).some((word) => word.startsWith(first)) ? undefined : terms.find((each) => wordsOf(each).some((word) => word.startsWith(first)))
      const best: FoundConcept[] = []
      const isBefore = (one: FoundConcept, other: FoundConcept): boolean => one.cost < other.cost || (one.cost === other.cost && one.concept.code < other.concept.code)
      // Two letters fit half of a list: only what will be shown is put in order.
      for (const [row, fit] of found) {
        const concept = concepts[row] as Concept
        const one = {
          concept,
          cost:
            fit +
            concept.code.length * costs.perCharacterOfCode +
            concept.display.length * costs.perLetterOfDisplay +
            (firstWords[row]?.startsWith(first) ? costs.atTheFront : 0) +
            (calledSo.has(row) ? costs.calledSo : 0) +
            (extra?.(concept) ?? 0),
        }
        if (best.length === limit && !isBefore(one, best[limit - 1] as FoundConcept)) continue
        const place = best.findIndex((known) => isBefore(one, known))
        best.splice(place < 0 ? best.length : place, 0, one)
        if (best.length > limit) best.pop()
      }
      return best
        .map((one) => {
          const term = termOf(one.concept)
          return term === undefined ? one : { ...one, term }
        })
    },
  }
}

/** {@link indexing}, in one go. */
export const indexOf = (concepts: readonly Concept[]): CodeIndex => {
  const made = indexing(concepts)
  for (let step = made.next(); ; step = made.next()) if (step.done) return step.value
}
