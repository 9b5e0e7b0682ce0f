import { setImmediate } from 'node:timers/promises'
import type { HumanName } from 'fhir/r4'
import { normalizeMangoQuery, prepareQuery } from 'rxdb'
import { filter } from 'rxjs'
import type { Envelope } from '../../../shared/records/envelope'
import { foldText } from '../../../shared/records/search'
import type { Replica } from '../types'
import { askedOf } from './asked'
import { type Entry, fitter } from './fit'

/** A patient that fits what was typed. */
export interface FoundPatient {
  readonly id: string
  /** 0: everything fits exactly; the greater, the worse. */
  readonly rank: number
}

/** Finds patients while somebody types: by names in any order, number, telephone, birth date. */
export interface PatientFinder {
  /** Patients that can be found. */
  readonly size: number
  /** The best first, at most `limit`. Nothing typed finds nobody. */
  find(typed: string, limit?: number): FoundPatient[]
  close(): void
}

/** Patients that are read at a time: a few milliseconds' work. */
const pagePatients = 250
const inactiveRank = 100

/** Words of a name, and the whole of it written together in both orders: Chinese names are, and hyphens get lost. */
const wordsOf = (name: HumanName): string[] => {
  const family = foldText(name.family ?? name.text ?? '')
  const given = foldText(name.given?.join(' ') ?? '')
  const words = `${family} ${given}`.split(' ').filter(Boolean)
  const together = words.length > 1 ? [`${family}${given}`, `${given}${family}`].map((each) => each.replace(/ /g, '')) : []
  const parts = [family, given].filter((part) => part.includes(' ')).map((part) => part.replace(/ /g, ''))
  return [...words, ...parts, ...together]
}

const entryOf = ({ id, at, resource, search }: Envelope<'Patient'>): Entry => ({
  id,
  at,
  name: `${search.family ?? ''} ${search.given ?? ''}`,
  words: [...new Set((resource.name ?? []).flatMap(wordsOf))],
  number: (search.identifier ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''),
  counter: (/\d+$/.exec(search.identifier ?? '')?.[0] ?? '').replace(/^0+/, ''),
  phone: search.phone ?? '',
  birthdate: search.birthdate ?? '',
  inactive: search.status === 'inactive',
})

/** The next patients by time of their last change. */
const patientsAfter = async ({ collection }: Replica, last: { readonly at: string; readonly id: string }): Promise<Envelope<'Patient'>[]> => {
  const { schema } = collection.storageInstance
  const later = { $or: [{ at: { $gt: last.at } }, { at: { $eq: last.at }, id: { $gt: last.id } }] }
  const selector = { _deleted: { $eq: false }, type: { $eq: 'Patient' }, at: { $gte: last.at }, ...later }
  const query = { selector, sort: [{ at: 'asc' }, { id: 'asc' }], limit: pagePatients }
  const prepared = prepareQuery(schema, normalizeMangoQuery(schema as never, query as never) as never)
  return (await collection.storageInstance.query(prepared)).documents as unknown as Envelope<'Patient'>[]
}

/** Fills a finder from the replica and keeps it as the replica is. Resolves when every patient can be found. */
export const openFinder = async (replica: Replica): Promise<PatientFinder> => {
  const entries = new Map<string, Entry>()
  const takenAway = new Set<string>()
  const put = (envelope: Envelope<'Patient'>): void => {
    const known = entries.get(envelope.id)
    if (known === undefined || known.at <= envelope.at) entries.set(envelope.id, entryOf(envelope))
  }
  const listening = replica.records
    .changes()
    .pipe(filter(({ type }) => type === 'Patient'))
    .subscribe(({ id, envelope, deleted }) => {
      if (deleted === true) {
        entries.delete(id)
        takenAway.add(id)
      } else {
        takenAway.delete(id)
        entries.set(id, entryOf(envelope as Envelope<'Patient'>))
      }
    })
  for (let last = { at: '', id: '' }; ; ) {
    const page = await patientsAfter(replica, last)
    page.filter(({ id }) => !takenAway.has(id)).forEach(put)
    last = page.at(-1) ?? last
    if (page.length < pagePatients) break
    await setImmediate()
  }
  takenAway.clear()

  return {
    get size() {
      return entries.size
    },
    find(typed, limit = 20) {
      const fitters = askedOf(typed).map(fitter)
      if (fitters.length === 0) return []
      const found: { readonly entry: Entry; readonly rank: number }[] = []
      for (const entry of entries.values()) {
        let rank = entry.inactive ? inactiveRank : 0
        const all = fitters.every((fit) => {
          const one = fit(entry)
          if (one !== undefined) rank += one
          return one !== undefined
        })
        if (all) found.push({ entry, rank })
      }
      const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
      found.sort((left, right) => left.rank - right.rank || order(left.entry.name, right.entry.name) || order(left.entry.id, right.entry.id))
      return found.slice(0, limit).map(({ entry, rank }) => ({ id: entry.id, rank }))
    },
    close: () => listening.unsubscribe(),
  }
}
