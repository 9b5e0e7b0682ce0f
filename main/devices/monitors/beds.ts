import type { ServedPatient } from '../../../shared/contract'
import { bedCode, bedOf, bedRecord, keyOfBed, type BedFacts } from '../../../shared/records/bed/bed'
import { displayName } from '../../../shared/records/patient/name'
import { patientFacts } from '../../../shared/records/patient/patient'
import { recordIdOfKey, type Replica } from '../../replica'
import type { Decider } from '../inbox'

/** A bed of the practice. */
export interface Bed {
  readonly name: string
  /** Key of the act that made it. */
  readonly made: string
  readonly patient?: string
  /** When the patient was put into it, ISO instant, and by whom. */
  readonly since?: string
  readonly by?: Decider
  /** Somebody said so on another workstation. */
  readonly isFromElsewhere?: true
}

/** Kind in the local store of an earlier Outpost, which knew the beds of one workstation only. */
const earlierKind = 'bed'
/** More is no clinic. */
const mostBeds = 1_000

/** A patient as beds and monitors name them; undefined when this workstation has no such patient. */
export const servedPatient = async ({ records }: Replica, id: string): Promise<ServedPatient | undefined> => {
  const found = await records.get('Patient', id)
  if (!found) return undefined
  const { number, birthDate, ...name } = patientFacts(found.resource)
  return { id, name: displayName(name), number, ...(birthDate === undefined ? {} : { birthDate }) }
}

const asBed = ({ name, made, seat }: BedFacts, station: string, own: string): Bed => ({
  name,
  made,
  ...(seat ? { patient: seat.patient, since: seat.since, by: { practitioner: seat.by, name: seat.byName } } : {}),
  ...(station === own ? {} : { isFromElsewhere: true }),
})

const factsOf = ({ name, made, patient, since, by }: Bed, isRemoved = false): BedFacts => ({
  name, made, isRemoved,
  ...(patient === undefined || since === undefined ? {} : { seat: { patient, since, by: by?.practitioner ?? '', byName: by?.name ?? '' } }),
})

/** The beds of a practice, as every workstation of it knows them. */
export interface BedBook {
  readonly beds: ReadonlyMap<string, Bed>
  /** Beds that an earlier Outpost had on this workstation: old id to id. */
  readonly renamed: ReadonlyMap<string, string>
  /** The id of the bed of a name, whether it is there or not. */
  idOf(name: string): string
  put(bed: Bed, author: string): Promise<void>
  remove(id: string, author: string): Promise<void>
  /** Calls back with the id of a bed of which a record was written, here or elsewhere. */
  watch(changed: (id: string) => void): void
  /** A bed as its record says it is now; undefined when it is no more. */
  read(id: string): Promise<Bed | undefined>
  /** What records say becomes what is known. */
  accept(id: string, bed: Bed | undefined): void
  close(): void
}

/** Opens the beds of a practice. */
export const openBedBook = async ({ records, local, practice, station }: Replica, now: () => number): Promise<BedBook> => {
  const beds = new Map<string, Bed>()
  const idOf = (name: string) => recordIdOfKey(practice, 'Basic', keyOfBed(name))

  const write = async (bed: Bed, author: string, isRemoved = false): Promise<void> => {
    const record = bedRecord(factsOf(bed, isRemoved), new Date(now()).toISOString())
    const id = idOf(bed.name)
    if (await records.get('Basic', id)) await records.revise('Basic', id, (before) => ({ ...record, created: before.created ?? record.created ?? '' }), author)
    else await records.add('Basic', record, author, keyOfBed(bed.name))
  }

  for (const { id, resource, station: from } of await records.find('Basic', { where: { code: bedCode }, limit: mostBeds })) {
    const facts = bedOf(resource)
    if (facts && !facts.isRemoved) beds.set(id, asBed(facts, from, station))
  }
  const renamed = new Map<string, string>()
  for (const { id, value } of await local.list<Omit<Bed, 'made'>>(earlierKind)) {
    const to = idOf(value.name)
    renamed.set(id, to)
    if (!beds.has(to)) {
      await write({ made: id, ...value }, value.by?.practitioner ?? 'system')
      beds.set(to, { made: id, ...value })
    }
    await local.remove(earlierKind, id)
  }

  let tell: (id: string) => void = () => undefined
  const changes = records.changes().subscribe(({ type, id, envelope }) => {
    if (type === 'Basic' && envelope.search.code === bedCode) tell(id)
  })

  return {
    beds,
    renamed,
    idOf,
    put: async (bed, author) => {
      await write(bed, author)
      beds.set(idOf(bed.name), bed)
    },
    remove: async (id, author) => {
      const bed = beds.get(id)
      if (!bed) return
      await write({ name: bed.name, made: bed.made }, author, true)
      beds.delete(id)
    },
    watch: (changed) => {
      tell = changed
    },
    read: async (id) => {
      const found = await records.get('Basic', id)
      const facts = found && bedOf(found.resource)
      return facts && !facts.isRemoved ? asBed(facts, found.station, station) : undefined
    },
    accept: (id, bed) => {
      if (bed) beds.set(id, bed)
      else beds.delete(id)
    },
    close: () => changes.unsubscribe(),
  }
}
