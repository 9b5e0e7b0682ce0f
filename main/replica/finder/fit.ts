import type { Asked } from './asked'

/** How well something fits; smaller is better. */
export const fits = { exactly: 0, asBeginning: 1, asPart: 2, withTypo: 4, withTypoAsBeginning: 5 } as const

/** What the finder knows of a patient. */
export interface Entry {
  readonly id: string
  readonly at: string
  /** Sorts equals. */
  readonly name: string
  readonly words: readonly string[]
  /** Patient number in lower case, letters and digits only. */
  readonly number: string
  /** Its counter without leading zeros. */
  readonly counter: string
  readonly phone: string
  readonly birthdate: string
  readonly inactive: boolean
}

/** Whether one letter more, less, other, or two swapped make `typed` of `word`, or (`asBeginning`) of how `word` begins. */
export const isOneTypoAway = (typed: string, word: string, asBeginning: boolean): boolean => {
  const shared = Math.min(typed.length, word.length)
  let same = 0
  while (same < shared && typed.charCodeAt(same) === word.charCodeAt(same)) same += 1
  const rest = (fromTyped: number, fromWord: number): boolean => {
    const left = typed.length - fromTyped
    if (left < 0 || fromWord > word.length) return false
    return asBeginning ? word.startsWith(typed.slice(fromTyped), fromWord) : word.length - fromWord === left && word.endsWith(typed.slice(fromTyped))
  }
  const swapped = typed.charCodeAt(same) === word.charCodeAt(same + 1) && typed.charCodeAt(same + 1) === word.charCodeAt(same)
  return rest(same + 1, same + 1) || rest(same + 1, same) || rest(same, same + 1) || (swapped && rest(same + 2, same + 2))
}

/** Fewer letters with a typo could be anybody. */
const typoLength = 4

const fitOfWord = (typed: string, word: string): number | undefined => {
  if (word === typed) return fits.exactly
  if (word.startsWith(typed)) return fits.asBeginning
  if (typed.length < typoLength) return undefined
  if (isOneTypoAway(typed, word, false)) return fits.withTypo
  return isOneTypoAway(typed, word, true) ? fits.withTypoAsBeginning : undefined
}

/** Digits that whole telephone numbers share, whichever country code or trunk prefix they are written with. */
const subscriberDigits = 8

const haveSameEnd = (left: string, right: string): boolean =>
  left.length > subscriberDigits && right.length > subscriberDigits && left.slice(-subscriberDigits) === right.slice(-subscriberDigits)

const fitOfNumber = (text: string, digits: string, entry: Entry): number | undefined => {
  if (text === entry.number) return fits.exactly
  const counter = text === digits ? digits.replace(/^0+/, '') : ''
  if (counter !== '' && counter === entry.counter) return fits.exactly
  if (text.length >= 3 && entry.number.startsWith(text)) return fits.asBeginning
  if (text !== digits) return undefined
  if (digits.length === 4 && entry.birthdate.startsWith(digits)) return fits.asBeginning
  // Without the leading zero, so that a national number finds the same one written internationally.
  const subscriber = digits.replace(/^0+/, '')
  if (subscriber.length < 3 || entry.phone === '') return undefined
  if (entry.phone.endsWith(subscriber)) return fits.asBeginning
  return entry.phone.includes(subscriber) || haveSameEnd(subscriber, entry.phone) ? fits.asPart : undefined
}

const fitOfBirthdate = (text: string, entry: Entry): number | undefined => {
  const known = /^\d\d-/.test(text) ? entry.birthdate.slice(2) : entry.birthdate
  if (known === text) return fits.exactly
  // A date that is known only as far as its year or month fits what was typed, too, but less.
  if (known !== '' && (known.startsWith(text) || (text.startsWith(known) && known.length >= 4))) return fits.asPart
  return undefined
}

/** Answers how one thing that was typed fits an entry; undefined: not at all. Remembers words, which many patients share. */
export const fitter = (asked: Asked): ((entry: Entry) => number | undefined) => {
  if (asked.kind === 'birthdate') return (entry) => fitOfBirthdate(asked.text, entry)
  const known = new Map<string, number | undefined>()
  const byWords = (entry: Entry): number | undefined => {
    let best: number | undefined
    for (const word of entry.words) {
      let fit = known.get(word)
      if (fit === undefined && !known.has(word)) {
        fit = fitOfWord(asked.text, word)
        known.set(word, fit)
      }
      if (fit !== undefined && (best === undefined || fit < best)) best = fit
    }
    return best
  }
  if (asked.kind === 'name') return byWords
  return (entry) => fitOfNumber(asked.text, asked.digits, entry) ?? byWords(entry)
}
