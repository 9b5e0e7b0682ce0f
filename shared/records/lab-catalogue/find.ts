import { foldName } from '../patient/name'
import type { Orderable } from './catalogue'

const wordsIn = (text: string): string[] => foldName(text).split(/[^\p{L}\p{N}#%]+/u).filter((word) => word !== '')

/** How well a thing is what somebody types: 0 the best; undefined: not at all. Every word has to begin a word of its name, its codes or what else it is called. */
const fit = (item: Orderable, sought: readonly string[]): number | undefined => {
  const [name, codes, others] = [wordsIn(item.name), [foldName(item.code), ...wordsIn(item.code), ...(item.loinc === undefined ? [] : [item.loinc])], item.words.flatMap(wordsIn)]
  let worst = 0
  for (const word of sought) {
    const rank = codes.includes(word) ? 0 : name[0]?.startsWith(word) ? 1 : name.some((each) => each.startsWith(word)) ? 2 : [...codes, ...others].some((each) => each.startsWith(word)) ? 3 : undefined
    if (rank === undefined) return undefined
    worst = Math.max(worst, rank)
  }
  return worst
}

/** Tests and panels by words, the best first; panels before tests that fit as well. */
export const findOrderables = (items: readonly Orderable[], text: string): Orderable[] => {
  const sought = wordsIn(text)
  if (sought.length === 0) return []
  return items
    .flatMap((item, place) => {
      const rank = fit(item, sought)
      return rank === undefined ? [] : [{ item, rank, place }]
    })
    .sort((one, other) => one.rank - other.rank || one.place - other.place)
    .map(({ item }) => item)
}
