import { setImmediate } from 'node:timers/promises'
import { isCalendarDate } from '../../../shared/records/patient/age'
import type { KnownPerson } from '../../../shared/records/patient/likeness'
import { nameWords } from '../../../shared/records/patient/nameWords'
import { phoneDigits, subscriberDigits } from '../../../shared/records/patient/phone'
import { soundsOf } from '../../../shared/records/patient/sound'
import { type Dictionary, similarIn } from './dictionary'
import { fits } from './fit'
import type { Postings } from './postings'
import { fromTheBack, plainNumber } from './terms'

/** Which words sound as a key does. */
export interface Sounds {
  /** The words that sound like this one, itself among them when it is known. */
  like(word: string): readonly string[]
  add(words: readonly string[]): void
}

/** Words that are sounded out at a time: a few milliseconds' work. */
const sliceWords = 300

/** Sounds out a dictionary, a slice at a time; `isWanted` ends it early. */
export const readSounds = async ({ words }: Dictionary, isWanted: () => boolean): Promise<Sounds> => {
  const bySound = new Map<string, string[]>()
  const add = (more: readonly string[]): void => {
    for (const word of more) {
      for (const key of soundsOf(word)) {
        const known = bySound.get(key)
        if (known === undefined) bySound.set(key, [word])
        else if (!known.includes(word)) known.push(word)
      }
    }
  }
  // Words that come meanwhile are added by who listens; the list here is as it was.
  const all = [...words]
  for (let place = 0; place < all.length && isWanted(); place += sliceWords) {
    add(all.slice(place, place + sliceWords))
    await setImmediate()
  }
  return { like: (word) => [...new Set(soundsOf(word).flatMap((key) => bySound.get(key) ?? []))], add }
}

/** Dates that one slip makes of another: one digit, two neighbours swapped, day and month swapped. */
export const slipsOf = (date: string): string[] => {
  const [year = '', month = '', day = ''] = date.split('-')
  const digits = `${year}${month}${day}`
  const others = [...digits].flatMap((own, place) => [
    ...Array.from('0123456789', (digit) => `${digits.slice(0, place)}${digit}${digits.slice(place + 1)}`),
    `${digits.slice(0, place)}${digits.charAt(place + 1)}${own}${digits.slice(place + 2)}`,
  ])
  const dates = [...others, `${year}${day}${month}`].map((each) => `${each.slice(0, 4)}-${each.slice(4, 6)}-${each.slice(6)}`)
  return [...new Set(dates)].filter((each) => each !== date && /^(1[89]|20)/.test(each) && isCalendarDate(each))
}

/** Candidates of one kind that are looked at closely; each costs reading a record. */
const most = { name: 40, birthdate: 60, phone: 12, all: 100 }

/** What finding candidates takes. */
export interface Search {
  readonly postings: Postings
  readonly dictionary: Dictionary
  readonly sounds: Sounds
}

const withAnyWord = ({ postings, dictionary, sounds }: Search, words: readonly string[]): Set<number> => {
  const alike = new Set(words)
  for (const word of words) {
    for (const { word: other, rank } of similarIn(dictionary, word)) if (rank === fits.withTypo) alike.add(other)
    for (const other of sounds.like(word)) alike.add(other)
  }
  return new Set([0, 1].flatMap((behind) => postings.withWords([...alike], behind as 0 | 1)))
}

/** Words that one part of a name may stand under: as they are, and written together. */
const wordsOf = (part: string): string[] => {
  const words = nameWords(part).slice(0, 6)
  return words.length > 1 ? [...words, words.join('')] : words
}

/** Documents whose birth date may be the one that was given. */
const bornNear = ({ postings }: Search, birthDate: string): Set<number> => {
  const year = Number(birthDate.slice(0, 4))
  const dates = birthDate.length === 10 ? [birthDate, ...slipsOf(birthDate), birthDate.slice(0, 7), ...[year, year - 1, year + 1].map(String)] : []
  const years = birthDate.length === 10 ? [] : [year, year - 1, year + 1]
  return new Set(
    ([0, 1] as const).flatMap((behind) => [
      ...dates.flatMap((date) => postings.all({ shelf: 'birthdate', from: date, rank: 0 }, behind)),
      ...years.flatMap((each) => postings.all({ shelf: 'birthdate', from: `${each}`, to: `${each}\u{10ffff}`, rank: 0 }, behind)),
    ]),
  )
}

const withPhone = ({ postings }: Search, phone: string): number[] => {
  const digits = phoneDigits(phone)
  // Fewer digits are an extension, or half a number.
  if (digits === undefined || digits.national.length < 6) return []
  const { written, national } = digits
  const end = fromTheBack(written).slice(0, subscriberDigits)
  return ([0, 1] as const).flatMap((behind) => [
    ...[...new Set([written, national])].flatMap((from) => postings.all({ shelf: 'phone', from, rank: 0 }, behind)),
    ...(written.length > subscriberDigits ? postings.all({ shelf: 'phoneEnd', from: `${end}0`, to: `${end}\u{10ffff}`, rank: 0 }, behind) : []),
  ])
}

/**
 * Documents of patients that may be this person, for a closer look: the same identity document or telephone; a part
 * of the name that is the same, sounds alike or is one letter away, with a birth date that may be the same; the whole
 * name so, where a birth date is not known.
 */
export const candidatesFor = (search: Search, person: KnownPerson): number[] => {
  const { postings } = search
  const found = new Set<number>()
  const add = (documents: Iterable<number>, limit: number): void => {
    let added = 0
    for (const doc of documents) {
      if (added >= limit || found.size >= most.all) return
      if (!found.has(doc)) added += 1
      found.add(doc)
    }
  }
  const document = plainNumber(person.document ?? '')
  if (document.length >= 4) ([0, 1] as const).forEach((behind) => add(postings.all({ shelf: 'number', from: document, rank: 0 }, behind), most.phone))
  if (person.phone) add(withPhone(search, person.phone), most.phone)
  const family = wordsOf(person.family)
  const given = wordsOf(person.given)
  if (family.length + given.length === 0) return [...found]
  const ofFamily = withAnyWord(search, family)
  const ofGiven = withAnyWord(search, given)
  // Who has one word for both has only one of two.
  const ofBoth = given.length === 0 ? ofFamily : family.length === 0 ? ofGiven : new Set([...ofFamily].filter((doc) => ofGiven.has(doc)))
  if (person.birthDate !== undefined && isCalendarDate(person.birthDate)) {
    const near = bornNear(search, person.birthDate)
    add([...ofBoth].filter((doc) => near.has(doc)), most.birthdate)
    if (person.birthDate.length === 10) {
      const sameDay = ([0, 1] as const).flatMap((behind) => postings.all({ shelf: 'birthdate', from: person.birthDate as string, rank: 0 }, behind))
      add(sameDay.filter((doc) => ofFamily.has(doc) || ofGiven.has(doc)), most.birthdate)
    }
    add(postings.withoutBirthDate([...ofBoth].slice(0, 1_000)), most.name)
  } else {
    add(postings.byName([...ofBoth].slice(0, 1_000), most.name), most.name)
  }
  return [...found]
}
