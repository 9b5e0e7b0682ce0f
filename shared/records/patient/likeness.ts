import { nameWords } from './nameWords'
import { isSamePhone } from './phone'
import { soundsOf } from './sound'
import { isOneTypoAway } from './typo'

/** What is known of somebody who is being registered, or is there already. */
export interface KnownPerson {
  readonly family: string
  readonly given: string
  readonly gender?: 'male' | 'female' | 'other' | 'unknown'
  /** FHIR date, as far as it is known. */
  readonly birthDate?: string
  readonly phone?: string
  /** Number of an identity document. */
  readonly document?: string
}

/** What two records have in common that one person's two records would have. The order is that in which it is told. */
const likenesses = [
  'document-same',
  /** All words of the shorter name stand in the other, in any order. */
  'name-same',
  /** As above, but some sound alike or are one letter away. */
  'name-alike',
  /** A part of the name is the same or sounds alike. */
  'name-partly',
  'birth-same',
  /** Day and month change places. */
  'birth-swapped',
  /** One digit differs, or two that stand beside each other are swapped. */
  'birth-digit',
  /** Of one of them only the year or month is known, and it fits. */
  'birth-year',
  /** Of one of them only the age is known: the years are one apart. */
  'birth-near',
  'phone-same',
] as const

export type Likeness = (typeof likenesses)[number]

type Letters = 'same' | 'alike' | 'different'

/** Shorter words with one letter changed are other words. */
const typoLength = 4

const lettersOf = (left: string, right: string): Letters => {
  if (left === right) return 'same'
  if (left.length >= typoLength && right.length >= typoLength && isOneTypoAway(left, right, false)) return 'alike'
  const sounds = soundsOf(right)
  return soundsOf(left).some((key) => sounds.includes(key)) ? 'alike' : 'different'
}

/** The words of a whole name. */
const wordsOf = ({ family, given }: KnownPerson): string[] => [...new Set([...nameWords(family), ...nameWords(given)])].slice(0, 12)

/** Family and given name, each written together: `van der Merwe` and `Vandermerwe` are one. */
const together = ({ family, given }: KnownPerson): string[] => [nameWords(family).join(''), nameWords(given).join('')].filter(Boolean)

/** Words of the shorter list that fit one of the other; each word serves once. */
const pairsOf = (left: readonly string[], right: readonly string[]): { readonly same: number; readonly alike: number; readonly of: number } => {
  const [few, many] = left.length <= right.length ? [left, [...right]] : [right, [...left]]
  let same = 0
  let alike = 0
  const rest = few.filter((word) => {
    const place = many.indexOf(word)
    if (place < 0) return true
    many.splice(place, 1)
    same += 1
    return false
  })
  for (const word of rest) {
    const place = many.findIndex((other) => lettersOf(word, other) !== 'different')
    if (place < 0) continue
    many.splice(place, 1)
    alike += 1
  }
  return { same, alike, of: few.length }
}

const nameLikeness = (left: KnownPerson, right: KnownPerson): Likeness | undefined => {
  const [leftWords, rightWords] = [wordsOf(left), wordsOf(right)]
  if (leftWords.length === 0 || rightWords.length === 0) return undefined
  const readings = [pairsOf(leftWords, rightWords), pairsOf(together(left), together(right))]
  // One word of two or more is a part; a name that has no other is the whole.
  const isWhole = (of: number): boolean => of > 1 || (leftWords.length === 1 && rightWords.length === 1)
  if (readings.some(({ same, of }) => same === of && isWhole(of))) return 'name-same'
  if (readings.some(({ same, alike, of }) => same + alike === of && isWhole(of))) return 'name-alike'
  return readings.some(({ same, alike }) => same + alike > 0) ? 'name-partly' : undefined
}

const isDigitOff = (left: string, right: string): boolean => {
  const places = [...left].flatMap((digit, place) => (digit === right.charAt(place) ? [] : [place]))
  if (places.length === 1) return true
  const [first = 0, second = 0] = places
  return places.length === 2 && second - first === 1 && left.charAt(first) === right.charAt(second) && left.charAt(second) === right.charAt(first)
}

/** How one date may have become the other; undefined when they tell two people apart or one is not known. */
export const birthLikeness = (left: string | undefined, right: string | undefined): Likeness | undefined => {
  if (!left || !right) return undefined
  if (left.length === 10 && right.length === 10) {
    if (left === right) return 'birth-same'
    const [year, month, day] = left.split('-')
    if (right === `${year}-${day}-${month}`) return 'birth-swapped'
    return isDigitOff(left, right) ? 'birth-digit' : undefined
  }
  if (left.startsWith(right) || right.startsWith(left)) return 'birth-year'
  const isAge = left.length === 4 || right.length === 4
  return isAge && Math.abs(Number(left.slice(0, 4)) - Number(right.slice(0, 4))) === 1 ? 'birth-near' : undefined
}

const plainDocument = (text: string | undefined): string => (text ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** What two people have in common. */
export const likenessOf = (left: KnownPerson, right: KnownPerson): Likeness[] => {
  const document = plainDocument(left.document)
  const found: (Likeness | undefined)[] = [
    document !== '' && document === plainDocument(right.document) ? 'document-same' : undefined,
    nameLikeness(left, right),
    birthLikeness(left.birthDate, right.birthDate),
    left.phone && right.phone && isSamePhone(left.phone, right.phone) ? 'phone-same' : undefined,
  ]
  return found.filter((each) => each !== undefined)
}

const weights: Readonly<Record<Likeness, number>> = {
  'document-same': 100, 'name-same': 30, 'name-alike': 24, 'name-partly': 0, 'birth-same': 30, 'birth-swapped': 22, 'birth-digit': 20, 'birth-year': 12, 'birth-near': 8, 'phone-same': 24,
}

/** Less is a stranger who shares a name with half the village. */
const suspicion = 24

/**
 * How likely two people are one; 0: not worth showing. A whole name that is the same or sounds alike is, unless the
 * birth dates are both known and tell them apart; so is a part of it with the same birth date, a telephone, or
 * an identity document.
 */
export const suspicionOf = (left: KnownPerson, right: KnownPerson, alike: readonly Likeness[] = likenessOf(left, right)): number => {
  const isBornOtherwise = Boolean(left.birthDate && right.birthDate) && !alike.some((each) => each.startsWith('birth-'))
  const isOtherSex = left.gender !== right.gender && [left.gender, right.gender].every((each) => each === 'male' || each === 'female')
  const weight = alike.reduce((sum, each) => sum + weights[each], 0) - (isBornOtherwise ? 20 : 0) - (isOtherSex ? 3 : 0)
  const isOnlyBirth = alike.every((each) => each.startsWith('birth-'))
  // What counts against never hides a shared telephone or document; it only goes further down.
  if (alike.includes('phone-same') || alike.includes('document-same')) return Math.max(1, weight)
  return isOnlyBirth || weight + (isOtherSex ? 3 : 0) < suspicion ? 0 : weight
}

/** Whether so much is alike that registering somebody new needs a second look: a name that sounds the same and the birth date, or an identity document. */
export const isLikelySame = (alike: readonly Likeness[]): boolean =>
  alike.includes('document-same') || (alike.includes('birth-same') && (alike.includes('name-same') || alike.includes('name-alike')))
