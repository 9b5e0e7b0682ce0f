import { isCalendarDate } from '../../../shared/records/patient/age'
import { subscriberDigits } from '../../../shared/records/patient/phone'
import type { Asked } from './asked'
import { fits } from './fit'
import { fromTheBack, type Shelf } from './terms'

/** Terms that would fit: one, or all from `from` to before `to`. */
export interface Alternative {
  readonly shelf: Shelf
  readonly from: string
  /** Absent: the term `from` itself. */
  readonly to?: string
  readonly rank: number
}

const exactly = (shelf: Shelf, term: string, rank: number = fits.exactly): Alternative => ({ shelf, from: term, rank })

/** Terms that begin so. No term holds U+10FFFF. */
const beginning = (shelf: Shelf, start: string, rank: number = fits.asBeginning): Alternative => ({ shelf, from: start, to: `${start}\u{10ffff}`, rank })

/** The article is left off of terms; while it is typed, the name behind it is still too short for that. */
const behindArticle = (text: string): Alternative[] => (/^\u0627\u0644[\u0620-\u064a]{1,2}$/.test(text) ? [beginning('name', text.slice(2))] : [])

/** A nasal that is about to be followed by another consonant is spelt as a dot. */
const asNasalDot = (text: string): Alternative[] => (/.[\u0919\u091e\u0923\u0928\u092e]\u094d?$/.test(text) ? [beginning('name', text.replace(/.\u094d?$/, '\u0902'), fits.asPart)] : [])

const ofName = (text: string): Alternative[] => [exactly('name', text), beginning('name', text), ...behindArticle(text), ...asNasalDot(text)]

const ofBirthdate = (text: string): Alternative[] => {
  const dates = /^\d\d-/.test(text) ? ['19', '20', '18'].map((century) => `${century}${text}`) : [text]
  return dates.flatMap((date) => [
    exactly('birthdate', date),
    // What is known only as far as its year or month fits as well, but less; so does more than was typed.
    ...(date.length === 10 ? [exactly('birthdate', date.slice(0, 7), fits.asPart), exactly('birthdate', date.slice(0, 4), fits.asPart)] : []),
    ...(date.length === 7 ? [beginning('birthdate', `${date}-`, fits.asPart), exactly('birthdate', date.slice(0, 4), fits.asPart)] : []),
    ...(date.length === 4 ? [beginning('birthdate', `${date}-`)] : []),
  ])
}

/** A birth date typed without marks: `14071945` or `19450714`. */
const ofDateDigits = (digits: string): Alternative[] => {
  const parts = [/^(\d{4})(\d\d)(\d\d)$/.exec(digits)?.slice(1), /^(\d\d)(\d\d)(\d{4})$/.exec(digits)?.slice(1).reverse()]
  return parts.flatMap((date) => (date !== undefined && isCalendarDate(date.join('-')) ? [exactly('birthdate', date.join('-'), fits.asBeginning)] : []))
}

const ofPhone = (digits: string): Alternative[] => {
  // Without the leading zeros, so that a national number finds the same one written internationally.
  const subscriber = digits.replace(/^0+/, '')
  if (subscriber.length < 3) return []
  const back = fromTheBack(subscriber)
  return [
    beginning('phone', subscriber),
    ...(subscriber.length >= 4 ? [beginning('phoneEnd', back)] : []),
    // Two whole numbers of which one has the country code: at least one more digit stands before those that they share.
    ...(subscriber.length > subscriberDigits ? [{ ...beginning('phoneEnd', back.slice(0, subscriberDigits), fits.asPart), from: `${back.slice(0, subscriberDigits)}0` }] : []),
  ]
}

const ofNumber = (text: string, digits: string): Alternative[] => {
  const counter = text === digits ? digits.replace(/^0+/, '') : ''
  return [
    exactly('number', text),
    ...(counter !== '' && counter !== text ? [exactly('number', counter)] : []),
    ...(text.length >= 3 ? [beginning('number', text)] : []),
    ...(text === digits && digits.length === 4 ? [exactly('birthdate', digits, fits.asBeginning), beginning('birthdate', `${digits}-`)] : []),
    ...(text === digits ? [...ofDateDigits(digits), ...ofPhone(digits)] : []),
    exactly('name', text),
    ...(text.length >= 3 ? [beginning('name', text)] : []),
  ]
}

/** All that would fit one thing that was typed, the best first; without what would fit with a typing error. */
export const alternativesOf = (asked: Asked): Alternative[] => {
  const found = asked.kind === 'name' ? ofName(asked.text) : asked.kind === 'birthdate' ? ofBirthdate(asked.text) : asked.text === '' ? [] : ofNumber(asked.text, asked.digits)
  return found.sort((left, right) => left.rank - right.rank)
}
