import type { ServedPatient } from '../../../shared/contract'
import { bedCode, bedOf, bedRecord, keyOfBed, keyOfSeat, keysOfSeats, seatsBeside, type BedFacts, type Seat } from '../../../shared/records/bed/bed'
import type { Envelope } from '../../../shared/records/envelope'
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
  /** Who was put into it, too, on another workstation, by people who did not know of each other; nobody has settled it. */
  readonly beside?: readonly Seat[]
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

/** The bed in a record; undefined where there is none (any more). */
const asBed = (record: Envelope<'Basic'>, own: string): Bed | undefined => {
  const facts = bedOf(record.resource)
  const beside = seatsBeside(record)
  // Removed on one workstation while another put somebody into it: who lies there is not lost with the bed.
  if (!facts || (facts.isRemoved && beside.length === 0)) return undefined
  const { name, made, seat } = facts
  return {
    name,
    made,
    ...(seat ? { patient: seat.patient, since: seat.since, by: { practitioner: seat.by, name: seat.byName } } : {}),
    ...(beside.length > 0 ? { beside } : {}),
    ...(record.station === own ? {} : { isFromElsewhere: true }),
  }
}

const factsOf = ({ name, made, patient, since, by }: Bed, isRemoved: boolean, instead: readonly string[]): BedFacts => ({
  name, made, isRemoved, instead,
  ...(patient === undefined || since === undefined ? {} : { seat: { patient, since, by: by?.practitioner ?? '', byName: by?.name ?? '' } }),
})

/** The beds of a practice, as every workstation of it knows them. */
export interface BedBook {
  readonly beds: ReadonlyMap<string, Bed>
  /** Beds that an earlier Outpost had on this workstation: old id to id. */
  readonly renamed: ReadonlyMap<string, string>
  /** The id of the bed of a name, whether it is there or not. */
  idOf(name: string): string
  /** Says who lies in a bed, or that nobody does: in place of whoever was said to lie there, `beside` excepted, of whom nothing is said. */
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
    const id = idOf(bed.name)
    const before = await records.get('Basic', id)
    const stays = new Set((bed.beside ?? []).map(keyOfSeat))
    const ended = before ? keysOfSeats(before).filter((key) => !stays.has(key) && !(bed.patient !== undefined && bed.since !== undefined && key === keyOfSeat({ patient: bed.patient, since: bed.since }))) : []
    const record = bedRecord(factsOf(bed, isRemoved, ended), new Date(now()).toISOString())
    if (before) await records.revise('Basic', id, (before) => ({ ...record, created: before.created ?? record.created ?? '' }), author)
    else await records.add('Basic', record, author, keyOfBed(bed.name))
  }

  for (const record of await records.find('Basic', { where: { code: bedCode }, limit: mostBeds })) {
    const bed = asBed(record, station)
    if (bed) beds.set(record.id, bed)
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
      return found && asBed(found, station)
    },
    accept: (id, bed) => {
      if (bed) beds.set(id, bed)
      else beds.delete(id)
    },
    close: () => changes.unsubscribe(),
  }
}
