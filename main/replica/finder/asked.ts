import { nameWords } from '../../../shared/records/patient/nameWords'
import { withWesternDigits } from '../../../shared/records/search'
import { plainNumber } from './terms'

/** One thing that was typed into the search field; all of them must fit a patient. */
export type Asked =
  /** A word of a name, or how it begins, as `nameWords` spells it. */
  | { readonly kind: 'name'; readonly text: string }
  /** Patient number, identity document, telephone number, or birth date without marks: letters and digits only. */
  | { readonly kind: 'number'; readonly text: string; readonly digits: string }
  /** A birth date, as far as it was typed: `1945`, `1945-07`, `1945-07-14`, or without the century `45-07-14`. */
  | { readonly kind: 'birthdate'; readonly text: string }

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const two = (text: string): string => text.padStart(2, '0')

/** Nobody alive was born in another century; longer or other numbers are no years. */
const year = '(1[89]\\d\\d|20\\d\\d)'
const shortYear = '(1[89]\\d\\d|20\\d\\d|\\d\\d)'
const alone = (shape: string): RegExp => new RegExp(`(?<!\\S)${shape}(?!\\S)`, 'iu')

const monthNamed = (name: string): string | undefined => {
  const month = name.length < 3 ? -1 : months.findIndex((each) => each.startsWith(name.toLowerCase()))
  return month < 0 ? undefined : two(String(month + 1))
}
const monthNumbered = (digits: string): string | undefined => (Number(digits) >= 1 && Number(digits) <= 12 ? two(digits) : undefined)

/** The day comes before the month, as the countries that we serve write it. */
const dateShapes: readonly (readonly [shape: RegExp, read: (parts: readonly string[]) => string | undefined])[] = [
  [alone(`${year}-(\\d{1,2})(?:-(\\d{1,2}))?`), ([years = '', month = '', day]) => `${years}-${two(month)}${day === undefined ? '' : `-${two(day)}`}`],
  [alone(`(\\d{1,2})[/.-](\\d{1,2})[/.-]${shortYear}`), ([day = '', month = '', years = '']) => `${years}-${two(month)}-${two(day)}`],
  [
    alone(`(\\d{1,2})[\\s/.-]*(\\p{L}{3,9})\\.?[\\s/.-]*${shortYear}`),
    ([day = '', name = '', years = '']) => {
      const month = monthNamed(name)
      return month === undefined ? undefined : `${years}-${month}-${two(day)}`
    },
  ],
  [
    alone(`(\\d{1,2})[/.-]${year}`),
    ([digits = '', years = '']) => {
      const month = monthNumbered(digits)
      return month === undefined ? undefined : `${years}-${month}`
    },
  ],
  [
    alone(`(\\p{L}{3,9})\\.?[\\s/.-]*${year}`),
    ([name = '', years = '']) => {
      const month = monthNamed(name)
      return month === undefined ? undefined : `${years}-${month}`
    },
  ],
]

const takeDates = (text: string): { readonly dates: Asked[]; readonly rest: string } => {
  const dates: Asked[] = []
  let rest = text
  for (const [shape, read] of dateShapes) {
    const found = shape.exec(rest)
    const date = found === null ? undefined : read(found.slice(1))
    if (found === null || date === undefined) continue
    dates.push({ kind: 'birthdate', text: date })
    rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`
  }
  return { dates, rest }
}

/** A telephone number is typed in groups: neighbours without letters belong together. */
const joinDigits = (words: readonly string[]): string[] => {
  const joined: string[] = []
  for (const word of words) {
    const before = joined.at(-1)
    const isDigits = (text: string): boolean => /\d/.test(text) && !/\p{L}/u.test(text)
    if (before !== undefined && isDigits(before) && isDigits(word)) joined[joined.length - 1] = before + word
    else joined.push(word)
  }
  return joined
}

/** Words beyond these are passed over: nobody types more, and each costs time. */
const askedLimit = 12

/** What somebody typed, taken apart. Nothing in it is an error; what cannot be understood finds nobody. */
export const askedOf = (typed: string): Asked[] => {
  const { dates, rest } = takeDates(withWesternDigits(typed.slice(0, 200)))
  const others = joinDigits(rest.split(/[\s,;]+/)).flatMap((word): Asked[] => {
    if (/\d/.test(word)) return [{ kind: 'number', text: plainNumber(word), digits: word.replace(/\D/g, '') }]
    return nameWords(word).map((text) => ({ kind: 'name', text }))
  })
  const isFirst = ({ kind, text }: Asked, place: number, all: readonly Asked[]): boolean => all.findIndex((one) => one.kind === kind && one.text === text) === place
  return [...dates, ...others].slice(0, 2 * askedLimit).filter(isFirst).slice(0, askedLimit)
}

/** All of it as one number: identity documents are printed in groups, `AB 12 34 56 C`. */
export const wholeNumberOf = (typed: string): Asked[] => {
  const text = plainNumber(typed.slice(0, 200))
  return /\p{L}/u.test(text) && /\d/.test(text) ? [{ kind: 'number', text, digits: '' }] : []
}
