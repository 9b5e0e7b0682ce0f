import type { NewRecord, Replica } from '../replica'
import { recordIdOfKey } from '../replica'
import { accessionCounter, accessionNumber, patientCounter, patientNumber } from '../../shared/records/patient/number'
import type { Access } from '../access'
import { chartOf, type Written } from './history'
import { personOf, showcaseOf } from './people'
import { chanceOf } from './random'
import { type DemoUser, demoUsers } from './users'

/** How many patients a demo practice has. */
export const demoPatients = 300

/** What the generator works on. */
export interface DemoAsk {
  readonly replica: Replica
  readonly access: Access
  /** The same seed and moment give the same people with the same histories. */
  readonly seed?: number
  /** Milliseconds since 1970; everything lies before it. Default now. */
  readonly now?: number
  /** Default {@link demoPatients}. */
  readonly patients?: number
  readonly onProgress?: (done: number, of: number) => void
  /** Patients written at once. */
  readonly slice?: number
}

/** What a demo practice has to show. */
export interface FilledDemo {
  readonly patients: number
  /** Accession numbers of orders that wait for the simulated analyser. */
  readonly openAccessions: readonly string[]
}

const seedOfDemo = 20_261

const minuteMs = 60_000

const slicesOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_each, index) => items.slice(index * size, (index + 1) * size))

/** Writes a slice, one author after the other: a person's writing carries that person's name. */
const writeAll = async (replica: Replica, written: readonly Written[]): Promise<void> => {
  for (const author of new Set(written.map((each) => each.author))) {
    const entries = written.filter((each) => each.author === author).map(({ type, resource, key }) => ({ type, resource, key }) as NewRecord)
    await replica.records.addAll(entries, author)
  }
}

const hire = async (access: Access, person: DemoUser): Promise<string> => {
  const { name, user, role, password, pin } = person
  const added = await access.addStaff({ name, user, role, password, pin }, 'system', true)
  if (added.ok) return added.value.practitioner
  const there = (await access.signInChoices()).find((each) => each.user === user)
  if (!there) throw new Error(added.problem.kind)
  return there.practitioner
}

/**
 * Accession numbers from the counter that later orders use. They are given out before the counter on disk
 * has answered, which holds in a new practice only; anywhere else `settled` rejects and nothing is written.
 */
const numbersOf = (replica: Replica) => {
  const given = new Map<number, number>()
  const taken: Promise<boolean>[] = []
  return {
    next: (year: number): string => {
      const counter = (given.get(year) ?? 0) + 1
      given.set(year, counter)
      taken.push(replica.local.nextNumber(accessionCounter(year)).then((answer) => answer === counter))
      return accessionNumber(replica.station, year, counter)
    },
    /** Resolves when the counters on disk have gone as far. */
    settled: async (): Promise<void> => {
      if ((await Promise.all(taken.splice(0))).includes(false)) throw new Error('a demo is made in a new practice only')
    },
  }
}

/**
 * Fills a new training practice with made-up people: users of four roles, patients with histories,
 * orders that wait for a result. Patient and accession numbers come from the station's own counters.
 */
export const fillDemo = async (ask: DemoAsk): Promise<FilledDemo> => {
  const { replica, access, seed = seedOfDemo, patients = demoPatients, slice = 25 } = ask
  const now = Math.floor((ask.now ?? Date.now()) / minuteMs) * minuteMs
  const { nurse: nurseUser, doctor: doctorUser, laboratory: laboratoryUser, administrator } = demoUsers
  const hired = [nurseUser, doctorUser, laboratoryUser, administrator].map((person) => hire(access, person))
  const [nurse = '', doctor = '', laboratory = ''] = await Promise.all(hired)

  const numbers = numbersOf(replica)
  const idOf = (type: Written['type'], key: string): string => recordIdOfKey(replica.practice, type, key)
  const cast = { nurse, doctor, laboratory, idOf, nextAccession: numbers.next }
  const openAccessions: string[] = []
  let done = 0
  ask.onProgress?.(0, patients)

  for (const indexes of slicesOf(Array.from({ length: patients }, (_each, index) => index), slice)) {
    const written: Written[] = []
    for (const index of indexes) {
      const chance = chanceOf(seed * 1009 + index)
      const isShowcase = index === patients - 1
      const person = isShowcase ? showcaseOf(now) : personOf(chance, index, now)
      const number = patientNumber(replica.station, await replica.local.nextNumber(patientCounter))
      const plan = {
        isOnWard: isShowcase || index % 97 === 13,
        hasOpenOrder: isShowcase || index % 29 === 7,
        hasReport: isShowcase,
        isHereToday: !isShowcase && index % 23 === 11,
      }
      const chart = chartOf(chance, index, person, number, plan, cast, now)
      written.push(...chart.records)
      if (chart.openAccession !== undefined) openAccessions.push(chart.openAccession)
    }
    await numbers.settled()
    await writeAll(replica, written)
    done += indexes.length
    ask.onProgress?.(done, patients)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { patients: done, openAccessions }
}
