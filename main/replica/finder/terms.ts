import type { HumanName, Patient } from 'fhir/r4'
import type { Envelope } from '../../../shared/records/envelope'
import { indexedWords, nameWords } from '../../../shared/records/patient/nameWords'
import { phoneDigits } from '../../../shared/records/patient/phone'
import { withWesternDigits } from '../../../shared/records/search'
import type { DerivedTable } from '../storage'

/**
 * What a term is. Each kind lies on a shelf of its own, patients that are not active on the shelf behind it, so
 * that a search reads the active ones first.
 */
export const shelves = {
  name: 0,
  /** Patient numbers, their counters without leading zeros, identity documents: letters and digits. */
  number: 2,
  /** Telephone numbers from the front: as written and without the country code. */
  phone: 4,
  /** Telephone numbers from the back, last digit first. */
  phoneEnd: 6,
  /** FHIR date, as far as it is known. */
  birthdate: 8,
} as const

/** A kind of term. */
export type Shelf = keyof typeof shelves

/** Limits for one record: a hostile one must not fill the file. */
const most = { words: 40, numbers: 20, phones: 8 }

/** Letters and digits of a number, in lower case. */
export const plainNumber = (text: string): string =>
  withWesternDigits(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(0, 60)
    .replace(/[\ud800-\udbff]$/, '')

/** Last digit first. */
export const fromTheBack = (digits: string): string => [...digits].reverse().join('')

const letterOf = (unit: number): number => {
  if (Number.isNaN(unit)) return 0
  if (unit >= 97 && unit <= 122) return 1 + unit - 97
  // Other scripts follow the Latin one; the order within them is the index's own.
  return unit < 97 ? 1 : 27 + Math.min(4, (unit - 0x7b) >> 10)
}

/** Orders names within one word: five letters of the family name, five of the given name, in one whole number. */
export const nameOrder = (family: string, given: string): number => {
  let order = 0
  for (const text of [family, given]) for (let place = 0; place < 5; place += 1) order = order * 32 + letterOf(text.charCodeAt(place))
  return order
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What should be a list of objects; a record that came by sync may hold anything, and must not stop the sync. */
const listOf = <Item extends object>(value: readonly Item[] | undefined): readonly Partial<Item>[] =>
  Array.isArray(value) ? value.slice(0, most.words).filter((item) => typeof item === 'object' && item !== null) : []

const familyOf = (name: Partial<HumanName> | undefined): string => text(name?.family) || text(name?.text)
const givenOf = (name: Partial<HumanName> | undefined): string => (Array.isArray(name?.given) ? name.given.map(text).join(' ') : '')

const numbersOf = (patient: Patient): string[] =>
  listOf(patient.identifier).flatMap(({ value }) => {
    const counter = (/\d+$/.exec(text(value).slice(-20))?.[0] ?? '').replace(/^0+/, '')
    return [plainNumber(text(value).slice(0, 100)), counter].filter(Boolean)
  })

const phonesOf = (patient: Patient) =>
  listOf(patient.telecom).flatMap(({ system, value }) => (system === 'phone' || system === 'sms' ? (phoneDigits(text(value).slice(0, 40)) ?? []) : []))

/** The terms by which a patient is found, kind by kind. */
export const termsOf = (patient: Patient): { readonly [Kind in Shelf]: readonly string[] } => {
  const phones = phonesOf(patient).slice(0, most.phones)
  const unique = (terms: readonly string[], limit: number): string[] => [...new Set(terms)].slice(0, limit)
  return {
    name: unique(listOf(patient.name).flatMap((name) => [...indexedWords(familyOf(name)), ...indexedWords(givenOf(name))]), most.words),
    number: unique(numbersOf(patient), most.numbers),
    phone: unique(phones.flatMap(({ written, national }) => [written, national]), 2 * most.phones),
    phoneEnd: unique(phones.map(({ written }) => fromTheBack(written)), most.phones),
    birthdate: /^\d{4}(-\d\d){0,2}$/.test(text(patient.birthDate)) ? [text(patient.birthDate)] : [],
  }
}

/** Where patients are found by what somebody types: one row for each term of each patient. */
export const termTable: DerivedTable<Envelope> = {
  name: 'terms',
  version: 1,
  columns: { shelf: 'INTEGER', term: 'TEXT', sort: 'INTEGER' },
  indexes: [['shelf', 'term', 'sort']],
  rowsOf: ({ type, resource, search }) => {
    if (type !== 'Patient') return []
    const patient = resource as Patient
    const names = listOf(patient.name)
    const name = names.find(({ use }) => use === 'official') ?? names[0]
    const sort = nameOrder(nameWords(familyOf(name)).join(' '), nameWords(givenOf(name)).join(' '))
    const behind = search?.status === 'inactive' ? 1 : 0
    return Object.entries(termsOf(patient)).flatMap(([shelf, terms]) => terms.map((term) => [shelves[shelf as Shelf] + behind, term, sort]))
  },
}
