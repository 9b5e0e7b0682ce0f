import type { Basic, Extension } from 'fhir/r4'
import type { Envelope } from '../envelope'
import { extensions, idIn, referenceTo, systems } from '../systems'

/** Who lies in a bed. */
export interface Seat {
  readonly patient: string
  /** When the patient was put into it, ISO instant. */
  readonly since: string
  /** Practitioner id. */
  readonly by: string
  readonly byName: string
}

/** A bed of the practice, the same on all its workstations. */
export interface BedFacts {
  readonly name: string
  /** Key of the act that made it. */
  readonly made: string
  readonly seat?: Seat
  readonly isRemoved: boolean
  /**
   * Keys of the seats in whose place this one came: those that whoever said it had before their eyes. A seat that nobody's words
   * came in place of was said on another workstation by somebody who did not know. Absent: an earlier Outpost wrote it.
   */
  readonly instead?: readonly string[]
}

/** Code of the `Basic` record of a bed. */
export const bedCode = 'bed'

/** Beds of one name are one bed, on whichever workstations they were made: the record's key. */
export const keyOfBed = (name: string): string => `bed/${name.trim().toLowerCase()}`

/** Which act of putting somebody into a bed it was. */
export const keyOfSeat = ({ patient, since }: Pick<Seat, 'patient' | 'since'>): string => `${patient} ${since}`

const nobody: readonly Extension[] = [{ url: 'patient', valueString: 'nobody' }]
const insteadPart = (keys: readonly string[]): Extension => ({ url: 'instead', valueString: keys.join('|') })

const seatParts = ({ patient, since, by, byName }: Seat): Extension[] => [
  { url: 'patient', valueReference: referenceTo('Patient', patient) },
  { url: 'since', valueInstant: since },
  { url: 'by', valueReference: referenceTo('Practitioner', by, byName) },
]

/**
 * The record of a bed. Who lies in it is one part, so that two workstations' words never make a third of them; that nobody does
 * is said too, and nothing is ever taken out.
 */
export const bedRecord = ({ name, made, seat, isRemoved, instead }: BedFacts, created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: bedCode }] },
  created,
  extension: [
    {
      url: extensions.bed,
      extension: [
        { url: 'name', valueString: name },
        { url: 'made', valueString: made },
        { url: 'state', valueCode: isRemoved ? 'removed' : 'there' },
        { url: 'seat', extension: [...(seat ? seatParts(seat) : nobody), ...(instead ? [insteadPart(instead)] : [])] },
      ],
    },
  ],
})

const seatIn = (parts: readonly Extension[]): Seat | undefined => {
  const part = (url: string) => parts.find((each) => each.url === url)
  const patient = idIn(part('patient')?.valueReference, 'Patient')
  const by = part('by')?.valueReference
  const since = part('since')?.valueInstant
  return patient === undefined || since === undefined ? undefined : { patient, since, by: idIn(by, 'Practitioner') ?? '', byName: by?.display ?? '' }
}

/** The bed in a record; undefined when it is none. */
export const bedOf = (record: Basic): BedFacts | undefined => {
  const parts = record.code.coding?.some(({ code }) => code === bedCode) ? record.extension?.find(({ url }) => url === extensions.bed)?.extension : undefined
  const name = parts?.find(({ url }) => url === 'name')?.valueString
  if (!parts || name === undefined) return undefined
  const said = parts.find(({ url }) => url === 'seat')?.extension ?? []
  const seat = seatIn(said)
  const instead = said.find(({ url }) => url === 'instead')?.valueString
  return {
    name,
    made: parts.find(({ url }) => url === 'made')?.valueString ?? '',
    // Removed on one workstation while another put somebody into it: who lies there is not lost with the bed.
    isRemoved: !seat && parts.find(({ url }) => url === 'state')?.valueCode === 'removed',
    ...(seat ? { seat } : {}),
    ...(instead === undefined ? {} : { instead: instead.split('|').filter((key) => key !== '') }),
  }
}

/** Every seat that was said and that nobody's words came in place of since, by {@link keyOfSeat}: of one patient there may be several. */
const openSeats = ({ resource, prior }: Pick<Envelope<'Basic'>, 'resource' | 'prior'>): ReadonlyMap<string, Seat> => {
  const said = [...prior.map((version) => version.resource), resource].flatMap((version) => bedOf(version) ?? [])
  const ended = new Set(said.flatMap(({ instead }) => instead ?? []))
  const open = new Map<string, Seat>()
  for (const { seat, instead } of said) {
    // What an earlier Outpost said came in place of everything before it, as far as anybody can know.
    if (!instead) open.clear()
    else if (seat && !ended.has(keyOfSeat(seat))) open.set(keyOfSeat(seat), seat)
  }
  return open
}

/**
 * Who was put into a bed, too, by somebody on another workstation who did not know of the one that stands: nobody has said since that
 * they leave it. By time.
 */
export const seatsBeside = (record: Pick<Envelope<'Basic'>, 'resource' | 'prior'>): Seat[] => {
  const now = bedOf(record.resource)
  const beside = new Map([...openSeats(record).values()].filter(({ patient }) => patient !== now?.seat?.patient).map((seat) => [seat.patient, seat]))
  return [...beside.values()].sort((one, other) => (one.since < other.since ? -1 : 1))
}

/** Keys of all seats of a bed that stand: whoever says now who lies there has seen them. */
export const keysOfSeats = (record: Pick<Envelope<'Basic'>, 'resource' | 'prior'>): string[] => {
  const now = bedOf(record.resource)?.seat
  return [...new Set([...(now ? [keyOfSeat(now)] : []), ...openSeats(record).keys()])]
}
