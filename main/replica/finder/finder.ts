import { setImmediate } from 'node:timers/promises'
import { filter } from 'rxjs'
import type { Envelope } from '../../../shared/records/envelope'
import type { KnownPerson } from '../../../shared/records/patient/likeness'
import { isUnspaced } from '../../../shared/records/patient/nameWords'
import type { Replica } from '../types'
import { type Alternative, alternativesOf } from './alternatives'
import { type Asked, askedOf, wholeNumberOf } from './asked'
import { type Dictionary, readDictionary, similarIn, splitsIn } from './dictionary'
import { fits } from './fit'
import { type Postings, postingsIn, type Ranked } from './postings'
import { candidatesFor, readSounds, type Sounds } from './samePeople'
import { termsOf } from './terms'

/** A patient that fits what was typed. */
export interface FoundPatient {
  readonly id: string
  /** 0: everything fits exactly; the greater, the worse. */
  readonly rank: number
}

/** Finds patients while somebody types: by names in any order, number, identity document, telephone, birth date. */
export interface PatientFinder {
  /** The best first, at most `limit`. Nothing typed finds nobody. Never throws for what was typed. */
  find(typed: string, limit?: number): Promise<FoundPatient[]>
  /** Ids of patients that may be this person, for a closer look; at most a hundred, the likeliest kinds first. */
  candidatesFor(person: KnownPerson): Promise<string[]>
  close(): void
}

const inactiveRank = 100

/** Patients of one rank among which those that come first by name are chosen; the rest are passed over. */
const mostOfRank = 2_000

/** Longer than this no search holds up others, but for what one word takes. */
const longestTurnMs = 10

/** The search over an index: pure but for what it reads. `behind` and ranks as in {@link Postings}. */
interface Search {
  readonly postings: Postings
  readonly dictionary: Dictionary
  readonly behind: 0 | 1
  readonly limit: number
}

const put = (into: Ranked, documents: readonly number[], rank: number): void => {
  for (const doc of documents) {
    const known = into.get(doc)
    if (known === undefined || known > rank) into.set(doc, rank)
  }
}

/** Several things were typed: who fits each. */
const findAll = async ({ postings, behind, limit, dictionary }: Search, asked: readonly Asked[], withTypos: boolean): Promise<Ranked> => {
  const lists: Ranked[] = []
  let turn = performance.now()
  for (const one of asked) {
    const ranked: Ranked = new Map()
    for (const alternative of alternativesOf(one)) put(ranked, postings.all(alternative, behind), alternative.rank)
    if (withTypos && one.kind === 'name') {
      const similar = similarIn(dictionary, one.text)
      for (const rank of [fits.withTypo, fits.withTypoAsBeginning]) {
        put(ranked, postings.withWords(similar.filter((each) => each.rank === rank).map(({ word }) => word), behind), rank)
      }
    }
    lists.push(ranked)
    if (performance.now() - turn < longestTurnMs) continue
    await setImmediate()
    turn = performance.now()
  }
  const [smallest = new Map<number, number>(), ...others] = lists.sort((left, right) => left.size - right.size)
  const byRank = new Map<number, number[]>()
  for (const [doc, own] of smallest) {
    let rank: number | undefined = own
    for (const other of others) {
      const more = other.get(doc)
      rank = more === undefined || rank === undefined ? undefined : rank + more
      if (rank === undefined) break
    }
    if (rank !== undefined) byRank.set(rank, [...(byRank.get(rank) ?? []), doc])
  }
  return inOrder(postings, byRank, limit)
}

const inOrder = (postings: Postings, byRank: ReadonlyMap<number, readonly number[]>, limit: number): Ranked => {
  const found: Ranked = new Map()
  for (const rank of [...byRank.keys()].sort((left, right) => left - right)) {
    if (found.size >= limit) break
    put(found, postings.byName((byRank.get(rank) ?? []).slice(0, mostOfRank), limit - found.size), rank)
  }
  return found
}

/** One thing was typed: the index has those who fit it in order. */
const findOne = ({ postings, behind, limit, dictionary }: Search, asked: Asked): Ranked => {
  const found: Ranked = new Map()
  const take = (alternative: Alternative): void => {
    for (let wanted = limit * 2; found.size < limit; wanted *= 4) {
      const documents = postings.first(alternative, behind, wanted)
      for (const doc of documents) if (!found.has(doc) && found.size < limit) found.set(doc, alternative.rank)
      if (documents.length < wanted) return
    }
  }
  alternativesOf(asked).forEach(take)
  if (found.size < limit && asked.kind === 'name') similarIn(dictionary, asked.text).forEach(({ word, rank }) => take({ shelf: 'name', from: word, rank }))
  return found
}

/** What was typed without spaces, word by word. */
const splitUp = ({ dictionary }: Search, asked: readonly Asked[]): Asked[][] =>
  asked.flatMap((one, place) =>
    one.kind === 'name' ? splitsIn(dictionary, one.text).map((parts) => [...asked.slice(0, place), ...parts.map((text): Asked => ({ kind: 'name', text })), ...asked.slice(place + 1)]) : [],
  )

/** Words that belong together were typed with spaces: `van der merwe`. */
const joined = (asked: readonly Asked[]): Asked[] => {
  const names = asked.filter(({ kind }) => kind === 'name')
  return names.length < 2 ? [] : [{ kind: 'name', text: names.map(({ text }) => text).join('') }, ...asked.filter(({ kind }) => kind !== 'name')]
}

const findAmong = async (search: Search, asked: readonly Asked[]): Promise<Ranked> => {
  const [only] = asked
  if (only === undefined) return new Map()
  const found = asked.length === 1 ? findOne(search, only) : await findAll(search, asked, false)
  const more = (others: Ranked, rank: number): void => {
    for (const [doc, own] of others) if (!found.has(doc) && found.size < search.limit) found.set(doc, own + rank)
  }
  const isFull = (): boolean => found.size >= search.limit
  if (found.size === 0 || (!isFull() && asked.some(({ text }) => isUnspaced(text)))) {
    for (const parts of splitUp(search, asked)) more(await findAll(search, parts, false), fits.asBeginning)
  }
  if (!isFull() && asked.length > 1) more(await findAll(search, asked, true), 0)
  if (found.size === 0 && asked.length > 1) {
    const together = joined(asked)
    if (together.length > 0) more(together.length === 1 ? findOne(search, together[0] as Asked) : await findAll(search, together, false), fits.asBeginning)
  }
  return found
}

/**
 * Opens the search over the index that the replica's file keeps of its patients. Opening reads nothing; the distinct
 * words of names are read a slice at a time, and followed from then on.
 */
export const openFinder = async (replica: Replica): Promise<PatientFinder> => {
  const postings = postingsIn(replica.tables)
  let dictionary: Promise<Dictionary> | undefined
  let isOpen = true
  const words = (): Promise<Dictionary> => {
    dictionary ??= readDictionary(replica.tables, () => isOpen).catch((reason: unknown) => {
      dictionary = undefined
      throw reason
    })
    return dictionary
  }
  let sounds: Promise<Sounds> | undefined
  const sounded = (): Promise<Sounds> => {
    sounds ??= words()
      .then((known) => readSounds(known, () => isOpen))
      .catch((reason: unknown) => {
        sounds = undefined
        throw reason
      })
    return sounds
  }
  const follow = (more: readonly string[]): void => {
    void dictionary?.then((known) => known.add(more), () => undefined)
    void sounds?.then((known) => known.add(more), () => undefined)
  }
  const listening = replica.records
    .changes()
    .pipe(filter(({ type, deleted }) => type === 'Patient' && deleted !== true))
    .subscribe(({ envelope }) => follow(termsOf((envelope as Envelope<'Patient'>).resource).name))

  return {
    async find(typed, limit = 20) {
      const asked = askedOf(typed)
      if (asked.length === 0 || limit < 1) return []
      const known = await words()
      const found: FoundPatient[] = []
      const take = async (behind: 0 | 1, what: readonly Asked[]): Promise<void> => {
        if (found.length >= limit) return
        for (const [doc, rank] of await findAmong({ postings, dictionary: known, behind, limit: limit - found.length }, what)) {
          const id = postings.idOf(doc)
          if (id !== undefined) found.push({ id, rank: rank + behind * inactiveRank })
        }
      }
      await take(0, asked)
      await take(1, asked)
      if (found.length === 0 && asked.length > 1) {
        const number = wholeNumberOf(typed)
        await take(0, number)
        await take(1, number)
      }
      // Who searches may find nobody and register: by then the names have been sounded out, a slice at a time.
      void sounded().catch(() => undefined)
      return found
    },
    async candidatesFor(person) {
      const known = await words()
      const documents = candidatesFor({ postings, dictionary: known, sounds: await sounded() }, person)
      return documents.flatMap((doc) => postings.idOf(doc) ?? [])
    },
    close() {
      isOpen = false
      listening.unsubscribe()
    },
  }
}
